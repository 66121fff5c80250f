"""Check it yourself: choose what is wrong, say which one, and hear what we see."""

import re
from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.diagnostics import service
from fanlight.features.diagnostics.discovery import all_checks, check_for
from fanlight.features.diagnostics.errors import NoSuchCheck, NotSureEnough
from fanlight.features.diagnostics.listing import Line, lines_of
from fanlight.features.diagnostics.models import Check, Named
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.secrets import redact
from fanlight.surfaces.help.checking import (
    ORDER,
    asker_of,
    emergency_path,
    explained_by,
    sign_in_path,
    teller_of,
)
from fanlight.surfaces.help.forms import Form, form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import onward
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = (
    "/{lang}/check",
    "/{lang}/check/deposit_not_credited",
    "/{lang}/check/sign_in_trouble",
    "/{lang}/check/transaction",
)
_MOST_BODY = 64 * 2**10
_ONCHAIN = "transaction"
# Whatever a network calls one: never letters alone, as words run together are.
_HASH = re.compile(r"(?=.*[0-9])[0-9A-Za-z+/=_:-]{16,128}")
_ITEM = re.compile(r"[0-9A-Za-z_.:-]{1,64}")


@get("/{lang:str}/check", include_in_schema=False)
async def choose(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """What is wrong."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site, known = site_of(request), all_checks()
    listed = [known[symptom] for symptom in ORDER if symptom in known]
    page = site.render(
        "check.html",
        lang,
        paths={tag: f"/{tag}/check" for tag in LANGUAGES},
        section="check",
        checks=[*listed, *(each for key, each in known.items() if key not in ORDER)],
        emergency=emergency_path(lang),
        networks=await service.networks(edge_of(request)),
    )
    return site.show(page)


@get("/{lang:str}/check/{symptom:str}", include_in_schema=False)
async def ask(request: Asked, lang: FromPath[str], symptom: FromPath[str]) -> Response[bytes]:
    """Which one; no more is asked than the check needs."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    try:
        check = check_for(symptom)
    except NoSuchCheck:
        return missing(request, lang)
    query = request.query_params
    tx_hash, network = query.get("tx", ""), query.get("network", "")
    item = query.get("item", "")
    named = Named(
        tx_hash=tx_hash if _HASH.fullmatch(tx_hash) else "",
        network=network if network in await service.networks(edge_of(request)) else "",
        item=item if _ITEM.fullmatch(item) else "",
    )
    return await _ask(request, lang, check, named)


@post("/{lang:str}/check/{symptom:str}", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def look(request: Asked, lang: FromPath[str], symptom: FromPath[str]) -> Response[Any]:
    """Look into it, and on to the result's own page."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    try:
        check = check_for(symptom)
    except NoSuchCheck:
        return missing(request, lang)
    form = await form_of(request)
    networks = await service.networks(edge_of(request))
    named, trouble = _named(check, form, networks)
    if not is_from_our_page(request):
        trouble = "help.contact.not_our_page"
    if trouble:
        return await _ask(request, lang, check, named, trouble=trouble, status=422)
    try:
        made = await service.diagnose(edge_of(request), asker_of(request), symptom, named)
    except NotSureEnough:
        return onward(sign_in_path(request, lang, f"/{lang}/check/{symptom}"))
    except TooManyTries:
        too_many = "help.check.too_many"
        return await _ask(request, lang, check, named, trouble=too_many, status=429)
    return onward(f"/{lang}/check/result/{made.id}")


def _named(check: Check, form: Form, networks: Sequence[str]) -> tuple[Named, str]:
    """What was named, and the key of what is wrong with it."""
    tx_hash = "".join(form.text("hash").split())[:200]
    # A line of the list is chosen before anybody touches it; a hash was typed, so it is meant.
    item = form.text("item") if not tx_hash else ""
    named = Named(
        network=form.text("network") if form.text("network") in networks else "",
        tx_hash=tx_hash,
        item=item if _ITEM.fullmatch(item) else "",
        says=form.text("says") if form.text("says") in check.asks.says else "",
    )
    if redact(tx_hash).findings:
        # A private key looks like a hash to whoever pastes it: it goes nowhere from here.
        return Named(network=named.network), "help.check.secret"
    if named.tx_hash and not _HASH.fullmatch(named.tx_hash):
        return named, "help.check.no_hash"
    # Chosen from a list, "another": by its hash alone.
    is_another = check.asks.has_hash and "item" in form.fields and not item
    if (check.symptom == _ONCHAIN or is_another) and not named.tx_hash:
        return named, "help.check.hash_needed"
    return named, ""


async def _ask(
    request: Asked, lang: str, check: Check, named: Named, *, trouble: str = "", status: int = 200
) -> Response[bytes]:
    site, edge, asker = site_of(request), edge_of(request), asker_of(request)
    lines: list[Line] = []
    is_open = check.is_open or asker.account is not None
    if asker.account is not None and check.asks.lists is not None:
        facts = await service.choices(edge, asker, check)
        lines = lines_of(check, facts, teller_of(site, lang))
    place = f"/{lang}/check/{check.symptom}"
    page = site.render(
        "check_ask.html",
        lang,
        paths={tag: f"/{tag}/check/{check.symptom}" for tag in LANGUAGES},
        is_indexed=False,
        leads_back=True,
        section="check",
        check=check,
        named=named,
        lines=lines,
        chosen=_chosen(check, named, lines),
        is_open=is_open,
        sign_in=sign_in_path(request, lang, place),
        emergency=emergency_path(lang),
        article=await explained_by(request, lang, check.article),
        networks=await service.networks(edge) if check.asks.has_hash else [],
        trouble=trouble,
    )
    return site.show(page, status=status)


def _chosen(check: Check, named: Named, lines: Sequence[Line]) -> str:
    """The line to begin with: what was named, else the first that is not settled.

    Where all are, the one in question is not among them; "" stands for another, by its hash.
    """
    if named.item or named.tx_hash:
        return named.item
    going_on = next((line.id for line in lines if not line.is_settled), "")
    return going_on if going_on or check.asks.has_hash or not lines else lines[0].id


ROUTES: list[Any] = [choose, ask, look]
