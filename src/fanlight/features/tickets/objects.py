"""What a ticket names: transactions, addresses, orders, accounts; kept once each, and searchable.

Recognised at the front door, in words the guard has cleaned. 64 hex digits that nothing calls a
transaction may as well be a private key: they are kept as such a doubt, and never leave the desk.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from fanlight.features.conversations.models import Message
from fanlight.features.tickets import queries
from fanlight.features.tickets.models import Ticket
from fanlight.kernel.entities import Entity, EntityKind, is_doubtful, objects_in
from fanlight.kernel.entities.kinds import Checksum
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

MOST = 60  # of one ticket; who names more sends a list
_READ = 20_000  # code points of a message
# Chains whose transactions are written like this, when the message does not say which it is.
_BARE = ("btc", "tron", "ltc", "doge", "bch", "xrp", "ada", "evm")
_PREFIXED = ("evm", "aptos")
_HEX = frozenset("0123456789abcdefABCDEF")


class ObjectKind(StrEnum):
    """What is named."""

    TRANSACTION = "transaction"
    ADDRESS = "address"
    ORDER = "order"
    ACCOUNT = "account"


_KINDS = {
    EntityKind.TX_HASH: ObjectKind.TRANSACTION,
    EntityKind.ADDRESS: ObjectKind.ADDRESS,
    EntityKind.ORDER_ID: ObjectKind.ORDER,
    EntityKind.UID: ObjectKind.ACCOUNT,
}


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a ticket names, and what can be said of it without asking anybody."""

    id: UUID
    ticket_id: UUID
    kind: ObjectKind
    key: str  # one spelling for many: what is compared
    value: str  # as first written
    chain: str | None  # None: it cannot be told, or there is none
    chains: tuple[str, ...]  # those it could be of, when it cannot be told
    checksum: Checksum
    is_certain: bool  # False: 64 hex digits that may be a key; asked of nobody outside
    message_id: UUID  # that named it first
    found_at: datetime


OF_TICKET = """
    SELECT o.id, o.ticket_id, o.kind, o.key, o.value, o.chain, o.chains, o.checksum,
        o.is_certain, o.message_id, o.found_at
    FROM ticket_objects o WHERE o.ticket_id = %(ticket_id)s ORDER BY o.found_at, o.id
"""
ADD = """
    INSERT INTO ticket_objects (id, ticket_id, kind, key, value, chain, chains, checksum,
        is_certain, message_id, found_at)
    SELECT n.id, %(ticket_id)s::uuid, n.kind, n.key, n.value, n.chain, n.chains, n.checksum,
        n.is_certain, %(message_id)s::uuid, %(found_at)s
    FROM jsonb_to_recordset(%(named)s::jsonb) AS n(id uuid, kind text, key text, value text,
        chain text, chains text[], checksum text, is_certain boolean)
    LIMIT greatest(0, %(most)s - (
        SELECT count(*) FROM ticket_objects WHERE ticket_id = %(ticket_id)s))
    ON CONFLICT (ticket_id, kind, key) DO UPDATE
    SET chain = coalesce(ticket_objects.chain, EXCLUDED.chain),
        chains = CASE WHEN EXCLUDED.chain IS NULL THEN ticket_objects.chains ELSE '{}' END,
        is_certain = true
    WHERE NOT ticket_objects.is_certain AND EXCLUDED.is_certain
"""
GONE = """
    DELETE FROM ticket_objects WHERE message_id = %(message_id)s AND NOT (key = ANY(%(keys)s))
"""


def note(work: Work, message: Message) -> None:
    """Keep what a message names; what the ticket knows already stays where it was first said."""
    if values := to_keep(message):
        work.later(ADD, **values)


def to_keep(message: Message) -> dict[str, object]:
    """What ``ADD`` takes for what a message names; empty when it names nothing."""
    named = [
        {
            "id": new_id(),
            "kind": _KINDS[found.entity.kind],
            "key": found.key,
            "value": found.entity.value,
            "chain": found.entity.chain,
            "chains": found.chains,
            "checksum": found.entity.checksum,
            "is_certain": found.is_certain,
        }
        for found in named_in(" \n".join(filter(None, [message.subject, _said(message)])))
    ]
    if not named:
        return {}
    return {
        "ticket_id": message.ticket_id,
        "message_id": message.id,
        "found_at": message.occurred_at,
        "most": MOST,
        "named": msgspec.json.encode(named).decode(),
    }


def note_again(work: Work, message: Message) -> None:
    """The message says something else now: what it alone had named is forgotten."""
    keys = [found.key for found in named_in(_said(message))]
    work.later(GONE, message_id=message.id, keys=keys)
    note(work, message)


async def of_ticket(work: Work, ticket_id: UUID) -> tuple[Ticket, list[Named]]:
    """The ticket and what it names, in the order it came up. Raises TicketNotFound."""
    ticket = await queries.get_ticket(work, ticket_id)
    return ticket, await work.rows(Named, OF_TICKET, ticket_id=ticket_id)


class Found(msgspec.Struct, frozen=True):
    """A recognised thing that tickets keep."""

    entity: Entity
    key: str
    is_certain: bool
    chains: tuple[str, ...]


def named_in(text: str) -> list[Found]:
    """Transactions, addresses, orders and accounts of a text, each once."""
    text = text[:_READ]
    found: dict[tuple[EntityKind, str], Found] = {}
    for entity in objects_in(text):
        is_certain = not is_doubtful(text, entity)
        key = key_of(entity)
        before = found.get((entity.kind, key))
        if before is None or (is_certain and not before.is_certain):
            found[entity.kind, key] = Found(entity, key, is_certain, _chains(entity, is_certain))
    return list(found.values())


def keys_in(text: str) -> list[str]:
    """The keys under which what somebody looks for may be kept: of a link, a hash, an address."""
    found = [each.key for each in named_in(text)]
    bare = text.strip()
    if bare and not any(c.isspace() for c in bare):
        found += [bare, bare.lower(), bare.lower().removeprefix("0x")]
    return list(dict.fromkeys(found))


def key_of(entity: Entity) -> str:
    """One spelling for many: hex in small letters without 0x, base58 as it stands."""
    value = entity.value
    bare = value[2:] if value[:2] in ("0x", "0X") else value
    if _HEX.issuperset(bare):
        return bare.lower()
    if entity.kind is EntityKind.ADDRESS and _is_caseless(value):
        return value.lower()
    return value.lower() if entity.kind is EntityKind.ORDER_ID else value


def _is_caseless(address: str) -> bool:
    """Bech32 is written in capitals on paper; everywhere else a capital is another letter."""
    return address.isupper() and "1" in address and not address.startswith(("G", "T", "X"))


def _chains(entity: Entity, is_certain: bool) -> tuple[str, ...]:
    if entity.kind is not EntityKind.TX_HASH:
        return ()
    if entity.chain is None:
        return _BARE
    if not is_certain and entity.value[:2].lower() == "0x":
        return _PREFIXED
    return ()


def _said(message: Message) -> str:
    return message.text if message.visible_text is None else message.visible_text
