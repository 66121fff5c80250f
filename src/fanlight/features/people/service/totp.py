"""Codes from an authenticator app (RFC 6238) and the printed recovery codes behind them."""

import hmac
import secrets
from hashlib import sha256
from io import BytesIO
from uuid import UUID

import msgspec
import pyotp
import segno

from fanlight.features.people.errors import CodeRefused, SecondFactorNeeded
from fanlight.features.people.queries import agents as agent_queries
from fanlight.features.people.queries import sign_in as queries
from fanlight.features.people.queries.sign_in import Credentials
from fanlight.features.people.service.sessions import needs_fresh_proof
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.ids import ALPHABET
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work

_STEP_S = 30
_WINDOW = 1  # steps before and after: telephones' clocks are off by seconds, not by minutes
_CODES = 10
_CODE_LENGTH = 10  # characters: 50 bits, behind a limit of tries


class TotpStart(msgspec.Struct, frozen=True, kw_only=True):
    """What an app needs, once: the secret to type, the address behind the QR code, the code."""

    secret: str
    uri: str
    svg: str


async def begin(work: Work, sealer: Sealer, settings: SignInSettings, agent_id: UUID) -> TotpStart:
    """Make a secret; nothing changes for signing in until a code from it was right."""
    agent = await agent_queries.get_agent(work, agent_id)
    secret = pyotp.random_base32()  # 160 bits
    await queries.hold_totp(
        work, agent_id, sealer.seal(secret.encode(), purpose=_purpose(agent_id))
    )
    uri = pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name=settings.issuer)
    return TotpStart(secret=secret, uri=uri, svg=_drawn(uri))


async def confirm(work: Work, sealer: Sealer, agent_id: UUID, code: str) -> tuple[str, ...]:
    """Turn the app on by its first code; returns new recovery codes, to be shown once.

    Raises:
        CodeRefused: wrong, or ``begin`` was never called.
    """
    known = await queries.credentials(work, agent_id)
    if known is None or known.totp_pending is None:
        raise CodeRefused
    step = _step_of(work, sealer, known.id, known.totp_pending, code)
    if step is None:
        raise CodeRefused
    await queries.turn_on_totp(work, agent_id, step=step)
    await audit.record(work, "totp.turned_on", f"agent:{agent_id}")
    return await new_recovery_codes(work, sealer, agent_id)


async def turn_off(work: Work, settings: SignInSettings) -> None:
    """Sign in without the app from now on.

    Raises:
        StepUpNeeded: the agent's last proof is too old.
        SecondFactorNeeded: there is no passkey, and the desk requires one or the other.
    """
    await needs_fresh_proof(work, within_s=settings.step_up_s)
    known = await queries.credentials(work, work.actor.id)
    if known is None:
        raise SignInNeeded
    if settings.second_factor == "required" and not known.passkeys:
        raise SecondFactorNeeded
    await queries.turn_off_totp(work, known.id)
    if not known.passkeys:
        await queries.store_codes(work, known.id, [])
    await audit.record(work, "totp.turned_off", f"agent:{known.id}")


async def is_code(work: Work, sealer: Sealer, known: Credentials, code: str) -> bool:
    """Whether the app shows this code now; a code that was right is used up by this."""
    if known.totp_secret is None:
        return False
    step = _step_of(work, sealer, known.id, known.totp_secret, code)
    return step is not None and await queries.use_step(work, known.id, step)


async def new_recovery_codes(work: Work, sealer: Sealer, agent_id: UUID) -> tuple[str, ...]:
    """Ten codes, e.g. ``7K3M9-QX4TW``; the ones before stop working."""
    made = ["".join(secrets.choice(ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(_CODES)]
    await queries.store_codes(work, agent_id, [_hashed(sealer, agent_id, each) for each in made])
    await audit.record(work, "recovery_codes.made", f"agent:{agent_id}")
    half = _CODE_LENGTH // 2
    return tuple(f"{each[:half]}-{each[half:]}" for each in made)


async def use_recovery_code(work: Work, sealer: Sealer, agent_id: UUID, code: str) -> bool:
    """Whether this is one of the agent's codes; it is used up by this."""
    plain = "".join(character for character in code.upper() if character in ALPHABET)
    return await queries.use_code(work, agent_id, _hashed(sealer, agent_id, plain))


def _step_of(work: Work, sealer: Sealer, agent_id: UUID, sealed: bytes, code: str) -> int | None:
    """The time step this code belongs to, when it is one of those that count now."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdecimal()):
        return None
    app = pyotp.TOTP(sealer.unseal(sealed, purpose=_purpose(agent_id)).decode())
    present = int(work.now().timestamp()) // _STEP_S
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        if hmac.compare_digest(app.generate_otp(step), digits):
            return step
    return None


def _purpose(agent_id: UUID) -> str:
    return f"totp:{agent_id}"


def _hashed(sealer: Sealer, agent_id: UUID, code: str) -> bytes:
    """Keyed, for 50 bits of chance alone could be tried out by who holds a copy of the table."""
    key = sealer.derive("recovery codes")
    return hmac.new(key, agent_id.bytes + code.encode(), sha256).digest()


def _drawn(uri: str) -> str:
    """A QR code as inline SVG; its quiet zone is part of it, so it reads on a dark page too."""
    out = BytesIO()
    segno.make(uri, error="m").save(
        out, kind="svg", border=4, light="#fff", xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue().decode()
