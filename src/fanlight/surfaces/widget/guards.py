"""The widget's bearer token, and how much may be asked of us."""

from typing import Any

from litestar.connection import ASGIConnection

from fanlight.kernel.errors import SignInNeeded
from fanlight.kernel.limits import network_of, spend
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Work
from fanlight.surfaces.widget.sessions import Session, of_token
from fanlight.surfaces.widget.settings import WidgetSettings

Connection = ASGIConnection[Any, Any, Any, Any]
_MINUTE, _HOUR = 60, 3600


def bearer(connection: Connection) -> str:
    """The token of the Authorization header; never taken from an address or a cookie."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInNeeded
    return token.strip()


async def entered(connection: Connection, work: Work) -> tuple[Session, Work]:
    """Who asks, and the same work in the desk's name.

    A customer has no permissions of an agent: what they may see is decided here and by
    ``speaking.own_talk``, and the verbs below run as the desk.
    """
    ours = work.acting_as(SYSTEM)
    return await of_token(ours, bearer(connection)), ours


def address_of(connection: Connection) -> str:
    """The network to count for. A proxy's word counts only when the server trusts it."""
    return network_of(connection.client.host) if connection.client else ""


async def count_session(work: Work, address: str) -> None:
    limit = work.of(Settings)[WidgetSettings].sessions_per_minute
    await spend(work, f"widget.session:{address}", limit=limit, window_s=_MINUTE)


async def count_talk(work: Work, session: Session, address: str) -> None:
    limit = work.of(Settings)[WidgetSettings].talks_per_hour
    await spend(work, f"widget.talk:{session.kind}:{session.key}", limit=limit, window_s=_HOUR)
    await spend(work, f"widget.talk:{address}", limit=limit * 10, window_s=_HOUR)


async def count_message(work: Work, session: Session) -> None:
    limit = work.of(Settings)[WidgetSettings].messages_per_minute
    await spend(work, f"widget.say:{session.kind}:{session.key}", limit=limit, window_s=_MINUTE)


async def count_file(work: Work, session: Session, address: str) -> None:
    limit = work.of(Settings)[WidgetSettings].files_per_hour
    await spend(work, f"widget.file:{session.kind}:{session.key}", limit=limit, window_s=_HOUR)
    await spend(work, f"widget.file:{address}", limit=limit * 10, window_s=_HOUR)
