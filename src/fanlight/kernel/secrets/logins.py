"""Passwords that nobody calls one: behind a name, in an address, in a command, "the new one"."""

import re
from collections.abc import Iterator, Sequence

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage
from fanlight.kernel.secrets.talk import LOGINS, PASSWORDS

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
# An account's name and its password, one behind the other.
_BOTH = re.compile(
    r"(?:log-?in|credentials?|user(?: ?name)?|acc(?:ount)?|[账賬帳][号號户戶]|用[户戶]名?)"
    r"\s?(?:(?:/|&|and|和|、|,)\s?(?:pass(?:word)?|pw|密[码碼]))?\s?(?:is|are|[:：=]|是)\s?"
    r"[\w.@+-]{2,64}(?:\s{0,2}[/|,、，]\s{0,2}|\s{1,3}p\s?[:：=]\s?)(?P<value>[\x21-\x7e]{6,64})",
    re.ASCII,
)
_LETTERS = re.compile(
    r"\bu\s?[:：=]\s?[\w.@+-]{2,64}[\s,;/|]{1,3}p(?:w"
    r"|ass)?\s?[:：=]\s?(?P<value>[\x21-\x7e]{6,64})",
    re.ASCII,
)
_NAMES = ("login", "log-in", "credential", "user", "acc", "账", "賬", "帳", "用户", "用戶")
_SHORT = re.compile(r"(?<![\w-])(?:pass|pw)\s(?P<value>[\x21-\x7e]{6,64})", re.ASCII)
# "The new one is …", once a password was spoken of.
_OTHER_ONE = re.compile(
    r"\b(?:new|old|other|previous|current|second)\sone(?:\s(?:is|was))?\s?[:=]?\s{0,2}"
    r"(?P<value>[\x21-\x7e]{6,64})",
    re.ASCII,
)
# "Tried X and Y", "changed from X to Y", likewise; and only what no word looks like.
_TRIED = re.compile(
    r"\b(?:tried|trying|used|using|typed|entered"
    r"|changed from)\s[\"'“]?(?P<value>[\x21-\x7e]{6,64})",
    re.ASCII,
)
_CHANGED = re.compile(
    r"(?:tried|changed from|used|typed|entered)\s\S{6,64}\s(?:to|and|or|then)\s"
    r"[\"'“]?(?P<value>[\x21-\x7e]{6,64})",
    re.ASCII,
)
_VERBS = ("tried ", "trying ", "used ", "using ", "typed ", "entered ", "changed from ")
_OF_PASSWORDS = ("pass", "pwd", "pw ", "密码", "密碼")
_ONES = ("new one", "old one", "other one", "previous one", "current one", "second one")
_IN_COMMAND = re.compile(
    r"(?:\bsshpass\s{1,4}-p\s{0,2}|\bcurl\s[^\n]{0,200}?-u\s{0,2}[\"']?[\w.@-]{1,64}:"
    r"|\b(?:mysql|mysqldump|mongo|mongosh)\s[^\n]{0,120}?\s-p|\bredis-cli\s[^\n]{0,120}?\s-a\s)"
    r"[\"']?(?P<value>[^\s\"'⟦⟧]{4,64})",
    re.ASCII,
)
_COMMANDS = ("sshpass", "curl", "mysql", "mongo", "redis-cli")
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
    if passage.may_tell(LOGINS):
        if any(command in low for command in _COMMANDS):
            for found in _IN_COMMAND.finditer(low):
                if _PLACEHOLDER.match(found["value"]) is None:
                    yield SecretKind.PASSWORD, *found.span("value")
        yield from _made_up(passage, (_BOTH,), _NAMES)
        yield from _made_up(passage, (_LETTERS,), ("u:", "u=", "u :"))
    if passage.may_tell(PASSWORDS) and any(word in low for word in _OF_PASSWORDS):
        yield from _made_up(passage, (_SHORT,), ("pass ", "pw "))
        if " one" in low:
            yield from _made_up(passage, (_OTHER_ONE,), _ONES)
        yield from _made_up(passage, (_TRIED, _CHANGED), _VERBS, is_signed=True)


def _made_up(
    passage: Passage,
    patterns: Sequence[re.Pattern[str]],
    starts: Sequence[str],
    *,
    is_signed: bool = False,
) -> Iterator[tuple[SecretKind, int, int]]:
    """What the patterns, which begin with one of these words, take for a password."""
    for found in _beginning(patterns, passage.low, starts):
        start = found.start("value")
        value = passage.text[start : found.end("value")].rstrip(_ENDS)
        if _is_made_up(value) and (not is_signed or _is_signed(value)):
            yield SecretKind.PASSWORD, start, start + len(value)


def _beginning(
    patterns: Sequence[re.Pattern[str]], low: str, starts: Sequence[str]
) -> Iterator[re.Match[str]]:
    for word in starts:
        at = low.find(word)
        while at >= 0:
            for pattern in patterns:
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
