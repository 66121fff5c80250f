"""Freeze my account: one button for whoever has shown whose account it is, a road for the rest.

A GET never acts: programs that scan mail open every link. Whoever asks by mailbox hears the same
whether or not an account has it.
"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.guidance.emergency import acts, comparing
from fanlight.features.guidance.emergency.errors import ProofTooWeak
from fanlight.features.guidance.emergency.models import Proof, Road
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.assurance import Level
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.work import Actor
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.freezing import (
    Who,
    followed,
    freeze_page,
    proof_of,
    standing_of,
    who_of,
)
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.proving import (
    MOST_BODY,
    code_step,
    proof_of_mailbox,
    read_mailbox,
    send_code,
)
from fanlight.surfaces.help.site import Asked
from fanlight.surfaces.shared.reading.reader import onward, reader_of
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = (
    "/{lang}/freeze",
    "/{lang}/freeze/alert/0123456789-an-alert-link",
    "/{lang}/freeze/code/00000000-0000-0000-0000-000000000000",
)

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
        ours, elsewhere = await comparing.standing(edge, reader.visit.key)
        if ours is not None:
            async with edge.reading() as work:
                standing = await standing_of(work, ours)
    return await freeze_page(
        request, lang, who=who, action=f"/{lang}/freeze", standing=standing, elsewhere=elsewhere
    )


@post("/{lang:str}/freeze", include_in_schema=False, request_max_body_size=MOST_BODY)
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


@post("/{lang:str}/freeze/mail", include_in_schema=False, request_max_body_size=MOST_BODY)
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
    return await send_code(request, lang, mailbox, purpose="freeze", place="/freeze/code")


async def _press_code(request: Asked, lang: str, mailbox: str) -> Response[Any]:
    return await _act(request, lang, proof_of_mailbox(request, mailbox), f"/{lang}/freeze")


ROUTES: list[Any] = [
    show,
    press,
    show_alert,
    press_alert,
    mail,
    *code_step("/{lang:str}/freeze/code", purpose="freeze", then=_press_code),
]
