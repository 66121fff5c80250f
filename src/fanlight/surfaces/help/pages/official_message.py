"""Did you send me this? A message's reference, answered to its receiver and to nobody else."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.conversations.marks import Sent, sent_to
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.trust.queries.official import count_lookup
from fanlight.features.trust.service.checking import MESSAGES
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import read_reference
from fanlight.kernel.limits import spend
from fanlight.kernel.work import SYSTEM
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = ("/{lang}/official/message/MS-22222222S",)

_LOOKS_PER_TEN_MINUTES = 30


@get("/{lang:str}/official/message/{mark:str}", include_in_schema=False)
async def look_up(request: Asked, lang: FromPath[str], mark: FromPath[str]) -> Response[bytes]:
    """Whether we sent the message of this reference to whoever is signed in."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    reader, site = reader_of(request), site_of(request)
    reference = read_reference(mark[:40])
    is_one = reference is not None and reference.startswith(f"{MESSAGES}-")
    is_known = reader.is_sure(site.now())
    sent: Sent | None = None
    if is_known and is_one and reference is not None:
        try:
            sent = await _sent(request, reference)
        except TooManyTries:
            return _page(request, lang, mark, None, is_known=True, is_slow=True, status=429)
    return _page(request, lang, reference or "", sent, is_known=is_known)


async def _sent(request: Asked, reference: str) -> Sent | None:
    visit = reader_of(request).visit
    async with edge_of(request).work(SYSTEM) as work:
        key = f"official.message:{visitor_of(request)}"
        await spend(work, key, limit=_LOOKS_PER_TEN_MINUTES, window_s=600)
        sent = None if visit is None else await sent_to(work, reference, visit)
        verdict = "unknown" if sent is None else "official"
        await count_lookup(work, kind="message", verdict=verdict, door="page")
    return sent


def _page(
    request: Asked,
    lang: str,
    reference: str,
    sent: Sent | None,
    *,
    is_known: bool,
    is_slow: bool = False,
    status: int = 200,
) -> Response[bytes]:
    site = site_of(request)
    page = site.render(
        "official_message.html",
        lang,
        paths={tag: f"/{tag}/official/message/{reference or '-'}" for tag in LANGUAGES},
        section="official",
        is_indexed=False,
        reference=reference,
        sent=sent,
        is_known=is_known,
        is_slow=is_slow,
    )
    return site.show(page, status=status)


ROUTES: list[Any] = [look_up]
