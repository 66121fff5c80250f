"""Lists: each agent's own, paged without gaps, counted without counting."""

from uuid import UUID

import pytest

from fanlight.channels.contract import Author
from fanlight.features.tickets import queries, service, views
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.models import Status
from fanlight.features.tickets.views import Place
from fanlight.kernel.errors import Malformed
from fanlight.kernel.work import Work
from tests.builders.tickets import agent, hears, stored_agent

SEES_ALL = frozenset({"ticket.see_all"})


async def opened(work: Work, who: str, text: str = "hello there", **wanted: object) -> UUID:
    taken = await hears(
        work, text, thread_key=who, author=Author(native_id=who, display=f"{who} Yu"), **wanted
    )
    assert taken.ticket_id is not None
    return taken.ticket_id


async def ids(work: Work, view: str) -> set[UUID]:
    return {row.id for row in (await views.page(work, view)).rows}


@pytest.fixture
async def desk(work: Work) -> dict[str, UUID]:
    """Five tickets over two teams: mine, theirs, nobody's, waiting, solved."""
    await stored_agent(work, "futures", name="Ravi")
    made = {name: await opened(work, name) for name in ("mine", "free", "waiting", "solved")}
    await work.run("UPDATE teams SET name = 'Support' WHERE key = 'support'")
    made["futures"] = await opened(work, "futures")
    await work.run("UPDATE tickets SET team = 'futures' WHERE id = %(id)s", id=made["futures"])
    return made


async def test_every_list_shows_what_it_says(work: Work, desk: dict[str, UUID]) -> None:
    mei = work.acting_as(await stored_agent(work, "support"))
    await service.assign(mei, desk["mine"], to=mei.actor.id, version=1)
    for name, status in (("waiting", Status.WAITING), ("solved", Status.SOLVED)):
        ticket = await queries.get_ticket(work, desk[name])
        await queries.save(work, ticket.turned(status, work.now()))

    assert await ids(mei, "mine") == {desk["mine"]}
    assert await ids(mei, "unassigned") == {desk["free"], desk["waiting"]}
    assert await ids(mei, "all") == {desk["mine"], desk["free"], desk["waiting"]}
    assert await ids(mei, "waiting") == {desk["waiting"]}
    assert await ids(mei, "solved") == {desk["solved"]}
    assert await ids(mei, "channel:paper") == {desk["mine"], desk["free"], desk["waiting"]}
    assert await ids(work.acting_as(agent(may=SEES_ALL)), "all") == {
        desk[name] for name in ("mine", "free", "waiting", "futures")
    }


async def test_a_team_is_seen_by_its_agents_alone(work: Work, desk: dict[str, UUID]) -> None:
    assert await ids(work.acting_as(agent("futures")), "team:futures") == {desk["futures"]}
    with pytest.raises(TicketNotFound):
        await views.page(work.acting_as(agent("support")), "team:futures")


async def test_an_unknown_list_is_said_to_be_one(work: Work) -> None:
    with pytest.raises(Malformed):
        await views.page(work, "everything; DROP TABLE tickets")


@pytest.mark.parametrize("may", [SEES_ALL, frozenset()])
async def test_pages_together_are_the_list(work: Work, may: frozenset[str]) -> None:
    made = [await opened(work, f"customer {n}") for n in range(23)]
    reader = work.acting_as(agent("support", may=may))
    below, found = views.TOP, []

    while page := (await views.page(reader, "all", below=below, limit=5)).rows:
        found.extend(row.id for row in page)
        below = Place(page[-1].active_at, page[-1].id)

    assert found == sorted(made, reverse=True)  # all at noon: then the id decides


async def test_counts_are_those_of_the_lists(work: Work, desk: dict[str, UUID]) -> None:
    mei = work.acting_as(await stored_agent(work, "support"))
    await service.assign(mei, desk["mine"], to=mei.actor.id, version=1)
    ticket = await queries.get_ticket(work, desk["solved"])
    await queries.save(work, ticket.turned(Status.SOLVED, work.now()))

    for view in await views.views(mei):
        if view.count is not None:
            assert view.count == len(await ids(mei, view.key)), view.key


async def test_search_finds_by_reference_address_and_words(work: Work) -> None:
    one = await opened(work, "ling@mail.example", "充值未到账 TRC20", identity_kind="email")
    other = await opened(work, "wei", "a question about fees")
    ticket = await queries.get_ticket(work, one)
    reader = work.acting_as(agent(may=SEES_ALL))

    for query in (ticket.reference.lower(), "Ling@Mail.example", "未到账", "trc20 充值"):
        assert [row.id for row in await views.search(reader, query)] == [one], query
    assert [row.id for row in await views.search(reader, "fees")] == [other]


@pytest.mark.parametrize("query", ["", "  ", "'", "\\", "🙂", "a & | !", "x" * 10_000])
async def test_odd_searches_are_answered(work: Work, query: str) -> None:
    assert await views.search(work, query) == []


@pytest.mark.parametrize("limit", [2, 3, 50])  # a full page comes from the newest tickets alone
async def test_what_a_search_finds_is_paged_as_lists_are(work: Work, limit: int) -> None:
    made = [await opened(work, f"customer {n}", "about liquidation") for n in range(6)]
    await opened(work, "wei", "about fees")
    reader = work.acting_as(agent("support"))
    below, found = views.TOP, []

    while page := await views.search(reader, "liquidation", below=below, limit=limit):
        found.extend(row.id for row in page)
        below = Place(page[-1].active_at, page[-1].id)

    assert found == sorted(made, reverse=True)
    assert await views.search(work.acting_as(agent("futures")), "liquidation", limit=2) == []


async def test_search_shows_nothing_of_another_team(work: Work, desk: dict[str, UUID]) -> None:
    await work.run("UPDATE tickets SET search = array_to_tsvector(ARRAY['liquidation'])")

    found = await views.search(work.acting_as(agent("futures")), "liquidation")

    assert {row.id for row in found} == {desk["futures"]}
