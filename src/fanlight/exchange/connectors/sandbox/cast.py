"""The customers of the demo at the invented exchange."""

from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody invented whom a visitor may play."""

    uid: str
    email: str
    language: str
    region: str
    tier: str
    identity: str
    deposits: list[tuple[datetime, str, str, Decimal]]
    stories: list[str]


class _File(msgspec.Struct, frozen=True):
    customer: list[Customer]


@cache
def cast() -> tuple[Customer, ...]:
    file = Path(__file__).with_name("cast.toml")
    return tuple(msgspec.toml.decode(file.read_bytes(), type=_File).customer)


@cache
def played(uid: str) -> Customer | None:
    """The customer of the demo with this UID, if it is one."""
    return next((each for each in cast() if each.uid == uid), None)
