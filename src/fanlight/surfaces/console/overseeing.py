"""Alerts, figures and a lead's word: for leads, and each agent's own figures for themselves."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.oversight import alerts, bait, queries, words
from fanlight.features.oversight.models import (
    LIMITED,
    Alert,
    Figure,
    Kind,
    Measure,
    Word,
    cap_of,
    floor_of,
)
from fanlight.features.oversight.rates import hour_of, limit_of
from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.queries import agents
from fanlight.features.tickets import views
from fanlight.features.tickets.models import InboxRow
from fanlight.kernel.edge import Edge
from fanlight.kernel.live.contract import Missed
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.console.cursors import pack, unpack
from fanlight.surfaces.console.hub import Hub, frame
from fanlight.surfaces.console.wire import Named, Other
from fanlight.surfaces.shared.guards import may, signed_in
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE

_PAGE = 50
SEES, MANAGES = "oversight.see", "oversight.manage"


class AlertOut(msgspec.Struct, frozen=True, kw_only=True):
    """Something leads must look at; ``ticket`` where it happened on one that they may see."""

    id: UUID
    at: datetime
    kind: Kind
    agent: Named | None
    ticket: Other | None
    detail: dict[str, Any]
    settled_at: datetime | None
    settled_by: str
    words: str


class AlertPage(msgspec.Struct, frozen=True):
    rows: list[AlertOut]
    next: str | None


class WordOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks to go on beyond which cap, and why."""

    id: UUID
    agent: Named
    measure: Measure
    reason: str
    asked_at: datetime
    until: datetime | None
    state: str

    @classmethod
    def of(cls, word: Word, names: dict[UUID, str]) -> Self:
        return cls(
            id=word.id,
            agent=Named(word.agent_id, names.get(word.agent_id, "")),
            measure=word.measure,
            reason=word.reason,
            asked_at=word.asked_at,
            until=word.until,
            state=word.state,
        )


class FigureOut(msgspec.Struct, frozen=True, kw_only=True):
    """One measure: this hour, the last 24 hours, what is usual, what is unusual, and the cap."""

    measure: Measure
    hour: int
    day: int
    usual: float
    alert: int | None
    cap: int | None

    @classmethod
    def of(cls, figure: Figure, settings: OversightSettings) -> Self:
        is_limited = figure.measure in LIMITED
        return cls(
            measure=figure.measure,
            hour=figure.hour,
            day=figure.day,
            usual=round(figure.usual, 1),
            alert=limit_of(figure, settings) if is_limited else None,
            cap=cap_of(settings, figure.measure) if is_limited else None,
        )


class AgentFigures(msgspec.Struct, frozen=True):
    """All measures of one agent."""

    agent: Named
    figures: list[FigureOut]


class MyFigures(msgspec.Struct, frozen=True):
    """One's own, and what one has asked for."""

    figures: list[FigureOut]
    words: list[WordOut]


class CountOut(msgspec.Struct, frozen=True):
    open: int


class SettleForm(msgspec.Struct, frozen=True):
    words: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class WordForm(msgspec.Struct, frozen=True):
    measure: Measure
    reason: Annotated[str, msgspec.Meta(max_length=2_000)]


class AnswerForm(msgspec.Struct, frozen=True):
    is_given: bool


class BaitForm(msgspec.Struct, frozen=True):
    """``domain``: one of your own, where an invented mail address may stand."""

    language: str = "en"
    domain: Annotated[str, msgspec.Meta(max_length=200)] = ""


class LaidOut(msgspec.Struct, frozen=True):
    reference: str
    made_by: str
    made_at: datetime


class OversightController(Controller):
    path = "/api/console/oversight"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["oversight"]

    @get("/alerts", guards=[may(SEES)])
    async def list_alerts(
        self,
        work: NamedDependency[Work],
        is_open: FromQuery[bool] = True,
        after: FromQuery[str] = "",
    ) -> AlertPage:
        """What leads must look at, the latest first; all, or what nobody has settled."""
        below = unpack(after, alerts.Place, alerts.TOP)
        found = await alerts.page(work, is_open=is_open, below=below, limit=_PAGE)
        end = found[-1] if len(found) == _PAGE else None
        return AlertPage(
            await _alerts(work, found), pack(alerts.Place(end.at, end.id)) if end else None
        )

    @get("/count", guards=[may(SEES)])
    async def count(self, work: NamedDependency[Work]) -> CountOut:
        """How many alerts and asked words wait."""
        return CountOut(await alerts.count(work))

    @post("/alerts/{alert_id:uuid}/settle", guards=[may(MANAGES)], status_code=200)
    async def settle(
        self, alert_id: FromPath[UUID], data: JSONBody[SettleForm], work: NamedDependency[Work]
    ) -> AlertOut:
        """Say what came of an alert."""
        return (await _alerts(work, [await alerts.settle(work, alert_id, data.words)]))[0]

    @get("/words", guards=[may(SEES)])
    async def list_words(self, work: NamedDependency[Work]) -> list[WordOut]:
        """Agents who wait for a word, the longest first."""
        found = await words.asked(work)
        names = await agents.names_of(work, [each.agent_id for each in found])
        return [WordOut.of(each, names) for each in found]

    @post("/words/{word_id:uuid}", guards=[may(MANAGES)], status_code=200)
    async def answer(
        self, word_id: FromPath[UUID], data: JSONBody[AnswerForm], work: NamedDependency[Work]
    ) -> CountOut:
        """Let an agent go on, or not."""
        await words.settle(work, word_id, is_given=data.is_given)
        return CountOut(await alerts.count(work))

    @get("/figures", guards=[may(SEES)])
    async def figures(self, work: NamedDependency[Work]) -> list[AgentFigures]:
        """How much each agent reads, who read most in the last 24 hours first."""
        found = await queries.figures(work, hour_of(work.now()))
        names = await agents.names_of(work, [each.agent_id for each in found])
        settings = work.of(Settings)[OversightSettings]
        by_agent: dict[UUID, list[FigureOut]] = {}
        for each in found:
            by_agent.setdefault(each.agent_id, []).append(FigureOut.of(each, settings))
        return [
            AgentFigures(Named(agent_id, names.get(agent_id, "")), figures)
            for agent_id, figures in by_agent.items()
        ]

    @get("/mine", guards=[signed_in])
    async def mine(self, work: NamedDependency[Work]) -> MyFigures:
        """One's own figures, as leads see them."""
        actor, settings = work.actor, work.of(Settings)[OversightSettings]
        found = await queries.figures(work, hour_of(work.now()), agent_id=actor.id)
        known = {each.measure: FigureOut.of(each, settings) for each in found}
        shown = [known.get(measure) or _none(measure, settings) for measure in Measure]
        own = [WordOut.of(each, {actor.id: actor.name}) for each in await queries.words_of(work)]
        return MyFigures(shown, own)

    @post("/mine/words", guards=[signed_in], status_code=200)
    async def ask(self, data: JSONBody[WordForm], work: NamedDependency[Work]) -> list[WordOut]:
        """Ask a lead to go on beyond a cap."""
        await words.ask(work, data.measure, data.reason)
        names = {work.actor.id: work.actor.name}
        return [WordOut.of(each, names) for each in await queries.words_of(work)]

    @get("/bait", guards=[may(MANAGES)])
    async def list_bait(self, work: NamedDependency[Work]) -> list[LaidOut]:
        """The records that lie there; what they hold is told once, to who made them."""
        found = await bait.laid(work)
        names = await agents.names_of(work, [each.made_by for each in found])
        return [
            LaidOut(each.reference, names.get(each.made_by, ""), each.made_at) for each in found
        ]

    @post("/bait", guards=[may(MANAGES)])
    async def lay(self, data: JSONBody[BaitForm], work: NamedDependency[Work]) -> bait.Fresh:
        """Lay out a record that nobody has a reason to open."""
        return await bait.lay(work, language=data.language, domain=data.domain)


def _none(measure: Measure, settings: OversightSettings) -> FigureOut:
    is_limited = measure in LIMITED
    return FigureOut(
        measure=measure,
        hour=0,
        day=0,
        usual=0,
        alert=floor_of(settings, measure) if is_limited else None,
        cap=cap_of(settings, measure) if is_limited else None,
    )


async def _alerts(work: Work, found: list[Alert]) -> list[AlertOut]:
    people = {each.agent_id for each in found} | {each.settled_by for each in found}
    names = await agents.names_of(work, [each for each in people if each])
    where = {
        each.id: UUID(each.detail["ticket_id"]) for each in found if "ticket_id" in each.detail
    }
    rows = await views.rows(work, list(where.values()))
    return [
        AlertOut(
            id=each.id,
            at=each.at,
            kind=each.kind,
            agent=Named(each.agent_id, names.get(each.agent_id, "")) if each.agent_id else None,
            ticket=_named(rows, where.get(each.id)),
            detail={name: said for name, said in each.detail.items() if not name.endswith("_id")},
            settled_at=each.settled_at,
            settled_by=names.get(each.settled_by, "") if each.settled_by else "",
            words=each.words,
        )
        for each in found
    ]


def _named(rows: dict[UUID, InboxRow], ticket_id: UUID | None) -> Other | None:
    row = rows.get(ticket_id) if ticket_id else None
    return Other(row.id, row.reference) if row else None


async def follow_alerts(edge: Edge) -> None:
    """Tell the consoles of leads at once that something waits, until cancelled."""
    hub = edge.shelf.of(Hub)
    async with edge.live.listen(alerts.TOPIC) as signals:
        async for signal in signals:
            if isinstance(signal, Missed):
                continue  # a console asks for the number when it comes back
            async with edge.reading() as work:
                waiting = await alerts.count(work)
            hub.send_to(SEES, frame("alerts", open=waiting))


ROUTES = [OversightController]
RUNS = [follow_alerts]
