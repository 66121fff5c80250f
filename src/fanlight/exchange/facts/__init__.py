"""What an exchange knows of its customers, its networks and their money, in our words.

Amounts are ``Decimal`` in whole coins and always stand beside their asset; times are UTC; ids are
opaque text. An asset is its ticker in capitals (``USDT``), a network its name in the exchange's
own table (``TRON``, ``Ethereum``), a market base and quote (``BTC/USDT``).
"""

from fanlight.exchange.facts.accounts import (
    Account,
    ApiFailure,
    ApiKey,
    Challenge,
    ChallengeState,
    Device,
    Freeze,
    FreezeEvent,
    FreezeState,
    IdentityCheck,
    IdentityState,
    Outgoing,
    SecurityChange,
    SignIn,
)
from fanlight.exchange.facts.chain import Transaction, Transfer
from fanlight.exchange.facts.coins import (
    AddressUse,
    Deposit,
    DepositState,
    FiatState,
    FiatTransfer,
    Network,
    Withdrawal,
    WithdrawalState,
)
from fanlight.exchange.facts.known import Known
from fanlight.exchange.facts.trading import Fill, Order, OrderState, TradingFees

__all__ = [
    "Account",
    "AddressUse",
    "ApiFailure",
    "ApiKey",
    "Challenge",
    "ChallengeState",
    "Deposit",
    "DepositState",
    "Device",
    "FiatState",
    "FiatTransfer",
    "Fill",
    "Freeze",
    "FreezeEvent",
    "FreezeState",
    "IdentityCheck",
    "IdentityState",
    "Known",
    "Network",
    "Order",
    "OrderState",
    "Outgoing",
    "SecurityChange",
    "SignIn",
    "TradingFees",
    "Transaction",
    "Transfer",
    "Withdrawal",
    "WithdrawalState",
]
