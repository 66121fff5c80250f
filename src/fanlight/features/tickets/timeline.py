"""A page of a ticket's timeline with all that belongs to it, read in one round trip."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import File, Message
from fanlight.features.conversations.queries import NEWEST, ON_TIMELINE, Place
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.queries import VISIBLE, visible_to
from fanlight.features.trust.queries import names as named
from fanlight.features.trust.queries.names import Judged
from fanlight.kernel.work import Work

STAMP_OF = f"SELECT t.stamp FROM tickets t WHERE t.id = %(ticket_id)s AND {VISIBLE}"
NAMES = named.of_those(ON_TIMELINE)


class TimelineRead(NamedTuple):
    """``messages``: the newest first. ``names``: what they name, where they name something."""

    stamp: int
    messages: list[Message]
    files: list[File]
    names: Mapping[UUID, Sequence[Judged]]


async def read_timeline(
    work: Work, ticket_id: UUID, *, below: Place = NEWEST, limit: int = 100
) -> TimelineRead:
    """Everything said and done below a place, over all conversations.

    Raises:
        TicketNotFound: there is no such ticket, or the actor may not see it.
    """
    place = {"ticket_id": ticket_id, "at": below.at, "id": below.id, "limit": limit}
    stamp, messages, files, names = await work.together(
        work.one(int, STAMP_OF, ticket_id=ticket_id, **visible_to(work.actor)),
        work.rows(Message, conversations.TIMELINE, **place),
        work.rows(File, conversations.FILES_ON_TIMELINE, **place),
        named.by_message(work, NAMES, **place),
    )
    if stamp is None:
        raise TicketNotFound(ticket_id=ticket_id)
    return TimelineRead(stamp, messages, files, names)
