"""Report a scam: what is suspected goes in, what we know of it comes out at once."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.channels.adapters.email.settings import EmailSettings
from fanlight.features.guidance.models import Category
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.trust.service import scams
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import new_token, read_reference
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.help.advising import mailbox_of
from fanlight.surfaces.help.evidence import read_mails
from fanlight.surfaces.help.forms import Form, form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.sending import Letter, send
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.help.writing import Looked, Refused, look_over
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = ("/{lang}/report", "/{lang}/report?value=meridian-login.example")

_MOST_BODY = 64 * 2**20
_MOST_VALUES, _LONGEST_VALUE = 10, 500
_EMPTY = Looked(text="", name="", email="", files=[], refused={}, secrets=())


@get("/{lang:str}/report", include_in_schema=False)
async def ask(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The empty form; ``value`` is what somebody has just checked."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    value = redact(request.query_params.get("value", "")[:_LONGEST_VALUE]).text
    looked = msgspec.structs.replace(_EMPTY, email=mailbox_of(reader_of(request)))
    return _page(request, lang, looked, values=value if value.isprintable() else "")


@post("/{lang:str}/report", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def report(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Take a report; with something wrong in it, give it back with what is wrong."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site, form = site_of(request), await form_of(request)
    values = redact(form.text("values")[: _MOST_VALUES * _LONGEST_VALUE]).text
    looked = _looked(request, form, values)
    if looked.refused:
        return _page(request, lang, looked, values=values, status=422)
    named = [line.strip()[:_LONGEST_VALUE] for line in values.splitlines()][:_MOST_VALUES]
    evidence = await read_mails(form.files, named, looked.text)
    taken: list[scams.Taken] = []

    async def keep(work: Work, ticket_id: UUID) -> None:
        taken.append(await scams.take(work, evidence, ticket_id=ticket_id))

    letter = Letter(
        key=form.key,
        text="\n\n".join(filter(None, [values, looked.text])),
        subject=site.say(lang, "help.report.subject"),
        category=Category.SCAM_REPORT,
        team=site.settings.security_team,
    )
    try:
        path = await send(request, lang, letter, looked, then=keep)
    except TooManyTries as refusal:
        minutes = -(-int(str(refusal.params.get("retry_after_s", 60))) // 60)
        looked = _refused(looked, Refused("help.contact.too_many", {"count": minutes}))
        return _page(request, lang, looked, values=values, status=429)
    page = site.render(
        "report_done.html",
        lang,
        paths={tag: f"/{tag}/report" for tag in LANGUAGES},
        section="report",
        is_indexed=False,
        leads_back=True,
        taken=taken[0] if taken else None,
        path=path,
        marks=[each for each in named if (read_reference(each) or "").startswith("MS-")],
    )
    return site.show(page)


def _looked(request: Asked, form: Form, values: str) -> Looked:
    """The words looked over; a named value or a file is enough without any."""
    looked = look_over(form, needs_email=True, most_files=site_of(request).settings.max_files)
    if (values.strip() or form.files) and "text" in looked.refused and not looked.secrets:
        is_missing = looked.refused["text"].key == "help.contact.text_missing"
        rest = {name: why for name, why in looked.refused.items() if name != "text"}
        looked = msgspec.structs.replace(looked, refused=rest) if is_missing else looked
    if not is_from_our_page(request):
        looked = _refused(looked, Refused("help.contact.not_our_page"))
    return looked


def _refused(looked: Looked, refused: Refused) -> Looked:
    return msgspec.structs.replace(looked, refused={"form": refused} | looked.refused)


def _page(
    request: Asked, lang: str, looked: Looked, *, values: str = "", status: int = 200
) -> Response[bytes]:
    site = site_of(request)
    page = site.render(
        "report.html",
        lang,
        paths={tag: f"/{tag}/report" for tag in LANGUAGES},
        section="report",
        is_indexed=status == 200 and not values,
        leads_back=True,
        key=new_token(),
        looked=looked,
        values=values,
        most_files=site.settings.max_files,
        pass_on_to=_pass_on_to(request),
    )
    return site.show(page, status=status)


def _pass_on_to(request: Asked) -> str:
    """Where a bad mail may be sent as it is; empty while no address takes such."""
    boxes = edge_of(request).shelf.of(Settings)[EmailSettings].mailboxes
    return next((each.address for each in boxes if each.takes_reports), "")


ROUTES: list[Any] = [ask, report]
