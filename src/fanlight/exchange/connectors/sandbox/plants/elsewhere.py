"""What happened on a chain between the customer and others; the exchange has no part in it."""

from decimal import Decimal

from fanlight.exchange.connectors.sandbox.plants.scene import Planted, Scene, cause
from fanlight.exchange.facts import Network, Transfer

_NET = "Ethereum"


@cause("chain.approval")
def approval(scene: Scene) -> Planted:
    """They allowed a contract to take all their USDT: no coin has moved yet."""
    rules, spender = scene.rules("USDT", _NET), scene.wallet(_NET, "spender")
    return _call(scene, rules, "approval", _coins(scene, rules, spender, Decimal(0)))


@cause("chain.contract_call")
def contract_call(scene: Scene) -> Planted:
    rules = scene.rules("ETH", _NET)
    return _call(scene, rules, "contract_call", _coins(scene, rules, scene.wallet(_NET, "app")))


@cause("chain.defi")
def defi(scene: Scene) -> Planted:
    """Lent to a pool: their USDC went in, a receipt token came back."""
    rules, pool = scene.rules("USDC", _NET), scene.wallet(_NET, "pool")
    receipt = Transfer(
        to=scene.wallet(_NET),
        amount=Decimal(500),
        asset="aUSDC",
        contract=scene.wallet(_NET, "receipt"),
        sender=pool,
    )
    paid = _coins(scene, rules, pool, Decimal(500))
    return _call(scene, rules, "contract_call", paid, receipt)


@cause("chain.bridge")
def bridge(scene: Scene) -> Planted:
    """On their way to another network; until a bridge pays out there, nobody else sees them."""
    rules = scene.rules("ETH", _NET)
    return _call(scene, rules, "bridge", _coins(scene, rules, scene.wallet(_NET, "bridge")))


@cause("chain.multisig")
def multisig(scene: Scene) -> Planted:
    """One of two signatures is there: it waits for the other."""
    rules = scene.rules("BTC", "Bitcoin")
    coins = scene.coins_to(rules, scene.amount("BTC"))
    made = scene.transaction(
        rules.network, coins, mined_at=None, kind="multisig", signatures=(1, 2)
    )
    return _named(scene, rules, made.hash, coins)


def _coins(scene: Scene, rules: Network, to: str, amount: Decimal | None = None) -> Transfer:
    return Transfer(
        to=to,
        amount=scene.amount(rules.asset) if amount is None else amount,
        asset=rules.asset,
        contract=rules.contract,
        sender=scene.wallet(_NET),
    )


def _call(scene: Scene, rules: Network, kind: str, *coins: Transfer) -> Planted:
    made = scene.transaction(rules.network, *coins, mined_at=scene.ago(hours=2), kind=kind)
    return _named(scene, rules, made.hash, coins[0])


def _named(scene: Scene, rules: Network, tx_hash: str, coins: Transfer) -> Planted:
    return scene.planted(
        asset=rules.asset,
        network=rules.network,
        amount=coins.amount,
        tx_hash=tx_hash,
        address=coins.to,
        at=scene.ago(hours=2),
    )
