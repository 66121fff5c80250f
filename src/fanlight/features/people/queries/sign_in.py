"""Every statement on sessions, passwords, codes and one-time links."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from fanlight.features.people import access
from fanlight.features.people.models import AgentState, Session
from fanlight.kernel.limits import network_of
from fanlight.kernel.work import Work

_SESSION = """s.id, s.agent_id, s.state, s.method, s.created_at, s.last_seen_at, s.idle_s,
    s.expires_at, s.stepped_up_at, s.ip, s.user_agent"""
_ALIVE = """s.revoked_at IS NULL AND s.expires_at > %(now)s
    AND s.last_seen_at + s.idle_s * interval '1 second' > %(now)s"""
_CREDENTIALS = """a.id, a.email, a.name, a.password_hash, a.totp_secret, a.totp_pending,
    a.totp_last_step, a.state,
    (SELECT count(*) FROM passkeys k WHERE k.agent_id = a.id) AS passkeys"""

CREDENTIALS = f"SELECT {_CREDENTIALS} FROM agents a WHERE a.id = %(agent_id)s"
CREDENTIALS_BY_EMAIL = f"SELECT {_CREDENTIALS} FROM agents a WHERE a.email = %(email)s"
STORE_HASH = """
    UPDATE agents SET password_hash = %(password_hash)s,
        state = CASE state WHEN 'invited' THEN 'active' ELSE state END
    WHERE id = %(agent_id)s
"""

# One statement a request: who is behind the cookie and what they may.
ACTOR = f"""
    SELECT s.id AS session_id, s.last_seen_at, a.id, a.public_name AS name, a.language,
        ARRAY(SELECT DISTINCT granted FROM agent_roles ar
              JOIN roles r ON r.key = ar.role_key, unnest(r.permissions) AS granted
              WHERE ar.agent_id = a.id) AS permissions,
        ARRAY(SELECT m.team_key FROM team_members m JOIN teams t ON t.key = m.team_key
              WHERE m.agent_id = a.id AND t.archived_at IS NULL ORDER BY m.team_key) AS queues
    FROM agent_sessions s JOIN agents a ON a.id = s.agent_id
    WHERE s.token_hash = %(token_hash)s AND s.state = 'full' AND a.state = 'active' AND {_ALIVE}
"""
HALF = f"""
    SELECT {_SESSION} FROM agent_sessions s JOIN agents a ON a.id = s.agent_id
    WHERE s.token_hash = %(token_hash)s AND s.state = 'half' AND a.state = 'active' AND {_ALIVE}
"""
SESSION = f"SELECT {_SESSION} FROM agent_sessions s WHERE s.id = %(session_id)s AND {_ALIVE}"
SESSIONS = f"""
    SELECT {_SESSION} FROM agent_sessions s
    WHERE s.agent_id = %(agent_id)s AND s.state = 'full' AND {_ALIVE}
    ORDER BY s.last_seen_at DESC, s.id LIMIT 100
"""
OPEN = """
    INSERT INTO agent_sessions (id, token_hash, agent_id, state, method, created_at, last_seen_at,
        idle_s, expires_at, stepped_up_at, ip, user_agent)
    VALUES (%(id)s, %(token_hash)s, %(agent_id)s, %(state)s, %(method)s, %(now)s, %(now)s,
        %(idle_s)s, %(expires_at)s, %(stepped_up_at)s, %(ip)s, %(user_agent)s)
"""
# Ten requests of one page at the same moment: one of them writes, the others do not wait for it.
SEEN = """
    UPDATE agent_sessions SET last_seen_at = %(now)s
    WHERE id = (SELECT id FROM agent_sessions WHERE id = %(session_id)s
                FOR UPDATE SKIP LOCKED)
"""
STEP_UP = "UPDATE agent_sessions SET stepped_up_at = %(now)s WHERE id = %(session_id)s"
REVOKE = """
    UPDATE agent_sessions SET revoked_at = %(now)s
    WHERE id = %(session_id)s AND agent_id = %(agent_id)s AND revoked_at IS NULL
"""
REVOKE_ALL = """
    UPDATE agent_sessions SET revoked_at = %(now)s
    WHERE agent_id = %(agent_id)s AND revoked_at IS NULL
      AND (%(but)s::uuid IS NULL OR id <> %(but)s)
"""
# As far as sessions are kept: some days beyond their end.
NETWORKS = """
    SELECT DISTINCT s.ip FROM agents a JOIN agent_sessions s ON s.agent_id = a.id
    WHERE a.email = %(email)s AND s.state = 'full'
"""
TIDY_SESSIONS = "DELETE FROM agent_sessions WHERE expires_at < %(before)s"

HOLD_TOTP = "UPDATE agents SET totp_pending = %(sealed)s WHERE id = %(agent_id)s"
TURN_ON_TOTP = """
    UPDATE agents SET totp_secret = totp_pending, totp_pending = NULL, totp_last_step = %(step)s
    WHERE id = %(agent_id)s AND totp_pending IS NOT NULL
"""
TURN_OFF_TOTP = """
    UPDATE agents SET totp_secret = NULL, totp_pending = NULL WHERE id = %(agent_id)s
"""
# The condition is the point: of two uses of one code at the same moment, one changes no row.
USE_STEP = """
    UPDATE agents SET totp_last_step = %(step)s
    WHERE id = %(agent_id)s AND totp_last_step < %(step)s
"""
CLEAR_CODES = "DELETE FROM recovery_codes WHERE agent_id = %(agent_id)s"
ADD_CODES = """
    INSERT INTO recovery_codes (agent_id, code_hash)
    SELECT %(agent_id)s, made FROM unnest(%(hashes)s::bytea[]) AS made
"""
USE_CODE = """
    UPDATE recovery_codes SET used_at = %(now)s
    WHERE agent_id = %(agent_id)s AND code_hash = %(code_hash)s AND used_at IS NULL
"""

ADD_LINK = """
    INSERT INTO agent_invites (token_hash, agent_id, invited_by, created_at, expires_at)
    VALUES (%(token_hash)s, %(agent_id)s, %(invited_by)s, %(now)s, %(expires_at)s)
"""
DROP_LINKS = "DELETE FROM agent_invites WHERE agent_id = %(agent_id)s"
USE_LINK = """
    DELETE FROM agent_invites WHERE token_hash = %(token_hash)s AND expires_at > %(now)s
    RETURNING agent_id
"""
TIDY_LINKS = "DELETE FROM agent_invites WHERE expires_at < %(before)s"
HOLD_SET_UP = """
    INSERT INTO installation (key, value)
    VALUES ('set_up', jsonb_build_object('hash', %(hash)s::text,
                                         'expires_at', %(expires_at)s::timestamptz))
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
USE_SET_UP = """
    DELETE FROM installation WHERE key = 'set_up' AND value->>'hash' = %(hash)s
      AND (value->>'expires_at')::timestamptz > %(now)s
"""


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in is checked against. Stays inside this feature."""

    id: UUID
    email: str
    name: str
    password_hash: str | None
    totp_secret: bytes | None  # sealed
    totp_pending: bytes | None  # sealed
    totp_last_step: int
    state: AgentState
    passkeys: int

    @property
    def has_second_factor(self) -> bool:
        return self.totp_secret is not None or self.passkeys > 0


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """Who is behind a session's cookie."""

    session_id: UUID
    last_seen_at: datetime
    id: UUID
    name: str
    language: str
    permissions: frozenset[str]
    queues: tuple[str, ...]


def hash_of(token: str) -> bytes:
    """How a token is stored. It has 256 bits of chance, so a plain digest cannot be reversed."""
    return sha256(token.encode()).digest()


async def credentials(work: Work, agent_id: UUID) -> Credentials | None:
    return await work.one(Credentials, CREDENTIALS, agent_id=agent_id)


async def networks(work: Work, email: str) -> set[str]:
    """From where the agent with this address has signed in lately; none for nobody."""
    return {network_of(ip) for ip in await work.rows(str, NETWORKS, email=email)}


async def credentials_by_email(work: Work, email: str) -> Credentials | None:
    return await work.one(Credentials, CREDENTIALS_BY_EMAIL, email=email)


async def save_password(work: Work, agent_id: UUID, password_hash: str) -> None:
    """Store a new hash; whoever was only invited becomes an agent by it."""
    await work.run(STORE_HASH, agent_id=agent_id, password_hash=password_hash)


async def behind(work: Work, token: str) -> Behind | None:
    return await work.one(Behind, ACTOR, token_hash=hash_of(token), now=work.now())


async def half_session(work: Work, token: str) -> Session | None:
    return await work.one(Session, HALF, token_hash=hash_of(token), now=work.now())


async def session(work: Work, session_id: UUID) -> Session | None:
    return await work.one(Session, SESSION, session_id=session_id, now=work.now())


async def sessions_of(work: Work, agent_id: UUID) -> list[Session]:
    return await work.rows(Session, SESSIONS, agent_id=agent_id, now=work.now())


async def open_session(work: Work, session: Session, token: str) -> None:
    await work.run(
        OPEN,
        id=session.id,
        token_hash=hash_of(token),
        agent_id=session.agent_id,
        state=session.state,
        method=session.method,
        now=session.created_at,
        idle_s=session.idle_s,
        expires_at=session.expires_at,
        stepped_up_at=session.stepped_up_at,
        ip=session.ip,
        user_agent=session.user_agent,
    )


async def mark_seen(work: Work, session_id: UUID | None) -> None:
    await work.run(SEEN, session_id=session_id, now=work.now())


async def mark_stepped_up(work: Work, session_id: UUID) -> None:
    await work.run(STEP_UP, session_id=session_id, now=work.now())


async def revoke(work: Work, agent_id: UUID, session_id: UUID) -> bool:
    """False when there is no such session of this agent, or it was revoked before."""
    access.changed(work)
    revoked = await work.run(REVOKE, agent_id=agent_id, session_id=session_id, now=work.now())
    return revoked == 1


async def revoke_all(work: Work, agent_id: UUID, *, but: UUID | None = None) -> None:
    access.changed(work)
    await work.run(REVOKE_ALL, agent_id=agent_id, but=but, now=work.now())


async def hold_totp(work: Work, agent_id: UUID, sealed: bytes) -> None:
    await work.run(HOLD_TOTP, agent_id=agent_id, sealed=sealed)


async def turn_on_totp(work: Work, agent_id: UUID, *, step: int) -> None:
    await work.run(TURN_ON_TOTP, agent_id=agent_id, step=step)


async def turn_off_totp(work: Work, agent_id: UUID) -> None:
    await work.run(TURN_OFF_TOTP, agent_id=agent_id)


async def use_step(work: Work, agent_id: UUID, step: int) -> bool:
    """False when this code, or a later one, was used already."""
    return await work.run(USE_STEP, agent_id=agent_id, step=step) == 1


async def store_codes(work: Work, agent_id: UUID, hashes: list[bytes]) -> None:
    """Replace the recovery codes; none for an empty list."""
    await work.run(CLEAR_CODES, agent_id=agent_id)
    await work.run(ADD_CODES, agent_id=agent_id, hashes=hashes)


async def use_code(work: Work, agent_id: UUID, code_hash: bytes) -> bool:
    used = await work.run(USE_CODE, agent_id=agent_id, code_hash=code_hash, now=work.now())
    return used == 1


async def add_link(work: Work, agent_id: UUID, token: str, *, lasts: timedelta) -> None:
    """Store a one-time link; earlier ones of the same agent stop working."""
    await work.run(DROP_LINKS, agent_id=agent_id)
    await work.run(
        ADD_LINK,
        token_hash=hash_of(token),
        agent_id=agent_id,
        invited_by=work.actor.id,
        now=work.now(),
        expires_at=work.now() + lasts,
    )


async def drop_links(work: Work, agent_id: UUID) -> None:
    await work.run(DROP_LINKS, agent_id=agent_id)


async def use_link(work: Work, token: str) -> UUID | None:
    return await work.one(UUID, USE_LINK, token_hash=hash_of(token), now=work.now())


async def hold_set_up(work: Work, token: str, *, expires_at: datetime) -> None:
    await work.run(HOLD_SET_UP, hash=hash_of(token).hex(), expires_at=expires_at)


async def use_set_up(work: Work, token: str) -> bool:
    return await work.run(USE_SET_UP, hash=hash_of(token).hex(), now=work.now()) == 1


async def tidy(work: Work, *, before: datetime) -> None:
    await work.run(TIDY_SESSIONS, before=before)
    await work.run(TIDY_LINKS, before=before)
