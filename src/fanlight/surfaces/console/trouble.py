"""What did not work: answers that did not arrive, jobs that failed too often."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec.structs import replace

from fanlight.features.conversations import queries as conversations
from fanlight.features.people.masks import sight_of
from fanlight.features.tickets import views
from fanlight.kernel import audit, deadletters
from fanlight.kernel.deadletters import DeadLetter
from fanlight.kernel.work import Work
from fanlight.surfaces.console.cursors import read_moment, write_moment
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE

PAGE = 50


class Undelivered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that did not arrive."""

    message_id: UUID
    ticket_id: UUID
    reference: str
    subject: str
    channel: str
    state: str
    detail: str | None
    at: datetime


class UndeliveredPage(msgspec.Struct, frozen=True):
    rows: list[Undelivered]
    next: str | None


class DeadPage(msgspec.Struct, frozen=True):
    rows: list[DeadLetter]
    next: str | None


class IdsForm(msgspec.Struct, frozen=True):
    ids: list[UUID]


class DoneOut(msgspec.Struct, frozen=True):
    count: int


class TroubleController(Controller):
    path = "/api/console"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["trouble"]

    @get("/deliveries", guards=[may("ticket.reply")])
    async def undelivered(
        self, work: NamedDependency[Work], after: FromQuery[str | None] = None
    ) -> UndeliveredPage:
        """Answers that did not arrive, on tickets the agent may see, the newest first."""
        found = await conversations.in_trouble(work, below=read_moment(after), limit=PAGE)
        rows = await views.rows(work, list({message.ticket_id for message in found}))
        end, sight = found[-1] if len(found) == PAGE else None, sight_of(work.actor)
        return UndeliveredPage(
            [
                Undelivered(
                    message_id=message.id,
                    ticket_id=message.ticket_id,
                    reference=row.reference,
                    subject=sight.words(row.subject, row.accounts),
                    channel=row.channel,
                    state=message.delivery or "",
                    detail=message.delivery_detail and sight.words(message.delivery_detail),
                    at=message.created_at,
                )
                for message in found
                if (row := rows.get(message.ticket_id)) is not None
            ],
            write_moment(conversations.Place(end.created_at, end.id)) if end else None,
        )

    @get("/dead-letters", guards=[may("job.see")])
    async def dead(
        self, work: NamedDependency[Work], after: FromQuery[str | None] = None
    ) -> DeadPage:
        """Jobs that failed too often, the newest first."""
        below = read_moment(after)
        found = await deadletters.dead_letters(work, below=(below.at, below.id), limit=PAGE)
        end = found[-1] if len(found) == PAGE else None
        place = write_moment(conversations.Place(end.created_at, end.id)) if end else None
        sight = sight_of(work.actor)  # what went wrong may name an address
        shown = [replace(each, error=each.error and sight.words(each.error)) for each in found]
        return DeadPage(shown, place)

    @post("/dead-letters/replay", guards=[may("job.replay")], status_code=200)
    async def replay(self, data: JSONBody[IdsForm], work: NamedDependency[Work]) -> DoneOut:
        """Let them try again."""
        count = await deadletters.replay(work, data.ids)
        await audit.record(work, "jobs.replayed", count=count)
        return DoneOut(count)

    @post("/dead-letters/drop", guards=[may("job.replay")], status_code=200)
    async def drop(self, data: JSONBody[IdsForm], work: NamedDependency[Work]) -> DoneOut:
        """Forget them for good."""
        count = await deadletters.drop(work, data.ids)
        await audit.record(work, "jobs.dropped", count=count)
        return DoneOut(count)


ROUTES = [TroubleController]
