"""My cases: every ticket of a customer who is signed in, each a step away from its page."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.conversations.links import ticket_link
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.assurance import Level
from fanlight.features.people.service import visits
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import SYSTEM
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.queries import A_PAGE, Case, cases_of
from fanlight.surfaces.help.reader import Reader, onward, reader_of
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.sessions import edge_of

_LINK_DAYS = 1
_LONGEST_LINE = 160


@get("/{lang:str}/cases", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """My cases."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site, reader = site_of(request), reader_of(request)
    if reader.visit is None:
        return onward(f"/{lang}/sign-in?next=/{lang}/cases")
    if not _is_sure(reader, site.now()):
        return onward(f"/{lang}/sign-in?again=1&next=/{lang}/cases")
    before, below = _place(request.query_params.get("after", ""))
    async with edge_of(request).work(SYSTEM) as work:
        found = await cases_of(work, reader.visit, before=before, below=below)
        sealer, now = work.of(Sealer), work.now()
        links = {
            case.id: ticket_link(sealer, case.id, case.for_id, now=now, days=_LINK_DAYS)
            for case in found
        }
    end = found[-1] if len(found) == A_PAGE else None
    page = site.render(
        "cases.html",
        lang,
        paths={tag: f"/{tag}/cases" for tag in LANGUAGES},
        is_indexed=False,
        section="cases",
        cases=found,
        links=links,
        first_words=_first_words,
        after=f"{end.active_at.timestamp()}_{end.id}" if end else "",
    )
    return site.show(page)


def _is_sure(reader: Reader, now: datetime) -> bool:
    """An exchange's word counts for an hour, a mailbox for the day."""
    wanted = Level.L2 if reader.visit and reader.visit.kind == visits.EXCHANGE else Level.L1
    return reader.level(now) >= wanted


def _first_words(case: Case) -> str:
    line = " ".join((case.last_words or "").split())
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE].rstrip() + "…"


def _place(after: str) -> tuple[datetime, UUID]:
    """Where the page before ended; the top for anything that is no place."""
    when, _, which = after.partition("_")
    try:
        return datetime.fromtimestamp(float(when), UTC), UUID(which)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1)


ROUTES: list[Any] = [show]
