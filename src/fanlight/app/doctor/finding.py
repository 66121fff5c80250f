"""What a check has to say: in words for people, in one line for machines."""

from typing import Literal

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """The answer of one check; ``do`` is the way out where something is wrong."""

    check: str
    state: Literal["ok", "warn", "fail"]
    says: str
    do: str = ""


def ok(check: str, says: str) -> Finding:
    return Finding(check, "ok", says)


def warn(check: str, says: str, do: str) -> Finding:
    """It works, but not as it should, or not for long."""
    return Finding(check, "warn", says, do)


def fail(check: str, says: str, do: str) -> Finding:
    """It does not work."""
    return Finding(check, "fail", says, do)
