"""Every statement on passkeys and the challenges they answer."""

from datetime import datetime
from uuid import UUID

import msgspec

from fanlight.features.people.models import Passkey
from fanlight.kernel.work import Work

LIST = """
    SELECT k.id, k.name, k.is_backed_up, k.created_at, k.last_used_at, k.suspected_at
    FROM passkeys k WHERE k.agent_id = %(agent_id)s ORDER BY k.created_at, k.id
"""
KEYS = """
    SELECT k.id, k.agent_id, k.credential_id, k.public_key, k.sign_count, k.transports,
        k.suspected_at
    FROM passkeys k WHERE k.agent_id = %(agent_id)s
"""
KEY = """
    SELECT k.id, k.agent_id, k.credential_id, k.public_key, k.sign_count, k.transports,
        k.suspected_at
    FROM passkeys k WHERE k.credential_id = %(credential_id)s FOR UPDATE
"""
ADD = """
    INSERT INTO passkeys (id, agent_id, credential_id, public_key, sign_count, name, transports,
        is_backed_up, created_at)
    VALUES (%(id)s, %(agent_id)s, %(credential_id)s, %(public_key)s, %(sign_count)s, %(name)s,
        %(transports)s, %(is_backed_up)s, %(now)s)
    ON CONFLICT (credential_id) DO NOTHING
"""
USED = """
    UPDATE passkeys SET sign_count = %(sign_count)s, is_backed_up = %(is_backed_up)s,
        last_used_at = %(now)s
    WHERE id = %(id)s
"""
SUSPECT = "UPDATE passkeys SET suspected_at = %(now)s WHERE id = %(id)s"
REMOVE = "DELETE FROM passkeys WHERE id = %(id)s AND agent_id = %(agent_id)s"
REMOVE_ALL = "DELETE FROM passkeys WHERE agent_id = %(agent_id)s"
ASK = """
    INSERT INTO passkey_challenges (challenge, purpose, agent_id, expires_at)
    VALUES (%(challenge)s, %(purpose)s, %(agent_id)s, %(expires_at)s)
"""
# Deleting is what makes it single-use: of two answers to one challenge, one finds nothing.
ANSWERED = """
    DELETE FROM passkey_challenges
    WHERE challenge = %(challenge)s AND purpose = %(purpose)s AND expires_at > %(now)s
      AND agent_id IS NOT DISTINCT FROM %(agent_id)s::uuid
"""
TIDY = "DELETE FROM passkey_challenges WHERE expires_at < %(before)s"


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey as its answers are checked. Stays inside this feature."""

    id: UUID
    agent_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    suspected_at: datetime | None


async def passkeys_of(work: Work, agent_id: UUID) -> list[Passkey]:
    return await work.rows(Passkey, LIST, agent_id=agent_id)


async def keys_of(work: Work, agent_id: UUID) -> list[Key]:
    return await work.rows(Key, KEYS, agent_id=agent_id)


async def key_with(work: Work, credential_id: bytes) -> Key | None:
    return await work.one(Key, KEY, credential_id=credential_id)


async def add(
    work: Work,
    key: Key,
    *,
    name: str,
    is_backed_up: bool,
) -> bool:
    """False when this credential is known already."""
    added = await work.run(
        ADD,
        id=key.id,
        agent_id=key.agent_id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        name=name,
        transports=list(key.transports),
        is_backed_up=is_backed_up,
        now=work.now(),
    )
    return added == 1


async def mark_used(work: Work, key_id: UUID, *, sign_count: int, is_backed_up: bool) -> None:
    await work.run(
        USED, id=key_id, sign_count=sign_count, is_backed_up=is_backed_up, now=work.now()
    )


async def suspect(work: Work, key_id: UUID) -> None:
    await work.run(SUSPECT, id=key_id, now=work.now())


async def remove(work: Work, agent_id: UUID, key_id: UUID) -> bool:
    return await work.run(REMOVE, id=key_id, agent_id=agent_id) == 1


async def remove_all(work: Work, agent_id: UUID) -> int:
    return await work.run(REMOVE_ALL, agent_id=agent_id)


async def ask(
    work: Work, challenge: bytes, *, purpose: str, agent_id: UUID | None, expires_at: datetime
) -> None:
    await work.run(
        ASK, challenge=challenge, purpose=purpose, agent_id=agent_id, expires_at=expires_at
    )


async def answered(work: Work, challenge: bytes, *, purpose: str, agent_id: UUID | None) -> bool:
    """Take the challenge off the table; False when it was not there, or too old."""
    taken = await work.run(
        ANSWERED, challenge=challenge, purpose=purpose, agent_id=agent_id, now=work.now()
    )
    return taken == 1


async def tidy(work: Work, *, before: datetime) -> None:
    await work.run(TIDY, before=before)
