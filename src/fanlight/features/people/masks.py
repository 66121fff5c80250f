"""What agents see of a personal fact until they ask for it with a reason.

Which role sees which field in clear is one table: the permissions ``fact.<field>``. Whoever holds
none of them sees every field masked; a mask is put on here, on the server, and nowhere else.
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from html import escape, unescape

import msgspec

from fanlight.features.people.masked_words import Fact, facts_in, mails_in, paragraphs
from fanlight.kernel.work import Actor

DOT = "•"
_HIDDEN = DOT * 4
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_MOST_DOTS = 6  # the length of a long name is a fact too
# By the length of a word. Every row of every list is masked: made once, looked up often.
_DOTS = tuple(DOT * max(length - 1, 1) for length in range(_MOST_DOTS + 2))
_HAN_DOTS = DOT * 2


def mask_email(address: str) -> str:
    """``lin@mail.example`` as ``l••@m•••.example``: the first letters and the last label."""
    local, at, domain = address.rpartition("@")
    if not at:
        return _covered(address)
    host, dot, top = domain.rpartition(".")
    return f"{_covered(local)}@{_covered(host)}{dot}{top}" if dot else f"{_covered(local)}@{DOT}"


def mask_uid(uid: str) -> str:
    """``48812217`` as ``48••••17``; the dots say nothing of the length."""
    if len(uid) < 6:
        return _HIDDEN
    return f"{uid[:2]}{_HIDDEN}{uid[-2:]}"


@lru_cache(maxsize=8192)  # the same fifty lines stand on everybody's screen
def mask_name(name: str) -> str:
    """``Lin Yue`` as ``L•• Y••``, ``陳大文`` as ``陳••``: enough to tell people apart."""
    return " ".join([_covered(word) for word in name.split()])


def mask_phone(number: str) -> str:
    """``+852 5123 4506`` as ``+852 •••• 06``."""
    country, _, _ = number.strip().partition(" ")
    tail = re.sub(r"\D", "", number)[-2:]
    lead = country if country.startswith("+") and country != number.strip() else ""
    return f"{lead} {_HIDDEN} {tail}".strip()


def mask(kind: str, shown: str) -> str:
    """Mask an identity by its kind; a kind we do not know is covered like a name."""
    if kind == "email" or "@" in shown[1:]:
        return mask_email(shown)
    if kind == "phone":
        return mask_phone(shown)
    if kind in {"exchange", "telegram", "visitor"} and not shown.startswith("@"):
        return mask_uid(shown)
    if shown.startswith("@"):
        return "@" + _covered(shown[1:])
    if shown.isdecimal():
        return mask_uid(shown)
    return mask_name(shown)


class Field(StrEnum):
    """The kinds of facts that are masked."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    UID = "uid"
    HANDLE = "handle"
    ADDRESS = "address"
    BALANCE = "balance"


def field_of(kind: str, shown: str) -> Field:
    """Which field an identity is, by its kind and, for kinds of tomorrow, by its look."""
    if kind == "email" or "@" in shown[1:]:
        return Field.EMAIL
    if kind == "phone":
        return Field.PHONE
    if shown.startswith("@"):
        return Field.HANDLE
    if kind in {"exchange", "telegram", "visitor"} or shown.isdecimal():
        return Field.UID
    return Field.NAME


def mask_address(address: str) -> str:
    """``bc1qxy2k…fjhx0wlh`` as ``bc1qxy••••0wlh``: enough to compare two, not to pay one."""
    return f"{address[:6]}{_HIDDEN}{address[-4:]}" if len(address) >= 16 else _HIDDEN


def mask_balance(_: str) -> str:
    """How much somebody has; the length is a fact too."""
    return _HIDDEN


_MASKS: dict[Field, Callable[[str], str]] = {
    Field.NAME: mask_name,
    Field.EMAIL: mask_email,
    Field.PHONE: mask_phone,
    Field.UID: mask_uid,
    Field.HANDLE: lambda handle: mask("", handle),
    Field.ADDRESS: mask_address,
    Field.BALANCE: mask_balance,
}


class Sight(msgspec.Struct, frozen=True):
    """Which fields somebody sees in clear. The same for all who hold the same, so frames too."""

    clear: frozenset[Field] = frozenset()

    def of(self, field: Field, fact: str) -> str:
        """The fact as they may see it."""
        return fact if field in self.clear or not fact else _MASKS[field](fact)

    def name(self, name: str) -> str:
        return name if Field.NAME in self.clear else mask_name(name)

    def identity(self, kind: str, shown: str) -> str:
        return shown if field_of(kind, shown) in self.clear else mask(kind, shown)

    def words(self, text: str, own: Collection[str] = ()) -> str:
        """What a customer wrote, without the ways to reach and to rob them beside us.

        ``own`` are accounts to be hidden though the words do not say that they are some.
        """
        facts = facts_in(text, own)
        return self._replaced(text, facts) if facts else text

    def markup(self, html: str) -> str:
        """The same of a letter as it looks, where tags may stand inside an address."""
        return "".join(self._paragraph(pieces) for pieces in paragraphs(html))

    def _paragraph(self, pieces: list[str]) -> str:
        shown = [
            self._replaced(each, mails_in(each)) if each.startswith("<img") else self.words(each)
            for each in pieces
        ]
        said = unescape("".join(each for each in shown if not each.startswith("<")))
        masked = self.words(said)
        if masked != said:  # across tags: they stay, what they were around stands before them
            tags = [each for each in shown if each.startswith("<")]
            return escape(masked, quote=False) + "".join(tags)
        return "".join(shown)

    def _replaced(self, text: str, facts: Iterable[Fact]) -> str:
        done = 0
        shown: list[str] = []
        for fact in facts:
            field = Field(fact.field)
            if field not in self.clear and fact.start >= done:
                shown += (text[done : fact.start], _MASKS[field](fact.value))
                done = fact.end
        return "".join(shown) + text[done:] if done else text


BLIND = Sight()


def sight_of(actor: Actor) -> Sight:
    """What an agent sees; anybody and anything else, the desk itself too, is shown masks."""
    return _sight(actor.permissions) if actor.kind == "agent" else BLIND


@lru_cache(maxsize=256)
def _sight(permissions: frozenset[str]) -> Sight:
    return Sight(frozenset(field for field in Field if f"fact.{field}" in permissions))


def since(created_at: datetime) -> str:
    """A customer's first month, ``2023-03``: the day would single people out."""
    return created_at.strftime("%Y-%m")


def _covered(word: str) -> str:
    """The first character and a dot for each further one, up to a few."""
    if not word:
        return ""
    if _HAN.match(word):
        return word[0] + _HAN_DOTS
    return word[0] + _DOTS[len(word) if len(word) <= _MOST_DOTS else -1]
