"""Customers who write, and agents who may answer them."""

from typing import Any
from uuid import uuid4

from fanlight.channels.contract import Author, Evidence, InboundEvent
from fanlight.features.tickets.intake import receive
from fanlight.features.tickets.received import Received
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Actor, Work

AGENT_MAY = frozenset(
    {
        "ticket.reply", "ticket.note", "ticket.assign", "ticket.edit", "ticket.solve",
        "customer.see",
    }
)  # fmt: skip


def event(work: Work, text: str = "My deposit is missing", **wanted: Any) -> InboundEvent:
    """A message from a customer on the paper channel, at the work's own time."""
    plain: dict[str, Any] = {
        "channel": "paper",
        "account_id": "desk",
        "dedupe_key": uuid4().hex,
        "kind": "message.created",
        "occurred_at": work.now(),
        "thread_key": "ling",
        "author": Author(native_id="ling", display="Ling Yu"),
        "evidence": Evidence(),
        "text": text,
    }
    return InboundEvent(**plain | wanted)


async def hears(work: Work, text: str = "My deposit is missing", **wanted: Any) -> Received:
    """The front door takes a message."""
    return await receive(work, event(work, text, **wanted))


def agent(*queues: str, may: frozenset[str] = AGENT_MAY, name: str = "Mei", **wanted: Any) -> Actor:
    """An agent in these teams; for verbs that look into the database use ``stored_agent``."""
    return Actor(
        kind="agent", id=wanted.pop("id", new_id()), name=name, queues=queues or ("support",),
        permissions=may, **wanted,
    )  # fmt: skip


STORE = """
    INSERT INTO agents (id, email, name, public_name, state, created_at)
    VALUES (%(id)s, %(email)s, %(name)s, %(name)s, 'active', now())
"""
JOIN = "INSERT INTO team_members (team_key, agent_id) VALUES (%(team)s, %(id)s)"
TEAM = """
    INSERT INTO teams (key, name, created_at) VALUES (%(key)s, %(key)s, now())
    ON CONFLICT DO NOTHING
"""


async def stored_agent(work: Work, *queues: str, name: str = "Mei", **wanted: Any) -> Actor:
    """An agent whose row stands in the database, in these teams."""
    made = agent(*queues, name=name, **wanted)
    await work.run(STORE, id=made.id, email=f"{made.id.hex}@desk.example", name=name)
    for team in made.queues:
        await work.run(TEAM, key=team)
        await work.run(JOIN, team=team, id=made.id)
    return made


def without_mark(text: str) -> str:
    """What was said, without the reference that stands below it in a chat."""
    return text.partition("\n\nMS-")[0]
