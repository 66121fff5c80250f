"""What the index keeps of one translation: its tokens, field by field."""

import re
import zlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import islice

import msgspec

from fanlight.features.knowledge import analyzer, pinyin
from fanlight.features.knowledge.analyzer import Tokens
from fanlight.features.knowledge.audiences import PUBLIC
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.passages import Passage

_WRITTEN = re.compile(r"[a-z]{3,30}")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One translation as the index takes it."""

    article: int  # the article's number, the same for all its translations
    language: str
    # The languages whose readers are served by this translation: its own, and those it stands in
    # for because the article does not exist in them.
    readers: tuple[str, ...]
    audience: str  # keys of who may find it, with spaces between; "internal" for agents only
    category: str
    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # "also asked as": as good as a title
    other_titles: tuple[str, ...] = ()  # of the linked translations
    passages: list[Passage]


class Texts(msgspec.Struct, frozen=True):
    """The documents of one translation, field by field, with a space between two tokens."""

    head: dict[str, str | int]
    shared: dict[str, str | int]  # by all its passages
    passages: list[dict[str, str | int]]


def seen_by(kind: str, key: str) -> str:
    """One condition of who finds a translation. ``kind``: written, reader, audience."""
    return f"{kind}={key}"


def _seen_by(entry: Entry) -> Iterable[str]:
    yield seen_by("written", entry.language)
    yield from (seen_by("reader", tag) for tag in entry.readers)
    yield from (seen_by("audience", key) for key in entry.audience.split())


def ordinal(name: str) -> int:
    """A category as a number: the engine hands out columns of numbers only."""
    return zlib.crc32(name.encode()) & 0xFFFFFF  # a column costs as many bits as it may need


def exact(kind: str, name: str) -> str:
    """A whole name as one short token. ``kind`` says of what: title, called, sound, letters."""
    return b64encode(blake2b(f"{kind}={name}".encode(), digest_size=5).digest(), b"-_")[:6].decode()


def _terms(said: Tokens) -> list[str]:
    """Words and pairs of characters in one row: most Chinese words are such a pair."""
    pairs = set(said.pairs)
    return [*(word for word in said.words if word not in pairs), *said.pairs]


def _once(tokens: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(tokens))


def texts_of(entry: Entry) -> Texts:
    language, others = entry.language, entry.other_titles
    aliases = (*entry.tags, *entry.aliases)
    pieces = entry.passages or [Passage("", "", "")]
    headings = list(dict.fromkeys(passage.heading for passage in pieces))
    bodies = [passage.text for passage in pieces]
    bodies[0] = f"{entry.description} {bodies[0]}"
    lines = iter(
        analyzer.normalise_all([entry.title, *aliases, *others, *headings, *bodies]),
    )
    title = analyzer.tokens_of(next(lines), language)
    called = [analyzer.tokens_of(line, language) for line in islice(lines, len(aliases))]
    linked = [analyzer.tokens_of(line, "en") for line in islice(lines, len(others))]
    said = {each: _once(_terms(analyzer.tokens_of(next(lines), language))) for each in headings}
    spoken = [pinyin.sounds(name) for name in (entry.title, *aliases, *others)]
    shared: dict[str, str | int] = {
        "seen_by": " ".join(_seen_by(entry)),
        "article": entry.article,
        "tongue": LANGUAGES.index(language),
        "shelf": ordinal(entry.category),
    }
    head = {
        **shared,
        "title": _once(_terms(title)),
        "alias": " ".join(token for each in called for token in _terms(each)),
        "other": _once(token for each in linked for token in _terms(each)),
        "singles": _once(title.singles),
        "exact": _once(_exact(entry, spoken)),
        "sound": _once(pair for each in spoken for pair in each.pairs),
        "initials": _once(piece for each in spoken for piece in each.initials),
        "surface": _surface(entry, headings),
    }
    passages: list[dict[str, str | int]] = [
        {
            "heading": said[passage.heading],
            "body": analyzer.terms_of(body, language),
            "passage": number,
        }
        for number, (passage, body) in enumerate(zip(pieces, lines, strict=True))
    ]
    return Texts(head, shared, passages)


def _exact(entry: Entry, spoken: Sequence[pinyin.Sounds]) -> Iterable[str]:
    """Names as wholes: as written, as they sound, by their first letters."""
    yield exact("title", analyzer.same(entry.title))
    for alias in entry.aliases:
        yield exact("called", analyzer.same(alias))
    for each in spoken:
        yield from (exact("sound", whole) for whole in each.whole)
        yield from (exact("letters", whole) for whole in each.letters)


def _surface(entry: Entry, headings: Iterable[str]) -> str:
    """Words as they are written, for mending slips: of what everybody may read."""
    if PUBLIC not in entry.audience.split():
        return ""
    lines = (line.lower() for line in (entry.title, *entry.tags, *entry.aliases, *headings))
    return _once(word for line in lines for word in _WRITTEN.findall(line))
