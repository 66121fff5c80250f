"""The emergency lane inside the widget: one press by whoever the exchange has signed in."""

from datetime import datetime
from typing import Any, Self

import msgspec
from litestar import Controller, Request, get, post

from fanlight.channels.adapters.webchat.adapter import ACCOUNT, CHANNEL
from fanlight.features.conversations import queries as conversations
from fanlight.features.guidance.emergency import acts, queries
from fanlight.features.guidance.emergency.cases import Thread
from fanlight.features.guidance.emergency.links import follow_link
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road
from fanlight.features.people.assurance import Level
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Actor, Work
from fanlight.surfaces.shared.sessions import NO_STORE, edge_of
from fanlight.surfaces.widget import guards
from fanlight.surfaces.widget.queries import talk_of
from fanlight.surfaces.widget.sessions import Session
from fanlight.surfaces.widget.wire import TalkOut

AnyRequest = Request[Any, Any, Any]
_CUSTOMER = Actor(kind="visitor")


class FreezeOut(msgspec.Struct, frozen=True, kw_only=True):
    """How the customer's own freeze stands, and the talk in which a person comes."""

    state: str
    trouble: str
    since: datetime | None
    until: datetime | None
    promised_at: datetime
    taken_by: str | None
    page_url: str
    conversation: TalkOut | None

    @classmethod
    async def of(cls, work: Work, session: Session, freeze: Freeze) -> Self:
        token = follow_link(work.of(Sealer), freeze.id, now=work.now())
        help_url = work.of(Settings)[BrandSettings].help_url
        return cls(
            state=freeze.state,
            trouble=freeze.trouble,
            since=freeze.since,
            until=None if freeze.is_confirmed else freeze.until,
            promised_at=freeze.promised_at,
            taken_by=await queries.taker(work, freeze),
            page_url=f"{help_url}/{session.row.language}/freeze/state/{token}",
            conversation=await _talk(work, session, freeze),
        )


async def _talk(work: Work, session: Session, freeze: Freeze) -> TalkOut | None:
    """The chat of the case, where the freeze was asked for in this very chat."""
    if freeze.ticket_id is None:
        return None
    for thread in await conversations.of_ticket(work, freeze.ticket_id):
        talk = await talk_of(work, session.kind, session.key, thread.id)
        if talk is not None:
            return TalkOut.of(talk)
    return None


class WidgetFreezeController(Controller):
    path = "/api/widget/freeze"
    cache_control = NO_STORE
    tags = ["widget"]

    @get()
    async def standing(self, request: AnyRequest) -> FreezeOut | None:
        """The freeze that stands, or is asked for; null when there is none."""
        edge = edge_of(request)
        async with edge.reading(SYSTEM) as work:
            session, work = await guards.entered(request, work)
            if session.level < Level.L2:
                return None
            freeze = await queries.of_account(work, session.key)
            return None if freeze is None else await FreezeOut.of(work, session, freeze)

    @post(status_code=200)
    async def press(self, request: AnyRequest) -> FreezeOut:
        """Freeze, by a signed session alone; pressed twice it is once."""
        edge = edge_of(request)
        async with edge.reading(SYSTEM) as work:
            session, _ = await guards.entered(request, work)
        freeze = await _freeze(edge, session)
        async with edge.reading(SYSTEM) as work:
            return await FreezeOut.of(work, session, freeze)


async def _freeze(edge: Edge, session: Session) -> Freeze:
    # A guest's key is nobody's account: their session stands at L0, which locks nothing.
    proof = Proof(
        road=Road.SESSION,
        level=Level(session.level),
        method=session.evidence.method,
        proven_at=session.row.proven_at or edge.now(),
        uid=session.key,
    )
    thread = Thread(CHANNEL, ACCOUNT, f"{session.kind}:{session.key}:{new_id()}")
    return await acts.freeze(
        edge,
        proof,
        language=session.row.language,
        actor=_CUSTOMER,
        thread=thread,
    )


ROUTES = [WidgetFreezeController]
