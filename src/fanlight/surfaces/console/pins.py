"""Six digits with which an agent proves to a customer that they are of us."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from fanlight.features.tickets import pins
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE


class PinOut(msgspec.Struct, frozen=True, kw_only=True):
    """The digits, until when they hold, and what the customer has done with them."""

    digits: str
    expires_at: datetime
    is_read: bool
    is_matched: bool
    public_id: str

    @classmethod
    def of(cls, shown: pins.Shown) -> "PinOut":
        return cls(
            digits=shown.digits,
            expires_at=shown.expires_at,
            is_read=shown.is_read,
            is_matched=shown.is_matched,
            public_id=shown.public_id,
        )


class PinController(Controller):
    path = "/api/console/tickets/{ticket_id:uuid}/pin"
    cache_control = NO_STORE
    guards = [may("ticket.reply")]
    opt = NOT_FOR_READERS
    tags = ["tickets"]

    @get("/")
    async def show(self, ticket_id: FromPath[UUID], work: NamedDependency[Work]) -> PinOut | None:
        """The actor's digits that are open on this ticket, if any."""
        shown = await pins.of_ticket(work, ticket_id)
        return None if shown is None else PinOut.of(shown)

    @post("/")
    async def open(self, ticket_id: FromPath[UUID], work: NamedDependency[Work]) -> PinOut:
        """Open fresh digits for two minutes."""
        return PinOut.of(await pins.open_pin(work, ticket_id))


ROUTES = [PinController]
