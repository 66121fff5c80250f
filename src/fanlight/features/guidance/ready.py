"""What is good to have at hand, by what it is about, and which of it was said already."""

from collections.abc import Sequence

import msgspec

from fanlight.features.guidance.models import Category
from fanlight.kernel.entities import Entity, EntityKind


class Ready(msgspec.Struct, frozen=True):
    """One thing to have ready: ``key`` names its sentence, ``guide.ready.<key>``."""

    key: str
    is_said: bool


# A thing is said when something of one of these kinds stands in the words.
_SAID_BY: dict[str, frozenset[EntityKind]] = {
    "hash": frozenset({EntityKind.TX_HASH}),
    "network": frozenset({EntityKind.NETWORK}),
    "amount": frozenset({EntityKind.AMOUNT}),
    "time": frozenset({EntityKind.TIME}),
    "address": frozenset({EntityKind.ADDRESS}),
    "order": frozenset({EntityKind.ORDER_ID}),
    "pair": frozenset({EntityKind.PAIR, EntityKind.ASSET}),
    "error": frozenset({EntityKind.ERROR_CODE}),
    "uid": frozenset({EntityKind.UID}),
}
_READY: dict[Category, tuple[str, ...]] = {
    Category.ACCOUNT_COMPROMISED: ("time", "address", "devices"),
    Category.SIGN_IN: ("message", "time", "device"),
    Category.DEPOSIT: ("hash", "network", "amount", "time"),
    Category.WITHDRAWAL: ("address", "amount", "time", "status"),
    Category.FIAT: ("amount", "time", "receipt"),
    Category.P2P: ("order", "payment", "talk"),
    Category.SPOT: ("order", "pair", "time"),
    Category.DERIVATIVES: ("pair", "order", "time"),
    Category.IDENTITY: ("reason", "document"),
    Category.API: ("error", "endpoint", "time"),
    Category.FEES: ("pair", "amount"),
    Category.CAMPAIGNS: ("campaign", "time"),
    Category.SCAM_REPORT: ("source", "screenshot"),
    Category.VULNERABILITY: ("steps", "place", "effect"),
    Category.SETTINGS: ("device",),
    Category.LEGAL: ("reference", "papers"),
    Category.BASICS: (),
    Category.OTHER: ("time", "screenshot"),
}
_OF_AN_ACCOUNT = frozenset(
    {
        *(Category.DEPOSIT, Category.WITHDRAWAL, Category.FIAT, Category.P2P, Category.SPOT),
        *(Category.DERIVATIVES, Category.IDENTITY, Category.API, Category.CAMPAIGNS),
        *(Category.ACCOUNT_COMPROMISED, Category.SIGN_IN),
    }
)
_PICTURES = frozenset({"screenshot", "message"})


def ready_for(
    category: Category, named: Sequence[Entity], *, is_signed_in: bool, sees: bool = True
) -> list[Ready]:
    """Things to have ready, those already said marked.

    Args:
        is_signed_in: we know the account; nobody has to look up their UID.
        sees: False for who reads with their ears: no picture is asked of them.
    """
    kinds = {each.kind for each in named}
    keys = list(_READY[category])
    if category in _OF_AN_ACCOUNT and not is_signed_in:
        keys.append("uid")
    return [
        Ready(key, bool(_SAID_BY.get(key, frozenset()) & kinds))
        for key in keys
        if sees or key not in _PICTURES
    ]
