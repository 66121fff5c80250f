"""Every statement on customers, identities and merges."""

from collections.abc import Collection
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from msgspec.structs import asdict

from fanlight.features.people.errors import CustomerNotFound
from fanlight.features.people.models import Customer, Identity
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

_CUSTOMER = "c.id, c.name, c.language, c.created_at, c.merged_into, c.version"
_IDENTITY = """i.id, i.customer_id, i.kind, i.key, i.display, i.proven_at, i.proven_by,
    i.created_at"""

GET = f"SELECT {_CUSTOMER} FROM customers c WHERE c.id = %(customer_id)s"
# Both rows are locked in the order of their ids, so that two merges cannot wait for one another.
LOCK = f"""
    SELECT {_CUSTOMER} FROM customers c WHERE c.id = ANY(%(customer_ids)s)
    ORDER BY c.id FOR UPDATE
"""
BY_IDENTITY = f"""
    SELECT {_CUSTOMER} FROM identities i JOIN customers c ON c.id = i.customer_id
    WHERE i.kind = %(kind)s AND i.key = %(key)s
"""
ADD = """
    INSERT INTO customers (id, name, language, created_at)
    VALUES (%(id)s, %(name)s, %(language)s, %(created_at)s)
"""
# Two first messages at the same moment make one customer: the second waits for the identity of
# the first, and makes nothing.
ADD_WITH_IDENTITY = """
    WITH i AS (
        INSERT INTO identities (id, customer_id, kind, key, display, created_at)
        VALUES (%(identity_id)s, %(id)s, %(kind)s, %(key)s, %(display)s, %(created_at)s)
        ON CONFLICT ON CONSTRAINT identities_one_owner DO NOTHING
        RETURNING customer_id, created_at
    )
    INSERT INTO customers (id, name, language, created_at)
    SELECT i.customer_id, %(name)s, %(language)s, i.created_at FROM i
"""
FILL_NAME = """
    UPDATE customers SET name = %(name)s, version = version + 1
    WHERE id = %(customer_id)s AND name = ''
"""
SAVE_LANGUAGE = "UPDATE customers SET language = %(language)s WHERE id = %(customer_id)s"
MARK_MERGED = """
    UPDATE customers SET merged_into = %(kept_id)s, version = version + 1
    WHERE id = %(merged_id)s OR merged_into = %(merged_id)s
"""
TOUCH = "UPDATE customers SET version = version + 1 WHERE id = %(customer_id)s"


def identities_where(customers: LiteralString) -> LiteralString:
    """A statement on what customers are known by, those whose ids these words stand for."""
    return f"""
        SELECT {_IDENTITY} FROM identities i WHERE i.customer_id IN ({customers})
        ORDER BY i.created_at, i.id
    """


IDENTITIES = identities_where("%(customer_id)s")
IDENTITY = f"SELECT {_IDENTITY} FROM identities i WHERE i.kind = %(kind)s AND i.key = %(key)s"
IDENTITY_OF = f"""
    SELECT {_IDENTITY} FROM identities i
    WHERE i.id = %(identity_id)s AND i.customer_id = %(customer_id)s
"""
ACCOUNTS = """
    SELECT i.key FROM identities i
    WHERE i.customer_id = ANY(%(customer_ids)s) AND i.kind = 'exchange'
"""
KNOWN_BY = "SELECT i.customer_id FROM identities i WHERE i.key = ANY(%(keys)s) LIMIT 1"
ADD_IDENTITY = """
    INSERT INTO identities (id, customer_id, kind, key, display, proven_at, proven_by, created_at)
    VALUES (%(id)s, %(customer_id)s, %(kind)s, %(key)s, %(display)s, %(proven_at)s,
            %(proven_by)s, %(created_at)s)
    ON CONFLICT ON CONSTRAINT identities_one_owner DO NOTHING
"""
MARK_PROVEN = """
    UPDATE identities SET proven_at = %(proven_at)s, proven_by = %(proven_by)s
    WHERE id = %(identity_id)s AND (proven_at IS NULL OR proven_at < %(proven_at)s)
"""
MOVE_IDENTITIES = (
    "UPDATE identities SET customer_id = %(kept_id)s WHERE customer_id = %(merged_id)s"
)
ADD_MERGE = """
    INSERT INTO customer_merges (id, kept_id, merged_id, identity_ids, reason, agent_id, at)
    VALUES (%(id)s, %(kept_id)s, %(merged_id)s, %(identity_ids)s, %(reason)s, %(agent_id)s,
            %(at)s)
"""


async def get_customer(work: Work, customer_id: UUID) -> Customer:
    """The customer; an id that was merged away leads to the one kept."""
    found = await work.one(Customer, GET, customer_id=customer_id)
    if found is not None and found.merged_into is not None:
        found = await work.one(Customer, GET, customer_id=found.merged_into)
    if found is None:
        raise CustomerNotFound(customer_id=customer_id)
    return found


async def lock_both(work: Work, one_id: UUID, other_id: UUID) -> tuple[Customer, Customer]:
    """Two customers as they are now, unchanged until the end of this transaction."""
    rows = await work.rows(Customer, LOCK, customer_ids=[one_id, other_id])
    found = {row.id: row for row in rows}
    for wanted in (one_id, other_id):
        if wanted not in found or found[wanted].merged_into is not None:
            raise CustomerNotFound(customer_id=wanted)
    return found[one_id], found[other_id]


async def customer_with(work: Work, kind: str, key: str) -> Customer | None:
    return await work.one(Customer, BY_IDENTITY, kind=kind, key=key)


async def add_customer(work: Work, *, name: str, language: str) -> Customer:
    customer = _fresh(work, name, language)
    await work.run(ADD, **asdict(customer))
    return customer


async def add_with_identity(
    work: Work, kind: str, key: str, *, display: str, name: str, language: str
) -> Customer | None:
    """A new customer by this identity; None when somebody has it already."""
    customer = _fresh(work, name, language)
    made = await work.run(
        ADD_WITH_IDENTITY,
        **asdict(customer),
        identity_id=new_id(),
        kind=kind,
        key=key,
        display=display,
    )
    return customer if made else None


def _fresh(work: Work, name: str, language: str) -> Customer:
    return Customer(
        id=new_id(),
        name=name,
        language=language,
        created_at=work.now(),
        merged_into=None,
        version=1,
    )


async def fill_name(work: Work, customer_id: UUID, name: str) -> bool:
    return await work.run(FILL_NAME, customer_id=customer_id, name=name) == 1


async def save_language(work: Work, customer_id: UUID, language: str) -> None:
    await work.run(SAVE_LANGUAGE, customer_id=customer_id, language=language)


async def touch(work: Work, customer_id: UUID) -> None:
    """Whoever looked at this customer before must look again before merging."""
    await work.run(TOUCH, customer_id=customer_id)


async def identities_of(work: Work, customer_id: UUID) -> list[Identity]:
    """All identities of a customer, the oldest first, unmasked: never hand them to a screen."""
    return await work.rows(Identity, IDENTITIES, customer_id=customer_id)


async def accounts_of(work: Work, customer_ids: Collection[UUID]) -> frozenset[str]:
    """The UIDs of these customers, in clear: for the mask that hides them in words."""
    return frozenset(await work.rows(str, ACCOUNTS, customer_ids=list(customer_ids)))


async def identity(work: Work, kind: str, key: str) -> Identity | None:
    return await work.one(Identity, IDENTITY, kind=kind, key=key)


async def identity_of(work: Work, customer_id: UUID, identity_id: UUID) -> Identity | None:
    return await work.one(Identity, IDENTITY_OF, customer_id=customer_id, identity_id=identity_id)


async def known_by(work: Work, keys: list[str]) -> UUID | None:
    """Who has an identity of one of these keys, of whatever kind."""
    return await work.one(UUID, KNOWN_BY, keys=keys)


async def add_identity(work: Work, identity: Identity) -> bool:
    """False when somebody has it already."""
    return await work.run(ADD_IDENTITY, **asdict(identity)) == 1


async def mark_proven(work: Work, identity_id: UUID, *, at: datetime, by: str) -> None:
    await work.run(MARK_PROVEN, identity_id=identity_id, proven_at=at, proven_by=by)


async def store_merge(
    work: Work, *, kept_id: UUID, merged_id: UUID, moved: list[UUID], reason: str
) -> None:
    """Move what belongs to the one to the other, leave a signpost and a trace."""
    await work.run(MOVE_IDENTITIES, kept_id=kept_id, merged_id=merged_id)
    await work.run(MARK_MERGED, kept_id=kept_id, merged_id=merged_id)
    await work.run(TOUCH, customer_id=kept_id)
    await work.run(
        ADD_MERGE,
        id=new_id(),
        kept_id=kept_id,
        merged_id=merged_id,
        identity_ids=moved,
        reason=reason,
        agent_id=work.actor.id,
        at=work.now(),
    )
