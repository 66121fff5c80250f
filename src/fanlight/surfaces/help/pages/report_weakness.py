"""Report a weakness of our systems: a form that only the security team reads (RFC 9116)."""

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.guidance.models import Category
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import new_token
from fanlight.surfaces.help.advising import mailbox_of
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.contact import subject_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.sending import Letter, send
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.help.writing import Looked, Refused, look_over
from fanlight.surfaces.shared.reading.reader import onward, reader_of
from fanlight.surfaces.shared.sessions import is_from_our_page

EXAMPLES = ("/{lang}/report-weakness",)

_MOST_BODY = 64 * 2**20
_LASTS = timedelta(days=180)  # RFC 9116 wants less than a year
_EMPTY = Looked(text="", name="", email="", files=[], refused={}, secrets=())


@get("/{lang:str}/report-weakness", include_in_schema=False)
async def ask(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The empty form."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    return _page(request, lang, _EMPTY)


@post("/{lang:str}/report-weakness", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def report(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Take a report; with something wrong in it, give it back with what is wrong."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site, form = site_of(request), await form_of(request)
    looked = look_over(form, needs_email=True, most_files=site.settings.max_files)
    if form.text("from") == "guide":
        email = mailbox_of(reader_of(request))
        return _page(request, lang, msgspec.structs.replace(_EMPTY, text=looked.text, email=email))
    if not is_from_our_page(request):
        looked = _refused(looked, Refused("help.contact.not_our_page"))
    if looked.refused:
        return _page(request, lang, looked, status=422)
    letter = Letter(
        key=form.key,
        text=looked.text,
        subject=subject_of(looked.text),
        team=site.settings.security_team,
        category=Category.VULNERABILITY,
    )
    try:
        path = await send(request, lang, letter, looked)
    except TooManyTries as refusal:
        minutes = -(-int(str(refusal.params.get("retry_after_s", 60))) // 60)
        looked = _refused(looked, Refused("help.contact.too_many", {"count": minutes}))
        return _page(request, lang, looked, status=429)
    return onward(path or f"/{lang}/report-weakness")


@get("/.well-known/security.txt", include_in_schema=False)
async def security_txt(request: Asked) -> Response[str]:
    """Where machines and people look for the way to report a weakness."""
    site = site_of(request)
    base, until = site.brand.help_url, site.now() + _LASTS
    lines = [
        f"Contact: {base}/en/report-weakness",
        *([f"Contact: {site.settings.security_contact}"] if site.settings.security_contact else []),
        # To the day: the file is the same for everybody who asks today.
        f"Expires: {until:%Y-%m-%dT00:00:00Z}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {base}/.well-known/security.txt",
    ]
    headers = {"cache-control": "public, max-age=86400"}
    return Response("\n".join([*lines, ""]), media_type="text/plain", headers=headers)


def _refused(looked: Looked, refused: Refused) -> Looked:
    return msgspec.structs.replace(looked, refused={"form": refused} | looked.refused)


def _page(request: Asked, lang: str, looked: Looked, *, status: int = 200) -> Response[bytes]:
    site = site_of(request)
    page = site.render(
        "report_weakness.html",
        lang,
        paths={tag: f"/{tag}/report-weakness" for tag in LANGUAGES},
        section="contact",
        is_indexed=status == 200 and not looked.text,
        key=new_token(),
        looked=looked,
        most_files=site.settings.max_files,
    )
    return site.show(page, status=status)


ROUTES: list[Any] = [ask, report, security_txt]
