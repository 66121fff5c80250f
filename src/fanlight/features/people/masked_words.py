"""Where in their own words customers name mailboxes, telephones, accounts and wallets.

It runs over every line of every list and every message that an agent opens: what costs is done
only where a quick look finds something that may be one, and once for what is shown again and again.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from fanlight.kernel.entities import EntityKind, recognise

# As it is written in mails and in links, and as those write it who mean to be missed.
_AT = re.compile(r"@|\uff20|&#0*64;|&#[xX]0*40;|&commat;|%40")
_MAIL = re.compile(rf"(?P<local>[\w.+-]{{1,64}})(?:{_AT.pattern})(?P<domain>[\w-]+(?:\.[\w-]+)+)")
_AT_BEGINS = ("@", "\uff20", "&", "%40")  # quicker to look for
_ROW = re.compile(r"\d(?:[ ().-]{0,3}\d){7,}")  # eight digits or more, as a telephone has
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.,_#:-])(?:"
    r"(?:\+|00(?=[1-9]))\d{1,3}[ -]?\(?\d[\d ()-]{5,14}\d"  # with its country
    r"|1[3-9]\d([ -]?)\d{4}\1\d{4}"  # mainland China
    r"|09\d{2}[ -]?\d{3}[ -]?\d{3}"  # Taiwan
    r"|\([2-9]\d{2}\) ?\d{3}[ -]\d{4}|[2-9]\d{2}([.-])\d{3}\2\d{4}"  # North America
    r"|07\d{3}[ -]?\d{3}[ -]?\d{3}|0[1-9]\d{1,3}[ -]\d{3,4}[ -]\d{3,4}"  # Britain
    r")(?![0-9A-Za-z_-]|[.,]\d)"
)
_FEWEST_DIGITS = 5
_NO_DIGITS = bytes(byte for byte in range(256) if not 48 <= byte <= 57)
# Letters and digits as one letter: an address is twenty-five of them or more.
_SHAPES = bytes(97 if byte < 128 and chr(byte).isalnum() else 32 for byte in range(256))
_WALLET = b"a" * 25
_ALONE = re.compile(r"\s*(\d{6,10})\s*", re.ASCII)
_FIVE_DIGITS = re.compile(r"\d{5}")  # as many as the shortest UID has
# The same in a word of its own: a hash or an address is longer than any UID.
_OWN_WORD = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]{5,32}(?![0-9A-Za-z]))[0-9A-Za-z]*?[0-9]{5}", re.ASCII
)
_UID = re.compile(r"\bu\.?i\.?d|\bid(?:\b|\d)|[的人]id")
_PLAIN_I = str.maketrans("İı", "ii")
_UID_IN_CHINESE = ("用户", "用戶", "使用者", "账", "帳", "会员", "會員", "客")
_FIELDS = {EntityKind.UID: "uid", EntityKind.ADDRESS: "address"}
_SHORT = 300  # characters: a line of a list or of a chat
_TAG = re.compile(r"(<[^<>]*>)")
_WITHIN = re.compile(
    r"</?(?:a|abbr|b|big|code|em|font|i|mark|s|small|span|strong|sub|sup|tt|u|wbr)\b", re.I
)


class Fact(NamedTuple):
    """One thing said that may be masked: its place, its field, and what the mask is made of."""

    start: int
    end: int
    field: str
    value: str


def facts_in(text: str, own: Collection[str] = ()) -> Sequence[Fact]:
    """All of them, in order; ``own`` are accounts that are hidden though nothing names them so."""
    found = _in_short(text) if len(text) <= _SHORT else _in_any(text)
    if not own:
        return found
    also = [fact for account in own for fact in _places_of(account, text)]
    return sorted([*found, *also]) if also else found


def may_hold_account(text: str) -> bool:
    """Whether the writer's own UID may stand in words that do not say that it is an account.

    Most lines hold none, and for them nobody's accounts are asked for.
    """
    return _OWN_WORD.search(text) is not None


def _in_any(text: str) -> Sequence[Fact]:
    alone = _ALONE.fullmatch(text)
    if alone is not None:  # mostly the answer to "what is your UID?"
        return (Fact(*alone.span(1), "uid", alone[1]),)
    return tuple(sorted([*mails_in(text), *_numbers_in(text)]))


def _places_of(account: str, text: str) -> Iterator[Fact]:
    at = text.find(account)
    while at >= 0:
        end = at + len(account)
        beside = text[max(0, at - 1) : at] + text[end : end + 1]
        # Chinese puts no blank around a number: only Latin letters and digits make it another word.
        if not any(c.isascii() and c.isalnum() for c in beside):
            yield Fact(at, end, "uid", account)
        at = text.find(account, end)


# The same fifty lines stand on everybody's screen, and are sent anew with whatever changes.
_in_short = lru_cache(maxsize=8192)(_in_any)


def mails_in(text: str) -> Iterator[Fact]:
    if not any(sign in text for sign in _AT_BEGINS) or _AT.search(text) is None:
        return
    for found in _MAIL.finditer(text):
        yield Fact(*found.span(), "email", f"{found['local']}@{found['domain']}")


def _numbers_in(text: str) -> Iterator[Fact]:
    raw = text.encode(errors="replace")
    # Bytes are looked through many times as fast as text; other scripts have digits of their own.
    has_digits = not text.isascii() or len(raw.translate(None, delete=_NO_DIGITS)) >= _FEWEST_DIGITS
    phones = list(_phones(text)) if has_digits else []
    is_named = _WALLET in raw.translate(_SHAPES) or (
        has_digits and _FIVE_DIGITS.search(text) is not None and _may_say_uid(text)
    )
    if not phones and not is_named:
        return
    known = recognise(text)
    for each in known:
        if each.kind in _FIELDS:
            yield Fact(each.start, each.end, _FIELDS[each.kind], each.value)
    starts = [each.start for each in known]
    for phone in phones:
        # An order's number or an amount may look like a telephone; the words around it tell.
        before = bisect_right(starts, phone.start())
        if not before or known[before - 1].end < phone.end():
            yield Fact(*phone.span(), "phone", phone[0])


def _may_say_uid(text: str) -> bool:
    said = text.translate(_PLAIN_I).lower()
    if any(word in said for word in _UID_IN_CHINESE):
        return True
    return ("id" in said or "i.d" in said) and _UID.search(said) is not None


def _phones(text: str) -> Iterator[re.Match[str]]:
    for row in _ROW.finditer(text):
        # With the sign before it, and what stands right after: "…78 USDT" and "…78abc" differ.
        yield from _PHONE.finditer(text, max(0, row.start() - 2), row.end() + 2)


def paragraphs(html: str) -> Iterator[list[str]]:
    """Texts and tags by turns, as far as a line of text goes: a cell is not one with its next."""
    pieces: list[str] = []
    for piece in _TAG.split(html):
        if piece.startswith("<") and _WITHIN.match(piece) is None:
            yield pieces
            yield [piece]
            pieces = []
        else:
            pieces.append(piece)
    yield pieces
