"""From a result to a person: a case with everything known filled in, the result attached."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.channels.adapters.webform.adapter import Written, event_of
from fanlight.channels.contract import Evidence, InboundEvent
from fanlight.features.conversations.links import ticket_link
from fanlight.features.diagnostics import queries, service
from fanlight.features.diagnostics.discovery import check_for
from fanlight.features.diagnostics.errors import DiagnosisNotFound
from fanlight.features.diagnostics.models import Diagnosis
from fanlight.features.diagnostics.service import Asker
from fanlight.features.diagnostics.telling import Told
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.service import visits
from fanlight.features.tickets import continuation
from fanlight.features.tickets.intake import receive
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import new_token
from fanlight.kernel.limits import spend
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import SYSTEM
from fanlight.surfaces.help.checking import asker_of, sign_in_path, told_of
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.sending import count_writer
from fanlight.surfaces.help.site import Asked, Site, site_of
from fanlight.surfaces.help.writing import Looked, Refused, look_over
from fanlight.surfaces.shared.reading.reader import onward, reader_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

_MOST_BODY = 64 * 2**20
_LONGEST_SUBJECT = 160
# A form is answered by mail soon after it was answered here: nobody sits before its page.
_MAIL_AFTER_S = 20
_MAIL_WHILE_OPEN_S = 60
_EMPTY = Looked(text="", name="", email="", files=[], refused={}, secrets=())


@get("/{lang:str}/check/result/{diagnosis_id:uuid}/case", include_in_schema=False)
async def ask(request: Asked, lang: FromPath[str], diagnosis_id: FromPath[UUID]) -> Response[Any]:
    """What goes along, and a field for what only they know."""
    made = await _made(request, lang, diagnosis_id)
    return made if isinstance(made, Response) else _page(request, lang, made, _EMPTY)


@post(
    "/{lang:str}/check/result/{diagnosis_id:uuid}/case",
    include_in_schema=False,
    request_max_body_size=_MOST_BODY,
)
async def send(request: Asked, lang: FromPath[str], diagnosis_id: FromPath[UUID]) -> Response[Any]:
    """Open the case; the result stays with its ticket from now on."""
    made = await _made(request, lang, diagnosis_id)
    if isinstance(made, Response):
        return made
    site, form = site_of(request), await form_of(request)
    asker = asker_of(request)
    # An address is needed by whom nobody knows; the owner of an account may give one.
    needs_email = asker.account is None or bool(form.text("email"))
    looked = look_over(form, needs_email=needs_email, most_files=site.settings.max_files)
    refused = dict(looked.refused)
    if not form.text("text"):
        refused.pop("text", None)  # everything is known already: nothing has to be added
    if not is_from_our_page(request):
        refused["form"] = Refused("help.contact.not_our_page")
    looked = msgspec.structs.replace(looked, refused=refused)
    if refused:
        return _page(request, lang, made, looked, status=422)
    try:
        place = await _open(request, lang, made, looked, key=form.key)
    except TooManyTries as refusal:
        minutes = -(-int(str(refusal.params.get("retry_after_s", 60))) // 60)
        refused["form"] = Refused("help.contact.too_many", {"count": minutes})
        looked = msgspec.structs.replace(looked, refused=refused)
        return _page(request, lang, made, looked, status=429)
    return onward(place)


async def _made(request: Asked, lang: str, diagnosis_id: UUID) -> Diagnosis | Response[Any]:
    if lang not in LANGUAGES:
        return missing(request, lang)
    asker = asker_of(request)
    try:
        return await service.looked_up(edge_of(request), asker, diagnosis_id)
    except DiagnosisNotFound:
        if asker.account is None:
            place = f"/{lang}/check/result/{diagnosis_id}/case"
            return onward(sign_in_path(request, lang, place))
        return missing(request, lang)


async def _open(request: Asked, lang: str, made: Diagnosis, looked: Looked, *, key: str) -> str:
    """Through the front door; the address of the ticket's page."""
    site, asker = site_of(request), asker_of(request)
    told = told_of(site, lang, made)
    # What it is called, not what was found: the subject travels by mail, and whoever was mailed at
    # an address that was only typed reads it.
    about = site.say(lang, f"diagnosis.symptom.{made.symptom}")
    async with edge_of(request).work(SYSTEM) as work:
        if asker.account is None:
            network = asker.counted_as
            await count_writer(work, site.settings, network=network, email=looked.email)
        else:
            limit = site.settings.messages_per_hour
            await spend(work, f"help.write:{asker.counted_as}", limit=limit, window_s=3600)
        written = Written(
            form_key=(key or new_token())[:64],
            email=looked.email,
            text=_text(site, lang, about, told, looked.text),
            at=work.now(),
            name=looked.name,
            subject=about[:_LONGEST_SUBJECT],
            language=lang,
        )
        # The desk reads the facts; behind the link stands only what the customer said.
        # Said to be a hash, or it might be a private key for all that whoever reads it knows.
        hash_line = f"{site.say(lang, 'diagnosis.label.tx_hash')}: {made.named.tx_hash}"
        own = "\n".join([looked.text or about, *([hash_line] if made.named.tx_hash else [])])
        event = event_of(written, looked.files)
        event = msgspec.structs.replace(event, language=lang, visible_text=own)
        event = _in_the_name_of(request, asker, event)
        received = await receive(work, event, tags=sorted(check_for(made.symptom).tags))
        if received.ticket_id is None or received.conversation_id is None:
            return f"/{lang}/check/result/{made.id}"  # sent twice: the first one has led on
        await queries.attach(work, made.id, received.ticket_id, uid=asker.account)
        await continuation.note_contact(
            work,
            received.conversation_id,
            email=looked.email or None,
            language=lang,
            is_signed=asker.account is not None,
            mail_after_s=_MAIL_AFTER_S,
            mail_while_open_s=_MAIL_WHILE_OPEN_S,
        )
        token = ticket_link(
            work.of(Sealer), received.ticket_id, received.conversation_id, now=work.now()
        )
    return f"/{lang}/t/{token}?new=1"


def _in_the_name_of(request: Asked, asker: Asker, event: InboundEvent) -> InboundEvent:
    """Whoever has proven an account writes as its owner, as surely as their session still says."""
    visit = reader_of(request).visit
    if asker.account is None or visit is None:
        return event
    author = msgspec.structs.replace(
        event.author, native_id=visit.key, handle=visit.key, display=visit.name or visit.key
    )
    evidence = Evidence(level=int(asker.level), method="signed_session", subject=visit.key)
    return msgspec.structs.replace(
        event, author=author, identity_kind=visits.EXCHANGE, evidence=evidence
    )


def _text(site: Site, lang: str, about: str, told: Told, words: str) -> str:
    """The customer's words and, below a line, the facts as fields, then the exact words."""
    fields = [f"{row.label}: {row.whole or row.text}" for row in told.evidence]
    heading = site.say(lang, "help.check.case_looked")
    return "\n".join([words or about, "", "--", f"{heading}: {told.title}", *fields])


def _page(
    request: Asked, lang: str, made: Diagnosis, looked: Looked, *, status: int = 200
) -> Response[bytes]:
    site = site_of(request)
    page = site.render(
        "check_case.html",
        lang,
        paths={tag: f"/{tag}/check/result/{made.id}/case" for tag in LANGUAGES},
        is_indexed=False,
        section="check",
        made=made,
        told=told_of(site, lang, made),
        looked=looked,
        is_theirs=asker_of(request).account is not None,
        key=new_token(),
        most_files=site.settings.max_files,
    )
    return site.show(page, status=status)


ROUTES: list[Any] = [ask, send]
