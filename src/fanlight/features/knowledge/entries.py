"""What terms, legal texts and figures have in common: keys, languages, the way they are saved."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from fanlight.features.knowledge.errors import EntryUnfit, UnknownLanguage
from fanlight.features.knowledge.models import LANGUAGES

T = TypeVar("T")

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
        UnknownLanguage, EntryUnfit
    """
    for language in texts:
        if language not in LANGUAGES:
            raise UnknownLanguage(language=language, languages=list(LANGUAGES))
    if not texts:
        raise EntryUnfit(why="text", key="")
    return {language: of(text) for language, text in texts.items()}


def best(texts: Mapping[str, T], order: Sequence[str]) -> tuple[str, T] | None:
    """The text in the first of these languages that it has, and that language."""
    tag = next((tag for tag in (*order, *LANGUAGES) if tag in texts), None)
    return None if tag is None else (tag, texts[tag])


def decoded(file: Path, kind: type[T], none: T) -> T:
    """A TOML file of this shape; ``none`` where it is not there. Blocks.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: the file does not have the shape.
    """
    return msgspec.toml.decode(file.read_bytes(), type=kind) if file.is_file() else none
