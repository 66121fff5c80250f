"""Coins that were sent in and do not stand in the account."""

from datetime import timedelta
from typing import Any

from fanlight.exchange.connectors.sandbox.lives import Step
from fanlight.exchange.connectors.sandbox.plants.scene import Planted, Scene, cause
from fanlight.exchange.facts import DepositState


@cause("deposit.unconfirmed")
def unconfirmed(scene: Scene) -> Planted:
    """One block so far; credited by itself as more come."""
    return scene.noted(scene.sent_in("BTC", "Bitcoin", mined_at=scene.ago(minutes=4)))


@cause("deposit.low_fee")
def low_fee(scene: Scene) -> Planted:
    """In no block yet, and it may wait long."""
    return scene.noted(scene.sent_in("BTC", "Bitcoin", mined_at=None, fee_is_low=True))


@cause("deposit.wrong_network")
def wrong_network(scene: Scene) -> Planted:
    """To the right address, on a network where the exchange takes no USDC."""
    rules, network = scene.rules("USDC", "Arbitrum One"), "Polygon"
    coins = scene.coins_to(
        rules,
        scene.amount("USDC"),
        sender=scene.wallet(network),
        contract="0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
    )
    made = scene.transaction(network, coins, mined_at=scene.ago(hours=3))
    return scene.planted(
        asset="USDC",
        network=network,
        amount=coins.amount,
        tx_hash=made.hash,
        address=coins.to,
        at=scene.ago(hours=3),
    )


@cause("deposit.memo_missing")
def memo_missing(scene: Scene) -> Planted:
    sent = scene.sent_in("XRP", "XRP Ledger", mined_at=scene.ago(hours=5), transfer={"memo": None})
    return scene.noted(sent, state=DepositState.UNCLAIMED, is_unclaimed=True)


@cause("deposit.memo_wrong")
def memo_wrong(scene: Scene) -> Planted:
    """A memo that is nobody's: their own name, say."""
    sent = scene.sent_in("TON", "TON", mined_at=scene.ago(hours=2), transfer={"memo": "thank you"})
    return scene.noted(sent, state=DepositState.UNCLAIMED, is_unclaimed=True)


@cause("deposit.below_minimum")
def below_minimum(scene: Scene) -> Planted:
    small = scene.rules("DOT", "Polkadot").min_deposit / 2
    sent = scene.sent_in("DOT", "Polkadot", mined_at=scene.ago(hours=6), amount=small)
    return scene.noted(sent, state=DepositState.BELOW_MINIMUM)


@cause("deposit.contract")
def contract(scene: Scene) -> Planted:
    """Sent by a contract while it ran: such transfers are read later and by other means."""
    return scene.sent_in(
        "ETH",
        "Ethereum",
        mined_at=scene.ago(hours=6),
        kind="contract_call",
        transfer={"is_internal": True, "sender": scene.wallet("Ethereum", "contract")},
    )


@cause("deposit.delisted")
def delisted(scene: Scene) -> Planted:
    sent = scene.sent_in("BUSD", "Ethereum", mined_at=scene.ago(hours=8))
    return scene.noted(sent, state=DepositState.UNCLAIMED)


@cause("deposit.maintenance")
def maintenance(scene: Scene) -> Planted:
    """Confirmed, but the asset's network is halted here for another hour or so."""
    scene.halt("LTC", "Litecoin", ends_at=scene.now + timedelta(minutes=70), deposits_halted=True)
    return scene.noted(scene.sent_in("LTC", "Litecoin", mined_at=scene.ago(minutes=50)))


@cause("deposit.review")
def review(scene: Scene) -> Planted:
    return _held(scene, "USDT", "Ethereum", hold_reason="review")


@cause("deposit.region")
def region(scene: Scene) -> Planted:
    return _held(scene, "USDC", "Ethereum", hold_reason="region")


@cause("deposit.travel_rule")
def travel_rule(scene: Scene) -> Planted:
    return _held(scene, "ETH", "Arbitrum One", hold_reason="travel_rule", wants="sender_details")


@cause("deposit.not_ours")
def not_ours(scene: Scene) -> Planted:
    """The transaction is real and pays somebody who is no customer."""
    return scene.sent_in(
        "USDT",
        "TRON",
        mined_at=scene.ago(hours=1),
        transfer={"to": scene.wallet("TRON", "stranger")},
    )


@cause("deposit.unknown_hash")
def unknown_hash(scene: Scene) -> Planted:
    """A hash that no network knows: never sent, or mistyped."""
    return scene.planted(
        asset="USDT",
        network="TRON",
        amount=scene.amount("USDT"),
        tx_hash=scene.hash("TRON"),
        address=scene.world.deposit_address(scene.number, "TRON"),
    )


@cause("deposit.credited")
def credited(scene: Scene) -> Planted:
    return scene.noted(scene.sent_in("USDT", "TRON", mined_at=scene.ago(hours=3)))


@cause("deposit.failed_on_chain")
def failed_on_chain(scene: Scene) -> Planted:
    return scene.sent_in("LINK", "Ethereum", mined_at=scene.ago(hours=1), is_success=False)


@cause("deposit.replaced")
def replaced(scene: Scene) -> Planted:
    """Sent again with a higher fee: the first will never be mined, the second is on its way."""
    second = scene.hash("Bitcoin", "again")
    first = scene.sent_in("BTC", "Bitcoin", mined_at=None, replaced_by=second)
    again = scene.sent_in(
        "BTC", "Bitcoin", mined_at=scene.ago(minutes=6), amount=first.amount, hash=second
    )
    scene.noted(again)
    return first


@cause("deposit.retired_address")
def retired_address(scene: Scene) -> Planted:
    """To an address this customer was given before the present one."""
    old = scene.world.deposit_address(scene.number, "TRON", generation=1)
    sent = scene.sent_in("USDT", "TRON", mined_at=scene.ago(hours=2), transfer={"to": old})
    return scene.noted(sent, state=DepositState.UNCLAIMED)


@cause("deposit.returned")
def returned(scene: Scene) -> Planted:
    sent = scene.sent_in("USDC", "Solana", mined_at=scene.ago(days=2))
    return scene.noted(sent, state=DepositState.RETURNED)


@cause("deposit.someone_elses")
def someone_elses(scene: Scene) -> Planted:
    """It went to another customer: this one hears only that it is not theirs."""
    other = (scene.number + 1) % 1_000
    to = scene.world.deposit_address(other, "Ethereum")
    sent = scene.sent_in("ETH", "Ethereum", mined_at=scene.ago(hours=2), transfer={"to": to})
    return scene.noted(sent, of=scene.world.uid(other))


def _held(scene: Scene, asset: str, network: str, **why: Any) -> Planted:
    """Somebody looks at it, and is done tomorrow."""
    freed_at = scene.now + timedelta(hours=20)
    freed = Step(freed_at, {"state": "credited", "credited_at": freed_at, "hold_reason": ""})
    sent = scene.sent_in(asset, network, mined_at=scene.ago(hours=3))
    return scene.noted(sent, state=DepositState.HELD, steps=(freed,), **why)
