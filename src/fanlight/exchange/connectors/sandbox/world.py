"""The invented exchange itself: its accounts by number, its time, and chance bound to its seed."""

import random
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from fanlight.exchange.connectors.sandbox import addresses
from fanlight.exchange.connectors.sandbox.addresses import Owner
from fanlight.exchange.connectors.sandbox.cast import cast
from fanlight.exchange.connectors.sandbox.clock import SandboxClock
from fanlight.exchange.connectors.sandbox.kept import Changed, Kept
from fanlight.exchange.connectors.sandbox.lives import seen
from fanlight.exchange.connectors.sandbox.networks import chains, networks
from fanlight.exchange.contract import NoSuchAccount
from fanlight.exchange.facts import Network

ACCOUNTS = 10_000
_LOWEST, _SPAN = 20_000_000, 70_000_000
_STRIDE = 48_271_339  # shares no factor with the span, so that no two numbers meet
_BACK = pow(_STRIDE, -1, _SPAN)
_FIRST_MEMO, _MEMO_STRIDE = 100_000_000, 8_191


class World:
    """What every answer is made from."""

    def __init__(self, seed: int, kept: Kept, clock: SandboxClock) -> None:
        self.seed = seed.to_bytes(8, "big")
        self.kept = kept
        self.clock = clock

    def uid(self, number: int) -> str:
        """The UID of one of the accounts; the cast of the demo stands behind the others."""
        others = ACCOUNTS - len(cast())
        if number >= others:
            return cast()[number - others].uid
        return str(_LOWEST + (number * _STRIDE + self.seed[-1]) % _SPAN)

    def number(self, uid: str) -> int:
        """Raises NoSuchAccount."""
        others = ACCOUNTS - len(cast())
        for place, each in enumerate(cast()):
            if each.uid == uid:
                return others + place
        if len(uid) == 8 and uid.isascii() and uid.isdigit():
            number = (int(uid) - _LOWEST - self.seed[-1]) * _BACK % _SPAN
            if number < others and self.uid(number) == uid:
                return number
        raise NoSuchAccount(uid=uid)

    def chance(self, uid: str, what: str) -> random.Random:
        """The same for the same account and question, at every time and in every process."""
        return random.Random(self.seed + f"{uid}:{what}".encode())  # noqa: S311 - no secret

    @property
    def epoch(self) -> datetime:
        """When this exchange was opened: what follows from the seed happened before."""
        return self.kept.read().epoch

    def changed(self, uid: str) -> Changed | None:
        return self.kept.read().accounts.get(uid)

    def network(self, asset: str, network: str) -> Network | None:
        """One asset on one network as it stands now."""
        key = f"{asset} {network}"
        lived = self.kept.read().networks.get(key)
        return seen(lived, self.clock.now()) if lived is not None else networks().get(key)

    def deposit_address(self, number: int, network: str, generation: int = 0) -> str:
        """Where this account deposits; where a memo tells them apart, everybody's."""
        chain = chains()[network]
        owner = Owner(addresses.SHARED if takes_memo(network) else number, generation)
        return _address(self.seed, chain, owner)

    def tx_hash(self, network: str, number: int, name: str) -> str:
        return addresses.tx_hash(self.seed, chains()[network], number, name)

    def wallet(self, network: str, name: str) -> str:
        """An address of somebody else."""
        return addresses.wallet(self.seed, chains()[network], name)


@lru_cache(maxsize=2048)
def _address(seed: bytes, chain: str, owner: Owner) -> str:
    return addresses.address(seed, chain, owner)


def memo(number: int) -> str:
    """The memo by which a deposit to a shared address is given to this account."""
    return str(_FIRST_MEMO + number * _MEMO_STRIDE)


def takes_memo(network: str) -> bool:
    return any(each.needs_memo for each in networks().values() if each.network == network)


def rounded(amount: float) -> Decimal:
    """Four figures that count, as people send."""
    return Decimal(f"{amount:.4g}").normalize() + 0
