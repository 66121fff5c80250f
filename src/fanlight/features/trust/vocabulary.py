"""The words that people use: one of them near a name of ours is a word, not a slip of ours."""

import gzip
from functools import cache, lru_cache
from importlib.resources import files

_KEPT = 2_048  # words asked for lately


@cache
def _listed() -> bytes:
    """English words and common names as the package keeps them: lines of ``"word": count``.

    Searched as they lie: its own reader takes half a second and 40 MB for the same answer.
    """
    folder = files("spellchecker") / "resources"
    return gzip.decompress((folder / "en.json.gz").read_bytes())


@lru_cache(_KEPT)
def is_word(text: str, least: int = 1) -> bool:
    """Whether this is an English word, a place or a first name; no marks, small letters.

    ``least``: how often it must have been counted, to be one that is in everybody's mouth.
    """
    if not (text.isascii() and text.isalpha()):
        return False
    _, found, rest = _listed().partition(b'\n"%b":' % text.encode())
    return bool(found) and (least <= 1 or int(rest[:12].partition(b",")[0]) >= least)
