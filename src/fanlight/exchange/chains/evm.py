"""Ethereum and its kin (Arbitrum One, BNB Smart Chain, Polygon): transactions over JSON-RPC.

Source: the Ethereum JSON-RPC specification, https://ethereum.github.io/execution-apis/, ERC-20,
and Geth's ``callTracer`` for coins that contracts move while they run.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal

import msgspec

from fanlight.exchange.chains.rpc import Refused, Rpc
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.facts import Known, Transaction, Transfer
from fanlight.kernel.clock import now
from fanlight.kernel.entities.checksums import with_capitals

Tokens = Callable[[], Awaitable[Mapping[str, str]]]
"""Tickers by their contract in small letters, as the exchange's own table has them."""

_HASH = re.compile(r"0x[0-9a-f]{64}")
# keccak-256 of "Transfer(address,address,uint256)" and "Approval(address,address,uint256)"
_TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
_APPROVAL = "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
_PLAIN_CALLS = ("0xa9059cbb", "0x23b872dd")  # transfer, transferFrom
_DECIMALS = "0x313ce567"
_WIDE = Context(prec=80)  # 2**256 has 78 figures; the usual 28 would round what whales hold
_COIN_DECIMALS = 18
_MOST_DECIMALS = 36
_MOST_FRAMES = 2_000
_MOST_LOGS = 500


class _Sent(msgspec.Struct):
    sender: str = msgspec.field(name="from")
    value: str
    input: str
    to: str | None = None
    block: str | None = msgspec.field(name="blockNumber", default=None)
    gas_price: str | None = msgspec.field(name="gasPrice", default=None)
    most_a_gas: str | None = msgspec.field(name="maxFeePerGas", default=None)


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

    def __init__(self, node: Node, rpc: Rpc, tokens: Tokens) -> None:
        self.network = node.network
        self._node, self._rpc, self._tokens = node, rpc, tokens
        self._decimals: dict[str, int] = {}

    async def head(self) -> Known[int]:
        height = _int(await self._rpc.call(str, "eth_blockNumber"))
        return Known(value=height, source=self.network, as_of=now())

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
        receipt, block = None, None
        if sent.block is not None:
            receipt = await self._rpc.call(_Receipt | None, "eth_getTransactionReceipt", tx_hash)
        if receipt is None:
            return await self._waiting(tx_hash, sent)
        block = await self._rpc.call(_Block, "eth_getBlockByNumber", sent.block, False)
        height = _int(sent.block or "0x0")
        head = (await self.head()).value
        kind = _kind(sent, receipt)
        transfers = [*self._coins(sent), *await self._tokens_moved(receipt)]
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
            kind="transfer" if sent.input in ("0x", "") else "contract_call",
            fee_is_low=newest.base_fee is not None and pays < _int(newest.base_fee),
        )

    def _coins(self, sent: _Sent) -> Iterator[Transfer]:
        """The network's own coin, where the transaction itself carries any."""
        if sent.to is not None and _int(sent.value):
            yield Transfer(
                to=with_capitals(sent.to),
                amount=_whole(_int(sent.value), _COIN_DECIMALS),
                asset=self._node.asset,
                sender=with_capitals(sent.sender),
            )

    async def _tokens_moved(self, receipt: _Receipt) -> list[Transfer]:
        """ERC-20 transfers, and approvals as a transfer of nothing to whoever may take.

        A token calls itself what it likes: only the exchange's own table gives one a ticker, any
        other is named by its contract.
        """
        logs = [log for log in receipt.logs[:_MOST_LOGS] if _is_token_log(log)]
        tickers = await self._tokens() if logs else {}
        found = []
        for log in logs:
            contract, decimals = log.address.lower(), await self._decimals_of(log.address)
            if decimals is None:
                continue
            is_transfer = log.topics[0] == _TRANSFER
            found.append(
                Transfer(
                    to=_address(log.topics[2]),
                    amount=_whole(_int(log.data), decimals) if is_transfer else Decimal(0),
                    asset=tickers.get(contract, contract),
                    contract=with_capitals(contract),
                    sender=_address(log.topics[1]),
                )
            )
        return found

    async def _decimals_of(self, contract: str) -> int | None:
        """How many places its amounts have; None where it does not say, so they mean nothing."""
        if contract not in self._decimals:
            try:
                said = await self._rpc.call(
                    str, "eth_call", {"to": contract, "data": _DECIMALS}, "latest"
                )
            except Refused:
                return None
            if said in ("0x", "") or not 0 <= _int(said) <= _MOST_DECIMALS:
                return None
            self._decimals[contract] = _int(said)
        return self._decimals[contract]

    async def _inside(self, tx_hash: str) -> list[Transfer]:
        """Coins that contracts moved while they ran; what was undone again moved nothing."""
        try:
            top = await self._rpc.call(
                _Frame, "debug_traceTransaction", tx_hash, {"tracer": "callTracer"}
            )
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
            if frame.type == "CALL" and frame.to is not None and _int(frame.value or "0x0"):
                found.append(
                    Transfer(
                        to=with_capitals(frame.to),
                        amount=_whole(_int(frame.value or "0x0"), _COIN_DECIMALS),
                        asset=self._node.asset,
                        sender=with_capitals(frame.sender),
                        is_internal=True,
                    )
                )
        return found


def _kind(sent: _Sent, receipt: _Receipt) -> str:
    if sent.input in ("0x", "") or sent.input[:10] in _PLAIN_CALLS:
        return "transfer"
    heads = {log.topics[0] for log in receipt.logs if log.topics}
    return "approval" if _APPROVAL in heads and _TRANSFER not in heads else "contract_call"


def _is_token_log(log: _Log) -> bool:
    """ERC-20 and not ERC-721, which writes the amount's place into a fourth topic."""
    is_ours = len(log.topics) == 3 and log.topics[0] in (_TRANSFER, _APPROVAL)
    return is_ours and len(log.data) == 66 and len(log.address) == 42


def _address(topic: str) -> str:
    return with_capitals("0x" + topic[-40:])


def _int(text: str) -> int:
    """A quantity as JSON-RPC writes it. Raises ValueError."""
    return int(text, 16)


def _whole(units: int, decimals: int) -> Decimal:
    return Decimal(units).scaleb(-decimals, _WIDE)
