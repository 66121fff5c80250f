"""What the pages of checks share: who asks, and a result told in the page's language."""

import importlib.util
from urllib.parse import urlencode

from fanlight.features.diagnostics.choosing import by_text, for_article
from fanlight.features.diagnostics.models import Diagnosis
from fanlight.features.diagnostics.service import Asker
from fanlight.features.diagnostics.telling import Teller, Told
from fanlight.features.knowledge import queries
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries import Line
from fanlight.features.people.assurance import Level
from fanlight.features.people.service import visits
from fanlight.kernel.secrets import redact
from fanlight.surfaces.help.site import Asked, Site, site_of
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of

# In the order in which people come: what is about money on its way first, the rarest last.
ORDER = (
    "deposit_not_credited",
    "withdrawal_pending",
    "memo_missing",
    "account_compromised",
    "sign_in_trouble",
    "order_trouble",
    "fiat_late",
    "identity_check",
    "api_error",
    "transaction",
)
_EMERGENCY_PAGE = "fanlight.surfaces.help.pages.freeze"
_EMERGENCY_ARTICLE = "account-security/stolen-account"


def asker_of(request: Asked) -> Asker:
    """Who asks: an account of the exchange, proven when its session was signed, or a visitor."""
    reader, now = reader_of(request), site_of(request).now()
    visit = reader.visit
    if visit is None or visit.kind != visits.EXCHANGE:
        return Asker(counted_as=visitor_of(request))
    return Asker(
        counted_as=f"{visit.kind}:{visit.key}", uid=visit.key, level=Level(reader.level(now))
    )


def teller_of(site: Site, language: str) -> Teller:
    return Teller(language, now=site.now(), zone=site.brand.zone)


def told_of(site: Site, language: str, diagnosis: Diagnosis) -> Told:
    return teller_of(site, language).told(diagnosis)


def emergency_path(language: str) -> str:
    """Where somebody goes whose money is leaving: the emergency lane, where this desk has one."""
    if importlib.util.find_spec(_EMERGENCY_PAGE) is not None:
        return f"/{language}/freeze"
    return f"/{language}/a/{_EMERGENCY_ARTICLE}"


def sign_in_path(request: Asked, language: str, place: str) -> str:
    """To sign in by the exchange and come back; whose proof has grown old is asked anew."""
    again = "again=1&" if reader_of(request).is_signed_in else ""
    return f"/{language}/sign-in?{again}for=account&next={place}"


async def explained_by(request: Asked, language: str, article: str) -> Line | None:
    """The article that explains a check or a finding, as whoever asks may read it."""
    if not article:
        return None
    async with edge_of(request).reading(reader_of(request).actor) as work:
        lines = await queries.lines_named(work, [article], preference(language))
    return next(iter(lines), None)


def offer_for(language: str, text: str) -> str:
    """Where a text that names a transaction, an order or an address can be checked; else empty."""
    suggested = by_text(text) if text else None
    # A key looks like a hash: it is carried nowhere.
    if suggested is None or redact(text).findings:
        return ""
    named = {"tx": suggested.named.tx_hash, "item": suggested.named.item}
    query = urlencode({key: value for key, value in named.items() if value})
    place = f"/{language}/check/{suggested.check.symptom}"
    return f"{place}?{query}" if query else place


def offer_at(language: str, category: str, slug: str) -> str:
    """The check that belongs to an article; empty where none does."""
    check = for_article(category, slug)
    return f"/{language}/check/{check.symptom}" if check is not None else ""
