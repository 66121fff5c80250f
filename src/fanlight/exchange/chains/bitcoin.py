"""Bitcoin Core and its kin (Litecoin Core, Dogecoin Core): transactions over JSON-RPC.

Source: the RPC reference of Bitcoin Core 28, https://bitcoincore.org/en/doc/. A node without
``-txindex`` knows what waits, and what concerns its wallet.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from fanlight.exchange.chains.rpc import Refused, Rpc
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.facts import Known, Transaction, Transfer
from fanlight.kernel.clock import now

_HASH = re.compile(r"[0-9a-f]{64}")
_UNKNOWN = -5  # RPC_INVALID_ADDRESS_OR_KEY: no such transaction
_NO_WALLET = frozenset({-18, -19, -32601})  # none loaded, several loaded, built without
_SOON_BLOCKS = 6
_LOW = Decimal("0.5")
"""Below half of what brings a transaction in within an hour, it may wait long."""


class _Script(msgspec.Struct):
    address: str | None = None
    addresses: list[str] = []  # how forks of older versions write it


class _Out(msgspec.Struct):
    value: Decimal
    script: _Script = msgspec.field(name="scriptPubKey")


class _Raw(msgspec.Struct):
    vout: list[_Out]
    confirmations: int = 0
    blockhash: str | None = None


class _Ours(msgspec.Struct):
    """What the node's wallet says of a transaction of its own."""

    confirmations: int
    decoded: _Raw
    blockhash: str | None = None
    replaced_by_txid: str | None = None


class _Header(msgspec.Struct):
    height: int
    time: int


class _Fees(msgspec.Struct):
    base: Decimal


class _Waiting(msgspec.Struct):
    vsize: int
    fees: _Fees


class _Estimate(msgspec.Struct):
    feerate: Decimal | None = None


class BitcoinChain:
    """One network at a node that speaks Bitcoin Core's protocol."""

    def __init__(self, node: Node, rpc: Rpc) -> None:
        self.network = node.network
        self._asset = node.asset
        self._rpc = rpc

    async def head(self) -> Known[int]:
        try:
            height = await self._rpc.call(int, "getblockcount")
        except Refused as no:  # a node that has just been started
            raise self._rpc.misunderstood("getblockcount", no) from None
        return Known(value=height, source=self.network, as_of=now())

    async def transaction(self, tx_hash: str) -> Known[Transaction | None]:
        found = None
        if _HASH.fullmatch(tx_hash.lower()):
            found = await self._found(tx_hash.lower())
        return Known(value=found, source=self.network, as_of=now())

    async def _found(self, tx_hash: str) -> Transaction | None:
        replaced_by = None
        try:
            raw = await self._rpc.call(_Raw, "getrawtransaction", tx_hash, True)
        except Refused as no:
            if no.number != _UNKNOWN:
                raise self._rpc.misunderstood("getrawtransaction", no) from None
            ours = await self._in_wallet(tx_hash)
            if ours is None:
                return None
            raw = ours.decoded
            # Below zero: another transaction that spends the same coins was mined.
            raw.confirmations, raw.blockhash = max(ours.confirmations, 0), ours.blockhash
            replaced_by = ours.replaced_by_txid
        header = None
        if raw.blockhash is not None and raw.confirmations > 0:
            try:
                header = await self._rpc.call(_Header, "getblockheader", raw.blockhash)
            except Refused as no:  # the block was left for another one this very moment
                raise self._rpc.misunderstood("getblockheader", no) from None
        return Transaction(
            hash=tx_hash,
            network=self.network,
            confirmations=max(raw.confirmations, 0),
            block=header.height if header else None,
            at=datetime.fromtimestamp(header.time, UTC) if header else None,
            transfers=tuple(self._transfers(raw)),
            fee_is_low=header is None and replaced_by is None and await self._waits_long(tx_hash),
            replaced_by=replaced_by,
        )

    def _transfers(self, raw: _Raw) -> list[Transfer]:
        found = []
        for out in raw.vout:
            to = out.script.address or next(iter(out.script.addresses), None)
            if to is not None:
                found.append(Transfer(to=to, amount=out.value, asset=self._asset))
        return found

    async def _in_wallet(self, tx_hash: str) -> _Ours | None:
        try:
            ours: _Ours = await self._rpc.call(_Ours, "gettransaction", tx_hash, True, True)
        except Refused as no:
            if no.number == _UNKNOWN or no.number in _NO_WALLET:
                return None
            raise self._rpc.misunderstood("gettransaction", no) from None
        return ours

    async def _waits_long(self, tx_hash: str) -> bool:
        try:
            waiting = await self._rpc.call(_Waiting, "getmempoolentry", tx_hash)
            usual = await self._rpc.call(_Estimate, "estimatesmartfee", _SOON_BLOCKS)
        except Refused:  # mined this very moment, or a node too fresh to estimate
            return False
        if usual.feerate is None:
            return False
        pays: Decimal = waiting.fees.base / waiting.vsize * 1000  # for each 1000 virtual bytes
        is_low: bool = pays < usual.feerate * _LOW
        return is_low
