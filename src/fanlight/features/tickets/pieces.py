"""Secrets told in pieces: a seed phrase over two or three messages, a key cut in two.

No piece looks like a secret. So what the same person said just before is read again together with
the new words; what is found across them is hidden in all of them, wherever it has been kept since.
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
from fanlight.features.tickets.looking import Clean
from fanlight.features.tickets.opening import preview_of, subject_of
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.secrets import Finding, SecretKind, hide, is_all_words, marker, scan
from fanlight.kernel.words import search_words
from fanlight.kernel.work import Work

MOST_BEFORE = 3  # messages: 24 words in fours are seldom sent, in sixes often
WITHIN = timedelta(hours=6)
_TAIL = 700  # code points of an earlier message: 24 words with numbers are shorter
_HEAD = 1_400  # and of the new one
# A key that was cut in two goes on without a blank; what needs words around it does not.
_CUT = (SecretKind.SEED_PHRASE, SecretKind.PRIVATE_KEY, SecretKind.EXTENDED_KEY)


class Piece(msgspec.Struct, frozen=True):
    """A stretch of one message: where it begins there, and what of it has to be hidden."""

    text: str
    start: int
    found: tuple[Finding, ...] = ()  # in places of the whole message


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A message that stands already, and what it may say from now on."""

    message: Message
    text: str
    kinds: tuple[str, ...]


async def looked_at_together(
    work: Work,
    conversation_id: UUID | None,
    author_id: UUID | None,
    clean: Clean,
    *,
    edited: Message | None = None,
) -> tuple[Clean, list[Earlier]]:
    """The new words, and the earlier messages that hold the other pieces, all without them.

    ``edited`` is the message that the words replace, if they do: it keeps its place.
    """
    if conversation_id is None or author_id is None or not clean.words.text.strip():
        return clean, []
    others = await conversations.said_before(
        work,
        conversation_id,
        author_id,
        since=work.now() - WITHIN,
        limit=MOST_BEFORE,
        but=edited.id if edited is not None else None,
    )
    if not others:
        return clean, []
    place = len(others)
    if edited is not None:
        place = sum((each.seq or 0) < (edited.seq or 0) for each in others)
    texts = [message.text for message in others]
    pieces = found_across([*texts[:place], clean.words.text, *texts[place:]])
    own = pieces.pop(place)
    earlier = [
        Earlier(message=message, text=hide(message.text, piece.found), kinds=_kinds(piece))
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
        redactions=tuple(sorted({*clean.words.redactions, *_kinds(piece)})),
    )
    return Clean(words, (*clean.findings, *piece.found), clean.name, may_be_kept=False)


def found_across(texts: Sequence[str]) -> list[Piece]:
    """What is a secret only when these are read one after the other, in each of them."""
    pieces = [Piece(text[-_TAIL:], max(0, len(text) - _TAIL)) for text in texts[:-1]]
    pieces.append(Piece(texts[-1][:_HEAD], 0))
    spans: list[list[Finding]] = [[] for _ in pieces]
    for joint, kinds in (("\n", tuple(SecretKind)), ("", _CUT)):
        for finding in scan(joint.join(piece.text for piece in pieces)):
            if finding.kind in kinds:
                _share_out(finding, pieces, len(joint), spans)
    _more_of_a_phrase(texts, spans)
    return [
        Piece(piece.text, piece.start, tuple(_apart(found)))
        for piece, found in zip(pieces, spans, strict=True)
    ]


def _more_of_a_phrase(texts: Sequence[str], spans: list[list[Finding]]) -> None:
    """The rest of a phrase whose beginning is hidden already: too few words to be seen alone."""
    kind = SecretKind.SEED_PHRASE
    is_begun = False
    for text, found in zip(texts, spans, strict=True):
        if is_begun and not found and is_all_words(text):
            found.append(Finding(kind, 0, len(text)))
        is_begun = text.rstrip().endswith(marker(kind)) or (
            any(f.kind is kind and f.end >= len(text.rstrip()) for f in found)
        )


def _share_out(
    finding: Finding, pieces: Sequence[Piece], joint: int, spans: list[list[Finding]]
) -> None:
    """Each message's own part of what was found in all of them."""
    at = 0
    for piece, found in zip(pieces, spans, strict=True):
        start, end = max(finding.start - at, 0), min(finding.end - at, len(piece.text))
        if start < end:
            found.append(Finding(finding.kind, piece.start + start, piece.start + end))
        at += len(piece.text) + joint


def _apart(found: Sequence[Finding]) -> list[Finding]:
    """In order, what overlaps made one."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda each: each.start):
        if kept and finding.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = Finding(last.kind, last.start, max(last.end, finding.end))
        else:
            kept.append(finding)
    return kept


def _kinds(piece: Piece) -> tuple[str, ...]:
    return tuple(sorted({finding.kind.value for finding in piece.found}))


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
        await objects.note_again(work, hidden)
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
