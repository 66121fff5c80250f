"""While a customer waits: what we see of what they wrote about, as a small card with its link."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath

from fanlight.features.diagnostics import queries, service
from fanlight.features.diagnostics.choosing import Suggested
from fanlight.features.diagnostics.models import Diagnosis
from fanlight.features.diagnostics.service import Asker
from fanlight.features.diagnostics.telling import Teller
from fanlight.features.guidance.doors import line_before
from fanlight.features.people.assurance import Level
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.i18n import translate
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.checks import called_for
from fanlight.surfaces.shared.sessions import NO_STORE, edge_of
from fanlight.surfaces.widget import guards, speaking
from fanlight.surfaces.widget.sessions import SIGNED, Session

_FOLLOW_S = 30


class CardOut(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, or only the offer to look, in the customer's language. ``again_s``: when to ask
    again; 0 where nothing moves by itself. ``code`` is empty for an offer."""

    code: str
    verdict: str
    pill: str
    title: str
    text: str
    do: str
    link: str
    link_word: str
    again_s: int


class CheckedOut(msgspec.Struct, frozen=True, kw_only=True):
    """``card`` is missing where nothing they wrote can be looked up."""

    card: CardOut | None


@post(
    "/api/widget/chats/{talk_id:uuid}/check",
    status_code=200,
    cache_control=NO_STORE,
    tags=["widget"],
)
async def check(request: Request[Any, Any, Any], talk_id: FromPath[UUID]) -> CheckedOut:
    """Look into what this talk is about. Below L2 nothing is looked at: the card only offers it."""
    edge = edge_of(request)
    async with edge.work() as begun:
        session, work = await guards.entered(request, begun)
        talk = await speaking.own_talk(work, session, talk_id)
        suggested = await called_for(work, talk.ticket_id)
        before = await queries.of_ticket(work, talk.ticket_id, limit=1)
    if suggested is None:
        return CheckedOut(card=None)
    account = _account(session)
    if account.account is None and not suggested.check.is_open:
        return CheckedOut(card=_offer(edge, session, suggested))
    last = before[0] if before else None
    is_same = last is not None and (last.symptom, last.named, last.uid) == (
        suggested.check.symptom,
        suggested.named,
        account.account,
    )
    try:
        if last is not None and is_same:
            made = await service.followed(edge, last)
        else:
            made = await service.diagnose(edge, account, suggested.check.symptom, suggested.named)
            async with edge.work() as work:
                await queries.attach(work, made.id, talk.ticket_id, uid=account.account)
    except TooManyTries:
        return CheckedOut(card=_offer(edge, session, suggested))
    return CheckedOut(card=_card(edge, session, made))


def _account(session: Session) -> Asker:
    uid = session.key if session.kind == SIGNED else None
    return Asker(counted_as=f"{session.kind}:{session.key}", uid=uid, level=Level(session.level))


def _card(edge: Edge, session: Session, made: Diagnosis) -> CardOut:
    language, brand = session.row.language, edge.shelf.of(Settings)[BrandSettings]
    told = Teller(language, now=edge.now(), zone=brand.zone).told(made)
    return CardOut(
        code=told.code,
        verdict=told.verdict.value,
        pill=told.verdict_name,
        title=told.title,
        text=told.why,
        do=told.do,
        link=f"{brand.help_url}/{language}/check/result/{made.id}",
        link_word=translate(language, "help.check.all_of_it"),
        again_s=_FOLLOW_S if made.follows else 0,
    )


def _offer(edge: Edge, session: Session, suggested: Suggested) -> CardOut:
    language, brand = session.row.language, edge.shelf.of(Settings)[BrandSettings]
    named = {"tx": suggested.named.tx_hash, "item": suggested.named.item}
    query = urlencode({key: value for key, value in named.items() if value})
    place = f"{brand.help_url}/{language}/check/{suggested.check.symptom}"
    return CardOut(
        code="",
        verdict="wait",
        pill=translate(language, "help.check.title"),
        title=translate(language, f"diagnosis.symptom.{suggested.check.symptom}"),
        text=translate(language, f"diagnosis.about.{suggested.check.symptom}"),
        do=translate(language, "help.check.sign_in_text", brand=brand.name),
        link=f"{place}?{query}" if query else place,
        link_word=translate(language, "help.check.offer_go"),
        again_s=0,
    )


class LineOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who is before them, how many minutes the middle half of those answered lately waited (null
    while they are too few)."""

    ahead: int
    wait_minutes: tuple[int, int] | None
    at: datetime


class LinedOut(msgspec.Struct, frozen=True, kw_only=True):
    """``line`` is missing where they wait for nobody."""

    line: LineOut | None


@get("/api/widget/chats/{talk_id:uuid}/line", cache_control=NO_STORE, tags=["widget"])
async def line(request: Request[Any, Any, Any], talk_id: FromPath[UUID]) -> LinedOut:
    """Where this talk stands in the line before the first answer, as it is now."""
    async with edge_of(request).work() as begun:
        session, work = await guards.entered(request, begun)
        talk = await speaking.own_talk(work, session, talk_id)
        found = await line_before(work, talk.ticket_id)
    if found is None:
        return LinedOut(line=None)
    return LinedOut(line=LineOut(ahead=found.ahead, wait_minutes=found.wait_minutes, at=work.now()))


ROUTES = [check, line]
