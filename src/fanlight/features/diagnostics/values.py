"""Figures in a finding, kept without a language: told to each reader in theirs."""

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec


class Money(msgspec.Struct, frozen=True, tag="money", tag_field="v"):
    """An amount with its asset."""

    amount: Decimal
    asset: str


class OnChain(msgspec.Struct, frozen=True, tag="on_chain", tag_field="v"):
    """A hash or an address: shown by its ends, copied whole."""

    text: str


class Plain(msgspec.Struct, frozen=True, tag="plain", tag_field="v"):
    """A name or id that reads the same in every language."""

    text: str


class Said(msgspec.Struct, frozen=True, tag="said", tag_field="v"):
    """A word of ours: ``diagnosis.said.<key>``."""

    key: str


class At(msgspec.Struct, frozen=True, tag="at", tag_field="v"):
    """A moment."""

    at: datetime


class Lasts(msgspec.Struct, frozen=True, tag="lasts", tag_field="v"):
    """How long, in seconds; a mean or a habit, so people are told "about"."""

    seconds: int

    @classmethod
    def of(cls, span: timedelta) -> "Lasts":
        return cls(int(span.total_seconds()))


class Part(msgspec.Struct, frozen=True, tag="part", tag_field="v"):
    """So many of so many, e.g. confirmations."""

    have: int
    need: int


class Number(msgspec.Struct, frozen=True, tag="number", tag_field="v"):
    """A count or a plain figure."""

    number: int


Value = Money | OnChain | Plain | Said | At | Lasts | Part | Number
