"""Names that pages of the exchange ask for in vain: what an editor may give to an article."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency

from fanlight.features.knowledge import contexts
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.sessions import NO_STORE


class WantedNameOut(msgspec.Struct, frozen=True, kw_only=True):
    """A name to which no article answers yet."""

    key: str
    times: int
    first_at: datetime
    last_at: datetime


class WantedNamesOut(msgspec.Struct, frozen=True):
    rows: list[WantedNameOut]


@get(
    "/api/console/articles/names-wanted",
    guards=[may("article.edit")],
    cache_control=NO_STORE,
    tags=["articles"],
)
async def names_wanted(work: NamedDependency[Work]) -> WantedNamesOut:
    """Names that pages ask for and no article answers to, the most often asked first."""
    found = await contexts.wanted(work)
    return WantedNamesOut(
        [msgspec.convert(each, WantedNameOut, from_attributes=True) for each in found]
    )


ROUTES: list[Any] = [names_wanted]
