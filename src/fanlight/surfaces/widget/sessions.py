"""Who speaks in the widget: a customer their exchange vouches for, or a guest with a key."""

import hashlib
import re
from datetime import timedelta
from uuid import UUID, uuid5

import msgspec

from fanlight.channels.adapters.webchat.identity import IdentityRefused, Verifier
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.channels.contract import Evidence
from fanlight.features.people.assurance import Level, Method, level_now, proof_by
from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.i18n import nearest
from fanlight.kernel.ids import new_token
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.onetime import forget_used, use_token
from fanlight.surfaces.widget import queries
from fanlight.surfaces.widget.settings import WidgetSettings

GUEST, SIGNED = "visitor", "exchange"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # as kernel.ids.new_token makes them
_OWNERS = UUID("5b0f2f2e-6a54-4f0c-9a9e-0c5f0f6d1c7a")
SIGNED_OUT = "chat.signed_out"
"""Live topic: the payload is the digest of a token whose sockets must close."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at the widget, and what we know of who they are."""

    row: queries.SessionRow
    evidence: Evidence
    """What a message sent now proves: it decays, so it is made anew for every request."""

    @property
    def kind(self) -> str:
        return self.row.kind

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def level(self) -> int:
        return self.evidence.level

    @property
    def owner_id(self) -> UUID:
        """Whose uploads these are, before there is a customer."""
        return uuid5(_OWNERS, f"{self.kind}:{self.key}")


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh session: the tokens are told once and kept nowhere."""

    session: Session
    token: str
    visitor: str | None


async def begin(
    work: Work, *, identity: str | None, visitor: str | None, language: str, page: str
) -> Begun:
    """Make a session: for the customer a token names, else for the guest a key belongs to.

    Raises:
        IdentityRefused: the token is not good, or was used before.
    """
    settings = work.of(Settings)
    now = work.now()
    token = new_token()
    row = queries.SessionRow(
        token_hash=digest(token),
        kind=GUEST,
        key="",
        name="",
        email=None,
        language=nearest(language) or "en",
        page=_place(page),
        proven_at=None,
        expires_at=now + timedelta(hours=settings[WidgetSettings].session_hours),
    )
    key = None
    if identity is not None:
        row = await _vouched(work, row, identity)
    else:
        key = visitor if visitor and _TOKEN.fullmatch(visitor) else new_token()
        row = msgspec.structs.replace(row, key=digest(key).hex()[:40])
    await work.run(queries.ADD_SESSION, **msgspec.structs.asdict(row), created_at=now)
    return Begun(session=_session(work, row), token=token, visitor=key)


def _place(page: str) -> str:
    """Where on the exchange's site somebody is. What stands behind the address may be anything:
    a token to reset a password, a key, a name."""
    return redact(re.split(r"[?#]", page, maxsplit=1)[0]).text[:300]


async def _vouched(work: Work, row: queries.SessionRow, token: str) -> queries.SessionRow:
    found = verifier(work).read(token, work.now())
    proof = f"{found.uid}/{found.token_id}"
    if not await use_token(work, "identity", proof, until=found.expires_at):
        raise IdentityRefused(reason="replayed")
    return msgspec.structs.replace(
        row,
        kind=SIGNED,
        key=found.uid,
        name=redact(found.name).text[:120],
        email=found.email,
        proven_at=found.proven_at,
    )


def verifier(work: Work) -> Verifier:
    """The keys are read with each use: a few microseconds, and a rotated key counts at once."""
    return Verifier(work.of(Settings)[WebchatSettings])


async def of_token(work: Work, token: str) -> Session:
    """The session behind a bearer token. Raises SignInNeeded when it has ended or never was."""
    row = await queries.session(work, digest(token)) if _TOKEN.fullmatch(token) else None
    if row is None:
        raise SignInNeeded
    return _session(work, row)


def still(work: Work, session: Session) -> Session:
    """The same session for what is said now: what it proves has decayed since.

    Raises:
        SignInNeeded: it has ended meanwhile.
    """
    if session.row.expires_at <= work.now():
        raise SignInNeeded
    return _session(work, session.row)


def _session(work: Work, row: queries.SessionRow) -> Session:
    if row.proven_at is None:
        return Session(row=row, evidence=Evidence(level=0, method=Method.PLATFORM_ID))
    proof = proof_by(Method.SIGNED_SESSION, f"exchange:{row.key}", at=row.proven_at)
    level = level_now(proof, work.now())
    subject = row.key if level >= Level.L2 else None
    evidence = Evidence(level=int(level), method=Method.SIGNED_SESSION, subject=subject)
    return Session(row=row, evidence=evidence)


async def end(work: Work, session: Session) -> None:
    """Log out: the token is worth nothing any more, in any process."""
    await work.run(queries.END_SESSION, token_hash=session.row.token_hash)
    work.signal(SIGNED_OUT, session.row.token_hash.hex().encode())


def digest(token: str) -> bytes:
    """Tokens are long and random, so a plain hash hides them well enough."""
    return hashlib.sha256(token.encode()).digest()


@job("widget.tidy")
@cron("widget.tidy", every_s=3600)
async def tidy(work: Work, _: None) -> None:
    """Drop sessions and used tokens that are past their time."""
    await work.run(queries.END_OLD, now=work.now())
    await forget_used(work)
