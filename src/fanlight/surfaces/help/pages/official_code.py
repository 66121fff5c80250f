"""The code in genuine mails: chosen, changed or taken away by its customer after a second proof."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.exchange.contract import ExchangeDown, NotConnected
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.assurance import Level
from fanlight.features.people.service import visits
from fanlight.features.trust.service import codes
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.work import SYSTEM
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = ("/{lang}/official/code",)

_MOST_BODY = 64 * 2**10
_OURS = (ExchangeDown, NotConnected)


@get("/{lang:str}/official/code", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """What stands, and the field for another code."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    return await _page(request, lang)


@post("/{lang:str}/official/code", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def change(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Begin with a new code, or prove it with what the exchange has asked for."""
    visit = reader_of(request).visit
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    if visit is None or not _is_proven(request):
        return await _page(request, lang)
    form, edge = await form_of(request), edge_of(request)
    try:
        if form.text("step") == "prove":
            code = await codes.confirm(edge, visit, form.text("answer"))
            return await _page(request, lang, done=True, code=code)
        text = "" if form.text("step") == "remove" else form.text("code") or "-"
        await codes.begin(edge, visit, text, method=form.text("method") or "totp", language=lang)
    except _OURS:
        return await _page(request, lang, trouble="help.code.away", status=503)
    except FanlightError as refusal:
        trouble, typed = f"error.{refusal.code}", form.text("code")[: codes.MOST]
        return await _page(
            request,
            lang,
            code=typed,
            trouble=trouble,
            params=refusal.params,
            status=refusal.kind.value,
        )
    return await _page(request, lang)


def _is_proven(request: Asked) -> bool:
    """Whether the exchange's own word stands behind this visit, and is fresh enough."""
    reader = reader_of(request)
    is_account = reader.visit is not None and reader.visit.kind == visits.EXCHANGE
    return is_account and reader.level(site_of(request).now()) >= Level.L2


async def _page(
    request: Asked,
    lang: str,
    *,
    done: bool = False,
    code: str = "",
    trouble: str = "",
    params: dict[str, object] | None = None,
    status: int = 200,
) -> Response[bytes]:
    site, visit = site_of(request), reader_of(request).visit
    standing = codes.Standing()
    is_known = _is_proven(request)
    if visit is not None and is_known:
        async with edge_of(request).work(SYSTEM) as work:
            standing = await codes.standing(work, visit)
    page = site.render(
        "official_code.html",
        lang,
        paths={tag: f"/{tag}/official/code" for tag in LANGUAGES},
        section="official",
        is_indexed=False,
        is_known=is_known,
        standing=standing,
        done=done,
        code=code,
        trouble=site.say(lang, trouble, **(params or {})) if trouble else "",
        ways=[way.value for way in codes.WAYS],
        least=codes.LEAST,
        most=codes.MOST,
    )
    return site.show(page, status=status)


ROUTES: list[Any] = [show, change]
