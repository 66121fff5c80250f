"""The XRP Ledger: transactions at a server of its own (rippled) over JSON-RPC.

Source: the public API methods ``tx`` and ``ledger``, https://xrpl.org/docs/references. What counts
is what was *delivered*: a partial payment names a large amount and delivers little.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from fanlight.exchange.chains.rpc import Rpc
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.chains.tokens import whole
from fanlight.exchange.facts import Known, Transaction, Transfer
from fanlight.kernel.clock import now

_HASH = re.compile(r"[0-9A-F]{64}")
_DROPS = 6  # an XRP has a million
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_UNKNOWN = "txnNotFound"


class _Issued(msgspec.Struct):
    currency: str
    issuer: str
    value: Decimal


class _Meta(msgspec.Struct):
    result: str = msgspec.field(name="TransactionResult", default="")
    delivered: str | _Issued | None = msgspec.field(name="delivered_amount", default=None)


class _Tx(msgspec.Struct):
    error: str = ""
    account: str = msgspec.field(name="Account", default="")
    destination: str = msgspec.field(name="Destination", default="")
    tag: int | None = msgspec.field(name="DestinationTag", default=None)
    type: str = msgspec.field(name="TransactionType", default="")
    date_s: int | None = msgspec.field(name="date", default=None)
    ledger: int | None = msgspec.field(name="ledger_index", default=None)
    validated: bool = False
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _TxAnswer(msgspec.Struct):
    result: _Tx


class _Ledger(msgspec.Struct):
    ledger_index: int


class _LedgerAnswer(msgspec.Struct):
    result: _Ledger


class XrpChain:
    """The XRP Ledger at a server that speaks rippled's protocol."""

    def __init__(self, node: Node, rpc: Rpc) -> None:
        self.network = node.network
        self._asset, self._rpc = node.asset, rpc

    async def head(self) -> Known[int]:
        asked = {"method": "ledger", "params": [{"ledger_index": "validated"}]}
        answer = await self._rpc.post(_LedgerAnswer, "", asked)
        return Known(value=answer.result.ledger_index, source=self.network, as_of=now())

    async def transaction(self, tx_hash: str) -> Known[Transaction | None]:
        wanted, found = tx_hash.upper(), None
        if _HASH.fullmatch(wanted):
            asked = {"transaction": wanted, "binary": False, "api_version": 1}
            answer = await self._rpc.post(_TxAnswer, "", {"method": "tx", "params": [asked]})
            if not answer.result.error:
                found = await self._found(wanted, answer.result)
            elif answer.result.error != _UNKNOWN:
                raise self._rpc.misunderstood("tx")
        return Known(value=found, source=self.network, as_of=now())

    async def _found(self, tx_hash: str, tx: _Tx) -> Transaction:
        is_final = tx.validated and tx.ledger is not None
        head = (await self.head()).value if is_final else 0
        at = None
        if is_final and tx.date_s is not None:
            try:
                at = _EPOCH + timedelta(seconds=tx.date_s)
            except OverflowError:
                raise self._rpc.misunderstood("tx") from None
        return Transaction(
            hash=tx_hash,
            network=self.network,
            is_success=tx.meta.result in ("tesSUCCESS", ""),
            confirmations=max(head - (tx.ledger or head) + 1, 1) if is_final else 0,
            block=tx.ledger if is_final else None,
            at=at,
            transfers=self._transfers(tx),
            kind="transfer" if tx.type == "Payment" else "contract_call",
        )

    def _transfers(self, tx: _Tx) -> tuple[Transfer, ...]:
        delivered = tx.meta.delivered
        if tx.type != "Payment" or delivered is None:
            return ()
        memo = str(tx.tag) if tx.tag is not None else None
        if isinstance(delivered, _Issued):
            # Whoever issues a currency calls it what they like: it is named with its issuer.
            return (
                Transfer(
                    to=tx.destination,
                    amount=delivered.value,
                    asset=f"{delivered.currency}.{delivered.issuer}",
                    contract=delivered.issuer,
                    memo=memo,
                    sender=tx.account,
                ),
            )
        if not (delivered.isascii() and delivered.isdigit()):  # "unavailable", of before 2014
            return ()
        amount = whole(int(delivered), _DROPS)
        sender = tx.account
        to = tx.destination
        return (Transfer(to=to, amount=amount, asset=self._asset, memo=memo, sender=sender),)
