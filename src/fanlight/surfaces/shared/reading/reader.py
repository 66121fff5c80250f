"""Who reads: nobody we know, or a customer who has signed in to the help site."""

from contextvars import ContextVar
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection

from fanlight.features.knowledge.audiences import of_reader
from fanlight.features.people.assurance import Level
from fanlight.features.people.masks import mask_email, mask_name, mask_uid
from fanlight.features.people.queries.visits import Visit
from fanlight.features.people.service import visits
from fanlight.kernel.work import Actor
from fanlight.surfaces.shared.bytecache import READER_COOKIE
from fanlight.surfaces.shared.cookies import own_cookie
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

COOKIE = READER_COOKIE
_STATE = "fanlight.reader"
Connection = ASGIConnection[Any, Any, Any, Any]


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at the help site."""

    visit: Visit | None = None
    actor: Actor = VISITOR

    @property
    def is_signed_in(self) -> bool:
        return self.visit is not None

    @property
    def shown_name(self) -> str:
        """Enough to know oneself by, and little for whoever looks over the shoulder."""
        if self.visit is None:
            return ""
        if self.visit.kind == visits.EMAIL:
            return mask_email(self.visit.key)
        return mask_name(self.visit.name) if self.visit.name else mask_uid(self.visit.key)

    def level(self, now: datetime) -> Level:
        return Level.L0 if self.visit is None else visits.level_of(self.visit, now)

    def is_sure(self, now: datetime) -> bool:
        """Whether they may see what is theirs: an exchange's word counts for an hour, a mailbox
        for the day."""
        if self.visit is None:
            return False
        wanted = Level.L2 if self.visit.kind == visits.EXCHANGE else Level.L1
        return self.level(now) >= wanted


NOBODY = Reader()
# Every page has a frame, and every frame says who is signed in: told once for each request.
_now: ContextVar[Reader] = ContextVar("fanlight.reader", default=NOBODY)


def present_reader() -> Reader:
    """Who reads the page that is being made."""
    return _now.get()


async def greet(request: Request[Any, Any, Any]) -> None:
    """Find out who reads before a handler runs; asks the database only where a cookie came."""
    token = request.cookies.get(COOKIE)
    path = request.url.path
    if token and not path.startswith(("/api/console", "/console", "/api/widget")):
        await _recognise(request, token)
    else:
        _now.set(NOBODY)


async def _recognise(connection: Connection, token: str) -> Reader:
    async with edge_of(connection).work() as work:
        visit = await visits.visit_of(work, token)
    reader = NOBODY if visit is None else reader_behind(visit)
    connection.scope["state"][_STATE] = reader
    _now.set(reader)
    return reader


def reader_behind(visit: Visit) -> Reader:
    """A reader with the audiences their proof gives them."""
    return Reader(visit=visit, actor=Actor(kind="customer", reads=of_reader(visit.groups)))


def reader_of(connection: Connection) -> Reader:
    """Who asks, as ``greet`` found them."""
    found: Reader = connection.scope["state"].get(_STATE, NOBODY)
    return found


async def reader_with_token(connection: Connection) -> Reader:
    """Who asks, for apps too: they send a session's token in the Authorization header."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return await _recognise(connection, token.strip())
    return reader_of(connection)


def signed_in(request: Request[Any, Any, Any], token: str, place: str) -> Response[None]:
    """On to a page, with the cookie of a fresh session."""
    answer = onward(place)
    answer.set_cookie(
        own_cookie(request, COOKIE, token, max_age_s=int(visits.LONGEST.total_seconds()))
    )
    return answer


def signed_out(request: Request[Any, Any, Any], place: str) -> Response[None]:
    """On to a page; the browser forgets the session."""
    answer = onward(place)
    answer.set_cookie(own_cookie(request, COOKIE, "", max_age_s=0))
    return answer


def onward(place: str) -> Response[None]:
    headers = {"location": place, "cache-control": "no-store"}
    return Response(None, status_code=303, headers=headers)
