"""What a customer says in a chat: alike whether it came by request or by socket."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from fanlight.channels.adapters.webchat.adapter import (
    LONGEST_TEXT,
    Spoken,
    dedupe_key,
    event_of,
)
from fanlight.features.conversations import files, marks
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.errors import (
    ConversationNotFound,
    NothingSaid,
    TextTooLong,
)
from fanlight.features.conversations.models import File, Kind, Message, Speaker
from fanlight.features.tickets import continuation
from fanlight.features.tickets.intake import receive
from fanlight.kernel.work import Work
from fanlight.surfaces.widget import queries
from fanlight.surfaces.widget.queries import Talk
from fanlight.surfaces.widget.sessions import Session
from fanlight.surfaces.widget.wire import MessageOut


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What became of words: stored now, or stored before under the same key."""

    message: Message
    is_new: bool
    has_files: bool
    ticket_id: UUID
    conversation_id: UUID


async def say(
    work: Work,
    session: Session,
    *,
    thread_key: str,
    text: str,
    client_key: str,
    file_ids: Sequence[UUID] = (),
    name: str = "",
    talk_id: UUID | None = None,
) -> Said:
    """Take words through the front door; the same key again is the same message, said once.

    ``talk_id`` is the talk they were said in. When its ticket was solved long ago they open a
    linked one, and the talk goes on there.

    Raises:
        NothingSaid, TextTooLong, FileNotFound: nothing was stored.
    """
    check_words(text, has_files=bool(file_ids))
    spoken = Spoken(
        thread_key=thread_key,
        client_key=client_key,
        identity_kind=session.kind,
        identity_key=session.key,
        text=text,
        at=work.now(),
        name=name or session.row.name,
        language=session.row.language,
    )
    received = await receive(work, event_of(spoken, session.evidence))
    message = received.message
    if message is None:
        message = await queries.said_before(work, dedupe_key(thread_key, client_key))
    if message is None or message.conversation_id is None:
        raise ConversationNotFound
    is_new = received.outcome == "stored"
    if is_new and talk_id is not None and message.conversation_id != talk_id:
        await continuation.carry_over(work, talk_id, to_id=message.conversation_id)
    if is_new and file_ids:
        await files.attach(work, file_ids, message, by=(Speaker.CUSTOMER, session.owner_id))
    return Said(
        message=message,
        is_new=is_new,
        has_files=bool(file_ids),
        ticket_id=message.ticket_id,
        conversation_id=message.conversation_id,
    )


def check_words(text: str, *, has_files: bool) -> None:
    if not text.strip() and not has_files:
        raise NothingSaid
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(limit=LONGEST_TEXT)


async def own_talk(work: Work, session: Session, talk_id: UUID) -> Talk:
    """The talk, when it is this person's. Raises ConversationNotFound: we never tell why."""
    talk = await queries.talk_of(work, session.kind, session.key, talk_id)
    if talk is None:
        raise ConversationNotFound(conversation_id=talk_id)
    return talk


async def shown(work: Work, messages: Sequence[Message], language: str) -> list[MessageOut]:
    """Messages as the widget gets them, each with its files and, if it is ours, its reference."""
    attached: dict[UUID, list[File]] = {}
    for file in await conversations.files_of(work, [each.id for each in messages]):
        if file.message_id is not None:
            attached.setdefault(file.message_id, []).append(file)
    ours = [each.id for each in messages if each.kind is Kind.OUTBOUND]
    marked = await marks.of_messages(work, ours) if ours else {}
    return [
        MessageOut.of(work, each, attached.get(each.id, ()), language, marked.get(each.id))
        for each in messages
    ]


async def shown_now(work: Work, said: Said, language: str) -> MessageOut:
    """What was just said, for who said it. Without files it costs no further look."""
    if said.is_new and not said.has_files:
        return MessageOut.of(work, said.message, (), language)
    return (await shown(work, [said.message], language))[0]
