"""Bait: records of invented customers. Nobody has a reason to open one, so whoever does is told of.

A record looks like any other and search finds it, but it stands in no list of work, in no export,
and belongs to nobody. (Elsewhere such records are called honey records.)
"""

import secrets
import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Speaker, Words
from fanlight.features.oversight.alerts import raise_alert
from fanlight.features.oversight.models import Kind
from fanlight.features.people.models import Identity
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries import customers
from fanlight.features.people.service.customers import normal_key
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets.models import Priority, Status, Ticket
from fanlight.features.tickets.settings import TicketSettings
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import Malformed
from fanlight.kernel.ids import new_id, new_reference
from fanlight.kernel.settings import Settings
from fanlight.kernel.words import search_words
from fanlight.kernel.work import SYSTEM, Work

_FILE = Path(__file__).with_name("bait.toml")
_CHANNEL, _ACCOUNT = "web.form", "form"
_OLDEST_DAYS, _YOUNGEST_DAYS = 500, 60

ADD = """
    INSERT INTO honey_records (customer_id, ticket_id, made_by, made_at)
    VALUES (%(customer_id)s, %(ticket_id)s, %(by)s, %(at)s)
"""
SET_ASIDE = "UPDATE tickets SET is_set_aside = true WHERE id = %(id)s"
UNTOLD = "DELETE FROM ticket_changes WHERE ticket_id = %(id)s"  # no console is told of it
LAID = """
    SELECT t.id AS ticket_id, t.reference, h.made_by, h.made_at
    FROM honey_records h JOIN tickets t ON t.id = h.ticket_id
    ORDER BY h.made_at DESC, t.id LIMIT 200
"""
IS_BAIT = "SELECT EXISTS (SELECT FROM honey_records WHERE customer_id = %(customer_id)s)"


class Story(msgspec.Struct, frozen=True):
    """What is told in one language."""

    names: list[str]
    subject: str
    asked: str
    noted: str


class Laid(msgspec.Struct, frozen=True, kw_only=True):
    """A record that lies there."""

    ticket_id: UUID
    reference: str
    made_by: UUID
    made_at: datetime


class Fresh(msgspec.Struct, frozen=True, kw_only=True):
    """A record just made, with what it can be found by. Told once, to whoever made it."""

    reference: str
    name: str
    uid: str
    email: str


async def lay(work: Work, *, language: str = "en", domain: str = "") -> Fresh:
    """Make a record. ``domain``: one of your own, where the invented mail address stands.

    Raises:
        NotAllowed: the actor may not.
        Malformed: there is no story in this language, or that is no domain.
    """
    needs(work.actor, "oversight.manage")
    story = _stories().get(language)
    if story is None:
        raise Malformed(where="language")
    then = work.now() - timedelta(
        days=_YOUNGEST_DAYS + secrets.randbelow(_OLDEST_DAYS - _YOUNGEST_DAYS),
        seconds=secrets.randbelow(86_400),
    )
    past = work.aside(actor=SYSTEM, now=lambda: then)
    name = secrets.choice(story.names)
    customer = await customers.add_customer(past, name=name, language=language)
    uid = await _free_uid(work)
    await _identify(past, customer.id, "exchange", uid)
    email = f"office.{uid[-4:]}@{domain.strip().lower()}" if domain.strip() else ""
    if email:
        await _identify(past, customer.id, "email", normal_key("email", email))
    ticket = await _tell(past, customer.id, name, story, language)
    await work.run(SET_ASIDE, id=ticket.id)
    await work.run(UNTOLD, id=ticket.id)
    at = work.now()
    values = {"customer_id": customer.id, "ticket_id": ticket.id, "by": work.actor.id, "at": at}
    await work.run(ADD, **values)
    # The log is read by many: it says that a record was laid, not which.
    await audit.record(work, "bait.laid")
    return Fresh(reference=ticket.reference, name=name, uid=uid, email=email)


async def laid(work: Work) -> list[Laid]:
    """What lies there. Raises NotAllowed."""
    needs(work.actor, "oversight.manage")
    return await work.rows(Laid, LAID)


async def taken(work: Work, customer_id: UUID, ticket_id: UUID, *, how: str) -> None:
    """Somebody has opened or revealed one: leads are told at once, once an hour for each."""
    hour = work.now().strftime("%Y-%m-%dT%H")
    key = f"bait:{work.actor.id}:{customer_id}:{how}:{hour}"
    agent_id = work.actor.id if work.actor.kind == "agent" else None
    await raise_alert(work, Kind.BAIT, key, agent_id=agent_id, ticket_id=ticket_id, how=how)


async def tried(work: Work, ticket: Ticket) -> None:
    """The same for a reveal that is refused, which undoes the caller's work."""
    if await work.one(bool, IS_BAIT, customer_id=ticket.customer_id):
        async with work.of(Edge).work(work.actor) as own:
            await taken(own, ticket.customer_id, ticket.id, how="tried")


async def _free_uid(work: Work) -> str:
    while True:
        uid = str(10_000_000 + secrets.randbelow(90_000_000))
        if await customers.identity(work, "exchange", uid) is None:
            return uid


async def _identify(work: Work, customer_id: UUID, kind: str, key: str) -> None:
    at = work.now()
    identity = Identity(
        id=new_id(), customer_id=customer_id, kind=kind, key=key, display=key,
        proven_at=at if kind == "exchange" else None,
        proven_by="signed_session" if kind == "exchange" else None, created_at=at,
    )  # fmt: skip
    await customers.add_identity(work, identity)


async def _tell(work: Work, customer_id: UUID, name: str, story: Story, language: str) -> Ticket:
    """A solved ticket with a question and a note, as it would have come in."""
    settings, at = work.of(Settings)[TicketSettings], work.now()
    ticket = Ticket(
        id=new_id(), reference=new_reference(settings.reference_prefix), customer_id=customer_id,
        subject=story.subject, team=settings.default_team, status=Status.SOLVED,
        priority=Priority.NORMAL, assignee_id=None, channel=_CHANNEL, language=language, tags=(),
        preview=story.asked[:160], preview_by="customer", needs_answer=False, opened_at=at,
        active_at=at, answered_at=at, due_at=None, solved_at=at, follows_id=None, version=1,
        stamp=1,
    )  # fmt: skip
    tickets.add(work, ticket, search_words(story.subject, story.asked, story.noted, name))
    conversation = talk.open_conversation(
        work, ticket_id=ticket.id, customer_id=customer_id, channel=_CHANNEL,
        account_id=_ACCOUNT, recipient=name, subject=story.subject,
    )  # fmt: skip
    asks = Author(
        kind=Speaker.CUSTOMER, id=customer_id, name=name, level=2, method="signed_session"
    )
    talk.hear(work, conversation, asks, Words(text=story.asked, language=language), at=at)
    await talk.note(work, ticket.id, Author(kind=Speaker.SYSTEM), story.noted)
    return ticket


@cache
def _stories() -> dict[str, Story]:
    return msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")), dict[str, Story])
