"""One form for all that looks alike: what a hurried eye reads, after the confusables of UTS 39."""

import re
import unicodedata
from functools import cache, lru_cache

# What looks like a Latin letter to the eye though the tables know better: digits and groups.
_SIGNS = str.maketrans("013456789|!$@€", "olease" + "tbgllsae")
_GROUPS = (("rn", "m"), ("nn", "m"), ("vv", "w"), ("cl", "d"))
_MARKS = re.compile(r"[\W_]+")
_WITH = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH ")


@cache
def _confusables() -> dict[str, str]:
    """Every character that Unicode calls confusable with a Latin letter or digit, to that one."""
    from confusable_homoglyphs import confusables

    found: dict[str, str] = {}
    for latin in "abcdefghijklmnopqrstuvwxyz0123456789":
        for shape in (latin, latin.upper()):
            for answer in confusables.is_confusable(shape, greedy=True, preferred_aliases=[]) or ():
                for homoglyph in answer["homoglyphs"]:
                    character = homoglyph["c"]
                    if len(character) == 1 and not character.isascii():
                        found.setdefault(character, latin)
    return found | _BY_EYE


# Beside the tables: letters of other scripts, tails, hooks and small capitals that pass for a
# letter in the narrow font of an address bar.
_BY_EYE = {
    ape: latin
    for latin, apes in {
        "a": "аαɑᴀ", "b": "ʙьв", "c": "сᴄϲ", "d": "ԁɗᴅ", "e": "еεєᴇҽ", "f": "ꜰƒ",
        "g": "ɡɢցǥ", "h": "һнɦʜ", "i": "іıιɩ", "j": "јȷᴊ", "k": "кκᴋ", "l": "ӏʟɫ",
        "m": "мᴍ", "n": "пηɴո", "o": "оοօᴏσ", "p": "рρᴘ", "q": "ԛզ", "r": "гʀɼ",
        "s": "ѕꜱʂ", "t": "тτᴛ", "u": "υսᴜц", "v": "νᴠѵ", "w": "ԝωшᴡ", "x": "хχ",
        "y": "уγʏ", "z": "ᴢʐ",
    }.items()
    for ape in apes
}  # fmt: skip


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Letters as they look: accents off, other scripts' letters as the Latin ones they ape."""
    folded = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    if bare.isascii():
        return bare
    table = _confusables()
    return "".join(c if c.isascii() else table.get(c) or _named(c) for c in bare)


@lru_cache(maxsize=4096)
def _named(character: str) -> str:
    """A letter with a tail, a hook or a bar through it, as Unicode names it: the letter itself."""
    found = _WITH.match(unicodedata.name(character, ""))
    return found[1].lower() if found else character


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """``plain``, with digits and groups as the letters they pass for, and no marks between."""
    shape = _MARKS.sub("", plain(text).translate(_SIGNS)).replace("i", "l").replace("j", "l")
    for group, letter in _GROUPS:
        shape = shape.replace(group, letter)
    return shape
