"""Answers and notes: nothing goes out past what the customer has written meanwhile."""

from datetime import timedelta
from uuid import UUID

import pytest

from fanlight.channels.contract import Author
from fanlight.features.conversations.errors import (
    ConversationNotFound,
    NothingSaid,
    SecretInReply,
    TextTooLong,
)
from fanlight.features.conversations.models import Delivery, Kind
from fanlight.features.tickets import queries, replies, service
from fanlight.features.tickets.errors import (
    CannotReplyHere,
    NewerMessages,
    NotAssignable,
    TicketAlreadySolved,
    TicketMoved,
    TicketNotFound,
)
from fanlight.features.tickets.models import Priority, Status
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Work
from tests.builders.tickets import AGENT_MAY, agent, hears, stored_agent

Talk = tuple[Work, UUID, UUID]


@pytest.fixture
async def talk(work: Work) -> Talk:
    """A ticket with one message of the customer, and Mei's work on it."""
    taken = await hears(work)
    assert taken.ticket_id is not None
    assert taken.conversation_id is not None
    mei = await stored_agent(work, "support")
    return work.acting_as(mei), taken.ticket_id, taken.conversation_id


async def answer(talk: Talk, text: str = "We look into it", *, seen: int = 1, key: str = "k" * 9):
    work, ticket_id, conversation_id = talk
    return await replies.reply(
        work,
        ticket_id,
        conversation_id=conversation_id,
        text=text,
        seen={conversation_id: seen},
        client_key=key,
    )


async def test_an_answer_keeps_the_promise(talk: Talk) -> None:
    message = await answer(talk)

    ticket = await queries.get_ticket(talk[0], talk[1])
    assert (message.kind, message.seq, message.delivery) == (Kind.OUTBOUND, 2, Delivery.QUEUED)
    assert (ticket.needs_answer, ticket.due_at, ticket.preview_by) == (False, None, "agent")
    assert ticket.answered_at == talk[0].now()


async def test_the_same_answer_twice_is_said_once(talk: Talk) -> None:
    one = await answer(talk)
    two = await answer(talk, "changed meanwhile")

    assert two.id == one.id
    assert len(await service.timeline(talk[0], talk[1])) == 2


async def test_an_answer_is_refused_when_the_customer_wrote_unseen(talk: Talk) -> None:
    newer = await hears(talk[0], "Wait, it has arrived")

    with pytest.raises(NewerMessages) as refusal:
        await answer(talk)
    sent = await answer(talk, seen=2)

    assert refusal.value.params["message_ids"] == [str(newer.message_id)]
    assert sent.seq == 3


async def test_two_agents_at_once_are_one_answer(talk: Talk) -> None:
    work, ticket_id, conversation_id = talk
    jun = work.acting_as(await stored_agent(work, "support", name="Jun"))
    first = await answer(talk, "I look into it")

    with pytest.raises(NewerMessages) as refusal:
        await answer((jun, ticket_id, conversation_id), "So do I", key="of-jun-1")
    own = await answer(talk, "and found it", key="of-mei-2")  # one's own words are known

    assert refusal.value.params["message_ids"] == [str(first.id)]
    assert own.seq == 3


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("  ", NothingSaid),
        ("x" * 501, TextTooLong),
        ("your password is Hunter2-Blue-Moon", SecretInReply),
    ],
)
async def test_what_cannot_be_said_is_not(talk: Talk, text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await answer(talk, text)

    assert len(await service.timeline(talk[0], talk[1])) == 1
    assert (await answer(talk, "x" * 500)).text == "x" * 500


async def test_only_who_may_reply_replies(talk: Talk) -> None:
    work, ticket_id, conversation_id = talk
    silent = work.acting_as(agent("support", may=AGENT_MAY - {"ticket.reply"}))

    with pytest.raises(NotAllowed):
        await answer((silent, ticket_id, conversation_id))
    assert await answer(talk)


async def test_who_does_not_see_the_ticket_does_not_answer_it(talk: Talk) -> None:
    work, ticket_id, conversation_id = talk
    elsewhere = work.acting_as(agent("futures"))

    with pytest.raises(TicketNotFound):
        await answer((elsewhere, ticket_id, conversation_id))


async def test_a_note_has_no_conversation_to_leave_by(talk: Talk) -> None:
    work, ticket_id, _ = talk
    note = await replies.note(work, ticket_id, text="call finance", client_key="n" * 9)

    assert (note.kind, note.conversation_id, note.delivery) == (Kind.NOTE, None, None)
    assert not any(job.kind == "conversation.deliver" for job in work.jobs)


async def test_a_conversation_that_lost_its_customer_takes_no_answer(talk: Talk) -> None:
    await hears(talk[0], kind="member.blocked")

    with pytest.raises(CannotReplyHere):
        await answer(talk)


async def test_assigning_tells_everyone_once(talk: Talk) -> None:
    work, ticket_id, _ = talk
    before = await queries.get_ticket(work, ticket_id)

    await service.assign(work, ticket_id, to=work.actor.id, version=before.version)
    again = await service.assign(work, ticket_id, to=work.actor.id, version=before.version)

    assert again.assignee_id == work.actor.id
    assert len([e for e in work.outbox if type(e).__name__ == "TicketAssigned"]) == 1


async def test_the_slower_of_two_agents_is_told(talk: Talk) -> None:
    work, ticket_id, _ = talk
    jun = await stored_agent(work, "support", name="Jun")
    before = await queries.get_ticket(work, ticket_id)
    await service.assign(work, ticket_id, to=work.actor.id, version=before.version)

    with pytest.raises(TicketMoved):
        await service.assign(work.acting_as(jun), ticket_id, to=jun.id, version=before.version)

    assert (await queries.get_ticket(work, ticket_id)).assignee_id == work.actor.id


async def test_a_ticket_is_given_only_to_who_would_see_it(talk: Talk) -> None:
    work, ticket_id, _ = talk
    stranger = await stored_agent(work, "futures", name="Ravi")

    with pytest.raises(NotAssignable):
        await service.assign(work, ticket_id, to=stranger.id, version=1)


async def test_a_solved_ticket_keeps_its_owner(talk: Talk) -> None:
    work, ticket_id, conversation_id = talk
    solved = await service.turn(
        work, ticket_id, status=Status.SOLVED, version=1, seen={conversation_id: 1}
    )

    with pytest.raises(TicketAlreadySolved):
        await service.assign(work, ticket_id, to=work.actor.id, version=solved.version)
    assert solved.solved_at == work.now()


async def test_a_ticket_is_not_solved_past_an_unseen_message(talk: Talk) -> None:
    work, ticket_id, conversation_id = talk
    await hears(work, "One more thing")

    with pytest.raises(NewerMessages):
        await service.turn(
            work, ticket_id, status=Status.SOLVED, version=1, seen={conversation_id: 1}
        )
    done = await service.turn(
        work, ticket_id, status=Status.SOLVED, version=1, seen={conversation_id: 2}
    )
    assert done.status is Status.SOLVED


async def test_a_higher_rank_makes_the_promise_sooner_never_later(talk: Talk) -> None:
    work, ticket_id, _ = talk

    urgent = await service.rank(work, ticket_id, priority=Priority.URGENT, version=1)
    low = await service.rank(work, ticket_id, priority=Priority.LOW, version=urgent.version)

    assert urgent.due_at == work.now() + timedelta(minutes=15)
    assert low.due_at == urgent.due_at


async def test_an_owner_who_is_not_in_the_new_team_loses_the_ticket(talk: Talk) -> None:
    work, ticket_id, _ = talk
    await stored_agent(work, "futures", name="Ravi")
    owned = await service.assign(work, ticket_id, to=work.actor.id, version=1)

    moved = await service.move(work, ticket_id, team="futures", version=owned.version)

    assert (moved.team, moved.assignee_id) == ("futures", None)


async def test_a_draft_belongs_to_a_conversation_of_its_ticket(talk: Talk) -> None:
    work, ticket_id, conversation_id = talk
    other = await hears(work, thread_key="other", author=Author(native_id="other"))

    for wrong in (other.conversation_id, UUID(int=0)):
        with pytest.raises(ConversationNotFound):
            await replies.keep_draft(
                work, ticket_id, kind="reply", conversation_id=wrong, text="to whom"
            )
    await replies.keep_draft(
        work, ticket_id, kind="reply", conversation_id=conversation_id, text="to her"
    )

    assert [d.text for d in await queries.drafts(work, ticket_id)] == ["to her"]


async def test_a_draft_is_kept_per_kind_and_gone_when_said(talk: Talk) -> None:
    work, ticket_id, _conversation_id = talk
    for kind in ("reply", "note"):
        await replies.keep_draft(work, ticket_id, kind=kind, conversation_id=None, text=f"a {kind}")

    await answer(talk)

    assert [(d.kind, d.text) for d in await queries.drafts(work, ticket_id)] == [("note", "a note")]
