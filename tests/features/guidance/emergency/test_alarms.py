"""An alert of oversight is a ticket of the security team, which names nobody."""

import pytest

from fanlight.features.guidance import alarms
from fanlight.features.oversight import other_accounts
from fanlight.features.oversight.alerts import raise_alert
from fanlight.features.oversight.events import AlertRaised
from fanlight.features.oversight.models import Kind
from fanlight.features.people.service.agents import make_agent
from fanlight.features.tickets.models import Priority
from fanlight.kernel.ids import new_id
from tests.builders.tickets import TEAM
from tests.features.guidance.emergency.conftest import Lane

RAISED = "SELECT id AS alert_id, kind, agent_id, at FROM oversight_alerts"
OPENED = "SELECT priority::int FROM tickets WHERE 'oversight' = ANY(tags) AND team = 'security'"


async def agent(lane: Lane, *teams: str, role: str = "agent") -> AlertRaised:
    """What is told of an agent of these teams."""
    async with lane.edge.work() as work:
        made = await make_agent(
            work, email=f"{new_id().hex}@desk.example", name="Mei Tan", roles=[role],
            teams=list(teams), password=None,
        )  # fmt: skip
        await work.run("UPDATE agents SET state = 'active' WHERE id = %(id)s", id=made.id)
        now = work.now()
    return AlertRaised(alert_id=new_id(), kind=Kind.BAIT, agent_id=made.id, at=now)


async def tickets(lane: Lane) -> list[int]:
    async with lane.edge.reading() as work:
        return await work.rows(int, OPENED)


@pytest.mark.parametrize(
    ("kind", "priority"),
    [
        (Kind.BAIT, Priority.URGENT),
        (Kind.CHAIN, Priority.URGENT),
        (Kind.CAP, Priority.HIGH),
        (Kind.RATE, Priority.HIGH),
    ],
)
async def test_it_is_one_ticket_however_often_it_is_told(
    lane: Lane, kind: Kind, priority: Priority
) -> None:
    async with lane.edge.work() as work:
        await raise_alert(work, kind, "a key", n=7)
    await lane.run_due()
    async with lane.edge.reading() as work:
        told = await work.one(AlertRaised, RAISED)
    assert told is not None
    async with lane.edge.work() as work:
        await alarms.open_ticket(work, told)  # delivered twice

    assert await tickets(lane) == [priority]


async def test_an_export_has_its_own_two_persons(lane: Lane) -> None:
    async with lane.edge.work() as work:
        await raise_alert(work, Kind.EXPORT, "a key", rows=7)
    await lane.run_due()

    assert await tickets(lane) == []


async def test_whoever_it_is_about_does_not_read_of_it(lane: Lane) -> None:
    async with lane.edge.work() as work:
        await work.run(TEAM, key="support")
    about = await agent(lane, "support")
    insider = await agent(lane, "security")
    lead = await agent(lane, "support", role="lead")
    for told in (insider, lead):
        async with lane.edge.work() as work:
            await alarms.open_ticket(work, told)
    assert await tickets(lane) == []

    async with lane.edge.work() as work:
        await alarms.open_ticket(work, about)
    assert await tickets(lane) == [Priority.URGENT]
    async with lane.edge.reading() as work:
        [said] = await work.rows(str, "SELECT text FROM messages WHERE kind = 'inbound'")
    assert "Mei" not in said


async def test_an_answer_about_another_account_stands_in_the_log_each_time(lane: Lane) -> None:
    for _ in range(2):
        await other_accounts.note(lane.edge, "deposits")
    await lane.run_due()

    async with lane.edge.reading() as work:
        acts = await work.rows(str, "SELECT action FROM audit_log ORDER BY at, id")
    assert acts.count("exchange.other_account") == 2
    assert acts.count("alert.raised") == 1
    assert await tickets(lane) == [Priority.URGENT]
