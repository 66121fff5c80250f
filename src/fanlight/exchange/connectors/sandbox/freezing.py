"""What the invented exchange does for the emergency lane: freezes, challenges, one-use links."""

import hmac
import secrets
from datetime import datetime, timedelta

from msgspec.structs import replace

from fanlight.exchange.connectors.sandbox.kept import Asked, Frozen, State, Token
from fanlight.exchange.connectors.sandbox.lives import Lived, seen
from fanlight.exchange.connectors.sandbox.people import account
from fanlight.exchange.connectors.sandbox.world import World
from fanlight.exchange.contract import FREEZABLE, FreezeRefused
from fanlight.exchange.facts import (
    Challenge,
    ChallengeState,
    Freeze,
    FreezeState,
    Outgoing,
    Withdrawal,
    WithdrawalState,
)

LONGEST = timedelta(days=7)
CODE_LASTS = timedelta(minutes=5)
TRIES = 5
STRONG = frozenset({"totp", "sms", "passkey"})
"""Proofs that lift a freeze: a device of the customer's own, and not whoever reads their mail."""
_FRESH = timedelta(minutes=10)
_ON_ITS_WAY = frozenset({WithdrawalState.SENT, WithdrawalState.DONE})
_OVER = frozenset({WithdrawalState.FAILED, WithdrawalState.CANCELLED})


class Freezes:
    """What stands still, on which account."""

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self, uid: str, *, stops: frozenset[str], lasts: timedelta, key: str) -> Freeze:
        if not stops or not stops <= FREEZABLE:
            raise FreezeRefused(reason="not_freezable")
        now = self._world.clock.now()
        with self._world.kept.changing() as state:
            frozen = state.of(uid).freezes
            same = next((each for each in frozen if each.key == key), None)
            if same is not None:
                return _now(same, now)
            standing = next((each for each in frozen if _holds(each, now)), None)
            until = now + min(lasts, LONGEST)
            if standing is not None:  # a second one adds to the first, and takes nothing away
                before = standing.freeze
                later = None if before.until is None else max(before.until, until)
                standing.freeze = replace(before, stops=before.stops | stops, until=later)
                return _now(standing, now)
            freeze = Freeze(
                id=f"frz_{secrets.token_hex(8)}",
                uid=uid,
                state=FreezeState.FROZEN,
                stops=stops,
                since=now,
                until=until,
            )
            frozen.append(Frozen(freeze, key))
            return freeze

    def confirm(self, freeze_id: str) -> Freeze:
        now = self._world.clock.now()
        with self._world.kept.changing() as state:
            found = _found(state, freeze_id)
            if not _holds(found, now):
                raise FreezeRefused(reason="not_frozen")
            found.freeze = replace(found.freeze, until=None, is_confirmed=True)
            return found.freeze

    def lift(self, freeze_id: str, assertion: str) -> Freeze:
        """Only the customer's own strong proof, given just now for this account, lifts it."""
        now = self._world.clock.now()
        with self._world.kept.changing() as state:
            found = _found(state, freeze_id)
            proof = state.challenges.get(assertion)
            is_proven = (
                proof is not None
                and proof.uid == found.freeze.uid
                and proof.purpose == "unfreeze"
                and proof.challenge.method in STRONG
                and proof.challenge.state is ChallengeState.PASSED
                and now < proof.challenge.expires_at + _FRESH
            )
            if not is_proven:
                raise FreezeRefused(reason="proof")
            if _holds(found, now):
                found.lifted_at = now
            return _now(found, now)

    def lift_in_app(self, uid: str) -> Freeze | None:
        """The customer lifts it with a passkey in the exchange's own app; None: nothing stands."""
        now = self._world.clock.now()
        with self._world.kept.changing() as state:
            found = next((each for each in state.of(uid).freezes if _holds(each, now)), None)
            if found is None:
                return None
            found.lifted_at = now
            return _now(found, now)

    def standing(self, uid: str) -> Freeze | None:
        changed, now = self._world.changed(uid), self._world.clock.now()
        frozen = changed.freezes if changed is not None else []
        return next((each.freeze for each in frozen if _holds(each, now)), None)

    def stops(self, uid: str, what: str) -> bool:
        freeze = self.standing(uid)
        return freeze is not None and what in freeze.stops

    def withdrawal(self, uid: str, lived: Lived[Withdrawal]) -> Withdrawal:
        """It stands still while the account does, and goes on where it was afterwards."""
        now = self._world.clock.now()
        changed, still = self._world.changed(uid), timedelta()
        for each in changed.freezes if changed is not None else []:
            if "withdrawals" not in each.freeze.stops:
                continue
            before = seen(lived, each.freeze.since - still)
            if before.requested_at >= each.freeze.since or before.state in _ON_ITS_WAY | _OVER:
                continue
            if _holds(each, now):
                return replace(
                    before,
                    state=WithdrawalState.HELD,
                    hold_reason="frozen",
                    held_until=each.freeze.until,
                    changed_at=each.freeze.since,
                )
            still += _end(each, now) - each.freeze.since
        return seen(lived, now - still)


class Challenges:
    """Codes that are sent, and passkeys that are asked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    def ask(self, uid: str, *, method: str, purpose: str, key: str) -> Challenge:
        now = self._world.clock.now()
        with self._world.kept.changing() as state:
            for each in state.challenges.values():
                if (each.uid, each.key) == (uid, key):
                    return each.challenge
            challenge = Challenge(
                id=f"chl_{secrets.token_hex(8)}",
                method=method,
                state=ChallengeState.SENT,
                sent_to=self._sent_to(uid, method),
                expires_at=now + CODE_LASTS,
                tries_left=TRIES,
            )
            right = f"{secrets.randbelow(10**6):06d}"
            if method == "passkey":
                right = secrets.token_hex(16)
            state.challenges[challenge.id] = Asked(uid, challenge, purpose, key, right)
            return challenge

    def answer(self, challenge_id: str, answer: str) -> Challenge:
        now = self._world.clock.now()
        with self._world.kept.changing() as state:
            asked = state.challenges.get(challenge_id)
            if asked is None:
                return Challenge(
                    id=challenge_id, method="", state=ChallengeState.EXPIRED, expires_at=now
                )
            asked.challenge = _judged(asked, answer, now)
            return asked.challenge

    def _sent_to(self, uid: str, method: str) -> str:
        who = account(self._world, uid, self._world.number(uid))
        match method:
            case "sms":
                return f"••••{(who.phone or '')[-2:]}"
            case "email":
                name, _, domain = (who.email or "").partition("@")
                return f"{name[:1]}••••@{domain}"
        return ""


def _judged(asked: Asked, answer: str, now: datetime) -> Challenge:
    challenge = asked.challenge
    if challenge.state not in (ChallengeState.SENT, ChallengeState.WRONG):
        return challenge
    if now >= challenge.expires_at:
        return replace(challenge, state=ChallengeState.EXPIRED)
    if hmac.compare_digest(answer.strip().encode(), asked.right.encode()):
        return replace(challenge, state=ChallengeState.PASSED)
    left = challenge.tries_left - 1
    state = ChallengeState.WRONG if left else ChallengeState.TOO_MANY
    return replace(challenge, state=state, tries_left=left)


def mint(world: World, token: Token) -> str:
    words = secrets.token_urlsafe(24)
    with world.kept.changing() as state:
        state.tokens[words] = token
    return words


def spend(world: World, words: str, key: str) -> Outgoing | None:
    with world.kept.changing() as state:
        token = state.tokens.get(words)
        if token is None or (token.spent_by or key) != key:
            return None
        if not token.spent_by and world.clock.now() >= token.expires_at:
            return None
        token.spent_by = key
        return Outgoing(uid=token.uid, purpose=token.purpose, expires_at=token.expires_at)


def _found(state: State, freeze_id: str) -> Frozen:
    for changed in state.accounts.values():
        for each in changed.freezes:
            if each.freeze.id == freeze_id:
                return each
    raise FreezeRefused(reason="unknown")


def _end(frozen: Frozen, now: datetime) -> datetime:
    ends = [each for each in (frozen.lifted_at, frozen.freeze.until) if each is not None]
    return min(ends, default=now)


def _holds(frozen: Frozen, now: datetime) -> bool:
    is_over = frozen.freeze.until is not None and now >= frozen.freeze.until
    return frozen.lifted_at is None and not is_over


def _now(frozen: Frozen, now: datetime) -> Freeze:
    if _holds(frozen, now):
        return frozen.freeze
    state = FreezeState.LIFTED if frozen.lifted_at is not None else FreezeState.EXPIRED
    return replace(frozen.freeze, state=state)
