"""Secrets told in pieces: a seed phrase over two or three messages, a key cut in two.

No piece looks like a secret. So what the same person said just before, in this talk or by another
mail, is read again together with the new words; what is found across them is hidden in all of them,
wherever it has been kept since.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Message, Words
from fanlight.features.tickets import objects, queries
from fanlight.features.tickets.across import Piece, found_across
from fanlight.features.tickets.looking import Clean
from fanlight.features.tickets.opening import preview_of, subject_of
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.secrets import hide
from fanlight.kernel.words import search_words
from fanlight.kernel.work import Work

MOST_BEFORE = 5  # messages: 24 words in sixes, and a word or two between
WITHIN = timedelta(hours=6)


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A message that stands already, and what it may say from now on."""

    message: Message
    text: str
    kinds: tuple[str, ...]


async def said_before(
    work: Work,
    conversation_id: UUID | None,
    author_id: UUID | None,
    clean: Clean,
    *,
    edited: Message | None = None,
) -> list[Message]:
    """What may hold other pieces: the author's last messages but the edited one, oldest first."""
    if author_id is None or not clean.words.text.strip():
        return []
    return await conversations.said_before(
        work,
        conversation_id,
        author_id,
        since=work.now() - WITHIN,
        limit=MOST_BEFORE,
        but=edited.id if edited is not None else None,
    )


def looked_at_together(
    clean: Clean, others: Sequence[Message], *, edited: Message | None = None
) -> tuple[Clean, list[Earlier]]:
    """The new words, and the earlier messages that hold the other pieces, all without them.

    ``edited`` is the message that the words replace, if they do: it keeps its place.
    """
    if not others:
        return clean, []
    place = len(others)
    if edited is not None:
        place = sum(each.created_at < edited.created_at for each in others)
    texts = [message.text for message in others]
    pieces = found_across([*texts[:place], clean.words.text, *texts[place:]])
    own = pieces.pop(place)
    earlier = [
        Earlier(message=message, text=hide(message.text, piece.found), kinds=piece.kinds)
        for message, piece in zip(others, pieces, strict=True)
        if piece.found
    ]
    return (_without(clean, own) if own.found else clean), earlier


def _without(clean: Clean, piece: Piece) -> Clean:
    words = replace(
        clean.words,
        text=hide(clean.words.text, piece.found),
        visible_text=None,
        html=None,
        redactions=tuple(sorted({*clean.words.redactions, *piece.kinds})),
    )
    findings = (*clean.findings, *piece.found)
    return replace(clean, words=words, findings=findings, may_be_kept=False)


async def hide_earlier(work: Work, earlier: Sequence[Earlier]) -> None:
    """Take the pieces out of the messages that stand, and out of all that was made of them.

    Whoever looks at one of them is told, so that it goes from their screen as well.
    """
    for each in earlier:
        message = each.message
        await work.run(
            conversations.HIDE_IN,
            id=message.id,
            text=each.text,
            redactions=sorted({*message.redactions, *each.kinds}),
        )
        await work.run(conversations.HIDE_VERSIONS, id=message.id, text=each.text)
        if message.original_id is not None:
            await work.run(conversations.FORGET_ORIGINAL, original_id=message.original_id)
            await work.of(Blobs).forget(work, message.original_id)
        await _forget_words(work, message, each.text)
        hidden = await conversations.get_message(work, message.id)
        objects.note_again(work, hidden)
        talk.tell_said(work, hidden)


async def _forget_words(work: Work, old: Message, text: str) -> None:
    """The ticket is found by its messages' words, named after the first, and shows the last."""
    before = Words(text=old.text, visible_text=old.visible_text, language=old.language)
    after = Words(text=text, language=old.language)
    kept = search_words(text, old.author_name)
    gone = sorted({*search_words(old.text)} - {*kept})
    ticket = await queries.lock_ticket(work, old.ticket_id)
    await work.run(
        queries.FORGET_WORDS,
        id=ticket.id,
        gone=gone,
        subject=subject_of(after) if ticket.subject == subject_of(before) else ticket.subject,
        preview=preview_of(after) if ticket.preview == preview_of(before) else ticket.preview,
    )
    work.signal("feed.console")
