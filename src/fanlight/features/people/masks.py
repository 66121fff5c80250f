"""What agents see of a personal fact until they ask for it with a reason."""

import re
from datetime import datetime

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
