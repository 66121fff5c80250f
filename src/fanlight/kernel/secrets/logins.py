"""Passwords that nobody calls one: behind a name, in an address, in a command, "the new one"."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage
from fanlight.kernel.secrets.talk import sign

_ENDS = ".,;:?)]}>\"'`"
_SIGNS = re.compile(r"[!@#$%^&*+=~?]")
_SURE = 8  # letters with digits of this length, or a sign among them, are no plan and no model
_NUMBERED = re.compile(r"(?:uid|id|order|tx|0x|kyc|lv|level|v)[\d._-]", re.ASCII)
# A mailbox and its password, as lists of them are traded.
_BESIDE_MAIL = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,2}\.[a-z]{2,12}(?:[:|]|\s[/|]\s)"
    r"(?P<value>[\x21-\x7e]{6,64})",
    re.ASCII,
)
_VALUE = r"(?P<value>[\x21-\x7e]{6,64})"


class _Way(NamedTuple):
    """How people hand a password over: words it begins with, and what follows them."""

    starts: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    sign: int
    is_signed: bool  # only what no word looks like is taken for a password


def _way(
    *starts: str, then: Sequence[str], border: str = "", told: str = "", is_signed: bool = False
) -> _Way:
    words = "|".join(map(re.escape, starts))
    patterns = [re.compile(f"{border}(?:{words}){each}{_VALUE}", re.ASCII) for each in then]
    return _Way(starts, tuple(patterns), sign(*([told] if told else starts)), is_signed)


_ALONE = r"(?<!\w)"
# An account's name and its password, one behind the other.
_BOTH = _way(
    *("login", "log-in", "credential", "user", "acc", "账", "賬", "帳", "用户", "用戶"),
    then=[
        r"(?: ?name|ount|s|[号號户戶]|名)?"
        r"\s?(?:(?:/|&|and|和|、|,)\s?(?:pass(?:word)?|pw|密[码碼]))?\s?(?:is|are|[:：=]|是)\s?"
        r"[\w.@+-]{2,64}(?:\s{0,2}[/|,、，]\s{0,2}|\s{1,3}p\s?[:：=]\s?)"
    ],
)
_LETTERS = _way(
    *("u:", "u=", "u：", "u :", "u ="),
    border=_ALONE,
    told=" u ",
    then=[r"\s?[\w.@+-]{2,64}[\s,;/|]{1,3}p(?:w|ass)?\s?[:：=]\s?"],
)
# What follows is a password only where somebody speaks of one.
_OF_PASSWORDS = ("pass", "pwd", "pw ", "密码", "密碼")
_SPOKEN_OF = sign(*_OF_PASSWORDS)
_SHORT = _way("pass ", "pw ", border=r"(?<![\w-])", then=[""])
# "The new one is …", once a password was spoken of.
_OTHER_ONE = _way(
    *("new one", "old one", "other one", "previous one", "current one", "second one"),
    border=_ALONE,
    then=[r"(?:\s(?:is|was))?\s?[:=]?\s{0,2}"],
)
# "Tried X and Y", "changed from X to Y", likewise.
_TRIED = _way(
    *("tried ", "trying ", "used ", "using ", "typed ", "entered ", "changed from "),
    border=_ALONE,
    then=[r"[\"'“]?", r"\S{6,64}\s(?:to|and|or|then)\s[\"'“]?"],
    is_signed=True,
)
_IN_COMMAND = re.compile(
    r"(?:\bsshpass\s{1,4}-p\s{0,2}|\bcurl\s[^\n]{0,200}?-u\s{0,2}[\"']?[\w.@-]{1,64}:"
    r"|\b(?:mysql|mysqldump|mongo|mongosh)\s[^\n]{0,120}?\s-p|\bredis-cli\s[^\n]{0,120}?\s-a\s)"
    r"[\"']?(?P<value>[^\s\"'⟦⟧]{4,64})",
    re.ASCII,
)
_COMMANDS = sign("sshpass", "curl", "mysql", "mongo", "redis")
_IN_ADDRESS = re.compile(
    r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{0,64}:(?P<value>[^\s/@⟦⟧]{4,64})@(?=[\w.-])",
    re.ASCII,
)
_PLACEHOLDER = re.compile(r"[$<{\[%*]|x{4}|(?:my|your|the|db|user)?[_-]?(?:pass|pwd|secret|token)")


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    low = passage.low
    if "@" in low and (":" in low or "/" in low or "|" in low):
        yield from _beside_mail(passage)
        if "://" in low:
            for found in _IN_ADDRESS.finditer(low):
                if _PLACEHOLDER.match(found["value"]) is None:
                    yield SecretKind.PASSWORD, *found.span("value")
    if passage.may_tell(_COMMANDS):
        for found in _IN_COMMAND.finditer(low):
            if _PLACEHOLDER.match(found["value"]) is None:
                yield SecretKind.PASSWORD, *found.span("value")
    for way in _ALWAYS:
        if passage.may_tell(way.sign):
            yield from _made_up(passage, way)
    if passage.may_tell(_SPOKEN_OF) and any(map(low.__contains__, _OF_PASSWORDS)):
        for way in _THEN:
            if passage.may_tell(way.sign):
                yield from _made_up(passage, way)


_ALWAYS, _THEN = (_BOTH, _LETTERS), (_SHORT, _OTHER_ONE, _TRIED)


def _made_up(passage: Passage, way: _Way) -> Iterator[tuple[SecretKind, int, int]]:
    """What looks like a password where one is handed over this way."""
    for found in _beginning(way, passage.low):
        start = found.start("value")
        value = passage.text[start : found.end("value")].rstrip(_ENDS)
        if _is_made_up(value) and (not way.is_signed or _is_signed(value)):
            yield SecretKind.PASSWORD, start, start + len(value)


def _beginning(way: _Way, low: str) -> Iterator[re.Match[str]]:
    for word in way.starts:
        at = low.find(word)
        while at >= 0:
            for pattern in way.patterns:
                if (found := pattern.match(low, at)) is not None:
                    yield found
            at = low.find(word, at + 1)


def _is_signed(value: str) -> bool:
    """A sign and a digit among letters: no word and no name of a thing has them."""
    return _SIGNS.search(value) is not None and any(c.isdigit() for c in value)


def _beside_mail(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    at = passage.low.find("@")
    while at >= 0:
        begin = max(0, at - 64)
        found = _BESIDE_MAIL.search(passage.low, begin, at + 160)
        if found is not None and found.start() < at < found.start("value"):
            value = found["value"].rstrip(_ENDS)
            is_close = found["value"] and passage.low[found.start("value") - 1] in ":|"
            if _is_made_up(value, least=6 if is_close else _SURE):
                yield SecretKind.PASSWORD, found.start("value"), found.start("value") + len(value)
        at = passage.low.find("@", at + 1)


def _is_made_up(value: str, least: int = _SURE) -> bool:
    """Letters with digits or signs among them, and neither a number of something nor a path."""
    if len(value) < 6 or "/" in value or "://" in value or value.isdigit():
        return False
    if _NUMBERED.match(value.lower()) or not any(c.isalpha() for c in value):
        return False
    if _SIGNS.search(value) and "=" not in value[1:-1]:
        return "@" not in value or "." not in value.partition("@")[2]
    if len(value) < least or not any(c.isdigit() for c in value):
        return False
    return value.isalnum() or (value != value.lower() and value != value.upper())
