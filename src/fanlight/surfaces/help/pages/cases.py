"""My cases: every ticket of a customer who is signed in, and the chosen one beside the list."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.conversations.links import ticket_link
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.queries.visits import Visit
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import SYSTEM, Work
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.pages.ticket import about, open_case
from fanlight.surfaces.help.queries import A_PAGE, Case, case_of, cases_of, counts_of
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import onward, reader_of
from fanlight.surfaces.shared.sessions import edge_of

_LINK_DAYS = 1
_TOP = datetime.max.replace(tzinfo=UTC)
_ICONS = {"email": "mail", "web.form": "file-pen-line", "telegram.private": "send"}


@get("/{lang:str}/cases", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """My cases."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site, reader = site_of(request), reader_of(request)
    if reader.visit is None:
        return onward(f"/{lang}/sign-in?next=/{lang}/cases")
    if not reader.is_sure(site.now()):
        return onward(f"/{lang}/sign-in?again=1&next=/{lang}/cases")
    asked = request.query_params
    is_solved, place = asked.get("state") == "solved", asked.get("after", "")
    before, below = _place(place)
    async with edge_of(request).work(SYSTEM) as work:
        counts = await counts_of(work, reader.visit)
        found = await cases_of(work, reader.visit, is_solved=is_solved, before=before, below=below)
        picked = await _picked(work, reader.visit, asked.get("case", ""))
        one = picked or (found[0] if found else None)
        token = _link(work, one) if one else ""
        # Beside the list stands a case that nobody asked for: it is not read by that.
        chosen = await open_case(work, token, is_read=picked is not None) if one else None
    end = found[-1] if len(found) == A_PAGE else None
    page = site.render(
        "cases.html",
        lang,
        paths={tag: f"/{tag}/cases" for tag in LANGUAGES},
        is_indexed=False,
        section="cases",
        cases=found,
        counts=counts,
        is_solved=is_solved,
        is_chosen=picked is not None,
        chosen=chosen,
        channel_icon=_channel_icon,
        place=place if before < _TOP else "",
        after=f"{end.active_at.timestamp()}_{end.id}" if end else "",
        **(about(chosen, site, f"/{lang}/t/{token}") if chosen else {}),
    )
    return site.show(page)


async def _picked(work: Work, visit: Visit, case: str) -> Case | None:
    """The case named in the address, if it is theirs."""
    try:
        return await case_of(work, visit, UUID(case))
    except ValueError:
        return None


def _link(work: Work, case: Case) -> str:
    sealer, now = work.of(Sealer), work.now()
    return ticket_link(sealer, case.id, case.for_id, now=now, days=_LINK_DAYS)


def _channel_icon(channel: str) -> str:
    """The sign of how a case came in."""
    return _ICONS.get(channel, "messages-square")


def _place(after: str) -> tuple[datetime, UUID]:
    """Where the page before ended; the top for anything that is no place."""
    when, _, which = after.partition("_")
    try:
        return datetime.fromtimestamp(float(when), UTC), UUID(which)
    except (ValueError, OverflowError, OSError):
        return _TOP, UUID(int=2**128 - 1)


ROUTES: list[Any] = [show]
