"""What terms, legal texts and figures have in common: keys, languages, the way they are saved."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from fanlight.features.knowledge import queries, traditional
from fanlight.features.knowledge.errors import EntryUnfit, UnknownLanguage
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.traditional import SIMPLIFIED, TRADITIONAL
from fanlight.features.knowledge.why import Why
from fanlight.kernel.errors import FanlightError, Kind
from fanlight.kernel.work import Work

S = TypeVar("S")
T = TypeVar("T")
Refuse = Callable[[str, Why], None]
"""Told which entry of which file cannot be taken, and why; the others are."""

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_KEY = 80


def fitting(key: str) -> str:
    """The key itself, when it is one. Raises EntryUnfit."""
    if len(key) > _MOST_KEY or not _KEY.fullmatch(key):
        raise EntryUnfit(why="key", key=key[:_MOST_KEY])
    return key


def measured(key: str, text: str, most: int, why: str) -> str:
    """The text without space around it, when there is one and it is not too long.

    Raises:
        EntryUnfit
    """
    text = text.strip()
    if not text or len(text) > most:
        raise EntryUnfit(why=why, key=key, most=most)
    return text


def in_languages(texts: Mapping[str, T], of: Callable[[T], T]) -> dict[str, T]:
    """Every text made fit; in the help center's languages alone, and in one at least.

    Raises:
        UnknownLanguage
        EntryUnfit: says in which language.
    """
    for language in texts:
        if language not in LANGUAGES:
            raise UnknownLanguage(language=language, languages=list(LANGUAGES))
    if not texts:
        raise EntryUnfit(why="text", key="")

    def fit(language: str, text: T) -> T:
        try:
            return of(text)
        except EntryUnfit as error:
            raise EntryUnfit(**error.params | {"language": language}) from error

    return {language: fit(language, text) for language, text in texts.items()}


class _Derivable(Protocol):
    @property
    def is_derived(self) -> bool: ...


D = TypeVar("D", bound=_Derivable)


async def derive(
    work: Work, texts: dict[str, D], made: Callable[[D, traditional.Words], D]
) -> None:
    """Make zh-Hant out of zh-Hans, unless somebody has written it by hand."""
    own = texts.get(TRADITIONAL)
    if SIMPLIFIED in texts and (own is None or own.is_derived):
        words = await queries.traditional_words(work)
        # The dictionaries of the conversion load for a second: not on the loop.
        texts[TRADITIONAL] = await asyncio.to_thread(made, texts[SIMPLIFIED], words)


def best(texts: Mapping[str, T], order: Sequence[str]) -> tuple[str, T] | None:
    """The text in the first of these languages that it has, and that language."""
    tag = next((tag for tag in (*order, *LANGUAGES) if tag in texts), None)
    return None if tag is None else (tag, texts[tag])


def spoken(given: Mapping[str, Any], shape: type[S]) -> dict[str, S]:
    """What an entry of a file says in each language: beside its other keys, under the tag.

    Raises:
        msgspec.ValidationError: what stands there does not have the shape.
    """
    told = {tag: given[tag] for tag in LANGUAGES if tag in given}
    return msgspec.convert(told, dict[str, shape])  # type: ignore[valid-type]


def decoded(
    file: Path, table: str, shape: type[S], make: Callable[[S], T], refuse: Refuse
) -> list[T]:
    """The entries of a TOML file, made one by one; none where it is not there. Blocks.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: the file as a whole is no table of these.
    """
    if not file.is_file():
        return []
    given = msgspec.toml.decode(file.read_bytes(), type=dict[str, Any]).get(table, [])
    found: list[T] = []
    for number, each in enumerate(msgspec.convert(given, list[Any]), 1):
        try:
            _refuse_nul(each)
            found.append(make(msgspec.convert(each, shape)))
        except msgspec.ValidationError as error:
            refuse(f"{file.name} ({_called(each, number)})", Why.of(error))
    return found


def _refuse_nul(given: object) -> None:
    # PostgreSQL stores none, and an editor sees none.
    if "\\u0000" in msgspec.json.encode(given).decode():
        raise msgspec.ValidationError("a letter that cannot be stored (NUL)")


def _called(given: object, number: int) -> str:
    names = ("key", "name", "article", "words")
    called = (
        next((given[name] for name in names if name in given), "")
        if isinstance(given, dict)
        else ""
    )
    return str(called)[:_MOST_KEY] or f"number {number}"


@contextmanager
def taking(file: str, key: str, refuse: Refuse | None) -> Iterator[None]:
    """What one entry of a file cannot be stored for is told; without ``refuse`` it is raised."""
    try:
        yield
    except FanlightError as error:
        if refuse is None or error.kind is Kind.FORBIDDEN:
            raise
        refuse(f"{file} ({key[:_MOST_KEY]})", Why(error.sentence, **error.params))
