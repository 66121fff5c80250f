"""The sandbox: an invented exchange that answers, freezes and fails as a real one would.

10,000 accounts follow from a seed when somebody asks about them; only what was changed is kept.
Its clock can be driven, causes can be planted, and it can play at being slow, failing or down.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from fanlight.exchange.connectors.sandbox import addresses, freezing, money, people
from fanlight.exchange.connectors.sandbox.cast import cast
from fanlight.exchange.connectors.sandbox.chain import SandboxChain
from fanlight.exchange.connectors.sandbox.clock import SandboxClock
from fanlight.exchange.connectors.sandbox.freezing import Challenges, Freezes
from fanlight.exchange.connectors.sandbox.kept import Changed, Kept, KeptInFile, Token
from fanlight.exchange.connectors.sandbox.lives import seen
from fanlight.exchange.connectors.sandbox.networks import chains, networks
from fanlight.exchange.connectors.sandbox.plants import Planted, plant
from fanlight.exchange.connectors.sandbox.world import ACCOUNTS, World, memo, takes_memo
from fanlight.exchange.contract import Chains, Exchange, ExchangeDown, NoSuchAccount
from fanlight.exchange.facts import (
    Account,
    AddressUse,
    ApiFailure,
    ApiKey,
    Challenge,
    Deposit,
    Device,
    FiatTransfer,
    Freeze,
    IdentityCheck,
    Known,
    Network,
    Order,
    Outgoing,
    SecurityChange,
    SignIn,
    TradingFees,
    Transaction,
    Withdrawal,
)
from fanlight.kernel.clock import Now
from fanlight.kernel.clock import now as real_now

T = TypeVar("T")
Trouble = Literal["", "slow", "failing", "down", "lost"]
"""``lost``: what was asked is done, but the answer never comes."""


class Sandbox(Exchange):
    """An exchange of 10,000 invented accounts, opened at the moment this is made."""

    name = "sandbox"

    def __init__(
        self,
        *,
        seed: int = 7,
        now: Now = real_now,
        file: Path | None = None,
        slow_s: float = 3.0,
        patience_s: float = 5.0,
    ) -> None:
        """Open it.

        Args:
            file: keeps what is changed, for a demo of several processes; without one it is
                forgotten with the object.
            slow_s: how long an answer takes when it plays at being slow.
            patience_s: after so long somebody who asks one that is down gives up.
        """
        kept = KeptInFile(file, now()) if file is not None else Kept(now())
        self.clock = SandboxClock(kept, now)
        self.world = World(seed, kept, self.clock)
        self.uids = _Uids(self.world)
        self._slow_s, self._patience_s = slow_s, patience_s
        self._freezes, self._challenges = Freezes(self.world), Challenges(self.world)
        kept.first = self._tell_stories

    @property
    def chains(self) -> Chains:
        """Readers of the networks of the same world."""
        return Chains([SandboxChain(self.world, network) for network in chains()])

    def plant(self, uid: str, cause: str, *, at: datetime | None = None) -> Planted:
        """Let something happen to an account, now or then: one of ``plants.CAUSES``. See there."""
        return plant(self.world, uid, cause, at=at)

    def play(self, trouble: Trouble) -> None:
        """From now on every question meets this trouble; empty: none."""
        with self.world.kept.changing() as state:
            state.trouble = trouble

    def alert(self, uid: str, purpose: str, *, lasts: timedelta = timedelta(hours=24)) -> str:
        """Mint the one-use token that an alert mail to this customer would carry."""
        self.world.number(uid)
        return freezing.mint(self.world, Token(uid, purpose, self.clock.now() + lasts))

    def lift_in_app(self, uid: str) -> Freeze | None:
        """Let this customer lift their freeze in the exchange's own app. None: nothing stands."""
        self.world.number(uid)
        return self._freezes.lift_in_app(uid)

    def answer_to(self, challenge_id: str) -> str:
        """What this challenge's customer would type: the code on their phone."""
        return self.world.kept.read().challenges[challenge_id].right

    def alerts(self, uid: str) -> list[str]:
        """The tokens of this customer's alert mails that still work, the newest first."""
        now = self.clock.now()
        tokens = self.world.kept.read().tokens.items()
        found = [
            words
            for words, each in tokens
            if each.uid == uid and not each.spent_by and each.expires_at > now
        ]
        return found[::-1]

    def sent(self, uid: str) -> list[Transaction]:
        """What this customer's own wallets show as sent by them, the newest first."""
        kept = [each.first for each in self.world.kept.read().transactions.values()]
        return [
            each
            for each in reversed(kept)
            if any(
                transfer.sender == self.world.wallet(each.network, f"{uid}:own")
                for transfer in each.transfers
            )
        ]

    def codes(self, uid: str) -> list[tuple[str, str]]:
        """Method and answer of this customer's challenges that may still be answered."""
        now = self.clock.now()
        return [
            (each.challenge.method, each.right)
            for each in self.world.kept.read().challenges.values()
            if each.uid == uid and each.challenge.expires_at > now
        ]

    async def account(self, uid: str) -> Known[Account]:
        number = await self._enter(uid)
        found = people.account(self.world, uid, number)
        return self._known(replace(found, is_frozen=self._freezes.standing(uid) is not None))

    async def account_at(self, email: str) -> Known[Account | None]:
        await self._meet_trouble()
        number = people.number_at(email)
        uid = self.world.uid(number) if number is not None and number < ACCOUNTS else None
        found = None
        if uid is not None and people.account(self.world, uid, number or 0).email == email:
            found = (await self.account(uid)).value
        return self._known(found)

    async def identity(self, uid: str) -> Known[IdentityCheck]:
        await self._enter(uid)
        changed = self.world.changed(uid)
        if changed is not None and changed.identity is not None:
            return self._known(seen(changed.identity, self.clock.now()))
        return self._known(people.identity(self.world, uid))

    async def networks(self, asset: str | None = None) -> Known[Sequence[Network]]:
        await self._meet_trouble()
        found = (self.world.network(each.asset, each.network) for each in networks().values())
        return self._known([each for each in found if each and asset in (None, each.asset)])

    async def fees(self, uid: str | None, market: str) -> Known[TradingFees]:
        tier = "Regular"
        if uid is not None:
            tier = people.account(self.world, uid, await self._enter(uid)).tier
        else:
            await self._meet_trouble()
        return self._known(money.fees(market, tier))

    async def deposits(
        self, uid: str, *, tx_hash: str | None = None, limit: int = 50
    ) -> Known[Sequence[Deposit]]:
        number = await self._enter(uid)
        now, state = self.clock.now(), self.world.kept.read()
        arrivals = [*(state.accounts.get(uid) or Changed()).deposits]
        if tx_hash is not None:
            # Coins that came without a name are told of to whoever knows their transaction.
            arrivals += [each for each in state.unclaimed if each.lived.first.tx_hash == tx_hash]
        found = money.deposits(self.world, uid, number)
        for each in arrivals:
            network = self.world.network(each.lived.first.asset, each.lived.first.network)
            if network is not None:
                found.append(each.at(now, network))
        return self._known(
            _newest(
                [each for each in found if tx_hash in (None, each.tx_hash)],
                lambda each: each.seen_at,
                limit,
            )
        )

    async def withdrawals(
        self, uid: str, *, withdrawal_id: str | None = None, limit: int = 50
    ) -> Known[Sequence[Withdrawal]]:
        number = await self._enter(uid)
        found = money.withdrawals(self.world, uid, number)
        changed = self.world.changed(uid) or Changed()
        found += [self._freezes.withdrawal(uid, each) for each in changed.withdrawals]
        found = [each for each in found if withdrawal_id in (None, each.id)]
        return self._known(_newest(found, lambda each: each.requested_at, limit))

    async def address(self, uid: str, address: str, network: str) -> Known[AddressUse]:
        number = await self._enter(uid)
        chain = chains().get(network)
        owner = addresses.owner_of(self.world.seed, chain, address) if chain else None
        is_shared = owner is not None and owner.number == addresses.SHARED
        is_theirs = owner is not None and owner.number == number
        return self._known(
            AddressUse(
                address=address,
                network=network,
                is_ours=owner is not None,
                is_theirs=is_theirs,
                is_shared=is_shared,
                memo=memo(number) if is_shared and takes_memo(network) else None,
                is_retired=owner is not None and is_theirs and owner.generation > 0,
            )
        )

    async def orders(
        self, uid: str, *, order_id: str | None = None, limit: int = 50
    ) -> Known[Sequence[Order]]:
        number = await self._enter(uid)
        found = money.orders(self.world, uid, number)
        changed = self.world.changed(uid) or Changed()
        found += [seen(each, self.clock.now()) for each in changed.orders]
        found = [each for each in found if order_id in (None, each.id)]
        return self._known(_newest(found, lambda each: each.created_at, limit))

    async def sign_ins(self, uid: str, *, limit: int = 50) -> Known[Sequence[SignIn]]:
        number = await self._enter(uid)
        changed = self.world.changed(uid) or Changed()
        found = [*people.sign_ins(self.world, uid, number), *changed.sign_ins]
        return self._known(_newest(found, lambda each: each.at, limit))

    async def devices(self, uid: str) -> Known[Sequence[Device]]:
        number = await self._enter(uid)
        changed = self.world.changed(uid) or Changed()
        found = [*people.devices(self.world, uid, number), *changed.devices]
        return self._known(_newest(found, lambda each: each.last_seen_at, len(found)))

    async def security_changes(
        self, uid: str, *, limit: int = 50
    ) -> Known[Sequence[SecurityChange]]:
        number = await self._enter(uid)
        changed = self.world.changed(uid) or Changed()
        found = [*people.security_changes(self.world, uid, number), *changed.security_changes]
        return self._known(_newest(found, lambda each: each.at, limit))

    async def api_keys(self, uid: str) -> Known[Sequence[ApiKey]]:
        await self._enter(uid)
        changed = self.world.changed(uid) or Changed()
        found = [*people.api_keys(self.world, uid), *changed.api_keys]
        if self._freezes.stops(uid, "api_keys"):
            found = [replace(each, is_active=False) for each in found]
        return self._known(_newest(found, lambda each: each.created_at, len(found)))

    async def api_failures(self, uid: str, *, limit: int = 50) -> Known[Sequence[ApiFailure]]:
        await self._enter(uid)
        changed = self.world.changed(uid) or Changed()
        return self._known(_newest(changed.api_failures, lambda each: each.at, limit))

    async def fiat(self, uid: str, *, limit: int = 50) -> Known[Sequence[FiatTransfer]]:
        number = await self._enter(uid)
        found = money.fiat(self.world, uid, number)
        changed = self.world.changed(uid) or Changed()
        found += [seen(each, self.clock.now()) for each in changed.fiat]
        return self._known(_newest(found, lambda each: each.created_at, limit))

    async def challenge(
        self, uid: str, *, method: str, purpose: str, language: str, key: str
    ) -> Challenge:
        await self._enter(uid)
        return await self._answered(
            self._challenges.ask(uid, method=method, purpose=purpose, key=key)
        )

    async def answer_challenge(self, challenge_id: str, answer: str) -> Challenge:
        await self._meet_trouble()
        return await self._answered(self._challenges.answer(challenge_id, answer))

    async def freeze(
        self, uid: str, *, stops: frozenset[str], lasts: timedelta, reason: str, key: str
    ) -> Freeze:
        await self._enter(uid)
        return await self._answered(self._freezes.begin(uid, stops=stops, lasts=lasts, key=key))

    async def confirm_freeze(self, freeze_id: str, *, key: str) -> Freeze:
        await self._meet_trouble()
        return await self._answered(self._freezes.confirm(freeze_id))

    async def unfreeze(self, freeze_id: str, *, assertion: str, key: str) -> Freeze:
        await self._meet_trouble()
        return await self._answered(self._freezes.lift(freeze_id, assertion))

    async def frozen(self, uid: str) -> Known[Freeze | None]:
        await self._enter(uid)
        return self._known(self._freezes.standing(uid))

    async def one_use(self, token: str, *, key: str) -> Outgoing | None:
        await self._meet_trouble()
        return await self._answered(freezing.spend(self.world, token, key))

    async def anti_phishing_code(self, uid: str) -> Known[str | None]:
        await self._enter(uid)
        chance = self.world.chance(uid, "anti_phishing")
        has_one, word = chance.random() < 0.6, f"{chance.choice(_WORDS)}-{chance.randrange(100)}"
        return self._known(word if has_one else None)

    async def healthy(self) -> Mapping[str, str]:
        await self._meet_trouble()
        return {"accounts": f"{ACCOUNTS:,}", "time": f"{self.clock.now():%Y-%m-%d %H:%M} UTC"}

    def _tell_stories(self) -> None:
        """What has happened to the demo's customers, once: whoever is first writes it down."""
        with self.world.kept.changing() as state:
            if not state.accounts:
                for each in cast():
                    for cause in each.stories:
                        self.plant(each.uid, cause)

    async def _enter(self, uid: str) -> int:
        await self._meet_trouble()
        return self.world.number(uid)

    async def _meet_trouble(self) -> None:
        match self.world.kept.read().trouble:
            case "slow":
                await asyncio.sleep(self._slow_s)
            case "failing":
                raise ExchangeDown
            case "down":
                await asyncio.sleep(self._patience_s)
                raise ExchangeDown

    async def _answered(self, done: T) -> T:
        """The answer to what was done, where the way back is not cut."""
        if self.world.kept.read().trouble == "lost":
            await asyncio.sleep(self._patience_s)
            raise ExchangeDown
        return done

    def _known(self, value: T) -> Known[Any]:
        return Known(value=value, source="exchange", as_of=self.clock.now())


_WORDS = ("amber", "harbor", "juniper", "lantern", "marble", "orchid", "quartz", "willow")


class _Uids(Sequence[str]):
    """Every UID, made when asked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __len__(self) -> int:
        return ACCOUNTS

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self._world.uid(number) for number in range(*place.indices(ACCOUNTS))]
        if not -ACCOUNTS <= place < ACCOUNTS:
            raise IndexError(place)
        return self._world.uid(place % ACCOUNTS)

    def __contains__(self, uid: object) -> bool:
        try:
            self._world.number(str(uid))
        except NoSuchAccount:
            return False
        return True


def _newest(found: Sequence[T], when: Callable[[T], datetime], limit: int) -> list[T]:
    return sorted(found, key=when, reverse=True)[:limit]
