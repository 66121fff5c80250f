"""What a check found: the answer first, then what it rests on, then the one thing to do."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.diagnostics import service
from fanlight.features.diagnostics.errors import DiagnosisNotFound
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.surfaces.help.checking import (
    asker_of,
    emergency_path,
    explained_by,
    sign_in_path,
    told_of,
)
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import onward
from fanlight.surfaces.shared.sessions import edge_of

_FOLLOW_S = 20  # how often a page that follows something asks again


@get("/{lang:str}/check/result/{diagnosis_id:uuid}", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str], diagnosis_id: FromPath[UUID]) -> Response[Any]:
    """One result. Its link works for the account it is about, and for nobody else."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site, asker = site_of(request), asker_of(request)
    try:
        made = await service.looked_up(edge_of(request), asker, diagnosis_id)
    except DiagnosisNotFound:
        if asker.account is None:
            # Perhaps it is theirs: who signs in and comes back will see. Nothing is told before.
            return onward(sign_in_path(request, lang, f"/{lang}/check/result/{diagnosis_id}"))
        return missing(request, lang)
    told = told_of(site, lang, made)
    page = site.render(
        "check_result.html",
        lang,
        paths={tag: f"/{tag}/check/result/{made.id}" for tag in LANGUAGES},
        is_indexed=False,
        section="check",
        made=made,
        told=told,
        took_s=max(1, round(made.took_ms / 1000)),
        follow_s=_FOLLOW_S if made.follows else 0,
        emergency=emergency_path(lang),
        article=await explained_by(request, lang, told.article),
        problems=sum(1 for tick in told.ticks if tick.state == "bad"),
    )
    return site.show(page)


ROUTES: list[Any] = [show]
