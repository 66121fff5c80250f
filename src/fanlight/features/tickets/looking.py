"""Looks over everything inbound for secrets: what is stored afterwards, and what may be kept."""

import asyncio
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from fanlight.channels.contract import InboundEvent, InboundFile
from fanlight.features.conversations.file_words import Locked, ways_of_html, words_of
from fanlight.features.conversations.files import Looked, look_at_all
from fanlight.features.conversations.models import Words
from fanlight.features.tickets.across import found_across
from fanlight.kernel import language
from fanlight.kernel.secrets import Finding, hide, is_piece, redact, scan
from fanlight.kernel.settings import Settings

LONGEST_TEXT = 200_000  # characters; what is longer is cut, the original keeps the rest
LONGEST_SUBJECT = 500
_LONGEST_END = 5  # of a file's name
_LONG = 16_000  # characters
_MOST_ENCLOSED = 1_000_000  # characters that only the original holds
_MARGIN = 1_000  # looked over beyond a cut: eleven words of a seed phrase are as good as all


class Clean(msgspec.Struct, frozen=True):
    """An event's words after the guard: nothing below this line has seen a secret."""

    words: Words
    findings: tuple[Finding, ...]
    name: str
    may_be_kept: bool  # the original: all of it was looked over, and nothing was found
    attached: tuple[InboundFile, ...] = ()  # what came along, by names that may be shown
    files: tuple[Looked, ...] = ()  # the same, looked into


async def looked_over(settings: Settings, event: InboundEvent, prior: str | None = None) -> Clean:
    """Look over all that came. It may take seconds, so a door that can does it beforehand.

    Args:
        prior: the language of words too few to tell.
    """
    clean = await _words(event, prior or event.author.language or "en")
    return _with_files(clean, await look_at_all(settings, clean.attached))


async def _words(event: InboundEvent, prior: str) -> Clean:
    """Long words are looked over in a thread: a mail made of codes alone takes seconds."""
    beside = len(event.unshown) + len(event.enclosed)
    if len(event.text) + len(event.html or "") + beside < _LONG:
        return _cleaned(event, prior)
    return await asyncio.to_thread(_cleaned, event, prior)


async def unread(raw: bytes) -> bytes | None:
    """What may be kept of bytes that nobody could read as a message: all, or what the guard leaves.

    None where a secret stands in them in a way in which it cannot be taken out.
    """
    return await asyncio.to_thread(_unread, raw)


def _unread(raw: bytes) -> bytes | None:
    if not _holds_secret(raw):
        return raw
    rest = redact(raw.decode("utf-8", "replace")).text.encode()
    return None if _holds_secret(rest) else rest


def _holds_secret(raw: bytes) -> bool:
    try:
        return any(scan(words) for words in words_of("", raw))
    except Locked:  # its text was looked over before; what opens to nobody is all that is kept
        return False


def _with_files(clean: Clean, looked: Sequence[Looked]) -> Clean:
    """A secret in a file is one of the message: said of it, and no original is kept beside it."""
    clean = replace(clean, files=tuple(looked))
    kinds = {kind for each in looked for kind in each.secrets}
    if not kinds:
        return clean
    words = replace(clean.words, redactions=tuple(sorted(kinds.union(clean.words.redactions))))
    return replace(clean, words=words, may_be_kept=False)


def _cleaned(event: InboundEvent, prior: str) -> Clean:
    """Hide secrets; where one was found, no HTML is kept beside the redacted text."""
    event, split = _joined(event)
    whole = redact(_tidy(event.text)[: LONGEST_TEXT + _MARGIN])
    visible = None
    if event.visible_text is not None and event.visible_text != event.text:
        visible = redact(_tidy(event.visible_text)).text
    subject = redact(_tidy(event.subject or "")[: LONGEST_SUBJECT + _MARGIN])
    name = redact(_tidy(event.author.display))
    said = (*split, *whole.findings, *subject.findings, *name.findings)
    beside = _beside(event)
    # Layout longer than what is looked over may hold a secret at its end: the text is enough.
    is_tainted = bool(said or beside) or len(event.html or "") > LONGEST_TEXT
    kinds = sorted({f.kind.value for f in (*said, *beside)})
    words = Words(
        text=whole.text[:LONGEST_TEXT],
        visible_text=visible,
        html=None if is_tainted or event.html is None else _tidy(event.html),
        subject=subject.text[:LONGEST_SUBJECT] or None,
        language=event.language or language.guess(whole.text, prior=prior),
        redactions=tuple(kinds),
    )
    is_clean = not (said or beside) and _is_clean(event)
    return Clean(words, said or beside, name.text, is_clean, event.files)


def _joined(event: InboundEvent) -> tuple[InboundEvent, tuple[Finding, ...]]:
    """Without a secret that is whole only with its subject, its words and its files' names."""
    names = [file.name for file in event.files]
    if not event.text or not any(is_piece(part) for part in (event.subject or "", *names)):
        return event, ()
    texts = [event.subject or "", event.text, *(_spaced(name) for name in names)]
    subject, words, *files = found_across(texts)
    found = tuple(each for piece in (subject, words, *files) for each in piece.found)
    if not found:
        return event, ()
    return replace(
        event,
        subject=hide(texts[0], subject.found) if event.subject is not None else None,
        text=hide(event.text, words.found),
        visible_text=None,
        html=None,
        files=tuple(
            replace(file, name=hide(file.name, piece.found))
            for file, piece in zip(event.files, files, strict=True)
        ),
    ), found


def _spaced(name: str) -> str:
    """A name with its end as a word of its own no more: "… useful.txt"."""
    stem, dot, end = name.rpartition(".")
    return f"{stem} {' ' * len(end)}" if dot and len(end) <= _LONGEST_END else name


def _beside(event: InboundEvent) -> tuple[Finding, ...]:
    """Secrets beside the words: in the layout, in names of files, in what the original holds."""
    found = [
        finding
        for text in (event.unshown, *_named(event.files))
        for finding in scan(text[:LONGEST_TEXT])
    ]
    if html := (event.html or "")[: LONGEST_TEXT + _MARGIN]:
        found += [each for way in ways_of_html(html) for each in scan(way)]
    return tuple(found)


def _named(files: Sequence[InboundFile]) -> list[str]:
    return [text for file in files for text in (file.name, file.content_id) if text]


def _is_clean(event: InboundEvent) -> bool:
    """Whether the original holds no secret beyond that; what is too long to tell counts as one."""
    rest = (event.text[LONGEST_TEXT:], event.enclosed)
    if len(event.html or "") > LONGEST_TEXT or any(len(text) > _MOST_ENCLOSED for text in rest):
        return False
    return not any(scan(text) for text in rest if text)


def _tidy(text: str) -> str:
    """PostgreSQL refuses NUL in text; a lone surrogate cannot be stored as UTF-8."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
