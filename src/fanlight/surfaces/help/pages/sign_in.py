"""Signing in to the help site: by the exchange's token, or by a link that comes by mail."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.channels.adapters.webchat.identity import IdentityRefused
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.masks import mask_email, mask_name, mask_uid
from fanlight.features.people.queries.visits import Link
from fanlight.features.people.service import visits
from fanlight.features.people.service.customers import typed_address
from fanlight.kernel.errors import Malformed, TooManyTries
from fanlight.kernel.limits import spend
from fanlight.kernel.mailbox import counted_as
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.pages.over import over
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.admission import is_from_the_exchange, safe_place, vouched
from fanlight.surfaces.shared.reading.reader import COOKIE, onward, reader_of, signed_in, signed_out
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page
from fanlight.surfaces.shared.settings import signing_in

EXAMPLES = ("/{lang}/sign-in", "/{lang}/sign-in/sent", "/{lang}/sign-in/link/not-a-link")

_MOST_BODY = 64 * 2**10
_QUARTER, _HOUR = 15 * 60, 3600
_IN_LINE = 300  # askings a minute beyond the networks' shares; more than that is a flood


@get("/{lang:str}/sign-in", include_in_schema=False)
async def ask(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Who are you."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    place = safe_place(request.query_params.get("next", ""), lang)
    if reader_of(request).is_signed_in and "again" not in request.query_params:
        return onward(place)
    return _ask(request, lang, place, is_for_account=request.query_params.get("for") == "account")


def _ask(
    request: Asked,
    lang: str,
    place: str,
    *,
    trouble: str = "",
    email: str = "",
    status: int = 200,
    is_for_account: bool = False,
) -> Response[bytes]:
    """The ways to sign in; a mailbox proves no account, so ``is_for_account`` leaves it out."""
    site = site_of(request)
    by_exchange = site.settings.sign_in_url
    if by_exchange:
        by_exchange = signing_in(by_exchange, lang, place)
    page = site.render(
        "sign_in.html",
        lang,
        paths={tag: f"/{tag}/sign-in" for tag in LANGUAGES},
        is_indexed=False,
        section="sign-in",
        leads_to=place,
        trouble=trouble,
        email=email,
        by_exchange=by_exchange,
        is_for_account=is_for_account,
    )
    return site.show(page, status=status)


@post("/{lang:str}/sign-in", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def mail(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Have a link mailed. The answer is the same whether we know the address or not."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    form = await form_of(request)
    given, place = form.text("email")[:320], safe_place(form.text("next"), lang)
    try:
        email = typed_address(given)
    except Malformed:
        trouble = "help.contact.email_wrong" if given else "help.contact.email_missing"
        return _ask(request, lang, place, trouble=trouble, email=given, status=422)
    settings = site_of(request).settings
    try:
        async with edge_of(request).work() as work:
            limit = settings.sign_in_mails
            await spend(work, f"help.sign_in:{counted_as(email)}", limit=limit, window_s=_QUARTER)
            is_in_line = not await _has_share(work, request, settings.sign_ins_per_hour)
            if is_in_line:
                await spend(work, "help.sign_in.line", limit=_IN_LINE, window_s=60)
            visits.ask_for_link(work, visits.MailLink(email, lang, place), is_in_line=is_in_line)
    except TooManyTries:
        pass  # said as if it was sent: a count would tell that somebody else asks for this address
    return onward(f"/{lang}/sign-in/sent")


async def _has_share(work: Work, request: Asked, limit: int) -> bool:
    """Whether this network may ask still. Beyond that it stands in line: only who has an account is
    mailed, so whoever floods it keeps no neighbour out."""
    try:
        await spend(work, f"help.sign_in:{visitor_of(request)}", limit=limit, window_s=_HOUR)
    except TooManyTries:
        return False
    return True


@get("/{lang:str}/sign-in/sent", include_in_schema=False)
async def sent(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Look in your mail."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    page = site.render(
        "sign_in_sent.html",
        lang,
        paths={tag: f"/{tag}/sign-in/sent" for tag in LANGUAGES},
        is_indexed=False,
        section="sign-in",
        minutes=int(visits.MAILED_LASTS.total_seconds() // 60),
    )
    return site.show(page)


@get("/{lang:str}/sign-in/link/{token:str}", include_in_schema=False)
async def look(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[bytes]:
    """What a link opens: a button. Programs that open every link of a mail do not press it."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    async with edge_of(request).work() as work:
        link = await visits.look(work, token)
    return _ended(request, lang) if link is None else confirm(request, lang, token, link)


def confirm(request: Asked, lang: str, token: str, link: Link) -> Response[bytes]:
    """Ask whoever came by a link whether they want to be signed in by it."""
    site = site_of(request)
    page = site.render(
        "sign_in_confirm.html",
        lang,
        paths={tag: f"/{tag}/sign-in/link/{token}" for tag in LANGUAGES},
        is_indexed=False,
        section="sign-in",
        whom=_shown(link),
        here=f"/{lang}/sign-in/link/{token}",
    )
    return site.show(page)


def _shown(link: Link) -> str:
    if link.kind == visits.EMAIL:
        return mask_email(link.key)
    return mask_name(link.name) if link.name else mask_uid(link.key)


def _ended(request: Asked, lang: str) -> Response[bytes]:
    way = (f"/{lang}/sign-in", "help.sign_in.again")
    return over(request, lang, "help.sign_in.ended", section="sign-in", place="sign-in", way=way)


@post("/{lang:str}/sign-in/link/{token:str}", include_in_schema=False)
async def follow(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Sign in by a link; it works once."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    async with edge_of(request).work() as work:
        link = await visits.use(work, token)
        if link is None:
            return _ended(request, lang)
        cookie, _ = await visits.begin(work, link, instead_of=request.cookies.get(COOKIE))
    return signed_in(request, cookie, safe_place(link.leads_to, lang))


@post("/{lang:str}/sign-in/token", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def hand_over(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Sign in by a token that a page of the exchange posts, with ``next`` for where to."""
    settings = edge_of(request).shelf.of(Settings)
    if lang not in LANGUAGES or not is_from_the_exchange(request, settings):
        return missing(request, lang)
    form = await form_of(request)
    place = safe_place(form.text("next"), lang)
    try:
        async with edge_of(request).work() as work:
            link = await vouched(work, form.text("token"), leads_to=place)
            cookie, _ = await visits.begin(work, link, instead_of=request.cookies.get(COOKIE))
    except IdentityRefused:
        return _ask(request, lang, place, trouble="help.sign_in.refused", status=422)
    return signed_in(request, cookie, place)


@post("/{lang:str}/sign-out", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def leave(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Sign out here or, with ``everywhere``, on every device."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    form = await form_of(request)
    visit = reader_of(request).visit
    if visit is not None:
        async with edge_of(request).work() as work:
            await visits.end(work, visit, everywhere=form.text("everywhere") == "yes")
    return signed_out(request, f"/{lang}/")


ROUTES: list[Any] = [ask, mail, sent, look, follow, hand_over, leave]
