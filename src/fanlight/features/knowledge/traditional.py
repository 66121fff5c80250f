"""Traditional Chinese out of Simplified: OpenCC for the script, a reviewed list for the words."""

import re
from functools import cache
from typing import Protocol

import msgspec

from fanlight.features.knowledge.models import Text

SIMPLIFIED, TRADITIONAL = "zh-Hans", "zh-Hant"
# Straight from the reviewed list's file: what OpenCC writes -> what people in Taiwan write.
Words = dict[str, str]

_QUOTES = str.maketrans({"“": "「", "”": "」"})
_INNER_QUOTES = re.compile(r"‘([^’\n]*[\u3400-\u9fff][^’\n]*)’")
_YOU = re.compile(r"你(?!們)")


class _Converter(Protocol):
    def convert(self, text: str, /) -> str: ...


@cache
def _converter() -> _Converter:
    import opencc  # its dictionaries load on first use: some installations never need them

    converter: _Converter = opencc.OpenCC("s2twp")
    return converter


def to_traditional(text: str, words: Words) -> str:
    """Readers of zh-Hant get their own words and marks, and are addressed as 您."""
    text = _converter().convert(text)
    if words:  # the longest first, each place once: an entry may shield a word from a shorter one
        entries = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        text = re.sub(entries, lambda found: words[found[0]], text)
    text = _INNER_QUOTES.sub(r"『\1』", text.translate(_QUOTES))
    return _YOU.sub("您", text)


def traditional(text: Text, words: Words) -> Text:
    """A whole text in Traditional Chinese."""
    return msgspec.structs.replace(
        text,
        title=to_traditional(text.title, words),
        description=to_traditional(text.description, words),
        source=to_traditional(text.source, words),
        tags=tuple(to_traditional(tag, words) for tag in text.tags),
        asked_as=tuple(to_traditional(each, words) for each in text.asked_as),
    )
