"""Tokens of contracts, alike on every network that runs Ethereum's machine: ERC-20 and TRC-20."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Context, Decimal

import msgspec

Tickers = Callable[[], Awaitable[Mapping[str, str]]]
"""Tickers by their contract in small letters, as the exchange's own table has them.

A token calls itself what it likes: only this table gives one a ticker, and any other is named by
its contract.
"""

# keccak-256 of "Transfer(address,address,uint256)" and "Approval(address,address,uint256)"
TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
APPROVAL = "8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
DECIMALS = "313ce567"
"""The call by which a token says how many places its amounts have."""
PLAIN_CALLS = ("a9059cbb", "23b872dd")  # transfer, transferFrom
MOST_LOGS = 500
_MOST_DECIMALS = 36
_WIDE = Context(prec=80)  # 2**256 has 78 figures; the usual 28 would round what whales hold


class Moved(msgspec.Struct, frozen=True):
    """What one log says: addresses as 40 hex digits, the amount in the token's smallest unit."""

    contract: str
    sender: str
    to: str
    units: int
    is_approval: bool


def moved(contract: str, topics: list[str], data: str) -> Moved | None:
    """What a log says, or None where it is no ERC-20 one.

    ERC-721 has the same event with a fourth topic in the place of an amount.
    """
    topics, data = [_bare(topic) for topic in topics], _bare(data)
    is_ours = len(topics) == 3 and topics[0] in (TRANSFER, APPROVAL)
    if not is_ours or len(data) != 64 or any(len(topic) != 64 for topic in topics):
        return None
    return Moved(
        contract=_bare(contract)[-40:],
        sender=topics[1][-40:],
        to=topics[2][-40:],
        units=int(data, 16),
        is_approval=topics[0] == APPROVAL,
    )


def kind_of(data: str, logs: list[Moved]) -> str:
    """What a call of a contract amounts to."""
    if _bare(data)[:8] in PLAIN_CALLS:
        return "transfer"
    is_approval = any(log.is_approval for log in logs)
    return "approval" if is_approval and all(log.is_approval for log in logs) else "contract_call"


def places(said: str) -> int | None:
    """How many places a token says its amounts have; None where that makes no sense."""
    digits = _bare(said)
    number = int(digits, 16) if digits else _MOST_DECIMALS + 1
    return number if 0 <= number <= _MOST_DECIMALS else None


def whole(units: int, decimals: int) -> Decimal:
    """Whole coins, every figure kept."""
    return Decimal(units).scaleb(-decimals, _WIDE)


def _bare(text: str) -> str:
    return text.lower().removeprefix("0x")
