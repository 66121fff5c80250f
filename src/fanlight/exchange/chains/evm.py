"""Ethereum and its kin (Arbitrum One, BNB Smart Chain, Polygon): transactions over JSON-RPC.

Source: the Ethereum JSON-RPC specification, https://ethereum.github.io/execution-apis/, ERC-20,
and Geth's ``callTracer`` for coins that contracts move while they run.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from fanlight.exchange.chains.rpc import Refused, Rpc
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.chains.tokens import (
    DECIMALS,
    MOST_LOGS,
    Moved,
    Tickers,
    kind_of,
    moved,
    places,
    whole,
)
from fanlight.exchange.facts import Known, Transaction, Transfer
from fanlight.kernel.clock import now
from fanlight.kernel.entities.checksums import with_capitals

_HASH = re.compile(r"0x[0-9a-f]{64}")
_COIN_DECIMALS = 18
_MOST_FRAMES = 2_000


class _Sent(msgspec.Struct):
    sender: str = msgspec.field(name="from")
    value: str
    input: str
    to: str | None = None
    block: str | None = msgspec.field(name="blockNumber", default=None)
    gas_price: str | None = msgspec.field(name="gasPrice", default=None)
    most_a_gas: str | None = msgspec.field(name="maxFeePerGas", default=None)

    @property
    def is_plain(self) -> bool:
        return self.input in ("0x", "")


class _Log(msgspec.Struct):
    address: str
    topics: list[str]
    data: str


class _Receipt(msgspec.Struct):
    status: str = "0x1"
    logs: list[_Log] = []


class _Block(msgspec.Struct):
    timestamp: str
    base_fee: str | None = msgspec.field(name="baseFeePerGas", default=None)


class _Frame(msgspec.Struct):
    """A call inside a transaction, and the calls it made."""

    type: str
    sender: str = msgspec.field(name="from")
    to: str | None = None
    value: str | None = None
    error: str | None = None
    calls: list["_Frame"] = []


class EvmChain:
    """One network at a node that speaks Ethereum's protocol."""

    def __init__(self, node: Node, rpc: Rpc, tickers: Tickers) -> None:
        self.network = node.network
        self._node, self._rpc, self._tickers = node, rpc, tickers
        self._decimals: dict[str, int] = {}

    async def head(self) -> Known[int]:
        try:
            said = await self._rpc.call(str, "eth_blockNumber")
            return Known(value=_int(said), source=self.network, as_of=now())
        except Refused as no:
            raise self._rpc.misunderstood("eth_blockNumber", no) from None
        except ValueError:
            raise self._rpc.misunderstood("eth_blockNumber") from None

    async def transaction(self, tx_hash: str) -> Known[Transaction | None]:
        wanted, found = tx_hash.lower(), None
        if _HASH.fullmatch(wanted):
            try:
                found = await self._found(wanted)
            except Refused as no:
                raise self._rpc.misunderstood("eth_getTransactionByHash", no) from None
            except (ValueError, OverflowError, OSError):  # a number or a moment that is none
                raise self._rpc.misunderstood("eth_getTransactionByHash") from None
        return Known(value=found, source=self.network, as_of=now())

    async def _found(self, tx_hash: str) -> Transaction | None:
        sent = await self._rpc.call(_Sent | None, "eth_getTransactionByHash", tx_hash)
        if sent is None:
            return None
        receipt = None
        if sent.block is not None:
            receipt = await self._rpc.call(_Receipt | None, "eth_getTransactionReceipt", tx_hash)
        if receipt is None:
            return await self._waiting(tx_hash, sent)
        block = await self._rpc.call(_Block, "eth_getBlockByNumber", sent.block, False)
        height, head = _int(sent.block), (await self.head()).value
        logs = [moved(log.address, log.topics, log.data) for log in receipt.logs[:MOST_LOGS]]
        known = [log for log in logs if log is not None]
        kind = "transfer" if sent.is_plain else kind_of(sent.input, known)
        transfers = [*self._coins(sent), *await self._tokens(known)]
        if kind == "contract_call" and self._node.traces:
            transfers += await self._inside(tx_hash)
        return Transaction(
            hash=tx_hash,
            network=self.network,
            is_success=_int(receipt.status) == 1,
            confirmations=max(head - height + 1, 1),
            block=height,
            at=datetime.fromtimestamp(_int(block.timestamp), UTC),
            transfers=tuple(transfers),
            kind=kind,
        )

    async def _waiting(self, tx_hash: str, sent: _Sent) -> Transaction:
        newest = await self._rpc.call(_Block, "eth_getBlockByNumber", "latest", False)
        pays = _int(sent.most_a_gas or sent.gas_price or "0x0")
        return Transaction(
            hash=tx_hash,
            network=self.network,
            transfers=tuple(self._coins(sent)),
            kind="transfer" if sent.is_plain else kind_of(sent.input, []),
            fee_is_low=newest.base_fee is not None and pays < _int(newest.base_fee),
        )

    def _coins(self, sent: _Sent) -> Iterator[Transfer]:
        """The network's own coin, where the transaction itself carries any."""
        if sent.to is not None and _int(sent.value):
            yield self._transfer(sent.sender, sent.to, _int(sent.value))

    def _transfer(self, sender: str, to: str, units: int, *, is_internal: bool = False) -> Transfer:
        return Transfer(
            to=with_capitals(to),
            amount=whole(units, _COIN_DECIMALS),
            asset=self._node.asset,
            sender=with_capitals(sender),
            is_internal=is_internal,
        )

    async def _tokens(self, logs: list[Moved]) -> list[Transfer]:
        """Token transfers, and approvals as a transfer of nothing to whoever may take."""
        tickers = await self._tickers() if logs else {}
        found = []
        for log in logs:
            contract = f"0x{log.contract}"
            decimals = await self._decimals_of(contract)
            if decimals is None:
                continue
            found.append(
                Transfer(
                    to=with_capitals(f"0x{log.to}"),
                    amount=Decimal(0) if log.is_approval else whole(log.units, decimals),
                    asset=tickers.get(contract, contract),
                    contract=with_capitals(contract),
                    sender=with_capitals(f"0x{log.sender}"),
                )
            )
        return found

    async def _decimals_of(self, contract: str) -> int | None:
        """How many places its amounts have; None where it does not say, so they mean nothing."""
        if contract not in self._decimals:
            asked = {"to": contract, "data": f"0x{DECIMALS}"}
            try:
                said = places(await self._rpc.call(str, "eth_call", asked, "latest"))
            except Refused:
                return None
            if said is None:
                return None
            self._decimals[contract] = said
        return self._decimals[contract]

    async def _inside(self, tx_hash: str) -> list[Transfer]:
        """Coins that contracts moved while they ran; what was undone again moved nothing."""
        how = {"tracer": "callTracer"}
        try:
            top = await self._rpc.call(_Frame, "debug_traceTransaction", tx_hash, how)
        except Refused:
            return []
        found, frames = [], [*top.calls] if top.error is None else []
        for _ in range(_MOST_FRAMES):
            if not frames:
                break
            frame = frames.pop()
            if frame.error is not None:
                continue
            frames += frame.calls
            units = _int(frame.value or "0x0")
            if frame.type == "CALL" and frame.to is not None and units:
                found.append(self._transfer(frame.sender, frame.to, units, is_internal=True))
        return found


def _int(text: str | None) -> int:
    """A quantity as JSON-RPC writes it. Raises ValueError."""
    return int(text or "", 16)
