"""An exchange of a few accounts that answers at once, late, badly, or not at all."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from msgspec.structs import replace

from fanlight.exchange.contract import Exchange, ExchangeDown, FreezeRefused, NoSuchAccount
from fanlight.exchange.facts import (
    Account,
    Challenge,
    ChallengeState,
    Freeze,
    FreezeState,
    Known,
    Outgoing,
    SecurityChange,
    SignIn,
    Withdrawal,
)

T = TypeVar("T")

LIN, OKAFOR = "48812217", "61724093"
LIN_MAIL = "lin@mail.example"
CODE = "246810"
ALERT = "alert-link-of-lin-0123456789"


class SmallExchange(Exchange):
    """Two accounts. ``mood``: ``well``, ``slow``, ``failing``, ``down``, ``refusing``."""

    name = "small"

    def __init__(self, *, mood: str = "well") -> None:
        self.mood = mood
        self.mailboxes = {LIN: LIN_MAIL, OKAFOR: "amara@post.example"}
        self.links = {ALERT: Outgoing(uid=LIN, purpose="freeze", expires_at=_far())}
        self.spent: dict[str, Outgoing] = {}  # by the key they were spent under
        self.freezes: dict[str, Freeze] = {}
        self.keys: list[str] = []  # of every asking to freeze, in order
        self.challenges: dict[str, tuple[str, Challenge]] = {}

    async def _mind(self) -> None:
        if self.mood == "slow":
            await asyncio.sleep(30)
        if self.mood == "failing":
            raise RuntimeError("the connector fell over")
        if self.mood == "down":
            raise ExchangeDown

    async def account(self, uid: str) -> Known[Account]:
        await self._mind()
        if uid not in self.mailboxes:
            raise NoSuchAccount
        return _known(
            Account(
                uid=uid, tier="1", region="SG", email=self.mailboxes[uid], created_at=_far(-900)
            )
        )

    async def account_at(self, email: str) -> Known[Account | None]:
        await self._mind()
        uid = next((uid for uid, box in self.mailboxes.items() if box == email), None)
        return _known(None if uid is None else (await self.account(uid)).value)

    async def one_use(self, token: str, *, key: str) -> Outgoing | None:
        await self._mind()
        if token in self.links:
            self.spent[key] = self.links.pop(token)
        return self.spent.get(key)

    async def freeze(
        self, uid: str, *, stops: frozenset[str], lasts: timedelta, reason: str, key: str
    ) -> Freeze:
        await self._mind()
        self.keys.append(key)
        if self.mood == "refusing":
            raise FreezeRefused(reason="court order")
        if uid not in self.mailboxes:
            raise NoSuchAccount
        now = datetime.now(UTC)
        fresh = Freeze(
            id=f"fz-{key}", uid=uid, state=FreezeState.FROZEN, stops=stops, since=now,
            until=now + lasts,
        )  # fmt: skip
        return self.freezes.setdefault(key, fresh)

    async def confirm_freeze(self, freeze_id: str, *, key: str) -> Freeze:
        await self._mind()
        return self._change(freeze_id, is_confirmed=True, until=None)

    async def unfreeze(self, freeze_id: str, *, assertion: str, key: str) -> Freeze:
        await self._mind()
        _, challenge = self.challenges[assertion]
        if challenge.state is not ChallengeState.PASSED:
            raise FreezeRefused(reason="not proven")
        return self._change(freeze_id, state=FreezeState.LIFTED)

    async def frozen(self, uid: str) -> Known[Freeze | None]:
        await self._mind()
        standing = [
            f for f in self.freezes.values() if f.uid == uid and f.state is FreezeState.FROZEN
        ]
        return _known(standing[-1] if standing else None)

    async def challenge(
        self, uid: str, *, method: str, purpose: str, language: str, key: str
    ) -> Challenge:
        await self._mind()
        made = Challenge(
            id=f"ch-{key}", method=method, state=ChallengeState.SENT, sent_to="••••17",
            expires_at=_far(), tries_left=3,
        )  # fmt: skip
        self.challenges[made.id] = (uid, made)
        return made

    async def answer_challenge(self, challenge_id: str, answer: str) -> Challenge:
        await self._mind()
        uid, was = self.challenges[challenge_id]
        left = was.tries_left - (answer != CODE)
        state = ChallengeState.PASSED if answer == CODE else ChallengeState.WRONG
        if left == 0:
            state = ChallengeState.TOO_MANY
        self.challenges[challenge_id] = (uid, replace(was, state=state, tries_left=left))
        return self.challenges[challenge_id][1]

    async def sign_ins(self, uid: str, *, limit: int = 50) -> Known[Sequence[SignIn]]:
        await self._mind()
        return _known(
            [SignIn(at=_far(-1), is_success=True, method="password", device="Phone", place="RU")]
        )

    async def security_changes(
        self, uid: str, *, limit: int = 50
    ) -> Known[Sequence[SecurityChange]]:
        await self._mind()
        return _known([SecurityChange(at=_far(-1), kind="email", action="changed")])

    async def withdrawals(
        self, uid: str, *, withdrawal_id: str | None = None, limit: int = 50
    ) -> Known[Sequence[Withdrawal]]:
        await self._mind()
        return _known([])

    def _change(self, freeze_id: str, **changed: object) -> Freeze:
        key = freeze_id.removeprefix("fz-")
        self.freezes[key] = replace(self.freezes[key], **changed)
        return self.freezes[key]


def _known(value: T) -> Known[T]:
    return Known(value=value, source="exchange", as_of=datetime.now(UTC))


def _far(days: int = 30) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)
