"""Fills the slots of a story: amounts, hashes, addresses, hours, and one of several wordings.

``{usdt}`` is the same amount wherever it stands in one telling; ``{USDT|USDC}`` is one of these;
a name in the story's ``pick`` table is one of its list. An unknown name raises KeyError.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from fanlight.exchange.connectors.sandbox.addresses import spelled
from fanlight.exchange.connectors.sandbox.networks import chains
from fanlight.exchange.connectors.sandbox.plants import Planted
from fanlight.kernel.i18n import day, moment

_SLOT = re.compile(r"\{([^{}]+)\}")


# Asset: the smallest amount told, the largest, and its decimals.
_AMOUNTS: Mapping[str, tuple[float, float, int]] = {
    "usdt": (60, 9_800, 2),
    "usdc": (50, 6_400, 2),
    "btc": (0.004, 0.62, 4),
    "eth": (0.08, 6.2, 4),
    "sol": (1.5, 140, 2),
    "xrp": (90, 5_200, 2),
    "ton": (25, 900, 2),
    "doge": (400, 22_000, 0),
    "eur": (80, 5_500, 2),
    "usd": (100, 6_000, 2),
    "sgd": (120, 4_800, 2),
    "hkd": (1_000, 48_000, 0),
    "cny": (500, 38_000, 2),
    "twd": (3_000, 150_000, 0),
    "small": (1, 9, 2),
    "fee": (0.8, 6.5, 2),
    "pnl": (18, 940, 2),
}


_ADDRESSES = {"tron": "tron", "evm": "evm", "btc": "bitcoin"}  # chain: slot


def slots_of(happened: Planted) -> dict[str, str]:
    """What a customer names of something that has happened to them at the exchange."""
    named: dict[str, str] = {}
    if happened.tx_hash is not None:
        named |= {"hash": happened.tx_hash, "txid": happened.tx_hash}
    if happened.id is not None:
        named["order"] = happened.id
    if happened.asset is not None and happened.amount is not None:
        amount = f"{happened.amount:,f}"
        named |= {happened.asset.lower(): amount, "small": amount, "asset": happened.asset}
    if happened.address is not None and happened.network is not None:
        slot = _ADDRESSES.get(chains()[happened.network])
        named |= {slot: happened.address} if slot is not None else {}
    return named


class Slots:
    """The slots of one telling, filled by chance and then kept."""

    def __init__(
        self,
        chance: random.Random,
        *,
        turn: int,
        language: str,
        begins_at: datetime,
        pick: Mapping[str, Sequence[str]],
        given: Mapping[str, str],
    ) -> None:
        self._chance = chance
        self._turn = turn
        self._language = language
        self._begins_at = self._at = begins_at  # in the zone in which customers read hours
        self._pick = pick
        self._kept: dict[str, str] = dict(given)

    def fill(self, text: str, at: datetime) -> str:
        """The text, said at that moment, with every slot filled, those within a choice first."""
        self._at = at.astimezone(self._begins_at.tzinfo)
        while _SLOT.search(text):
            text = _SLOT.sub(lambda slot: self._value(slot[1]), text)
        return text

    def _value(self, name: str) -> str:
        if name not in self._kept:
            self._kept[name] = self._fresh(name)
        return self._kept[name]

    def _fresh(self, name: str) -> str:
        if "|" in name:
            # In turn, so that two tellings seldom sound alike; each choice begins elsewhere.
            wordings = name.split("|")
            return wordings[(self._turn + len(name)) % len(wordings)]
        if name in self._pick:
            return self._chance.choice(self._pick[name])
        kind = name.rstrip("0123456789")  # {usdt2} is a second amount
        if kind in _AMOUNTS:
            return self._amount(*_AMOUNTS[kind])
        return _MADE[kind](self)

    def _amount(self, least: float, most: float, decimals: int) -> str:
        """People send round amounts more often than not."""
        wanted = least * (most / least) ** self._chance.random()
        if self._chance.random() < 0.55 and wanted >= 20:
            step = 500 if wanted > 5_000 else 50 if wanted > 400 else 10
            return f"{max(step, round(wanted / step) * step):,}"
        return f"{wanted:,.{decimals}f}"

    def _letters(self, alphabet: str, length: int) -> str:
        return "".join(self._chance.choice(alphabet) for _ in range(length))

    def _hex(self, length: int) -> str:
        return self._letters("0123456789abcdef", length)

    def _clock(self) -> str:
        ago = timedelta(minutes=self._chance.randrange(25, 170))
        return f"{self._begins_at - ago:%H:%M}"

    def _earlier(self) -> str:
        return f"{self._at - timedelta(minutes=self._chance.randrange(15, 50)):%H:%M}"

    def _promised(self, least_h: int, most_h: int) -> str:
        """A time to come that people say: at the full or half hour, with its day if not today."""
        then = self._at + timedelta(minutes=30 * self._chance.randrange(2 * least_h, 2 * most_h))
        then = then.replace(minute=30 if then.minute >= 30 else 0)
        return moment(self._language, then, now=self._at, zone=then.tzinfo or UTC)

    def _date(self) -> str:
        ago = timedelta(days=self._chance.randrange(1, 5))
        return day(self._language, (self._begins_at - ago).date())

    def _address_masked(self) -> str:
        whole = self._value("tron")
        return f"{whole[:6]}…{whole[-4:]}"

    def _evm_short(self) -> str:
        whole = self._value("evm")
        return f"{whole[:6]}…{whole[-4:]}"

    def _hash_short(self) -> str:
        whole = self._value("hash")
        return f"{whole[:6]}…{whole[-6:]}"


_MADE: Mapping[str, Callable[[Slots], str]] = {
    "hash": lambda s: s._hex(64),
    "txid": lambda s: f"0x{s._hex(64)}",
    "hashshort": Slots._hash_short,
    "tron": lambda s: spelled("tron", s._chance.randbytes(20)),
    "tronshort": Slots._address_masked,
    "evm": lambda s: spelled("evm", s._chance.randbytes(20)),
    "evmshort": Slots._evm_short,
    "bitcoin": lambda s: spelled("btc", s._chance.randbytes(20)),
    "order": lambda s: f"{s._chance.randrange(10**11, 10**12)}",
    "memo": lambda s: f"{s._chance.randrange(10**7, 10**8)}",
    "clock": Slots._clock,
    "now": lambda s: f"{s._at:%H:%M}",
    "earlier": Slots._earlier,
    "by": lambda s: s._promised(4, 7),
    "tomorrow": lambda s: s._promised(19, 26),
    "date": Slots._date,
    "count": lambda s: str(s._chance.randrange(3, 19)),
    "minutes": lambda s: str(s._chance.choice((20, 30, 40, 45, 60, 90))),
    "price": lambda s: f"{s._chance.uniform(82_000, 99_000):,.1f}",
    "leverage": lambda s: str(s._chance.choice((5, 10, 20, 25, 50))),
    "percent": lambda s: f"{s._chance.uniform(1.2, 9.6):.1f}%",
    "domain": lambda s: s._chance.choice(
        ("meridian-verify.example", "rneridian.example", "meridian-support.example")
    ),
}
