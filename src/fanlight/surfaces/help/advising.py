"""The guide behind every door: what this desk has, what search finds, where each way leads."""

from importlib.util import find_spec
from urllib.parse import urlencode

import msgspec

from fanlight.features.guidance import service
from fanlight.features.guidance.advice import (
    LONGEST,
    Advice,
    Asking,
    Desk,
    Kind,
    Offer,
    advise,
)
from fanlight.features.guidance.keeping import keeper_of
from fanlight.features.guidance.models import Category
from fanlight.features.guidance.preferences import Preferences
from fanlight.features.guidance.queries import wishes
from fanlight.features.guidance.said import Said
from fanlight.features.guidance.triage import corrected
from fanlight.features.knowledge.errors import SearchNotReady
from fanlight.features.people.service import visits
from fanlight.kernel.entities import Entity
from fanlight.kernel.i18n import languages, name_of
from fanlight.kernel.limits import spend
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import SYSTEM
from fanlight.surfaces.help.site import Asked, Site, site_of
from fanlight.surfaces.shared.reading.finding import Result, look_for
from fanlight.surfaces.shared.reading.reader import Reader, reader_of
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of

COOKIE = "fanlight_helped"  # how somebody likes to be helped; no more than that is in it
_ARTICLES = 3
_LONGEST_SEARCH = 400  # characters of the words that articles are looked for by
# Categories of the guide and of the help center, where a topic of the form fits.
TOPICS = {
    Category.ACCOUNT_COMPROMISED: "account-security",
    Category.SIGN_IN: "account-security",
    Category.SETTINGS: "account-security",
    Category.DEPOSIT: "deposits-withdrawals",
    Category.WITHDRAWAL: "deposits-withdrawals",
    Category.FEES: "deposits-withdrawals",
    Category.FIAT: "fiat",
    Category.P2P: "fiat",
    Category.SPOT: "spot-margin",
    Category.DERIVATIVES: "futures",
    Category.IDENTITY: "identity",
    Category.API: "api",
    Category.CAMPAIGNS: "campaigns",
    Category.SCAM_REPORT: "risks",
    Category.BASICS: "basics",
}


class Advised(msgspec.Struct, frozen=True, kw_only=True):
    """What the guide says, with the articles it found."""

    advice: Advice
    articles: list[Result]
    guessed: Category  # before anybody corrected it


async def advised(
    request: Asked,
    text: str,
    language: str,
    *,
    reader: Reader,
    preferences: Preferences,
    category: Category | None = None,
    notes: bool = False,
    is_signed_in: bool | None = None,
) -> Advised:
    """Advice to somebody's words.

    Args:
        category: what they say it is about, where we had read it otherwise.
        notes: keep the correction, for a lead to look at.
        is_signed_in: where that is known from elsewhere than the reader's session here.

    Raises:
        TooManyTries: this address has asked too often.
    """
    edge, site = edge_of(request), site_of(request)
    text = text.replace("\x00", " ").encode(errors="ignore").decode()[:LONGEST]
    async with edge.work(SYSTEM) as work:
        limit = site.settings.guides_per_hour
        await spend(work, f"help.guide:{visitor_of(request)}", limit=limit, window_s=3600)
    async with edge.reading(SYSTEM) as work:
        guide = await keeper_of(edge.shelf).guide(work)
        said = Said.by_anyone(text)
        read = guide.understand(said)
        found = read if category is None else corrected(said, read, category)
        asking = Asking(
            language=language,
            is_signed_in=reader.is_signed_in if is_signed_in is None else is_signed_in,
            preferences=preferences,
        )
        advice = await advise(
            work,
            said,
            found,
            desk=desk_of(site),
            asking=asking,
            is_corrected=category is not None,
        )
    if notes and category not in (None, read.category):
        async with edge.work(SYSTEM) as work:
            await service.note_correction(work, said, read, found.category)
    return Advised(
        advice=advice,
        articles=await _articles(request, advice, language, reader),
        guessed=read.category,
    )


async def _articles(request: Asked, advice: Advice, language: str, reader: Reader) -> list[Result]:
    """What to try first; nobody who is being robbed is given something to read."""
    if all(offer.kind is not Kind.ARTICLES for offer in advice.offers):
        return []
    words = " ".join(advice.text.split())[:_LONGEST_SEARCH]
    try:
        found = await look_for(
            edge_of(request),
            words,
            language=language,
            limit=_ARTICLES,
            is_close=True,
            actor=reader.actor,
        )
    except SearchNotReady:
        return []
    return found.results


def desk_of(site: Site) -> Desk:
    """Which ways this desk has: a page that is not there is not linked."""
    return Desk(
        has_chat=site.has_chat,
        has_lane=has_page("freeze"),
        has_check=has_page("check"),
        has_community=False,
    )


def has_page(name: str) -> bool:
    """Whether the help site has this page."""
    return find_spec(f"fanlight.surfaces.help.pages.{name}") is not None


async def preferences_of(request: Asked, reader: Reader) -> Preferences:
    """How they like to be helped: what we keep for who is signed in, else their browser's."""
    written = None
    if reader.visit is not None:
        async with edge_of(request).reading() as work:
            written = await wishes.kept(work, reader.visit)
    if written is None:
        written = request.cookies.get(COOKIE, "")
    return Preferences.read(written, tuple(languages()))


async def wishes_in_words(request: Asked, lang: str) -> list[str]:
    """The same for whoever answers, a sentence each."""
    site, wished = site_of(request), await preferences_of(request, reader_of(request))
    said = []
    if wished.language and wished.language != lang:
        said.append(site.say(lang, "help.guide.says_language", name=name_of(wished.language)))
    if wished.no_calls:
        said.append(site.say(lang, "help.guide.says_no_calls"))
    if wished.quiet:
        begin, end = wished.quiet
        hours = {"begin": f"{begin:02}:00", "end": f"{end:02}:00"}
        said.append(site.say(lang, "help.guide.says_quiet", **hours))
    if wished.screen_reader:
        said.append(site.say(lang, "help.guide.says_screen_reader"))
    return said


def address_of(site: Site, offer: Offer, lang: str) -> str:
    """Where a way leads on the help site; "" where a form or a button does it."""
    match offer.kind:
        case Kind.EMERGENCY:
            return emergency_of(site, lang)
        case Kind.CHECK if offer.check is not None:
            named = {"tx": offer.check.named.tx_hash, "item": offer.check.named.item}
            asked = urlencode({name: value for name, value in named.items() if value})
            place = f"/{lang}/check/{offer.check.check.symptom}"
            return f"{place}?{asked}" if asked else place
        case Kind.TICKET:
            return f"/{lang}/contact"
        case Kind.SECURITY_FORM:
            return f"/{lang}/report-weakness"
        case Kind.ARTICLES:
            return f"/{lang}/search"
        case Kind.DIRECT if "@" in offer.address[1:]:
            return f"mailto:{offer.address}"
        case _:
            return ""


def emergency_of(site: Site, lang: str) -> str:
    """The lane where there is one, else the article that says what to do."""
    return f"/{lang}/freeze" if has_page("freeze") else f"/{lang}/a/{site.settings.emergency}"


def shown_entity(entity: Entity) -> str:
    """What was recognised, short enough for a chip."""
    said = " ".join(entity.value.split())
    return said if len(said) <= 20 else f"{said[:6]}…{said[-6:]}"


def without_secrets(text: str) -> str:
    """Words that may stand on a page."""
    return redact(text[:LONGEST]).text


def mailbox_of(reader: Reader) -> str:
    """The address somebody signed in with, to be filled into a form."""
    visit = reader.visit
    return visit.key if visit is not None and visit.kind == visits.EMAIL else ""
