"""A desk with a small exchange behind it, a paper mailbox, and a clock that can be driven."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from fanlight.app import discovery
from fanlight.app.worker import LANES
from fanlight.channels.adapters.webchat.adapter import WebchatAdapter
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.channels.adapters.webform.adapter import WebformAdapter
from fanlight.channels.contract import Capabilities, OutboundMessage, Plan, PlannedPart, ThreadState
from fanlight.channels.registry import Channels
from fanlight.exchange.contract import Exchange
from fanlight.features.guidance.emergency import acts
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road
from fanlight.features.people.assurance import Level
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets.models import Ticket
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.jobs import LINE
from fanlight.kernel.runner import Runner
from fanlight.kernel.settings import Section, Settings
from fanlight.kernel.work import Actor
from tests.builders.exchange import LIN, SmallExchange
from tests.builders.paper import PaperChannel
from tests.builders.tickets import TEAM

discovery.load_rooms()  # the worker knows every job
CUSTOMER = Actor(kind="visitor")


class PaperMail(PaperChannel):
    """A mailbox that takes letters of any length."""

    def __init__(self) -> None:
        super().__init__("email")

    def capabilities(self, account_id: str) -> Capabilities:
        return replace(super().capabilities(account_id), max_text=10_000, has_subject=True)

    def plan(self, message: OutboundMessage, thread: ThreadState, now: datetime) -> Plan:
        return [PlannedPart(message=message, number=1, text=message.text)]

    @property
    def letters(self) -> list[tuple[str, str]]:
        return [(part.message.to, part.text) for part in self.written]


class Lane:
    """What the tests press, and what they look at."""

    def __init__(self, edge: Edge, exchange: SmallExchange, mail: PaperMail) -> None:
        self.edge, self.exchange, self.mail = edge, exchange, mail
        self.started = datetime.now(UTC)
        self.later = timedelta()
        edge.now = lambda: datetime.now(UTC) + self.later

    def set(self, section: Section) -> None:
        self.edge.shelf.offer(self.edge.shelf.of(Settings).with_section(section))

    def session(self, uid: str = LIN, *, level: Level = Level.L2) -> Proof:
        return Proof(
            road=Road.SESSION, level=level, method="signed_session", proven_at=self.edge.now(),
            uid=uid,
        )  # fmt: skip

    def mailbox(self, mailbox: str) -> Proof:
        return Proof(
            road=Road.MAILBOX, level=Level.L1, method="code", proven_at=self.edge.now(),
            mailbox=mailbox,
        )  # fmt: skip

    def alert(self, token: str) -> Proof:
        return Proof(
            road=Road.ALERT, level=Level.L0, method="alert_link", proven_at=self.edge.now(),
            token=token,
        )  # fmt: skip

    async def press(self, proof: Proof | None = None, **wanted: Any) -> Freeze:
        plain: dict[str, Any] = {"language": "en", "actor": CUSTOMER, "source": "here"}
        return await acts.freeze(self.edge, proof or self.session(), **plain | wanted)

    async def run_due(self) -> None:
        """The worker runs what is due at the desk's own hour."""
        async with self.edge.work() as work:
            hours = self.later.total_seconds() + 7
            await work.run(
                "UPDATE jobs SET run_at = now() WHERE run_at <= now() + %(s)s * interval '1 s'",
                s=hours,
            )
        await Runner(self.edge, lanes=[*LANES, LINE]).run_due()

    async def ticket(self, freeze: Freeze) -> Ticket:
        assert freeze.ticket_id is not None
        async with self.edge.reading() as work:
            return await tickets.get_ticket(work, freeze.ticket_id)

    async def timeline(self, freeze: Freeze) -> list[str]:
        """The codes of what was done, in order."""
        async with self.edge.reading() as work:
            return await work.rows(
                str,
                """SELECT activity->>'code' FROM messages
                WHERE ticket_id = %(id)s AND kind = 'activity' ORDER BY created_at, id""",
                id=freeze.ticket_id,
            )

    async def count(self, table: str) -> int:
        async with self.edge.reading() as work:
            return await work.one(int, f"SELECT count(*)::int FROM {table}") or 0  # type: ignore[arg-type]


@pytest.fixture
async def lane(edge: Edge) -> Lane:
    settings = edge.shelf.of(Settings)
    mail, exchange = PaperMail(), SmallExchange()
    chat = WebchatAdapter(settings[WebchatSettings], name="Desk")
    form = WebformAdapter(settings[BrandSettings])
    edge.shelf.offer(Channels([chat, form, mail]))
    edge.shelf.offer(exchange, as_kind=Exchange)
    async with edge.work() as work:
        await work.run(TEAM, key="security")
    return Lane(edge, exchange, mail)
