"""Facts of an invented exchange, plausible where a test says nothing else."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from fanlight.exchange.facts import (
    AddressUse,
    ApiFailure,
    ApiKey,
    Deposit,
    DepositState,
    FiatState,
    FiatTransfer,
    Freeze,
    FreezeState,
    IdentityCheck,
    IdentityState,
    Known,
    Network,
    Order,
    OrderState,
    SecurityChange,
    SignIn,
    Transaction,
    Transfer,
    Withdrawal,
    WithdrawalState,
)
from fanlight.features.diagnostics.models import Fact, Facts, Named
from tests.conftest import NOON

HASH = "0x" + "ab" * 32
ADDRESS = "0x" + "cd" * 20
XRP_ADDRESS = "rMeridianQuietHarbour11223344Q2pD"
MINE = "771204"


def known(value: Any, source: str = "exchange") -> Known[Any]:
    return Known(value=value, source=source, as_of=NOON)


def network(**wanted: Any) -> Network:
    plain: dict[str, Any] = {
        "asset": "USDT", "network": "Ethereum", "chain": "evm", "contract": "0x" + "11" * 20,
        "confirmations": 12, "block_s": 12.0, "min_deposit": Decimal(10),
        "min_withdrawal": Decimal(20), "withdrawal_fee": Decimal(3),
    }  # fmt: skip
    return msgspec.convert(plain | wanted, Network)


XRP = network(
    asset="XRP", network="XRP Ledger", chain="xrp", contract=None, needs_memo=True,
    memo_name="tag", confirmations=1, block_s=4.0, min_deposit=Decimal(1),
)  # fmt: skip
TRON = network(network="TRON", chain="tron", contract="TUsdt", confirmations=20, block_s=3.0)
RULES = (network(), XRP, TRON)


def transfer(**wanted: Any) -> Transfer:
    plain: dict[str, Any] = {
        "to": ADDRESS, "amount": Decimal(250), "asset": "USDT", "contract": "0x" + "11" * 20,
    }  # fmt: skip
    return msgspec.convert(plain | wanted, Transfer)


def transaction(**wanted: Any) -> Transaction:
    plain: dict[str, Any] = {
        "hash": HASH, "network": "Ethereum", "confirmations": 40, "block": 20_100_200,
        "at": NOON - timedelta(hours=2), "transfers": (transfer(),),
    }  # fmt: skip
    return msgspec.convert(plain | wanted, Transaction)


def deposit(**wanted: Any) -> Deposit:
    plain: dict[str, Any] = {
        "id": "D-1", "asset": "USDT", "network": "Ethereum", "amount": Decimal(250),
        "state": DepositState.SEEN, "tx_hash": HASH, "address": ADDRESS, "confirmations": 40,
        "seen_at": NOON - timedelta(hours=1),
    }  # fmt: skip
    return msgspec.convert(plain | wanted, Deposit)


def use(**wanted: Any) -> AddressUse:
    plain: dict[str, Any] = {
        "address": ADDRESS,
        "network": "Ethereum",
        "is_ours": True,
        "is_theirs": True,
    }
    return msgspec.convert(plain | wanted, AddressUse)


def withdrawal(**wanted: Any) -> Withdrawal:
    plain: dict[str, Any] = {
        "id": "W-1", "asset": "USDT", "network": "Ethereum", "amount": Decimal(500),
        "fee": Decimal(3), "state": WithdrawalState.QUEUED, "address": ADDRESS,
        "requested_at": NOON - timedelta(hours=1), "changed_at": NOON - timedelta(minutes=50),
    }  # fmt: skip
    return msgspec.convert(plain | wanted, Withdrawal)


def order(**wanted: Any) -> Order:
    plain: dict[str, Any] = {
        "id": "O-1", "market": "BTC/USDT", "side": "buy", "type": "limit",
        "state": OrderState.OPEN, "price": Decimal(90_000), "quantity": Decimal("0.5"),
        "created_at": NOON - timedelta(hours=3), "changed_at": NOON - timedelta(hours=2),
        "last_price": Decimal(95_000),
    }  # fmt: skip
    return msgspec.convert(plain | wanted, Order)


def sign_in(**wanted: Any) -> SignIn:
    plain: dict[str, Any] = {
        "at": NOON - timedelta(hours=1), "is_success": False, "method": "password",
        "device": "Firefox, Linux", "place": "SG, Singapore",
    }  # fmt: skip
    return msgspec.convert(plain | wanted, SignIn)


def change(**wanted: Any) -> SecurityChange:
    plain: dict[str, Any] = {
        "at": NOON - timedelta(hours=1),
        "kind": "password",
        "action": "changed",
    }
    return msgspec.convert(plain | wanted, SecurityChange)


def identity(**wanted: Any) -> IdentityCheck:
    plain: dict[str, Any] = {
        "state": IdentityState.REFUSED,
        "submitted_at": NOON - timedelta(days=1),
    }
    return msgspec.convert(plain | wanted, IdentityCheck)


def fiat(**wanted: Any) -> FiatTransfer:
    plain: dict[str, Any] = {
        "id": "F-1", "direction": "in", "currency": "EUR", "amount": Decimal(2000),
        "rail": "sepa", "state": FiatState.WAITING, "created_at": NOON - timedelta(days=1),
        "changed_at": NOON - timedelta(hours=3), "due_at": NOON + timedelta(days=1),
    }  # fmt: skip
    return msgspec.convert(plain | wanted, FiatTransfer)


def failure(**wanted: Any) -> ApiFailure:
    plain: dict[str, Any] = {
        "at": NOON - timedelta(minutes=5),
        "prefix": "mk_7Q",
        "code": "-1021",
        "path": "POST /order",
    }
    return msgspec.convert(plain | wanted, ApiFailure)


def api_key(**wanted: Any) -> ApiKey:
    plain: dict[str, Any] = {"prefix": "mk_7Q", "created_at": NOON - timedelta(days=40)}
    return msgspec.convert(plain | wanted, ApiKey)


FROZEN = Freeze(id="Z-1", uid="48812217", state=FreezeState.FROZEN, since=NOON)


def arriving(
    deposits: Sequence[Deposit] = (),
    tx: Transaction | None = None,
    uses: Sequence[AddressUse] | None = (),
    rules: Sequence[Network] = RULES,
    named: Named | None = None,
) -> Facts:
    """Facts about a deposit; ``uses`` None: the exchange could not be asked about addresses."""
    return Facts(
        now=NOON,
        named=named if named is not None else Named(tx_hash=HASH, network="Ethereum"),
        deposits=known(tuple(deposits)),
        networks=known(tuple(rules), "exchange"),
        transaction=known(tx, "Ethereum"),
        addresses=None if uses is None else known(tuple(uses)),
    )


def facts(named: Named | None = None, **wanted: Any) -> Facts:
    """Facts of any kind, each wrapped with its source."""
    wrapped = {name: known(value) for name, value in wanted.items()}
    return Facts(now=NOON, named=named or Named()).with_known(
        {Fact(name): value for name, value in wrapped.items()}, {}
    )
