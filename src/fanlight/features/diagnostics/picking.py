"""Which of several deposits, withdrawals, orders or bank transfers a customer means."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar

from fanlight.features.diagnostics.models import Named


class _Known(Protocol):
    """Anything the exchange gives an id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Known)


def pick(
    known: Sequence[T],
    named: Named,
    *,
    is_open: Callable[[T], bool],
    coins: Callable[[T], Collection[str]],
    tx_hash: Callable[[T], str | None] | None = None,
) -> T | None:
    """The one that was named; else, of those in a coin that was named, the first that is open;
    else the first of them. None where what was named is not among them.

    Args:
        known: the newest first.
    """
    if named.item:
        return next((each for each in known if each.id == named.item), None)
    if named.tx_hash and tx_hash is not None:
        wanted = named.tx_hash.casefold()
        return next((each for each in known if (tx_hash(each) or "").casefold() == wanted), None)
    meant = [each for each in known if not named.assets or {*named.assets} & {*coins(each)}]
    return next((each for each in meant if is_open(each)), meant[0] if meant else None)
