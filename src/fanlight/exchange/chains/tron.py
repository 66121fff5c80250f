"""TRON: transactions at a full node (java-tron) over its HTTP interface.

Source: the HTTP API of java-tron, https://developers.tron.network/reference. Addresses in logs and
inside calls are hex without or with the leading 41; people see them in base58 with a checksum.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal

import base58
import msgspec

from fanlight.exchange.chains.rpc import Rpc
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.chains.tokens import MOST_LOGS, Moved, Tickers, kind_of, moved, places, whole
from fanlight.exchange.facts import Known, Transaction, Transfer
from fanlight.kernel.clock import now

_HASH = re.compile(r"[0-9a-f]{64}")
_SUN = 6  # a TRX has a million
_MOST_INSIDE = 500
_NOBODY = "410000000000000000000000000000000000000000"


class _Value(msgspec.Struct):
    owner_address: str = ""
    to_address: str = ""
    contract_address: str = ""
    amount: int = 0
    call_value: int = 0
    data: str = ""


class _Parameter(msgspec.Struct):
    value: _Value


class _Contract(msgspec.Struct):
    type: str
    parameter: _Parameter


class _RawData(msgspec.Struct):
    contract: list[_Contract]


class _Result(msgspec.Struct):
    contract_ret: str = msgspec.field(name="contractRet", default="SUCCESS")


class _Sent(msgspec.Struct):
    """A transaction; all of it is missing where the node knows none."""

    tx_id: str = msgspec.field(name="txID", default="")
    raw_data: _RawData | None = None
    ret: list[_Result] = []


class _Log(msgspec.Struct):
    address: str = ""
    topics: list[str] = []
    data: str = ""


class _CallValue(msgspec.Struct):
    units: int = msgspec.field(name="callValue", default=0)
    token: str = msgspec.field(name="tokenId", default="")


class _Inside(msgspec.Struct):
    caller: str = msgspec.field(name="caller_address", default="")
    to: str = msgspec.field(name="transferTo_address", default="")
    values: list[_CallValue] = msgspec.field(name="callValueInfo", default_factory=list)
    rejected: bool = False


class _Info(msgspec.Struct):
    """What became of it; all of it is missing until it stands in a block."""

    block: int | None = msgspec.field(name="blockNumber", default=None)
    at_ms: int = msgspec.field(name="blockTimeStamp", default=0)
    result: str = "SUCCESS"
    log: list[_Log] = []
    internal_transactions: list[_Inside] = []


class _Number(msgspec.Struct):
    number: int = 0


class _Header(msgspec.Struct):
    raw_data: _Number


class _Block(msgspec.Struct):
    block_header: _Header


class _Constant(msgspec.Struct):
    constant_result: list[str] = []


class TronChain:
    """TRON, or a network like it, at a full node."""

    def __init__(self, node: Node, rpc: Rpc, tickers: Tickers) -> None:
        self.network = node.network
        self._asset, self._rpc, self._tickers = node.asset, rpc, tickers
        self._decimals: dict[str, int] = {}

    async def head(self) -> Known[int]:
        block = await self._rpc.post(_Block, "/wallet/getnowblock", {})
        return Known(value=block.block_header.raw_data.number, source=self.network, as_of=now())

    async def transaction(self, tx_hash: str) -> Known[Transaction | None]:
        wanted, found = tx_hash.lower().removeprefix("0x"), None
        if _HASH.fullmatch(wanted):
            try:
                found = await self._found(wanted)
            except (ValueError, OverflowError, OSError):  # an address or a moment that is none
                raise self._rpc.misunderstood("gettransactionbyid") from None
        return Known(value=found, source=self.network, as_of=now())

    async def _found(self, tx_hash: str) -> Transaction | None:
        sent = await self._rpc.post(_Sent, "/wallet/gettransactionbyid", {"value": tx_hash})
        if sent.tx_id != tx_hash or sent.raw_data is None or not sent.raw_data.contract:
            return None
        info = await self._rpc.post(_Info, "/wallet/gettransactioninfobyid", {"value": tx_hash})
        contract = sent.raw_data.contract[0]  # java-tron takes one in each transaction
        logs = [moved(log.address, log.topics, log.data) for log in info.log[:MOST_LOGS]]
        known = [log for log in logs if log is not None]
        value, kind = contract.parameter.value, "contract_call"
        if contract.type == "TransferContract":
            kind = "transfer"
        elif contract.type == "TriggerSmartContract":
            kind = kind_of(value.data, known)
        head = (await self.head()).value if info.block is not None else 0
        is_success = info.result != "FAILED" and all(
            each.contract_ret == "SUCCESS" for each in sent.ret
        )
        return Transaction(
            hash=tx_hash,
            network=self.network,
            is_success=is_success,
            confirmations=max(head - info.block + 1, 1) if info.block is not None else 0,
            block=info.block,
            at=datetime.fromtimestamp(info.at_ms / 1000, UTC) if info.block is not None else None,
            transfers=(*self._coins(contract), *await self._tokens(known), *self._inside(info)),
            kind=kind,
        )

    def _coins(self, contract: _Contract) -> list[Transfer]:
        """TRX, where the transaction itself carries any."""
        value = contract.parameter.value
        if contract.type == "TransferContract":
            return [self._transfer(value.owner_address, value.to_address, value.amount)]
        if contract.type == "TriggerSmartContract" and value.call_value:
            return [self._transfer(value.owner_address, value.contract_address, value.call_value)]
        return []

    def _inside(self, info: _Info) -> list[Transfer]:
        """TRX that contracts moved while they ran, where the node keeps that."""
        return [
            self._transfer(each.caller, each.to, value.units, is_internal=True)
            for each in info.internal_transactions[:_MOST_INSIDE]
            for value in each.values
            if value.units and not value.token and not each.rejected
        ]

    def _transfer(self, sender: str, to: str, units: int, *, is_internal: bool = False) -> Transfer:
        return Transfer(
            to=_spelled(to),
            amount=whole(units, _SUN),
            asset=self._asset,
            sender=_spelled(sender),
            is_internal=is_internal,
        )

    async def _tokens(self, logs: list[Moved]) -> list[Transfer]:
        """TRC-20 transfers, and approvals as a transfer of nothing to whoever may take."""
        tickers = await self._tickers() if logs else {}
        found = []
        for log in logs:
            contract, decimals = _spelled(log.contract), await self._decimals_of(log.contract)
            if decimals is None:
                continue
            found.append(
                Transfer(
                    to=_spelled(log.to),
                    amount=Decimal(0) if log.is_approval else whole(log.units, decimals),
                    asset=tickers.get(contract.lower(), contract),
                    contract=contract,
                    sender=_spelled(log.sender),
                )
            )
        return found

    async def _decimals_of(self, contract: str) -> int | None:
        if contract not in self._decimals:
            asked = {
                "owner_address": _NOBODY,
                "contract_address": f"41{contract}",
                "function_selector": "decimals()",
            }
            answer = await self._rpc.post(_Constant, "/wallet/triggerconstantcontract", asked)
            said = places(answer.constant_result[0]) if answer.constant_result else None
            if said is None:
                return None
            self._decimals[contract] = said
        return self._decimals[contract]


def _spelled(digits: str) -> str:
    """An address as people see it. Raises ValueError."""
    raw = bytes.fromhex(digits)
    return base58.b58encode_check(raw if len(raw) == 21 else b"\x41" + raw).decode()
