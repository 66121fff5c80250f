"""The guide as JSON, for the widget and for an exchange's own app: words in, ways out, in words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody
from msgspec import Meta

from fanlight.features.guidance.advice import LONGEST, Kind, Offer, State
from fanlight.features.guidance.models import (
    Category,
    Complexity,
    Reason,
    Sensitivity,
    Urgency,
)
from fanlight.kernel import i18n
from fanlight.surfaces.help.advising import Advised, address_of, advised, preferences_of
from fanlight.surfaces.help.api import HitOut
from fanlight.surfaces.help.site import Site, site_of
from fanlight.surfaces.shared.reading.reader import reader_with_token
from fanlight.surfaces.shared.settings import signing_in

_MOST_BODY = 64 * 1024


class Ask(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A customer's words; ``category`` where they say what we had read otherwise.

    ``has_session``: they are signed in at the exchange, so the way to a check leads through it.
    """

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST)]
    lang: Annotated[str, Meta(max_length=40)] = "en"
    category: Category | None = None
    has_session: bool = False


class ReadyOut(msgspec.Struct, frozen=True):
    """One thing to have ready, in words, and whether it was said already."""

    text: str
    is_said: bool


class EntityOut(msgspec.Struct, frozen=True):
    """Something that was recognised in the words."""

    kind: str
    value: str
    normal: str | None
    chain: str | None


class OfferOut(msgspec.Struct, frozen=True, kw_only=True):
    """One way to help, as it stands now. ``facts`` say the same as the fields, in words."""

    kind: Kind
    state: State
    title: str
    why: str
    facts: list[str]
    act: str  # what its button says; "" where there is nothing to press
    url: str  # an address, or a path on the help site; "" for the chat, which is opened in place
    ahead: int
    wait_minutes: tuple[int, int] | None
    answer_by: datetime | None


class CategoryOut(msgspec.Struct, frozen=True):
    """What it can be about, in words."""

    key: Category
    name: str


class GuideOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the guide says."""

    text: str  # without secrets
    hidden: list[str]  # what was taken out, in words
    lang: str
    category: CategoryOut
    urgency: Urgency
    complexity: Complexity
    sensitivity: Sensitivity
    confidence: float
    codes: list[Reason]  # the rules that spoke
    entities: list[EntityOut]
    offers: list[OfferOut]
    reasons: list[str]
    ready: list[ReadyOut]
    articles: list[HitOut]
    categories: list[CategoryOut]  # to correct with


@post("/api/help/guide", tags=["help"], status_code=200, request_max_body_size=_MOST_BODY)
async def guide(request: Request[Any, Any, Any], data: JSONBody[Ask]) -> GuideOut:
    """Say what to do about a customer's words. They are not kept."""
    language = i18n.nearest(data.lang) or i18n.DEFAULT
    reader = await reader_with_token(request)
    site = site_of(request)
    by_exchange = ""
    if data.has_session and not reader.is_signed_in:
        by_exchange = site.settings.sign_in_url
    found = await advised(
        request,
        data.text,
        language,
        reader=reader,
        preferences=await preferences_of(request, reader),
        category=data.category,
        notes=data.category is not None,
        is_signed_in=reader.is_signed_in or by_exchange != "",
    )
    return _told(site, found, language, by_exchange)


def _told(site: Site, found: Advised, lang: str, by_exchange: str) -> GuideOut:
    advice, triage = found.advice, found.advice.triage
    categories = [CategoryOut(each, site.say(lang, f"guide.category.{each}")) for each in Category]
    return GuideOut(
        text=advice.text,
        hidden=[site.say(lang, f"help.secret.{kind}") for kind in advice.hidden],
        lang=triage.lang,
        category=next(each for each in categories if each.key is triage.category),
        urgency=triage.urgency,
        complexity=triage.complexity,
        sensitivity=triage.sensitivity,
        confidence=triage.confidence,
        codes=triage.reasons,
        entities=[
            EntityOut(each.kind.value, each.value, each.normal, each.chain) for each in advice.named
        ],
        offers=[_offer(site, offer, lang, by_exchange) for offer in advice.offers],
        reasons=advice.reasons,
        ready=[
            ReadyOut(site.say(lang, f"guide.ready.{each.key}"), each.is_said)
            for each in advice.ready
        ],
        articles=[HitOut.of(each) for each in found.articles],
        categories=categories,
    )


def _offer(site: Site, offer: Offer, lang: str, by_exchange: str) -> OfferOut:
    direct = offer.kind is Kind.DIRECT
    url = address_of(site, offer, lang)
    if offer.kind is Kind.CHECK and url and by_exchange:
        url = signing_in(by_exchange, lang, url)
    has_act = offer.kind is not Kind.ARTICLES and (bool(url) or offer.kind is Kind.CHAT)
    return OfferOut(
        kind=offer.kind,
        state=offer.state,
        title=offer.name if direct else site.say(lang, f"help.guide.way_{offer.kind}"),
        why=f"{offer.why} {offer.address}" if direct else offer.why,
        facts=list(_facts(site, offer, lang)),
        act=site.say(lang, f"help.guide.do_{offer.kind}") if has_act else "",
        url=url,
        ahead=offer.ahead,
        wait_minutes=offer.wait_minutes,
        answer_by=offer.answer_by,
    )


def _facts(site: Site, offer: Offer, lang: str) -> Iterator[str]:
    if offer.kind is not Kind.ARTICLES:
        yield state_in_words(site, offer, lang)
    if offer.wait_minutes is not None:
        low, high = offer.wait_minutes
        yield site.say(lang, "help.guide.wait", low=low, high=high)
    if offer.ahead:
        yield site.say(lang, "help.guide.ahead", count=offer.ahead)
    if offer.answer_by is not None:
        at = i18n.moment(lang, offer.answer_by, now=site.now(), zone=site.brand.zone)
        yield site.say(lang, "help.guide.answer_by", time=at)


def state_in_words(site: Site, offer: Offer, lang: str) -> str:
    """How a way stands, as people say it."""
    if offer.kind is Kind.CHECK:
        return site.say(lang, "help.guide.state_check")
    said = "open" if offer.state is State.WAIT else offer.state.value
    return site.say(lang, f"help.guide.state_{said}")


ROUTES: list[Any] = [guide]
