"""Coins that were to be sent out, in every state and for every reason."""

from datetime import datetime, timedelta

from fanlight.exchange.connectors.sandbox.lives import Step
from fanlight.exchange.connectors.sandbox.plants.scene import Planted, Scene, cause
from fanlight.exchange.facts import SecurityChange, Transfer, WithdrawalState

S = WithdrawalState


@cause("withdrawal.requested")
def requested(scene: Scene) -> Planted:
    asked_at = scene.ago(minutes=1)
    return scene.withdrawal(
        "USDT", "TRON", S.REQUESTED, requested_at=asked_at, steps=_goes_out(scene, "TRON", 5)
    )


@cause("withdrawal.confirmation")
def confirmation(scene: Scene) -> Planted:
    """The customer has not confirmed it; unconfirmed it is cancelled after an hour."""
    late = Step(scene.now + timedelta(minutes=40), {"state": "cancelled"})
    return scene.withdrawal(
        "USDT", "TRON", S.CONFIRMATION, requested_at=scene.ago(minutes=20), steps=(late,)
    )


_HELD: dict[str, tuple[str, str, float, float | None]] = {
    # reason: asset, network, hours ago, hours from now at which it goes on
    "review": ("ETH", "Ethereum", 3, 20),
    "new_address": ("USDT", "Ethereum", 2, 22),
    "security_change": ("BTC", "Bitcoin", 4, 20),
    "limit": ("USDC", "Ethereum", 1, 9),
    "travel_rule": ("ETH", "Arbitrum One", 5, None),
}


def _held(scene: Scene) -> Planted:
    asset, network, ago, left = _HELD[scene.reason]
    until = scene.now + timedelta(hours=left) if left is not None else None
    if scene.reason == "security_change":
        _new_password(scene, until)
    return scene.withdrawal(
        asset,
        network,
        S.HELD,
        requested_at=scene.ago(hours=ago),
        hold_reason=scene.reason,
        # How long people will look at something is promised by nobody.
        held_until=None if scene.reason == "review" else until,
        steps=_goes_out(scene, network, (left or 72) * 60),
    )


for _reason in _HELD:
    cause(f"withdrawal.held_{_reason}")(_held)


@cause("withdrawal.held_maintenance")
def maintenance(scene: Scene) -> Planted:
    ends_at = scene.now + timedelta(minutes=90)
    scene.halt("DOGE", "Dogecoin", ends_at=ends_at, withdrawals_halted=True)
    return scene.withdrawal(
        "DOGE",
        "Dogecoin",
        S.HELD,
        requested_at=scene.ago(hours=1),
        hold_reason="maintenance",
        held_until=ends_at,
        steps=_goes_out(scene, "Dogecoin", 90),
    )


@cause("withdrawal.queued")
def queued(scene: Scene) -> Planted:
    return scene.withdrawal(
        "BTC",
        "Bitcoin",
        S.QUEUED,
        requested_at=scene.ago(minutes=12),
        steps=_goes_out(scene, "Bitcoin", 15),
    )


@cause("withdrawal.sent")
def sent(scene: Scene) -> Planted:
    """In the pool of the network, in no block yet."""
    mined_at = scene.now + timedelta(minutes=11)
    return _on_chain(scene, S.SENT, mined_at, is_done_at=mined_at + timedelta(minutes=20))


@cause("withdrawal.done")
def done(scene: Scene) -> Planted:
    """Arrived on the chain long ago; the wallet or exchange it went to does not show it."""
    return _on_chain(scene, S.DONE, scene.ago(hours=5))


@cause("withdrawal.done_without_memo")
def done_without_memo(scene: Scene) -> Planted:
    """To another exchange's shared address, with no tag: only they can give it to somebody."""
    tx_hash = scene.hash("XRP Ledger")
    planted = scene.withdrawal(
        "XRP", "XRP Ledger", S.DONE, requested_at=scene.ago(hours=6), tx_hash=tx_hash
    )
    _put(scene, planted, scene.ago(hours=6))
    return planted


_FAILED = {
    "bad_address": ("TRX", "TRON"),
    "memo_missing": ("XLM", "Stellar"),
    "network_error": ("SOL", "Solana"),
    "insufficient": ("USDT", "TRON"),
    "rejected": ("USDC", "Solana"),
}


def _failed(scene: Scene) -> Planted:
    asset, network = _FAILED[scene.reason]
    return scene.withdrawal(
        asset,
        network,
        S.FAILED,
        requested_at=scene.ago(hours=2),
        changed_at=scene.ago(hours=1),
        fail_reason=scene.reason,
        is_refunded=scene.reason != "network_error",
    )


for _reason in _FAILED:
    cause(f"withdrawal.failed_{_reason}")(_failed)


@cause("withdrawal.cancelled")
def cancelled(scene: Scene) -> Planted:
    return scene.withdrawal(
        "ETH",
        "Ethereum",
        S.CANCELLED,
        requested_at=scene.ago(hours=4),
        changed_at=scene.ago(hours=3),
        is_refunded=True,
    )


def _goes_out(scene: Scene, network: str, minutes: float) -> tuple[Step, ...]:
    """What follows by itself: queued after so many minutes, sent, and done."""
    start = scene.now + timedelta(minutes=minutes)
    return (
        Step(start, {"state": "queued", "hold_reason": "", "held_until": None}),
        Step(
            start + timedelta(minutes=10), {"state": "sent", "tx_hash": scene.hash(network, "out")}
        ),
        Step(start + timedelta(minutes=40), {"state": "done"}),
    )


def _on_chain(
    scene: Scene, state: WithdrawalState, mined_at: datetime, is_done_at: datetime | None = None
) -> Planted:
    tx_hash = scene.hash("Bitcoin")
    planted = scene.withdrawal(
        "BTC",
        "Bitcoin",
        state,
        requested_at=mined_at - timedelta(minutes=25),
        tx_hash=tx_hash,
        steps=(Step(is_done_at, {"state": "done"}),) if is_done_at is not None else (),
    )
    _put(scene, planted, mined_at)
    return planted


def _put(scene: Scene, planted: Planted, mined_at: datetime) -> None:
    rules = scene.rules(planted.asset or "", planted.network or "")
    coins = Transfer(
        to=planted.address or "",
        amount=planted.amount or rules.min_withdrawal,
        asset=rules.asset,
        contract=rules.contract,
        memo=planted.memo,
        sender=scene.wallet(rules.network, "hot"),
    )
    scene.transaction(rules.network, coins, mined_at=mined_at, hash=planted.tx_hash)


def _new_password(scene: Scene, until: datetime | None) -> None:
    scene.changed.security_changes.append(
        SecurityChange(
            at=scene.ago(hours=4),
            kind="password",
            action="changed",
            withdrawals_held_until=until,
        )
    )
