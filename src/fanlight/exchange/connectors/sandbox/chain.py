"""The networks of the invented world: the same coins as the exchange sees, as a node has them."""

from fanlight.exchange.connectors.sandbox import addresses, money
from fanlight.exchange.connectors.sandbox.lives import height
from fanlight.exchange.connectors.sandbox.networks import block_s, chains
from fanlight.exchange.connectors.sandbox.world import ACCOUNTS, World
from fanlight.exchange.facts import Deposit, Known, Transaction, Withdrawal


class SandboxChain:
    """A reader of one invented network."""

    def __init__(self, world: World, network: str) -> None:
        self.network = network
        self._world = world

    async def transaction(self, tx_hash: str) -> Known[Transaction | None]:
        now = self._world.clock.now()
        mined = self._world.kept.read().transactions.get(f"{self.network} {tx_hash}")
        if mined is not None and (mined.seen_at is None or mined.seen_at <= now):
            return self._known(mined.at(now))
        return self._known(self._past(tx_hash))

    async def head(self) -> Known[int]:
        height_now = height(self._world.clock.now(), block_s()[self.network])
        return Known(value=height_now, source=self.network, as_of=self._world.clock.now())

    def _past(self, tx_hash: str) -> Transaction | None:
        """A transaction of some account's history, whose number it carries."""
        number = addresses.number_in(self._world.seed, chains()[self.network], tx_hash)
        if number is None or number >= ACCOUNTS:
            return None
        uid = self._world.uid(number)
        moves: list[Deposit | Withdrawal] = [*money.deposits(self._world, uid, number)]
        moves += money.withdrawals(self._world, uid, number)
        for moved in moves:
            if (moved.network, moved.tx_hash) == (self.network, tx_hash):
                return money.mined(self._world, moved).at(self._world.clock.now())
        return None

    def _known(self, found: Transaction | None) -> Known[Transaction | None]:
        return Known(value=found, source=self.network, as_of=self._world.clock.now())
