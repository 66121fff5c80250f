"""The code that a customer chose and that stands in genuine mails, and in nothing else.

It is set after a second proof, kept sealed, and put into a mail by the mailer as it leaves: to the
mailbox that the account's own customer was proven to read. Agents, exports and logs never see it.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from fanlight.exchange.contract import Exchange, ExchangeDown
from fanlight.exchange.facts import Challenge, ChallengeState
from fanlight.features.people.assurance import Level, Method
from fanlight.features.people.queries import customers
from fanlight.features.people.queries.visits import Visit
from fanlight.features.people.service import visits
from fanlight.features.trust.errors import CodeProofEnded, CodeProofWrong, CodeUnfit
from fanlight.features.trust.queries import codes as queries
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.ids import ALPHABET, new_id
from fanlight.kernel.limits import spend
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Actor, Work

T = TypeVar("T")
PURPOSE = "anti_phishing_code"
WAYS = (Method.TOTP, Method.SMS)  # second proofs that can be typed into a page
LEAST, MOST = 4, 20  # characters
_WAIT_S = 8.0  # for the exchange, while somebody waits


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer may know: never the code itself."""

    set_at: datetime | None = None
    suspected_at: datetime | None = None
    is_asked: bool = False  # a second proof is waited for

    @property
    def is_set(self) -> bool:
        return self.set_at is not None


def fit(text: str) -> str:
    """The code as it is kept: capitals, and no letter that could be read as another.

    Raises:
        CodeUnfit: too short, too long, or with other characters.
    """
    code = "".join(text[: 4 * MOST].upper().split())
    if not LEAST <= len(code) <= MOST or any(c not in f"{ALPHABET}-" for c in code):
        raise CodeUnfit(least=LEAST, most=MOST)
    return code


async def standing(work: Work, visit: Visit) -> Standing:
    """Whether the visitor's account has a code, and whether one waits for a proof."""
    customer = await _customer(work, visit)
    kept = await queries.get(work, customer)
    if kept is None:
        return Standing()
    is_asked = (
        kept.visit == visit.token_hash
        and kept.pending_until is not None
        and kept.pending_until > work.now()
    )
    return Standing(
        set_at=kept.set_at if kept.sealed else None,
        suspected_at=kept.suspected_at,
        is_asked=is_asked,
    )


async def begin(edge: Edge, visit: Visit, text: str, *, method: str, language: str) -> Challenge:
    """Ask for a new code; no text takes it away. The exchange asks for a second proof.

    Raises:
        SignInNeeded: no signed session of the exchange stands behind the visit.
        CodeUnfit, TooManyTries
        ExchangeDown, NotConnected: nobody there to ask for the proof.
    """
    if method not in WAYS:
        raise CodeUnfit(least=LEAST, most=MOST)
    code = fit(text) if text.strip() else ""
    async with edge.work() as work:
        customer = await _customer(work, visit)
        await spend(work, f"code.begin:{visit.key}", limit=5, window_s=3600)
    asked = await _soon(
        edge.shelf.of(Exchange).challenge(
            visit.key, method=method, purpose=PURPOSE, language=language, key=str(new_id())
        )
    )
    async with edge.work() as work:
        await queries.hold(
            work,
            customer,
            pending=work.of(Sealer).seal(code.encode(), purpose=_pending(customer)),
            challenge_id=asked.id,
            visit=visit.token_hash,
            until=asked.expires_at,
        )
    return asked


async def confirm(edge: Edge, visit: Visit, typed: str) -> str:
    """The code that stands from now on, shown this once; nothing when it was taken away.

    Raises:
        SignInNeeded
        CodeProofWrong: with how many tries are left.
        CodeProofEnded: none waits, or it is over: begin again.
        ExchangeDown
    """
    async with edge.reading() as work:
        customer = await _customer(work, visit)
        kept = await queries.get(work, customer)
    if (
        kept is None
        or kept.challenge_id is None
        or kept.pending is None
        or kept.visit != visit.token_hash
    ):
        raise CodeProofEnded
    answered = await _soon(
        edge.shelf.of(Exchange).answer_challenge(kept.challenge_id, typed.strip()[:100])
    )
    if answered.state is not ChallengeState.PASSED:
        await _refused(edge, customer, answered)
    async with edge.work(Actor(kind="customer", id=customer)) as work:
        sealer = work.of(Sealer)
        code = sealer.unseal(kept.pending, purpose=_pending(customer)).decode()
        sealed = sealer.seal(code.encode(), purpose=_purpose(customer)) if code else None
        if not await queries.put(work, customer, sealed, challenge_id=kept.challenge_id):
            raise CodeProofEnded
        await audit.record(work, "code.set" if code else "code.removed", f"customer:{customer}")
    return code


async def _refused(edge: Edge, customer: UUID, answered: Challenge) -> None:
    if answered.state in {ChallengeState.WRONG, ChallengeState.SENT} and answered.tries_left > 0:
        raise CodeProofWrong(left=answered.tries_left)
    async with edge.work() as work:
        await queries.drop_pending(work, customer)
    raise CodeProofEnded


async def code_for(work: Work, customer_id: UUID, recipient: str) -> str:
    """The code to put into a mail to this mailbox, for the mailer alone; nothing for most."""
    kept = await queries.for_mailbox(work, customer_id, recipient.strip().lower())
    if kept is None or kept.sealed is None:
        return ""
    return work.of(Sealer).unseal(kept.sealed, purpose=_purpose(customer_id)).decode()


async def suspect(work: Work, customer_id: UUID) -> None:
    """A mail came back, and whoever has it may know the code: it waits to be set anew."""
    if await queries.suspect(work, customer_id):
        await audit.record(work, "code.suspected", f"customer:{customer_id}")


async def _customer(work: Work, visit: Visit) -> UUID:
    if visit.kind != visits.EXCHANGE or visits.level_of(visit, work.now()) < Level.L2:
        raise SignInNeeded
    found = await customers.customer_with(work, visit.kind, visit.key)
    if found is None:
        raise SignInNeeded
    return found.id


async def _soon(asked: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(_WAIT_S):
            return await asked
    except TimeoutError:
        raise ExchangeDown from None


def _purpose(customer_id: UUID) -> str:
    return f"anti-phishing code:{customer_id}"


def _pending(customer_id: UUID) -> str:
    return f"anti-phishing code to be:{customer_id}"
