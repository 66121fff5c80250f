"""What a ticket names, and how each thing stands at the exchange now."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import msgspec
from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec.structs import replace

from fanlight.features.people.masked_words import may_hold_account
from fanlight.features.people.masks import Field, Sight, sight_of
from fanlight.features.people.queries.customers import accounts_of
from fanlight.features.tickets import object_states, objects
from fanlight.features.tickets.object_states import State
from fanlight.features.tickets.objects import Named
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import may, signed_in
from fanlight.surfaces.shared.looking import seen
from fanlight.surfaces.shared.sessions import NO_STORE, agent_behind, edge_of

AnyRequest = Request[Any, Any, Any]


_FIELDS = {"account": Field.UID, "address": Field.ADDRESS}


class ObjectOut(msgspec.Struct, frozen=True, kw_only=True):
    """One thing; ``chains`` are those it could be of, when the message does not say."""

    id: UUID
    kind: str
    value: str
    chain: str | None
    chains: tuple[str, ...]
    checksum: str
    is_certain: bool
    message_id: UUID
    found_at: datetime

    @classmethod
    def of(cls, named: Named, sight: Sight, own: Collection[str]) -> Self:
        """As its reader may see it: an account and an address are facts of a customer. ``own`` are
        the customer's accounts, which a message may have called an order."""
        shown: Self = msgspec.convert(named, cls, from_attributes=True)
        field = Field.UID if shown.value in own else _FIELDS.get(shown.kind)
        return shown if field is None else replace(shown, value=sight.of(field, shown.value))


class ObjectsOut(msgspec.Struct, frozen=True):
    objects: list[ObjectOut]


class ObjectController(Controller):
    path = "/api/console/tickets/{ticket_id:uuid}/objects"
    cache_control = NO_STORE
    tags = ["tickets"]

    @get("/", guards=[signed_in])
    async def all(self, ticket_id: FromPath[UUID], work: NamedDependency[Work]) -> ObjectsOut:
        """Transactions, addresses, orders and accounts that the ticket names."""
        ticket, found = await objects.of_ticket(work, ticket_id)
        sight = sight_of(work.actor)
        is_hiding = Field.UID not in sight.clear
        may_stand = is_hiding and any(may_hold_account(each.value) for each in found)
        own = await accounts_of(work, [ticket.customer_id]) if may_stand else ()
        return ObjectsOut([ObjectOut.of(each, sight, own) for each in found])

    @get("/{object_id:uuid}/state", guards=[may("customer.see")])
    async def state(
        self, request: AnyRequest, ticket_id: FromPath[UUID], object_id: FromPath[UUID]
    ) -> State:
        """How one of them stands now, by the exchange and its own nodes."""
        await seen(request)
        actor = await agent_behind(request)
        return await object_states.state_of(edge_of(request), actor, ticket_id, object_id)


ROUTES = [ObjectController]
