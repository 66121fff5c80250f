"""Freeze my account: one button for whoever has shown whose account it is, a road for the rest.

A GET never acts: programs that scan mail open every link. Whoever asks by mailbox hears the same
whether or not an account has it.
"""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.guidance.emergency import acts, mailboxes
from fanlight.features.guidance.emergency.errors import CodeEnded, CodeWrong, ProofTooWeak
from fanlight.features.guidance.emergency.models import Proof, Road
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.assurance import Level, Method
from fanlight.features.people.service.customers import typed_address
from fanlight.kernel.errors import Malformed, TooManyTries
from fanlight.kernel.work import Actor
from fanlight.surfaces.help.forms import form_of, visitor_of
from fanlight.surfaces.help.freezing import (
    Who,
    followed,
    freeze_page,
    proof_of,
    standing_of,
    who_of,
)
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.reader import onward, reader_of
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = (
    "/{lang}/freeze",
    "/{lang}/freeze/alert/0123456789-an-alert-link",
    "/{lang}/freeze/code/00000000-0000-0000-0000-000000000000",
)

_MOST_BODY = 16 * 2**10
_LINK_LENGTH = range(16, 301)
_CUSTOMER = Actor(kind="visitor")


@get("/{lang:str}/freeze", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """The button, or what pressing it has come to."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    reader, edge = reader_of(request), edge_of(request)
    who, standing, elsewhere = who_of(reader, edge.now()), None, None
    if who.kind == "session" and reader.visit is not None:
        ours, elsewhere = await acts.standing(edge, reader.visit.key)
        if ours is not None:
            async with edge.reading() as work:
                standing = await standing_of(work, ours)
    return await freeze_page(
        request, lang, who=who, action=f"/{lang}/freeze", standing=standing, elsewhere=elsewhere
    )


@post("/{lang:str}/freeze", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def press(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """One press by whoever is signed in."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    proof = proof_of(reader_of(request), edge_of(request).now())
    if proof is None:
        return onward(f"/{lang}/freeze")
    return await _act(request, lang, proof, f"/{lang}/freeze")


async def _act(request: Asked, lang: str, proof: Proof, action: str) -> Response[Any]:
    edge = edge_of(request)
    try:
        freeze = await acts.freeze(
            edge, proof, language=lang, actor=_CUSTOMER, source=visitor_of(request)
        )
    except (TooManyTries, ProofTooWeak) as refusal:
        is_often = isinstance(refusal, TooManyTries)
        return await freeze_page(
            request,
            lang,
            who=who_of(reader_of(request), edge.now()),
            action=action,
            trouble="help.freeze.too_often" if is_often else "",  # the page itself says stale
            status=429 if is_often else 403,
        )
    return followed(request, lang, freeze)


@get("/{lang:str}/freeze/alert/{token:str}", include_in_schema=False)
async def show_alert(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """What the link of an alert mail opens: a button. Opening spends nothing."""
    if lang not in LANGUAGES or len(token) not in _LINK_LENGTH:
        return missing(request, lang)
    action = f"/{lang}/freeze/alert/{token}"
    return await freeze_page(request, lang, who=Who(kind="alert"), action=action)


@post("/{lang:str}/freeze/alert/{token:str}", include_in_schema=False)
async def press_alert(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """One press by whoever holds the link; the exchange says whose it is, and spends it."""
    if lang not in LANGUAGES or not is_from_our_page(request) or len(token) not in _LINK_LENGTH:
        return missing(request, lang)
    proof = Proof(
        road=Road.ALERT,
        level=Level.L0,
        method="alert_link",
        proven_at=edge_of(request).now(),
        token=token,
    )
    return await _act(request, lang, proof, f"/{lang}/freeze/alert/{token}")


@post("/{lang:str}/freeze/mail", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def mail(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Have a code mailed. The answer is the same for every mailbox."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    form = await form_of(request)
    mailbox = read_mailbox(form.text("email"))
    if mailbox is None:
        return await freeze_page(
            request,
            lang,
            who=who_of(reader_of(request), edge_of(request).now()),
            action=f"/{lang}/freeze",
            trouble="help.contact.email_wrong",
            email=form.text("email")[:254],
            status=422,
        )
    async with edge_of(request).work() as work:
        code_id = await mailboxes.send_code(
            work, mailbox, purpose="freeze", language=lang, source=visitor_of(request)
        )
    return onward(f"/{lang}/freeze/code/{code_id}")


def read_mailbox(typed: str) -> str | None:
    """A mailbox in its normal form; None when no server would take it."""
    try:
        return typed_address(typed[:320])
    except Malformed:
        return None


@get("/{lang:str}/freeze/code/{code_id:uuid}", include_in_schema=False)
async def ask_code(request: Asked, lang: FromPath[str], code_id: FromPath[UUID]) -> Response[Any]:
    """Where the digits are typed."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    return code_page(request, lang, f"/freeze/code/{code_id}", purpose="freeze")


@post(
    "/{lang:str}/freeze/code/{code_id:uuid}",
    include_in_schema=False,
    request_max_body_size=_MOST_BODY,
)
async def press_code(request: Asked, lang: FromPath[str], code_id: FromPath[UUID]) -> Response[Any]:
    """The digits are right: that is the press."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    place = f"/freeze/code/{code_id}"
    mailbox = await typed_code(request, lang, code_id, place, purpose="freeze")
    if not isinstance(mailbox, str):
        return mailbox
    proof = Proof(
        road=Road.MAILBOX,
        level=Level.L1,
        method=Method.CODE,
        proven_at=edge_of(request).now(),
        mailbox=mailbox,
    )
    return await _act(request, lang, proof, f"/{lang}/freeze")


async def typed_code(
    request: Asked, lang: str, code_id: UUID, place: str, *, purpose: mailboxes.Purpose
) -> str | Response[bytes]:
    """The mailbox proved by what was typed; else the page that says what is wrong."""
    typed = (await form_of(request)).text("code")[:40]
    if not any(c.isdecimal() for c in typed):
        return code_page(
            request, lang, place, purpose=purpose, trouble="help.freeze.code_missing", status=422
        )
    async with edge_of(request).work() as work:
        checked = await mailboxes.check_code(work, code_id, typed, purpose=purpose)
    if isinstance(checked, str):
        return checked
    is_over = isinstance(checked, CodeEnded)
    left = checked.params["left"] if isinstance(checked, CodeWrong) else 0
    return code_page(
        request,
        lang,
        place,
        purpose=purpose,
        trouble="help.freeze.code_ended" if is_over else "help.freeze.code_wrong",
        left=int(str(left)),
        status=410 if is_over else 422,
    )


def code_page(
    request: Asked,
    lang: str,
    place: str,
    *,
    purpose: mailboxes.Purpose,
    trouble: str = "",
    left: int = 0,
    status: int = 200,
) -> Response[bytes]:
    """The page with one field for six digits; ``place`` is its address below the language."""
    site = site_of(request)
    page = site.render(
        "freeze_code.html",
        lang,
        paths={tag: f"/{tag}{place}" for tag in LANGUAGES},
        is_indexed=False,
        section="freeze",
        here=f"/{lang}{place}",
        purpose=purpose,
        minutes=int(mailboxes.LASTS.total_seconds() // 60),
        trouble=trouble,
        left=left,
    )
    return site.show(page, status=status)


ROUTES: list[Any] = [show, press, show_alert, press_alert, mail, ask_code, press_code]
