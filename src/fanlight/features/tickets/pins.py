"""Is this agent real? Six digits for two minutes, bound to agent, customer and ticket.

The agent opens them on the ticket; the customer sees the same ones on our own site, signed in, or
types what was read out. Whoever only pretends to be of us has none to show.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Speaker
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries.visits import Visit
from fanlight.features.people.service import visits
from fanlight.features.tickets import queries
from fanlight.features.tickets.service import speaker
from fanlight.features.trust.queries.official import count_lookup
from fanlight.features.trust.service.agents import public_id
from fanlight.kernel import audit
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.limits import spend
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Actor, Work

LASTS = timedelta(minutes=2)
TRIES = 5  # of one customer in ten minutes
_ALARM = 3  # failed tries after which agents are told once more, in words nobody overlooks
_KEPT = timedelta(days=90)

OPEN: LiteralString = """
    INSERT INTO agent_pins (id, ticket_id, customer_id, agent_id, sealed, opened_at, expires_at)
    VALUES (%(id)s, %(ticket_id)s, %(customer_id)s, %(agent_id)s, %(sealed)s, %(opened_at)s,
        %(expires_at)s)
"""
END: LiteralString = """
    UPDATE agent_pins SET expires_at = %(now)s
    WHERE ticket_id = %(ticket_id)s AND agent_id = %(agent_id)s AND expires_at > %(now)s
"""
_PIN: LiteralString = """p.id, p.ticket_id, p.customer_id, p.agent_id, p.sealed, p.opened_at,
    p.expires_at, p.read_at, p.matched_at, a.public_name AS agent_name, t.reference"""
_JOINED: LiteralString = """agent_pins p JOIN agents a ON a.id = p.agent_id
    JOIN tickets t ON t.id = p.ticket_id"""
OF_TICKET: LiteralString = f"""
    SELECT {_PIN} FROM {_JOINED}
    WHERE p.ticket_id = %(ticket_id)s AND p.agent_id = %(agent_id)s AND p.expires_at > %(now)s
    ORDER BY p.opened_at DESC LIMIT 1
"""
# An exchange's word stands for the customer; a mailbox for whoever was proven to have it.
OF_VISIT: LiteralString = f"""
    SELECT {_PIN} FROM {_JOINED} JOIN identities i ON i.customer_id = p.customer_id
    WHERE i.kind = %(kind)s AND i.key = %(key)s AND p.expires_at > %(now)s
      AND a.state = 'active'
    ORDER BY p.opened_at DESC LIMIT 10
"""
READ: LiteralString = """
    UPDATE agent_pins SET read_at = %(now)s WHERE id = %(id)s AND read_at IS NULL
"""
MATCHED: LiteralString = """
    UPDATE agent_pins SET matched_at = %(now)s WHERE id = %(id)s AND matched_at IS NULL
"""
TIDY: LiteralString = "DELETE FROM agent_pins WHERE expires_at < %(before)s"
LATEST: LiteralString = """
    SELECT t.id FROM tickets t JOIN identities i ON i.customer_id = t.customer_id
    WHERE i.kind = %(kind)s AND i.key = %(key)s AND t.status IN ('open', 'waiting')
    ORDER BY t.active_at DESC LIMIT 1
"""


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """Six digits that are open. ``public_id`` is the agent's, for the customer's eyes."""

    id: UUID
    ticket_id: UUID
    customer_id: UUID
    agent_id: UUID
    sealed: bytes
    opened_at: datetime
    expires_at: datetime
    read_at: datetime | None
    matched_at: datetime | None
    agent_name: str
    reference: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What one side sees."""

    digits: str
    expires_at: datetime
    agent_name: str
    public_id: str
    reference: str
    is_read: bool
    is_matched: bool


async def open_pin(work: Work, ticket_id: UUID) -> Shown:
    """Fresh digits for the ticket's customer; the agent's earlier ones on it end.

    Raises:
        NotAllowed, TicketNotFound
        TooManyTries: opened more often than a talk needs.
    """
    needs(work.actor, "ticket.reply")
    ticket = await queries.get_ticket(work, ticket_id)
    await spend(work, f"pin.open:{work.actor.id}", limit=20, window_s=600)
    now, pin_id = work.now(), new_id()
    digits = f"{secrets.randbelow(10**6):06d}"
    await work.run(END, ticket_id=ticket.id, agent_id=work.actor.id, now=now)
    await work.run(
        OPEN,
        id=pin_id,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        agent_id=work.actor.id,
        sealed=work.of(Sealer).seal(digits.encode(), purpose=f"pin:{pin_id}"),
        opened_at=now,
        expires_at=now + LASTS,
    )
    await talk.record_activity(work, ticket.id, speaker(work), "pin_opened")
    await audit.record(work, "pin.opened", f"ticket:{ticket.id}", pin_id=pin_id)
    await _touch(work, ticket.id)
    found = await of_ticket(work, ticket_id)
    if found is None:
        raise LookupError("the digits that were just opened are not there")
    return found


async def of_ticket(work: Work, ticket_id: UUID) -> Shown | None:
    """The actor's own open digits on this ticket: nobody else's are anybody's business."""
    needs(work.actor, "ticket.reply")
    await queries.get_ticket(work, ticket_id)
    pin = await work.one(
        Pin, OF_TICKET, ticket_id=ticket_id, agent_id=work.actor.id, now=work.now()
    )
    return None if pin is None else await _shown(work, pin)


async def for_customer(work: Work, visit: Visit) -> list[Shown]:
    """The digits that agents hold open for this customer right now; that they were seen is told."""
    shown = []
    for pin in await _of_visit(work, visit):
        if await work.run(READ, id=pin.id, now=work.now()):
            await _tell(work, pin, "pin_read")
        shown.append(await _shown(work, pin))
    return shown


async def match(work: Work, visit: Visit, typed: str) -> Shown | None:
    """What an agent read out, typed by the customer; None: no agent of ours holds these digits.

    A failed try is counted, stands on the ticket and in the audit, and is said to agents.

    Raises:
        TooManyTries
    """
    whom = f"{visit.kind}:{visit.key}"
    await spend(work, f"pin.match:{whom}", limit=TRIES, window_s=600)
    digits = "".join(c for c in typed[:40] if c.isascii() and c.isdigit())
    pins = await _of_visit(work, visit)
    for pin in pins:
        if hmac.compare_digest(_digits(work, pin), digits):
            if await work.run(MATCHED, id=pin.id, now=work.now()):
                await _tell(work, pin, "pin_matched")
            await count_lookup(work, kind="pin", verdict="official", door="page")
            return msgspec.structs.replace(await _shown(work, pin), is_matched=True)
    await _failed(work, visit, pins)
    return None


async def _failed(work: Work, visit: Visit, pins: Sequence[Pin]) -> None:
    await count_lookup(work, kind="pin", verdict="unknown", door="page")
    ticket_id = (
        pins[0].ticket_id if pins else await work.one(UUID, LATEST, kind=visit.kind, key=visit.key)
    )
    system = Author(kind=Speaker.SYSTEM)
    target = f"ticket:{ticket_id}" if ticket_id else ""
    await audit.record(work, "pin.failed", target, had_open=bool(pins))
    if ticket_id is None:
        return
    failed = await _failures(work, target)
    code = "pin_alarm" if failed >= _ALARM else "pin_failed"
    await talk.record_activity(work, ticket_id, system, code, count=failed)
    await _touch(work, ticket_id)


FAILURES: LiteralString = """
    SELECT count(*)::int FROM audit_log
    WHERE target = %(target)s AND action = 'pin.failed' AND at > %(since)s
"""


async def _failures(work: Work, target: str) -> int:
    since = work.now() - timedelta(hours=1)
    return await work.one(int, FAILURES, target=target, since=since) or 0


async def _of_visit(work: Work, visit: Visit) -> list[Pin]:
    if visit.kind not in {visits.EXCHANGE, visits.EMAIL}:
        return []
    return await work.rows(Pin, OF_VISIT, kind=visit.kind, key=visit.key, now=work.now())


async def _tell(work: Work, pin: Pin, code: str) -> None:
    customer = Actor(kind="customer", id=pin.customer_id)
    await talk.record_activity(
        work, pin.ticket_id, Author(kind=Speaker.CUSTOMER, id=pin.customer_id), code
    )
    await audit.record(
        work.acting_as(customer), code.replace("_", ".", 1), f"ticket:{pin.ticket_id}",
        pin_id=pin.id, agent_id=pin.agent_id,
    )  # fmt: skip
    await _touch(work, pin.ticket_id)


async def _touch(work: Work, ticket_id: UUID) -> None:
    await work.run(queries.STAMP, id=ticket_id)
    work.signal("feed.console")


async def _shown(work: Work, pin: Pin) -> Shown:
    return Shown(
        digits=_digits(work, pin),
        expires_at=pin.expires_at,
        agent_name=pin.agent_name,
        public_id=await public_id(work, pin.agent_id),
        reference=pin.reference,
        is_read=pin.read_at is not None,
        is_matched=pin.matched_at is not None,
    )


def _digits(work: Work, pin: Pin) -> str:
    return work.of(Sealer).unseal(pin.sealed, purpose=f"pin:{pin.id}").decode()


@job("ticket.tidy_pins")
@cron("ticket.tidy_pins", every_s=86_400)
async def tidy(work: Work, _: None) -> None:
    """Forget digits of long ago; who opened them when stands in the audit."""
    await work.run(TIDY, before=work.now() - _KEPT)
