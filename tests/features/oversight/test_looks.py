"""Looking is written down before anything is shown, counted once, and held to a cap."""

import asyncio

import pytest

from fanlight.features.oversight import alerts, queries, rates, reads, words
from fanlight.features.oversight.errors import CapReached, WordNotFound, WordNotOnesOwn
from fanlight.features.oversight.looks import Looks
from fanlight.features.oversight.models import Kind, Measure
from fanlight.features.oversight.rates import hour_of
from fanlight.features.people.errors import ReasonNeeded
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service, views
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor, Work
from tests.features.oversight.conftest import Hire, Log, Write


async def counted(edge: Edge, actor: Actor) -> dict[str, int]:
    async with edge.work(actor) as work:
        found = await queries.figures(work, hour_of(work.now()), agent_id=actor.id)
    return {each.measure: each.hour for each in found}


async def test_a_look_is_one_line_however_much_is_loaded(
    edge: Edge, hire: Hire, write: Write, log: Log, looks: Looks
) -> None:
    mei, ticket_id = await hire(), await write()

    await asyncio.gather(*(looks.look(edge, mei, ticket_id) for _ in range(5)))
    await Looks().look(edge, mei, ticket_id)  # another process, a moment later

    [entry] = await log(mei)
    assert (entry.action, entry.detail) == ("ticket.seen", {"ticket_id": str(ticket_id)})
    assert entry.target.startswith("customer:")
    assert await counted(edge, mei) == {"seen": 1, "opened": 1}


async def test_who_may_not_see_a_ticket_leaves_no_look(
    edge: Edge, hire: Hire, write: Write, log: Log, looks: Looks
) -> None:
    ravi, ticket_id = await hire(teams=("futures",)), await write()
    with pytest.raises(TicketNotFound):
        await looks.look(edge, ravi, ticket_id)
    assert await log(ravi) == []


async def test_ones_own_tickets_are_not_held_against_one(
    edge: Edge, hire: Hire, write: Write, looks: Looks
) -> None:
    mei, ticket_id = await hire(), await write()
    async with edge.work(mei) as work:
        await service.assign(work, ticket_id, to=mei.id, version=1)
    await looks.look(edge, mei, ticket_id)
    assert await counted(edge, mei) == {"seen": 1}


async def test_a_vendor_sees_what_was_given_to_them_and_nothing_else(
    edge: Edge, hire: Hire, write: Write
) -> None:
    vendor, lead = await hire("vendor"), await hire("lead")
    given, other = await write("lin"), await write("kim", uid="50317746")
    async with edge.work(lead) as work:
        await service.assign(work, given, to=vendor.id, version=1)
    async with edge.reading(vendor) as work:
        assert (await tickets.get_ticket(work, given)).id == given
        with pytest.raises(TicketNotFound):
            await tickets.get_ticket(work, other)
        for view in ("mine", "all", "unassigned", "solved"):
            assert {row.id for row in (await views.page(work, view)).rows} <= {given}
        assert await views.search(work, "50317746") == []
        with pytest.raises(TicketNotFound):
            await views.page(work, "team:support")


async def test_the_cap_stops_and_a_leads_word_lets_go_on(
    edge: Edge, hire: Hire, write: Write, looks: Looks, log: Log
) -> None:
    mei, lead = await hire(), await hire("lead")
    ids = [await write(f"who{n}", uid=f"1000000{n}") for n in range(8)]
    for each in ids[:3]:
        await looks.look(edge, mei, each)
    with pytest.raises(CapReached):
        await looks.look(edge, mei, ids[3])
    assert await counted(edge, mei) == {"seen": 3, "opened": 3}  # what was refused is not counted
    assert (await log(mei))[1].action == "cap.reached"

    async with edge.work(mei) as work:
        with pytest.raises(ReasonNeeded):
            await words.ask(work, Measure.OPENED, "?")
        await words.ask(work, Measure.OPENED, "Sorting the night's tickets")
        await words.ask(work, Measure.OPENED, "Sorting the night's tickets")
        with pytest.raises(NotAllowed):
            await words.asked(work)
    async with edge.work(lead) as work:
        [word] = await words.asked(work)
        await words.settle(work, word.id, is_given=True)
        with pytest.raises(WordNotFound):
            await words.settle(work, word.id, is_given=True)
    for each in ids[3:6]:
        await looks.look(edge, mei, each)
    with pytest.raises(CapReached):  # once more as far, no further
        await looks.look(edge, mei, ids[6])


async def test_a_lead_does_not_give_themselves_a_word(edge: Edge, hire: Hire) -> None:
    lead = await hire("lead")
    async with edge.work(lead) as work:
        await words.ask(work, Measure.REVEALED, "I need more of them today")
        [word] = await words.asked(work)
        with pytest.raises(WordNotOnesOwn):
            await words.settle(work, word.id, is_given=True)


async def test_two_leads_answer_one_word_once(edge: Edge, hire: Hire) -> None:
    mei, leads = await hire(), [await hire("lead"), await hire("admin")]
    async with edge.work(mei) as work:
        await words.ask(work, Measure.REVEALED, "Calling back the night's cases")
        word_id = (await queries.words_of(work))[0].id

    async def settle(lead: Actor) -> bool:
        try:
            async with edge.work(lead) as work:
                await words.settle(work, word_id, is_given=True)
        except WordNotFound:
            return False
        return True

    assert sorted(await asyncio.gather(*(settle(lead) for lead in leads))) == [False, True]


async def test_searches_are_written_down_masked_with_what_they_found(
    edge: Edge, hire: Hire, log: Log
) -> None:
    mei, ravi = await hire(), await hire()
    for actor, text in ((mei, "lin@mail.example"), (ravi, " LIN@mail.example"), (mei, "48812217")):
        async with edge.work(actor) as work:
            await reads.searched(work, text, 1)
    uid, mail = await log(mei)
    assert (mail.detail["query"], mail.detail["hits"]) == ("l••@m•••.example", 1)
    assert uid.detail["query"] == "48••••17"
    assert (await log(ravi))[0].detail["mark"] == mail.detail["mark"]  # who else asked for them
    assert "lin@" not in str(await log(mei))
    async with edge.work(mei) as work:
        await reads.searched(work, "again", 0)
        with pytest.raises(CapReached):
            await reads.searched(work, "and again", 0)


async def test_much_more_than_usual_is_told_once(edge: Edge, hire: Hire) -> None:
    mei, lead = await hire(), await hire("lead")
    for _ in range(2):
        async with edge.work(mei) as work:
            page = await reads.paged(work, "all", 50, views.page(work, "all"))
            assert page.rows == []
    for _ in range(2):
        async with edge.work() as work:
            await rates.watch(work, None)
    async with edge.work(lead) as work:
        [alert] = await alerts.page(work)
        assert (alert.kind, alert.agent_id) == (Kind.RATE, mei.id)
        assert alert.detail["measure"] == "paged"
        settled = await alerts.settle(work, alert.id, "Sorted the night's list, as agreed")
        assert settled.settled_by == lead.id
        assert await alerts.page(work) == []
    async with edge.work(mei) as work:
        with pytest.raises(NotAllowed):
            await alerts.page(work)


async def test_what_is_usual_for_an_agent_raises_what_is_unusual(edge: Edge, hire: Hire) -> None:
    mei = await hire()
    async with edge.work(mei) as work:
        await _worked(work, hours=12, n=10)
        await work.run(
            "INSERT INTO agent_activity VALUES (%(id)s, %(hour)s, 'revealed', 39)",
            id=mei.id,
            hour=hour_of(work.now()),
        )
        await rates.watch(work, None)
        assert await alerts.count(work) == 0  # 39 is less than four times ten
        await work.run("UPDATE agent_activity SET n = 40 WHERE n = 39")
        await rates.watch(work, None)
        assert await alerts.count(work) == 1


async def _worked(work: Work, *, hours: int, n: int) -> None:
    await work.run(
        """INSERT INTO agent_activity
           SELECT %(id)s, %(hour)s - h * interval '1 hour', 'revealed', %(n)s
           FROM generate_series(2, %(hours)s + 1) h""",
        id=work.actor.id,
        hour=hour_of(work.now()),
        hours=hours,
        n=n,
    )
