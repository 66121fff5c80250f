"""One fact in clear: for a reason, for an open ticket of that customer, and with a trace."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from fanlight.channels.contract import Author
from fanlight.features.conversations import queries as conversations
from fanlight.features.oversight import alerts, bait, reveals
from fanlight.features.oversight.errors import CapReached, OpenTicketNeeded
from fanlight.features.oversight.looks import Looks
from fanlight.features.oversight.models import Kind, Why
from fanlight.features.people.errors import CustomerNotFound, ReasonNeeded, StepUpNeeded
from fanlight.features.people.service import identities_of
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import views
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.models import Status, Ticket
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import Malformed, NotAllowed
from fanlight.kernel.work import Actor
from tests.features.oversight.conftest import Hire, Log, Write


async def ticket_of(edge: Edge, ticket_id: UUID) -> Ticket:
    async with edge.work() as work:
        return await tickets.get_ticket(work, ticket_id)


async def reveal(
    edge: Edge, actor: Actor, ticket: Ticket, field: str = "name", *, why: Why = Why.ASKED,
    words: str = "",
) -> str:  # fmt: skip
    async with edge.work(actor) as work:
        found = await reveals.fact(
            work, ticket.customer_id, field, why=why, words=words, ticket_id=ticket.id
        )
    return found.value


async def test_a_fact_is_shown_for_a_reason_and_leaves_a_trace(
    edge: Edge, hire: Hire, write: Write, log: Log
) -> None:
    mei, ticket = await hire(), await ticket_of(edge, await write())
    async with edge.work() as work:
        [uid] = [i for i in await identities_of(work, ticket.customer_id) if i.kind == "exchange"]
    assert await reveal(edge, mei, ticket) == "Ling Yu"
    said = "Checks who calls about the payout"
    assert await reveal(edge, mei, ticket, str(uid.id), why=Why.OTHER, words=said) == "48812217"
    last, first = await log(mei)
    assert (first.action, first.detail["reason"], first.detail["kind"]) == (
        "customer.revealed", "asked", "name",
    )  # fmt: skip
    assert (last.detail["words"], last.detail["kind"]) == (said, "exchange")
    assert {each.target for each in (first, last)} == {f"customer:{ticket.customer_id}"}
    assert all(each.detail["ticket_id"] == str(ticket.id) for each in (first, last))
    assert "48812217" not in str(await log(mei))


async def test_no_reason_no_fact(edge: Edge, hire: Hire, write: Write, log: Log) -> None:
    mei, ticket = await hire(), await ticket_of(edge, await write())
    for words in ("", "  ", "?"):
        with pytest.raises(ReasonNeeded):
            await reveal(edge, mei, ticket, why=Why.OTHER, words=words)
    editor = await hire("editor")
    with pytest.raises(NotAllowed):
        await reveal(edge, editor, ticket)
    assert await log(mei) == []


async def test_the_ticket_must_be_theirs_and_open_and_the_agents_to_see(
    edge: Edge, hire: Hire, write: Write
) -> None:
    mei, ravi = await hire(), await hire(teams=("futures",))
    ticket = await ticket_of(edge, await write())
    other = await ticket_of(edge, await write("kim", uid="50317746"))
    with pytest.raises(TicketNotFound):
        await reveal(edge, ravi, ticket)
    with pytest.raises(TicketNotFound):
        async with edge.work(mei) as work:
            await reveals.fact(
                work, other.customer_id, "name", why=Why.ASKED, words="", ticket_id=ticket.id
            )
    with pytest.raises(CustomerNotFound):
        await reveal(edge, mei, ticket, str(uuid4()))
    async with edge.work() as work:
        solved = ticket.turned(Status.SOLVED, work.now())
        await tickets.save(work, solved)
    with pytest.raises(OpenTicketNeeded):
        await reveal(edge, mei, ticket)


async def test_a_stale_proof_is_asked_for_again(edge: Edge, hire: Hire, write: Write) -> None:
    mei, ticket = await hire(), await ticket_of(edge, await write())
    assert await reveal(edge, mei, ticket) == "Ling Yu"
    async with edge.work() as work:
        await work.run(
            "UPDATE agent_sessions SET stepped_up_at = %(at)s", at=work.now() - timedelta(hours=1)
        )
    with pytest.raises(StepUpNeeded):
        await reveal(edge, mei, ticket)


async def test_whoever_reveals_without_end_is_stopped(edge: Edge, hire: Hire, write: Write) -> None:
    mei, lead = await hire(), await hire("lead")
    ticket = await ticket_of(edge, await write())
    for _ in range(3):
        await reveal(edge, mei, ticket)
    with pytest.raises(CapReached):
        await reveal(edge, mei, ticket)
    async with edge.work(lead) as work:
        [alert] = await alerts.page(work)
    assert (alert.kind, alert.agent_id, alert.detail["n"]) == (Kind.CAP, mei.id, 3)


async def test_a_message_is_shown_whole_for_a_reason(edge: Edge, hire: Hire, write: Write) -> None:
    said = "Please write to lin.yu@mail.example instead"
    ticket_id = await write(text=said, author=Author(native_id="lin", display="Ling Yu"))
    mei, ravi = await hire(), await hire(teams=("futures",))
    async with edge.work(mei) as work:
        [message_id] = await work.rows(
            UUID,
            "SELECT id FROM messages WHERE ticket_id = %(id)s AND kind = 'inbound'",
            id=ticket_id,
        )
        shown = await reveals.message(work, message_id, why=Why.VERIFY, words="")
        assert shown == await conversations.get_message(work, message_id)
        assert shown.text == said
    async with edge.work(ravi) as work:
        with pytest.raises(TicketNotFound):
            await reveals.message(work, message_id, why=Why.VERIFY, words="")


async def test_bait_lies_in_no_list_and_whoever_opens_it_is_told_of(
    edge: Edge, hire: Hire, looks: Looks, log: Log
) -> None:
    lead, mei = await hire("lead"), await hire()
    async with edge.work(lead) as work:
        with pytest.raises(Malformed):
            await bait.lay(work, language="tlh")
        laid = await bait.lay(work, language="zh-Hant", domain="meridian.example")
        for view in ("all", "unassigned", "waiting", "solved", "uncited"):
            assert (await views.page(work, view)).rows == []
        for words in (laid.uid, laid.reference, laid.email, "機構帳戶"):
            assert [row.reference for row in await views.search(work, words)] == [laid.reference]
        assert await alerts.count(work) == 0  # search finds it; that is no alert yet
        [row] = await views.search(work, laid.uid)
    assert laid.uid not in str(await log(lead))
    async with edge.work(mei) as work:
        with pytest.raises(NotAllowed):
            await bait.lay(work)

    await looks.look(edge, mei, row.id)
    with pytest.raises(OpenTicketNeeded):
        await reveal(edge, mei, await ticket_of(edge, row.id))
    async with edge.work(lead) as work:
        found = await alerts.page(work)
    assert [(each.kind, each.agent_id, each.detail["how"]) for each in found] == [
        (Kind.BAIT, mei.id, "tried"), (Kind.BAIT, mei.id, "opened"),
    ]  # fmt: skip
