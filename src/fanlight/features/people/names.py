"""Short words from outside (names, reasons, language tags), made fit to be stored and shown."""

import re
from collections.abc import Sequence

from fanlight.kernel.errors import Malformed
from fanlight.kernel.secrets import scan

_LONGEST_NAME = 120
_MOST_LANGUAGES = 20
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")  # BCP 47, what we need of it


def one_line(text: str, longest: int) -> str:
    """The text on one line without control characters, cut to a length.

    What turns the direction of writing goes too: a name must not reorder the line it stands in.
    """
    spaced = " ".join(text[: longest * 4].split())
    return "".join(character for character in spaced if character.isprintable())[:longest]


def checked_name(name: str) -> str:
    """A name as it may be stored. Raises Malformed: empty, too long, unprintable, or a secret."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or scan(name):
        raise Malformed(where="name")
    return name


def checked_languages(tags: Sequence[str]) -> tuple[str, ...]:
    """Language tags without repeats; raises Malformed when one is none."""
    if len(tags) > _MOST_LANGUAGES or not all(_TAG.match(tag) for tag in tags):
        raise Malformed(where="languages")
    return tuple(dict.fromkeys(tags))
