"""Get help: say what happened in your own words, and see every way that helps, as it stands now."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from fanlight.features.guidance.doors import doors_now
from fanlight.features.guidance.models import Category
from fanlight.features.guidance.preferences import Preferences, quiet_of
from fanlight.features.guidance.queries import wishes
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.kernel.errors import TooManyTries
from fanlight.surfaces.help.advising import (
    COOKIE,
    TOPICS,
    Advised,
    address_of,
    advised,
    emergency_of,
    preferences_of,
    shown_entity,
    without_secrets,
)
from fanlight.surfaces.help.forms import Form, form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.cookies import own_cookie
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = ("/{lang}/get-help", "/{lang}/get-help?q=deposit")

_MOST_BODY = 256 * 2**10
_YEAR_S = 365 * 24 * 3600
_SHORTEST = 2  # characters; less is no sentence of anybody


@get("/{lang:str}/get-help", include_in_schema=False)
async def ask(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The empty form; what was looked for stands in it."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    words = without_secrets(request.query_params.get("q", "")[:1000].replace("\x00", ""))
    return await _page(
        request, lang, words=words, preferences=await preferences_of(request, reader_of(request))
    )


@post("/{lang:str}/get-help", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def advise(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """What to do about somebody's words. They are never in an address, and never kept."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    form = await form_of(request)
    is_ours = is_from_our_page(request)
    reader = reader_of(request)
    preferences = await preferences_of(request, reader)
    is_wish = form.text("act") == "preferences" and is_ours
    if is_wish:
        preferences = _wished(form)
        if reader.visit is not None:
            async with edge_of(request).work() as work:
                await wishes.keep(work, reader.visit, preferences.written())
    answer = await _answered(request, lang, form, preferences, notes=is_ours and not is_wish)
    if is_wish:
        answer.set_cookie(_cookie(request, preferences))
    return answer


async def _answered(
    request: Asked, lang: str, form: Form, preferences: Preferences, *, notes: bool
) -> Response[bytes]:
    text, said = form.text("text"), form.text("category")
    if len(text) < _SHORTEST:
        refused = "" if form.text("act") == "preferences" else "help.guide.no_words"
        return await _page(
            request, lang, words=without_secrets(text), preferences=preferences, refused=refused
        )
    try:
        found = await advised(
            request,
            text,
            lang,
            reader=reader_of(request),
            preferences=preferences,
            category=Category.said(said) if said != form.text("guessed") else None,
            notes=notes,
        )
    except TooManyTries:
        return await _page(
            request,
            lang,
            words=without_secrets(text),
            preferences=preferences,
            refused="help.guide.too_many",
            status=429,
        )
    return await _page(request, lang, words=found.advice.text, preferences=preferences, found=found)


def _wished(form: Form) -> Preferences:
    """What the form of preferences says; whatever is not ours is passed over."""
    language = form.text("language")
    return Preferences(
        language=language if language in LANGUAGES else "",
        no_calls=bool(form.text("no_calls")),
        quiet=quiet_of(f"{form.text('quiet_from')}-{form.text('quiet_until')}")
        if form.text("quiet")
        else None,
        screen_reader=bool(form.text("screen_reader")),
    )


def _cookie(request: Asked, preferences: Preferences) -> Cookie:
    lasts_s = 0 if preferences.is_plain else _YEAR_S
    return own_cookie(request, COOKIE, preferences.written(), max_age_s=lasts_s)


async def _page(
    request: Asked,
    lang: str,
    *,
    words: str,
    preferences: Preferences,
    found: Advised | None = None,
    refused: str = "",
    status: int = 200,
) -> Response[bytes]:
    site = site_of(request)
    doors = []
    if found is None:
        async with edge_of(request).reading() as work:
            doors = await doors_now(work, site.now(), has_chat=site.has_chat)
    offers = found.advice.offers if found else []
    page = site.render(
        "get_help.html",
        lang,
        paths={tag: f"/{tag}/get-help" for tag in LANGUAGES},
        section="get_help",
        is_indexed=found is None and status == 200 and not words,
        leads_back=True,
        words=words,
        found=found,
        advice=found.advice if found else None,
        ways=[(offer, address_of(site, offer, lang)) for offer in offers],
        topic=TOPICS.get(found.advice.triage.category, "") if found else "",
        named=[shown_entity(each) for each in found.advice.named] if found else [],
        categories=list(Category),
        preferences=preferences,
        refused=refused,
        emergency=emergency_of(site, lang),
        doors=doors,
    )
    return site.show(page, status=status)


ROUTES: list[Any] = [ask, advise]
