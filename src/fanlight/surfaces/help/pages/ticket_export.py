"""A case as a text to keep: who said what and when, its files by their names."""

from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.conversations.errors import LinkExpired
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.kernel.work import SYSTEM
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.pages.ticket import Case, Said, ended, open_case
from fanlight.surfaces.help.site import Asked, Site, secret_name, site_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = ("/{lang}/t/not-a-link/export",)

_RULE = "\n\n" + "-" * 40 + "\n"


@get("/{lang:str}/t/{token:str}/export", include_in_schema=False)
async def export(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """The whole case, as whoever holds the link may read it."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    try:
        async with edge_of(request).work(SYSTEM) as work:
            case = await open_case(work, token, is_read=False)
    except (LinkExpired, TicketNotFound):
        return ended(request, lang)
    return Response(
        _written(site, lang, case).encode(),
        headers={
            "content-type": "text/plain; charset=utf-8",
            "content-disposition": f"attachment; filename={case.ticket.reference}.txt",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
    )


def _written(site: Site, lang: str, case: Case) -> str:
    """Times are those of the pages, with the day's zone written out."""

    def when(at: datetime) -> str:
        return at.astimezone(site.brand.zone).strftime("%Y-%m-%d %H:%M %z")

    ticket = case.ticket
    state = site.say(lang, f"help.ticket.{ticket.status.value}")
    head = f"{site.brand.name} · {ticket.reference} · {state}\n{ticket.subject}\n"
    return head + "".join(_RULE + _one(site, lang, each, when(each.at)) for each in case.said)


def _one(site: Site, lang: str, said: Said, at: str) -> str:
    if said.is_mine:
        who = site.say(lang, "help.ticket.you")
    elif said.is_machine:
        who = site.say(lang, "help.ticket.machine")
    else:
        who = said.name or site.brand.name
    words = "".join(
        f"[{site.say(lang, 'help.secret.hidden', kind=secret_name(piece.secret, lang))}]"
        if piece.secret
        else piece.text
        for piece in said.pieces
    )
    files = "".join(f"\n[{file.name}]" for file in said.files)
    return f"{at}  {who}\n{words}{files}"


ROUTES: list[Any] = [export]
