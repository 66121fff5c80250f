"""Signing in: a password, then a second proof; every wrong try is counted and written down."""

from typing import Literal

import msgspec

from fanlight.features.people.errors import CodeRefused, WrongCredentials
from fanlight.features.people.models import AgentState, Session
from fanlight.features.people.names import one_line
from fanlight.features.people.passwords import (
    check_password,
    hash_password,
    is_outdated,
    is_password,
)
from fanlight.features.people.queries import sign_in as queries
from fanlight.features.people.queries.sign_in import Credentials
from fanlight.features.people.service import sessions, totp
from fanlight.features.people.service.sessions import Opened, Where
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit, limits
from fanlight.kernel.errors import FanlightError, SignInNeeded
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Actor, Work

Next = Literal["done", "totp", "passkey", "enrol"]
Factor = Literal["totp", "passkey", "recovery"]

_QUARTER_S, _DAY_S = 900, 86400
# Ten wrong passwords in a quarter of an hour lock an address, known or not, and one network where
# an agent has signed in before; the day's limit stops who waits. One network may hold a whole
# office, so it gets more.
_ADDRESS = ((10, _QUARTER_S), (40, _DAY_S))
_NETWORK = ((60, _QUARTER_S), (600, _DAY_S))
# Six digits and three valid at a time: 5 tries in 5 minutes and 30 a day leave a thief who has
# the password one chance in 11,000 a day.
_SECOND = ((5, 300), (30, _DAY_S))


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: a session, and what it still lacks."""

    opened: Opened
    next: Next
    factors: tuple[Factor, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """A refusal that is returned, not raised: the try it cost must be stored with it."""

    error: FanlightError


async def count_try(work: Work, *, email: str, where: Where) -> Credentials | None:
    """Count a try and find whom it is for.

    A unit of work by itself, ended before the password is looked at: hashing takes a tenth of a
    second, in which nobody may hold a counter's row or one of the few connections.

    Raises:
        TooManyTries: this address or this network is locked for a while.
    """
    address, network = one_line(email, 320).lower(), limits.network_of(where.ip)
    await _spend(work, f"sign-in:network:{network}", _NETWORK)
    # Where an agent signs in day by day they are counted by themselves: a stranger who tries their
    # address elsewhere locks out strangers, not the desk.
    is_usual = network in await queries.networks(work, address)
    await _spend(work, _of_address(address, network if is_usual else ""), _ADDRESS)
    return await queries.credentials_by_email(work, address)


async def fits(known: Credentials | None, password: str) -> bool:
    """Whether it is the password. An unknown address takes as long as a known one."""
    return await is_password(password, known.password_hash if known else None)


async def sign_in(
    work: Work,
    settings: SignInSettings,
    tried: Credentials | None,
    *,
    fits: bool,
    password: str,
    where: Where,
) -> SignedIn | Refused:
    """The first step, for whom ``count_try`` found; an unknown address is told the same."""
    known = await queries.credentials(work, tried.id) if tried is not None else None
    if known is not None and tried is not None and known.password_hash != tried.password_hash:
        fits = False  # set anew meanwhile: what was compared stands no more
    if known is None or not fits or known.state is not AgentState.ACTIVE:
        await _note(work, "sign_in.refused", known, ip=where.ip, step="password")
        return Refused(WrongCredentials())
    if known.password_hash is not None and is_outdated(known.password_hash):
        await queries.save_password(work, known.id, await hash_password(password))
    return await enter(work, known, settings, method="password", where=where)


async def enter(
    work: Work, known: Credentials, settings: SignInSettings, *, method: str, where: Where
) -> SignedIn:
    """After a right password or a one-time link: a full session, or a half one and what to do."""
    if known.has_second_factor:
        factors = _factors_of(known)
        step: Next = "passkey" if known.passkeys else "totp"
    elif settings.second_factor == "required":
        factors, step = (), "enrol"
    else:
        await welcome(work, known, where=where, method=method)
        opened = await sessions.open_session(
            work, known.id, settings, state="full", method=method, where=where
        )
        return SignedIn(opened=opened, next="done")
    opened = await sessions.open_session(
        work, known.id, settings, state="half", method=method, where=where
    )
    return SignedIn(opened=opened, next=step, factors=factors)


async def with_code(
    work: Work, sealer: Sealer, settings: SignInSettings, half: Session, code: str
) -> SignedIn | Refused:
    """The second step with a code from the app. A code works once.

    Raises:
        TooManyTries: too many wrong codes for this agent.
    """
    known = await _for_second(work, half)
    if not await totp.is_code(work, sealer, known, code):
        await _note(work, "sign_in.refused", known, ip=half.ip, step="totp")
        return Refused(CodeRefused())
    return await _complete(work, known, settings, half, "totp")


async def with_recovery_code(
    work: Work, sealer: Sealer, settings: SignInSettings, half: Session, code: str
) -> SignedIn | Refused:
    """The second step with a code from the printed list; each works once.

    Raises:
        TooManyTries: too many wrong codes for this agent.
    """
    known = await _for_second(work, half)
    if not await totp.use_recovery_code(work, sealer, known.id, code):
        await _note(work, "sign_in.refused", known, ip=half.ip, step="recovery")
        return Refused(CodeRefused())
    return await _complete(work, known, settings, half, "recovery")


async def step_up(
    work: Work, sealer: Sealer, *, password: str | None = None, code: str | None = None
) -> Refused | None:
    """Prove again who sits before the screen: a code, or the password where there is no more.

    Raises:
        SignInNeeded: nobody is signed in.
        TooManyTries: too many wrong tries for this agent.
    """
    known = await queries.credentials(work, work.actor.id)
    if known is None or work.actor.session_id is None:
        raise SignInNeeded
    await _spend(work, f"second:{known.id}", _SECOND)
    if known.has_second_factor:
        fits = code is not None and await totp.is_code(work, sealer, known, code)
    else:
        fits = password is not None and await is_password(password, known.password_hash)
    if not fits:
        await _note(work, "step_up.refused", known)
        return Refused(CodeRefused() if known.has_second_factor else WrongCredentials())
    await stepped_up(work, known)
    return None


async def stepped_up(work: Work, known: Credentials) -> None:
    """Write the fresh proof on the actor's session."""
    if work.actor.session_id is not None:
        await queries.mark_stepped_up(work, work.actor.session_id)
    await _forgive(work, f"second:{known.id}", _SECOND)


async def change_password(
    work: Work, settings: SignInSettings, *, current: str, new: str
) -> Refused | None:
    """Set a new password; every other session of the agent ends.

    Raises:
        SignInNeeded: nobody is signed in.
        PasswordTooWeak: the new one is easy to guess.
        TooManyTries: the present one was wrong too often.
    """
    known = await queries.credentials(work, work.actor.id)
    if known is None:
        raise SignInNeeded
    await _spend(work, f"second:{known.id}", _SECOND)
    if not await is_password(current, known.password_hash):
        await _note(work, "password.refused", known)
        return Refused(WrongCredentials())
    check_password(new, at_least=settings.password_length, about=(known.email, known.name))
    await queries.save_password(work, known.id, await hash_password(new))
    await sessions.end_all(work, known.id, but=work.actor.session_id)
    if not known.has_second_factor:
        await stepped_up(work, known)  # where there is a second factor, only that proves it
    await _note(work, "password.changed", known)
    return None


async def welcome(work: Work, known: Credentials, *, where: Where, method: str) -> None:
    """The right person came: forget their wrong tries and write the sign-in down."""
    for network in ("", limits.network_of(where.ip)):
        await _forgive(work, _of_address(known.email, network), _ADDRESS)
    await _forgive(work, f"second:{known.id}", _SECOND)
    await _note(work, "sign_in.done", known, ip=where.ip, method=method)


async def unlock(work: Work, agent_id: object, email: str) -> None:
    """Forget wrong tries for an agent, because an administrator vouches for them."""
    for network in ("", *await queries.networks(work, email)):
        await _forgive(work, _of_address(email, network), _ADDRESS)
    await _forgive(work, f"second:{agent_id}", _SECOND)


def _of_address(address: str, network: str) -> str:
    return f"sign-in:address:{address}" + (f":{network}" if network else "")


async def _for_second(work: Work, half: Session) -> Credentials:
    known = await queries.credentials(work, half.agent_id)
    if known is None or not known.has_second_factor:
        raise SignInNeeded
    await _spend(work, f"second:{known.id}", _SECOND)
    return known


async def _complete(
    work: Work, known: Credentials, settings: SignInSettings, half: Session, factor: str
) -> SignedIn:
    method = f"{half.method}+{factor}"
    await welcome(work, known, where=Where(ip=half.ip), method=method)
    opened = await sessions.promote(work, half, settings, method=method)
    return SignedIn(opened=opened, next="done")


def _factors_of(known: Credentials) -> tuple[Factor, ...]:
    found: list[Factor] = ["passkey"] if known.passkeys else []
    if known.totp_secret is not None:
        found.append("totp")
    return (*found, "recovery")


async def _spend(work: Work, key: str, tiers: tuple[tuple[int, int], ...]) -> None:
    for limit, window_s in tiers:
        await limits.spend(work, key, limit=limit, window_s=window_s)


async def _forgive(work: Work, key: str, tiers: tuple[tuple[int, int], ...]) -> None:
    for _, window_s in tiers:
        await limits.forgive(work, key, window_s=window_s)


async def _note(work: Work, action: str, known: Credentials | None, **detail: object) -> None:
    """Write it down in the agent's own name; in nobody's when there is no such agent."""
    if known is None:
        await audit.record(work, action, "", **detail)
        return
    actor = Actor(kind="agent", id=known.id, name=known.name)
    await audit.record(work.acting_as(actor), action, f"agent:{known.id}", **detail)
