"""Answers and notes: an answer is refused when the customer has written meanwhile, unseen."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.channels.contract import Account, Capabilities
from fanlight.channels.registry import Channels
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.errors import ConversationNotFound
from fanlight.features.conversations.models import Conversation, Message, Words
from fanlight.features.people.permissions import needs
from fanlight.features.tickets import objects, queries
from fanlight.features.tickets.errors import CannotReplyHere
from fanlight.features.tickets.events import AgentAnswered
from fanlight.features.tickets.models import Status, Ticket
from fanlight.features.tickets.opening import able, preview_of
from fanlight.features.tickets.service import message_of, refuse_if_newer, speaker
from fanlight.features.trust.service import outgoing
from fanlight.kernel.secrets import redact
from fanlight.kernel.words import search_words
from fanlight.kernel.work import Work

LONGEST_DRAFT = 50_000  # characters
_MARGIN = 1_000  # looked over beyond the cut, where a secret may be cut in two


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """An agent whom a ticket can be given to."""

    id: UUID
    name: str
    presence: str
    teams: tuple[str, ...]


async def colleagues(work: Work, team: str | None) -> list[Colleague]:
    """Who can own tickets of a team (None: any ticket), those on duty first."""
    needs(work.actor, "ticket.assign")
    return await work.rows(Colleague, queries.COLLEAGUES, team=team)


def able_in(work: Work, conversation: Conversation) -> Capabilities | None:
    """What the conversation's channel can do; None when it is not configured any more."""
    return able(work, conversation.channel, conversation.account_id)


def account_of(work: Work, conversation: Conversation) -> Account | None:
    """Our end of the conversation, as configured now."""
    return work.of(Channels).account(conversation.channel, conversation.account_id)


def may_answer(work: Work, conversation: Conversation) -> bool:
    """Whether a message sent into this conversation has a way out."""
    is_configured = able_in(work, conversation) is not None
    return is_configured and conversation.is_current and not conversation.is_blocked


async def reply(
    work: Work,
    ticket_id: UUID,
    *,
    conversation_id: UUID,
    text: str,
    seen: dict[UUID, int],
    client_key: str,
    file_ids: Sequence[UUID] = (),
    confirmed: Sequence[str] = (),
) -> Message:
    """Answer the customer. The same ``client_key`` again is the same answer, said once.

    Raises:
        NewerMessages: the customer wrote what was not on the agent's screen; nothing was sent.
        CannotReplyHere: this conversation has no way out.
        NothingSaid, TextTooLong, SecretInReply, FileNotFound: nothing was sent.
        LookAlikeInReply: it leads to what imitates us.
        SecondLookNeeded: something in it is not among ``confirmed``.
    """
    needs(work.actor, "ticket.reply")
    await queries.get_ticket(work, ticket_id)
    conversation = await conversations.lock_conversation(work, conversation_id)
    if conversation.ticket_id != ticket_id:
        raise ConversationNotFound(conversation_id=conversation_id)
    ticket = await queries.lock_ticket(work, ticket_id)
    if said := await conversations.by_client_key(work, ticket_id, client_key):
        return said
    if not may_answer(work, conversation):
        raise CannotReplyHere(channel=conversation.channel)
    await refuse_if_newer(work, ticket_id, seen)
    await outgoing.look_over(work, text, target=f"ticket:{ticket_id}", confirmed=confirmed)
    words = Words(text=text, language=ticket.language)
    message = await talk.say(
        work, conversation, speaker(work), words, client_key=client_key, file_ids=file_ids
    )
    await _answered(work, ticket, message, words)
    return message


async def _answered(work: Work, ticket: Ticket, message: Message, words: Words) -> None:
    """The promise is kept; the ticket is the customer's turn unless it is solved already."""
    now = work.now()
    changed = replace(
        ticket,
        preview=preview_of(words),
        preview_by="agent",
        active_at=max(ticket.active_at, now),
        answered_at=ticket.answered_at or now,
        needs_answer=False,
        due_at=None,
        status=Status.OPEN if ticket.status is Status.SPAM else ticket.status,
    )
    queries.touch(work, changed, search_words(message.text))
    await drop_draft(work, ticket.id, "reply")
    work.signal("feed.console")
    if message.conversation_id is not None:
        work.publish(
            AgentAnswered(
                ticket_id=ticket.id,
                conversation_id=message.conversation_id,
                message_id=message.id,
                agent_id=work.actor.id,
            )
        )


async def note(
    work: Work,
    ticket_id: UUID,
    *,
    text: str,
    client_key: str,
    file_ids: Sequence[UUID] = (),
) -> Message:
    """Write down what only the desk may read."""
    needs(work.actor, "ticket.note")
    ticket = await queries.lock_ticket(work, ticket_id)
    if said := await conversations.by_client_key(work, ticket_id, client_key):
        return said
    message = await talk.note(
        work, ticket_id, speaker(work), text, client_key=client_key, file_ids=file_ids
    )
    objects.note(work, message)
    changed = replace(ticket, preview=preview_of(Words(text=message.text)), preview_by="note")
    queries.touch(work, changed, search_words(message.text))
    await drop_draft(work, ticket_id, "note")
    work.signal("feed.console")
    return message


async def send_again(work: Work, message_id: UUID) -> Message:
    """Let a message that did not arrive go out once more. Raises NotSendable."""
    needs(work.actor, "ticket.reply")
    ticket, message = await message_of(work, message_id)
    sent = await talk.send_again(work, message)
    await work.run(queries.STAMP, id=ticket.id)
    work.signal("feed.console")
    return sent


async def read(work: Work, ticket_id: UUID, *, conversation_id: UUID, seq: int) -> None:
    """The actor has this conversation on screen up to ``seq``."""
    await queries.get_ticket(work, ticket_id)
    conversation = await conversations.get_conversation(work, conversation_id)
    if conversation.ticket_id != ticket_id:
        raise ConversationNotFound(conversation_id=conversation_id)
    await talk.mark_read(work, conversation_id, by="agent", seq=seq)


async def keep_draft(
    work: Work, ticket_id: UUID, *, kind: str, conversation_id: UUID | None, text: str
) -> None:
    """Keep what the actor is writing, without secrets; empty text forgets it.

    Raises:
        ConversationNotFound: the ticket has no such conversation.
    """
    await queries.get_ticket(work, ticket_id)
    if not text.strip():
        await drop_draft(work, ticket_id, kind)
        return
    if conversation_id is not None:
        conversation = await conversations.lock_conversation(work, conversation_id)
        if conversation.ticket_id != ticket_id:
            raise ConversationNotFound(conversation_id=conversation_id)
    # A draft's row refers to both. Locked first, and in the order of an answer: one that is saved
    # while its answer is sent would else wait for the answer, and the answer for it.
    await queries.lock_ticket(work, ticket_id)
    await work.run(
        queries.KEEP_DRAFT,
        agent_id=work.actor.id,
        ticket_id=ticket_id,
        kind=kind,
        conversation_id=conversation_id,
        text=redact(text[: LONGEST_DRAFT + _MARGIN]).text[:LONGEST_DRAFT],
        at=work.now(),
    )


async def drop_draft(work: Work, ticket_id: UUID, kind: str) -> None:
    await work.run(queries.DROP_DRAFT, agent_id=work.actor.id, ticket_id=ticket_id, kind=kind)
