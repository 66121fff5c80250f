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
def is_word(text: str) -> bool:
    """Whether this is an English word, a place or a first name; no marks, small letters."""
    return text.isascii() and text.isalpha() and b'\n"%b":' % text.encode() in _listed()
