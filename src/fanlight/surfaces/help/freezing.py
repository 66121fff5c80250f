"""What the pages of the emergency lane share: who presses, and how a freeze stands."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response

from fanlight.exchange.contract import Exchange
from fanlight.exchange.facts import Freeze as Held
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.links import ticket_link
from fanlight.features.guidance.emergency import queries
from fanlight.features.guidance.emergency.links import follow_link
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road, State
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.knowledge import queries as knowledge
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.features.people.assurance import Level, Method
from fanlight.features.people.masks import mask_email, mask_uid
from fanlight.features.people.service import visits
from fanlight.features.tickets import queries as tickets
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Work
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import Reader, onward, reader_of
from fanlight.surfaces.shared.sessions import edge_of

_OPEN_TO = 2  # days a link to the talk works


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever looks at the page, as far as it matters here."""

    kind: str
    """``session``, ``mail``, ``stale`` (a session that has decayed), ``nobody``."""
    shown: str = ""  # masked
    since: datetime | None = None
    level: int = 0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A freeze as its page shows it: no account fact."""

    id: UUID
    state: State
    trouble: str
    holds: bool
    is_drill: bool
    is_kept: bool
    tries: int
    asked_at: datetime
    tried_at: datetime | None
    since: datetime | None
    until: datetime | None
    ended_at: datetime | None
    stops: tuple[str, ...]
    promised_at: datetime
    first_promised_at: datetime
    taken_by: str | None
    reference: str
    talk: str  # the token of its ticket's page; empty where there is none
    follow: str  # the token of this page

    @property
    def is_late(self) -> bool:
        return self.promised_at > self.first_promised_at

    @property
    def is_settled(self) -> bool:
        """Whether nothing is waited for any more: the page need not look again by itself."""
        is_over = self.state in {State.LIFTED, State.EXPIRED}
        return is_over or (not self.state.is_open and self.taken_by is not None)


def who_of(reader: Reader, now: datetime) -> Who:
    visit = reader.visit
    if visit is None:
        return Who(kind="nobody")
    level, since = int(reader.level(now)), visit.proven_at
    if visit.kind == visits.EMAIL:
        kind = "mail" if level >= Level.L1 else "nobody"
        return Who(kind=kind, shown=mask_email(visit.key), since=since, level=level)
    kind = "session" if level >= Level.L2 else "stale"
    return Who(kind=kind, shown=mask_uid(visit.key), since=since, level=level)


def proof_of(reader: Reader, now: datetime) -> Proof | None:
    """What the sign-in of a reader proves; None for nobody."""
    visit = reader.visit
    if visit is None:
        return None
    level = reader.level(now)
    if visit.kind == visits.EMAIL:
        return Proof(
            road=Road.MAILBOX,
            level=level,
            method=Method.CODE,
            proven_at=visit.proven_at,
            mailbox=visit.key,
        )
    return Proof(
        road=Road.SESSION,
        level=level,
        method=Method.SIGNED_SESSION,
        proven_at=visit.proven_at,
        uid=visit.key,
    )


async def standing_of(work: Work, freeze: Freeze) -> Standing:
    """How a freeze stands, and who has its ticket."""
    reference = talk = ""
    taken_by = None
    sealer, now = work.of(Sealer), work.now()
    if freeze.ticket_id is not None:
        ticket = await tickets.get_ticket(work.acting_as(SYSTEM), freeze.ticket_id)
        reference, taken_by = ticket.reference, await queries.taker(work, freeze)
        threads = await conversations.of_ticket(work, ticket.id)
        if threads and not freeze.is_drill:
            # Of the talk this freeze began: a mail thread of the same ticket is nobody's here.
            talk = ticket_link(sealer, ticket.id, threads[0].id, now=now, days=_OPEN_TO)
    return Standing(
        id=freeze.id,
        state=freeze.state,
        trouble=freeze.trouble,
        holds=freeze.holds(now),
        is_drill=freeze.is_drill,
        is_kept=freeze.is_confirmed,
        tries=freeze.tries,
        asked_at=freeze.asked_at,
        tried_at=freeze.tried_at,
        since=freeze.since,
        until=freeze.until,
        ended_at=freeze.ended_at,
        stops=freeze.stops,
        promised_at=freeze.promised_at,
        first_promised_at=freeze.first_promised_at,
        taken_by=taken_by,
        reference=reference,
        talk=talk,
        follow=follow_link(sealer, freeze.id, now=now),
    )


async def freeze_page(
    request: Asked,
    lang: str,
    *,
    who: Who,
    action: str,
    standing: Standing | None = None,
    elsewhere: Held | None = None,
    trouble: str = "",
    email: str = "",
    status: int = 200,
) -> Response[bytes]:
    """The page with the button, or with what it has come to."""
    site, edge = site_of(request), edge_of(request)
    settings = edge.shelf.of(Settings)[EmergencySettings]
    async with edge.reading(reader_of(request).actor) as work:
        on_duty = await queries.on_duty(work, settings.team)
        lines = await knowledge.lines_named(work, [site.settings.emergency], preference(lang))
    page = site.render(
        "freeze.html",
        lang,
        paths={tag: action.replace(f"/{lang}/", f"/{tag}/", 1) for tag in LANGUAGES},
        is_indexed=False,
        section="freeze",
        who=who,
        action=action,
        standing=standing,
        elsewhere=elsewhere,
        trouble=trouble,
        email=email,
        is_connected=edge.shelf.of(Exchange).name != "none",
        rules=settings,
        on_duty=on_duty,
        article=next(iter(lines), None),
    )
    return site.show(page, status=status)


def followed(request: Asked, lang: str, freeze: Freeze) -> Response[None]:
    """On to the page on which a freeze is followed."""
    edge = edge_of(request)
    token = follow_link(edge.shelf.of(Sealer), freeze.id, now=edge.now())
    return onward(f"/{lang}/freeze/state/{token}")
