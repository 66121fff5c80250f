"""What lies behind an account when nothing has gone wrong: coins in and out, trades, transfers."""

from datetime import datetime, timedelta
from decimal import Decimal

from fanlight.exchange.connectors.sandbox.cast import played
from fanlight.exchange.connectors.sandbox.lives import Mined
from fanlight.exchange.connectors.sandbox.networks import block_s, networks
from fanlight.exchange.connectors.sandbox.world import World, memo, rounded
from fanlight.exchange.facts import (
    Deposit,
    DepositState,
    FiatState,
    FiatTransfer,
    Fill,
    Network,
    Order,
    OrderState,
    TradingFees,
    Transaction,
    Transfer,
    Withdrawal,
    WithdrawalState,
)

# About what one coin costs at the invented exchange, in USDT.
PRICES = {
    "BTC": "96920", "ETH": "3115", "USDT": "1", "USDC": "1", "XRP": "2.31", "SOL": "158.9",
    "TON": "3.42", "TRX": "0.244", "BNB": "842", "DOGE": "0.151", "LTC": "87.4", "DOT": "5",
    "XLM": "0.231", "LINK": "13.1", "BUSD": "1",
}  # fmt: skip
MARKETS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "LINK/USDT", "ETH/BTC")
_FEES = {"Regular": "0.001", "VIP 1": "0.0009", "VIP 2": "0.0008", "VIP 3": "0.0006"}
_MAKER = Decimal("0.8")  # what who waits in the book pays of it


def worth(asset: str, usdt: float) -> Decimal:
    """So many coins as are worth about that much."""
    return rounded(usdt / float(PRICES[asset]))


def deposits(world: World, uid: str, number: int) -> list[Deposit]:
    known, chance = played(uid), world.chance(uid, "deposits")
    if known is not None:
        return [
            _credited(world, number, networks()[f"{asset} {network}"], amount, at)
            for at, asset, network, amount in known.deposits
        ]
    taken = [each for each in networks().values() if not each.is_delisted]
    at, found = world.epoch, []
    for _ in range(chance.randrange(1, 6)):
        at -= timedelta(minutes=chance.randrange(1_500, 9_000))
        network = chance.choice(taken)
        amount = max(worth(network.asset, chance.lognormvariate(6, 1)), network.min_deposit)
        found.append(_credited(world, number, network, amount, at))
    return found


def _credited(
    world: World, number: int, network: Network, amount: Decimal, at: datetime
) -> Deposit:
    return Deposit(
        id=f"D{number:05d}{at.timestamp():.0f}",
        asset=network.asset,
        network=network.network,
        amount=amount,
        state=DepositState.CREDITED,
        tx_hash=world.tx_hash(network.network, number, f"in:{number}:{at.isoformat()}"),
        address=world.deposit_address(number, network.network),
        memo=memo(number) if network.needs_memo else None,
        confirmations=network.confirmations,
        seen_at=at,
        credited_at=at + timedelta(seconds=network.block_s * network.confirmations),
    )


def withdrawals(world: World, uid: str, number: int) -> list[Withdrawal]:
    chance = world.chance(uid, "withdrawals")
    taken = [each for each in networks().values() if not each.is_delisted]
    at, found = world.epoch, []
    for count in range(chance.randrange(0, 4)):
        at -= timedelta(minutes=chance.randrange(2_000, 12_000))
        network = chance.choice(taken)
        amount = max(worth(network.asset, chance.lognormvariate(5.5, 1)), network.min_withdrawal)
        name = f"out:{number}:{count}"
        found.append(
            Withdrawal(
                id=f"W{number:05d}{at.timestamp():.0f}",
                asset=network.asset,
                network=network.network,
                amount=amount,
                fee=network.withdrawal_fee,
                state=WithdrawalState.DONE,
                address=world.wallet(network.network, name),
                memo=str(chance.randrange(10**6)) if network.needs_memo else None,
                tx_hash=world.tx_hash(network.network, number, name),
                requested_at=at,
                changed_at=at + timedelta(minutes=chance.randrange(3, 40)),
            )
        )
    return found


def mined(world: World, moved: Deposit | Withdrawal) -> Mined:
    """The transaction of something that went through."""
    is_in = isinstance(moved, Deposit)
    rules = networks()[f"{moved.asset} {moved.network}"]
    return Mined(
        first=Transaction(
            hash=moved.tx_hash or "",
            network=moved.network,
            transfers=(
                Transfer(
                    to=moved.address,
                    amount=moved.amount,
                    asset=moved.asset,
                    contract=rules.contract,
                    memo=moved.memo,
                    sender=world.wallet(moved.network, "somebody" if is_in else "hot"),
                ),
            ),
        ),
        block_s=block_s()[moved.network],
        mined_at=moved.seen_at if isinstance(moved, Deposit) else moved.changed_at,
    )


def orders(world: World, uid: str, number: int) -> list[Order]:
    chance = world.chance(uid, "orders")
    at, found = world.epoch, []
    for count in range(chance.randrange(0, 6)):
        at -= timedelta(minutes=chance.randrange(700, 8_000))
        market = chance.choice(MARKETS)
        price = price_of(market) * Decimal(f"{chance.uniform(0.98, 1.02):.4f}")
        quantity = worth(market.partition("/")[0], chance.lognormvariate(5, 1))
        fill = Fill(
            at=at + timedelta(seconds=chance.randrange(1, 900)),
            price=price,
            quantity=quantity,
            fee=quantity * price * Decimal("0.001"),
            fee_asset=market.partition("/")[2],
        )
        found.append(
            Order(
                id=f"{number:05d}{at.timestamp():.0f}{count}",
                market=market,
                side=chance.choice(("buy", "sell")),
                type="limit",
                state=OrderState.FILLED,
                price=price,
                quantity=quantity,
                filled=quantity,
                fills=(fill,),
                created_at=at,
                changed_at=fill.at,
                last_price=price_of(market),
            )
        )
    return found


def price_of(market: str) -> Decimal:
    base, _, quote = market.partition("/")
    return rounded(float(Decimal(PRICES[base]) / Decimal(PRICES[quote])))


def fees(market: str, tier: str) -> TradingFees:
    taker = Decimal(_FEES[tier])
    return TradingFees(market=market, maker=taker * _MAKER, taker=taker, tier=tier)


def fiat(world: World, uid: str, number: int) -> list[FiatTransfer]:
    chance = world.chance(uid, "fiat")
    if chance.random() < 0.6:
        return []
    at = world.epoch - timedelta(hours=chance.randrange(60, 600))
    return [
        FiatTransfer(
            id=f"F{number:05d}{at.timestamp():.0f}",
            direction="in",
            currency=chance.choice(("EUR", "HKD", "SGD")),
            amount=Decimal(chance.randrange(2, 200) * 50),
            rail=chance.choice(("sepa", "swift", "fps")),
            state=FiatState.CREDITED,
            reference=f"MER{number:05d}",
            created_at=at,
            changed_at=at + timedelta(hours=20),
            usual=timedelta(hours=24),
        )
    ]
