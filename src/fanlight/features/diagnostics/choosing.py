"""Which check a text, or a ticket, calls for: by what stands in it, then by what it is about."""

from collections.abc import Iterable, Sequence

import msgspec

from fanlight.features.diagnostics.discovery import all_checks
from fanlight.features.diagnostics.models import Check, Named
from fanlight.kernel.entities import Entity, EntityKind, recognise

DEPOSIT, WITHDRAWAL, ORDER = "deposit_not_credited", "withdrawal_pending", "order_trouble"
_LONGEST = 4_000  # code points that are looked at


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """A check with what is already named for it."""

    check: Check
    named: Named = Named()


def by_text(text: str, about: Iterable[str] = ()) -> Suggested | None:
    """The check for what stands in a text; ``about`` are words of triage, or tags."""
    return by_named(recognise(text[:_LONGEST]), about)


def by_named(entities: Sequence[Entity], about: Iterable[str] = ()) -> Suggested | None:
    """The same for what was recognised already.

    A hash or an order is stronger than a category; what is about nothing of ours gets none.
    """
    topics = set(about)
    tx_hash = _first(entities, EntityKind.TX_HASH)
    if tx_hash is not None:
        symptom = WITHDRAWAL if "withdrawal" in topics else DEPOSIT
        return Suggested(check=all_checks()[symptom], named=Named(tx_hash=tx_hash.value))
    order = _first(entities, EntityKind.ORDER_ID)
    by_topic = next((each for each in all_checks().values() if each.tags & topics), None)
    if order is not None and (by_topic is None or by_topic.symptom == ORDER):
        return Suggested(check=all_checks()[ORDER], named=Named(item=order.value))
    if by_topic is not None:
        return Suggested(check=by_topic, named=Named(assets=_assets(entities)))
    if _first(entities, EntityKind.ADDRESS) is not None:
        return Suggested(check=all_checks()[DEPOSIT])
    return None


def for_article(category: str, slug: str) -> Check | None:
    """The check that an article offers: its own, else its category's."""
    checks = all_checks().values()
    exact = next((each for each in checks if f"{category}/{slug}" in each.topics), None)
    return exact or next((each for each in checks if category in each.topics), None)


def _assets(entities: Iterable[Entity]) -> tuple[str, ...]:
    """Coins named alone ("SOL is grey") or with an amount ("2,400 USDT"), each once."""
    named = (
        each.normal.rpartition(" ")[2]
        for each in entities
        if each.kind in {EntityKind.ASSET, EntityKind.AMOUNT} and each.normal
    )
    return tuple(dict.fromkeys(named))


def _first(entities: Iterable[Entity], kind: EntityKind) -> Entity | None:
    return next((each for each in entities if each.kind is kind), None)
