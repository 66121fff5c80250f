"""One freeze, followed: how it stands now, who comes, how it is kept and lifted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.exchange.contract import ExchangeDown, FreezeRefused, NotConnected, NotOffered
from fanlight.features.guidance.emergency import holding, queries
from fanlight.features.guidance.emergency.errors import (
    CodeEnded,
    CodeWrong,
    FreezeNotFound,
    NothingToLift,
    ProofTooWeak,
)
from fanlight.features.guidance.emergency.links import read_follow_link
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road
from fanlight.features.guidance.emergency.proofs import SECOND_PROOFS
from fanlight.features.guidance.emergency.queries import Unlock
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.assurance import Level
from fanlight.kernel.errors import FanlightError, TooManyTries
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.freezing import proof_of, standing_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.proving import (
    MOST_BODY,
    code_step,
    proof_of_mailbox,
    read_mailbox,
    send_code,
)
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import onward, reader_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = ("/{lang}/freeze/state/not-a-token",)

_ANSWERS: dict[type[FanlightError], str] = {
    ExchangeDown: "help.freeze.lift_down",
    NotConnected: "help.freeze.lift_down",
    NotOffered: "help.freeze.lift_refused",
    FreezeRefused: "help.freeze.lift_refused",
    ProofTooWeak: "help.freeze.lift_weak",
    CodeEnded: "help.freeze.code_ended",
    CodeWrong: "help.freeze.code_wrong",
    TooManyTries: "help.freeze.too_often",
}


@get("/{lang:str}/freeze/state/{token:str}", include_in_schema=False)
async def follow(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """How it stands."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    freeze = await _freeze(request, token)
    return _ended(request, lang) if freeze is None else await _page(request, lang, token, freeze)


@post(
    "/{lang:str}/freeze/state/{token:str}/keep",
    include_in_schema=False,
    request_max_body_size=MOST_BODY,
)
async def keep(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Let it stand past its end, by whoever is signed in; a mailbox gets a code first."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    freeze = await _freeze(request, token)
    if freeze is None:
        return _ended(request, lang)
    typed = (await form_of(request)).text("email")
    if not typed:
        proof = proof_of(reader_of(request), edge_of(request).now())
        return await _keep(request, lang, token, freeze, proof)
    mailbox = read_mailbox(typed)
    if mailbox is None:
        wrong = "help.contact.email_wrong"
        return await _page(request, lang, token, freeze, email=typed[:254], email_wrong=wrong)
    place = f"/freeze/state/{token}/keep"
    return await send_code(request, lang, mailbox, purpose="keep", place=place)


async def _keep_by_code(request: Asked, lang: str, mailbox: str) -> Response[Any]:
    token = request.path_params["token"]
    freeze = await _freeze(request, token)
    if freeze is None:
        return _ended(request, lang)
    return await _keep(request, lang, token, freeze, proof_of_mailbox(request, mailbox))


async def _keep(
    request: Asked, lang: str, token: str, freeze: Freeze, proof: Proof | None
) -> Response[Any]:
    try:
        await holding.keep(edge_of(request), freeze.id, proof)
    except NothingToLift:
        pass  # it ended meanwhile: its page says so
    except ProofTooWeak as refusal:
        return await _page(request, lang, token, freeze, refusal=refusal, is_keeping=True)
    except (ExchangeDown, NotConnected, NotOffered, FreezeRefused) as refusal:
        return await _page(request, lang, token, freeze, refusal=refusal)
    return onward(f"/{lang}/freeze/state/{token}")


@post(
    "/{lang:str}/freeze/state/{token:str}/unlock",
    include_in_schema=False,
    request_max_body_size=MOST_BODY,
)
async def unlock(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Have the exchange ask for a second proof."""
    return await _lifting(request, lang, token, is_answer=False)


@post(
    "/{lang:str}/freeze/state/{token:str}/lift",
    include_in_schema=False,
    request_max_body_size=MOST_BODY,
)
async def lift(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Lift it with what was typed."""
    return await _lifting(request, lang, token, is_answer=True)


async def _lifting(request: Asked, lang: str, token: str, *, is_answer: bool) -> Response[Any]:
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    edge, reader = edge_of(request), reader_of(request)
    freeze, proof = await _freeze(request, token), proof_of(reader, edge.now())
    if freeze is None:
        return _ended(request, lang)
    if proof is None or reader.visit is None:
        return onward(f"/{lang}/sign-in?next=/{lang}/freeze")
    form = await form_of(request)
    visit = reader.visit.token_hash
    try:
        if is_answer:
            await holding.lift(edge, proof, freeze.id, visit=visit, typed=form.text("code"))
        else:
            method = form.text("method")
            await holding.begin_unlock(
                edge, proof, freeze.id, method=method, language=lang, visit=visit
            )
    except (FreezeNotFound, NothingToLift):
        return onward(f"/{lang}/freeze")
    except tuple(_ANSWERS) as refusal:
        return await _page(request, lang, token, freeze, refusal=refusal)
    return onward(f"/{lang}/freeze/state/{token}#lift")


async def _freeze(request: Asked, token: str) -> Freeze | None:
    edge = edge_of(request)
    try:
        freeze_id = read_follow_link(edge.shelf.of(Sealer), token, now=edge.now())
        async with edge.reading() as work:
            return await queries.get(work, freeze_id)
    except FreezeNotFound:
        return None


async def _page(
    request: Asked,
    lang: str,
    token: str,
    freeze: Freeze,
    *,
    refusal: FanlightError | None = None,
    is_keeping: bool = False,
    email: str = "",
    email_wrong: str = "",
) -> Response[bytes]:
    site, edge, now = site_of(request), edge_of(request), edge_of(request).now()
    async with edge.reading() as work:
        standing = await standing_of(work, freeze)
        challenge = await _challenge(request, freeze.id)
        on_duty = await queries.on_duty(work, edge.shelf.of(Settings)[EmergencySettings].team)
    page = site.render(
        "freeze_state.html",
        lang,
        paths={tag: f"/{tag}/freeze/state/{token}" for tag in LANGUAGES},
        is_indexed=False,
        section="freeze",
        here=f"/{lang}/freeze/state/{token}",
        standing=standing,
        on_duty=on_duty,
        may_lift=_is_own(request, freeze, now),
        may_keep=freeze.is_drill or _is_own(request, freeze, now),
        email=email,
        email_wrong="help.freeze.keep_weak" if is_keeping else email_wrong,
        challenge=challenge,
        methods=SECOND_PROOFS,
        trouble=_ANSWERS[type(refusal)] if refusal and not is_keeping else "",
        left=int(str(refusal.params.get("left", 0))) if refusal else 0,
    )
    status = refusal.kind.value if refusal else 422 if email_wrong else 200
    return site.show(page, status=status)


async def _challenge(request: Asked, freeze_id: UUID) -> Unlock | None:
    visit = reader_of(request).visit
    if visit is None:
        return None
    async with edge_of(request).reading() as work:
        return await queries.unlock_of(work, freeze_id, visit.token_hash)


def _is_own(request: Asked, freeze: Freeze, now: datetime) -> bool:
    """Whether whoever looks is signed in to this very account, freshly enough to lift it."""
    proof = proof_of(reader_of(request), now)
    return (
        proof is not None
        and proof.road is Road.SESSION
        and proof.level >= Level.L2
        and proof.uid == freeze.uid
        and not freeze.is_drill
    )


def _ended(request: Asked, lang: str) -> Response[bytes]:
    page = site_of(request).render(
        "freeze_ended.html",
        lang,
        paths={tag: f"/{tag}/freeze" for tag in LANGUAGES},
        is_indexed=False,
        section="freeze",
    )
    return site_of(request).show(page, status=410)


ROUTES: list[Any] = [
    follow,
    keep,
    *code_step("/{lang:str}/freeze/state/{token:str}/keep", purpose="keep", then=_keep_by_code),
    unlock,
    lift,
]
