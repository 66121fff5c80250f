"""A person comes: ticket first in the queue, pager, promise told anew, checklist, drill."""

import asyncio
import hmac
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import msgspec
import pytest

from fanlight.channels.contract import Author, Evidence
from fanlight.exchange.facts import FreezeEvent, FreezeState
from fanlight.features.guidance.emergency import (
    acts,
    cases,
    comparing,
    drills,
    lately,
    paging,
    queries,
)
from fanlight.features.guidance.emergency.errors import FreezeNotFound, ProofTooWeak
from fanlight.features.guidance.emergency.models import Freeze, State, Step
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.tickets import service as ticket_service
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.work import Actor
from tests.builders.exchange import LIN, LIN_MAIL
from tests.builders.tickets import AGENT_MAY, hears, stored_agent
from tests.features.guidance.emergency.conftest import Lane

SECRET = "between us and the pager"
MAY = AGENT_MAY | {"freeze.ask", "freeze.drill", "account.see"}


class Pager:
    """What the far side of the webhook heard; it fails as often as it is told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.failures = 0
        self.mood = ""

    async def answer(self, request: httpx2.Request) -> httpx2.Response:
        match self.mood:
            case "hangs":
                await asyncio.sleep(3600)
            case "leads elsewhere":
                return httpx2.Response(307, headers={"location": "https://evil.example/hook"})
            case "endless":
                return httpx2.Response(200, content=b"x" * 1_000_000)
            case "away":
                raise httpx2.ConnectError("refused")
        if self.failures:
            self.failures -= 1
            return httpx2.Response(503)
        self.calls.append((dict(request.headers), request.content))
        return httpx2.Response(204)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(body) for _, body in self.calls]


@pytest.fixture
async def pager(lane: Lane) -> AsyncIterator[Pager]:
    pager = Pager()
    http = OutboundHttp(allowed=(), transport=httpx2.MockTransport(pager.answer))
    lane.edge.shelf.offer(http)
    lane.set(
        EmergencySettings(
            pager_url="https://pager.example/hooks/1",
            pager_secret=SECRET,
            on_call=("night@desk.example",),
        )
    )
    yield pager
    await http.close()


async def agent(lane: Lane, *queues: str, may: frozenset[str] = MAY) -> Actor:
    async with lane.edge.work() as work:
        return await stored_agent(work, *queues, may=may)


async def assign(lane: Lane, freeze: Freeze, to: Actor) -> None:
    ticket = await lane.ticket(freeze)
    async with lane.edge.work() as work:
        await ticket_service.assign(work, ticket.id, to=to.id, version=ticket.version)


async def test_the_pager_is_told_once_signed_and_without_the_account(
    lane: Lane, pager: Pager
) -> None:
    freeze = await lane.press()

    await lane.run_due()
    await lane.run_due()

    assert [body["call"] for body in pager.bodies] == ["asked"]
    headers, body = pager.calls[0]
    at, mac = (part.split("=", 1)[1] for part in headers["fanlight-signature"].split(","))
    expected = hmac.digest(SECRET.encode(), f"{at}.".encode() + body, "sha256").hex()
    assert mac == expected
    assert LIN.encode() not in body
    assert (await lane.ticket(freeze)).reference.encode() in body
    mails = [text for to, text in lane.mail.letters if to == "night@desk.example"]
    assert len(mails) == 1
    assert LIN not in mails[0]


async def test_a_pager_that_fails_is_told_again(lane: Lane, pager: Pager) -> None:
    pager.failures = 2
    await lane.press()

    for _ in range(3):
        lane.later += timedelta(minutes=1)
        await lane.run_due()

    assert [body["call"] for body in pager.bodies].count("asked") == 1


@pytest.mark.parametrize("mood", ["hangs", "leads elsewhere", "endless", "away"])
async def test_a_pager_that_lies_holds_up_nobody(
    lane: Lane, pager: Pager, mood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_PATIENCE_S", 0.3)
    pager.mood = mood
    began = time.monotonic()
    freeze = await lane.press()
    await lane.run_due()

    assert freeze.state is State.ACKNOWLEDGED
    assert time.monotonic() - began < 8
    assert [to for to, _ in lane.mail.letters].count("night@desk.example") == 1
    assert pager.calls == []  # nothing went where it was led to

    pager.mood = ""
    lane.later += timedelta(minutes=2)
    await lane.run_due()
    assert [body["call"] for body in pager.bodies] == ["asked"]


@pytest.mark.parametrize("mood", ["down", "refusing"])
async def test_an_exchange_in_trouble_calls_a_person(lane: Lane, pager: Pager, mood: str) -> None:
    lane.exchange.mood = mood
    await lane.press()

    await lane.run_due()

    called = {body["call"] for body in pager.bodies}
    assert {"asked", "silent" if mood == "down" else "failed"} <= called
    assert not any("drill" in body["summary"].lower() for body in pager.bodies)


async def test_a_promise_near_its_end_is_told_anew_and_called_again(
    lane: Lane, pager: Pager
) -> None:
    freeze = await lane.press()
    lane.later += timedelta(minutes=4, seconds=30)
    await lane.run_due()

    async with lane.edge.reading() as work:
        late = await queries.get(work, freeze.id)
    assert late.promised_at == freeze.promised_at + timedelta(minutes=5)
    assert late.first_promised_at == freeze.promised_at
    assert (await lane.ticket(freeze)).due_at == late.promised_at
    assert "late" in {body["call"] for body in pager.bodies}
    assert "freeze_late" in await lane.timeline(freeze)


async def test_a_ticket_somebody_has_is_left_alone(lane: Lane, pager: Pager) -> None:
    freeze = await lane.press()
    await assign(lane, freeze, await agent(lane, "security"))
    lane.later += timedelta(minutes=4, seconds=30)

    await lane.run_due()

    assert "late" not in {body["call"] for body in pager.bodies}


async def lifted_at_exchange(lane: Lane, freeze: Freeze) -> None:
    async with lane.edge.work() as work:
        told = {"id": "evt-1", "uid": freeze.uid, "freeze_id": freeze.freeze_id}
        event = FreezeEvent(kind="freeze.lifted", at=lane.edge.now(), **told)
        await comparing.hear(work, event)


async def test_an_owner_who_lifted_it_is_not_called_about_any_more(
    lane: Lane, pager: Pager
) -> None:
    freeze = await lane.press()
    pager.failures = 1
    await lane.run_due()  # one place could not be called yet
    await lifted_at_exchange(lane, freeze)

    for _ in range(3):
        lane.later += timedelta(minutes=5)
        await lane.run_due()

    calls = [body["call"] for body in pager.bodies]
    assert calls[-1] == "lifted"
    assert calls.count("lifted") == 1
    assert "late" not in calls
    assert (await lane.ticket(freeze)).status.is_live  # somebody still looks, in their own time


async def test_a_lift_of_a_ticket_somebody_has_calls_nobody(lane: Lane, pager: Pager) -> None:
    freeze = await lane.press()
    await lane.run_due()
    await assign(lane, freeze, await agent(lane, "security"))
    await lifted_at_exchange(lane, freeze)
    await lane.run_due()

    assert "lifted" not in {body["call"] for body in pager.bodies}


async def test_a_drill_is_the_same_and_touches_no_account(lane: Lane, pager: Pager) -> None:
    lead = await agent(lane, "security")

    drill = await drills.start(lane.edge, lead)
    await lane.run_due()

    assert drill.state is State.ACKNOWLEDGED
    assert lane.exchange.keys == []
    assert pager.bodies[0]["is_drill"] is True
    assert pager.bodies[0]["summary"].startswith("DRILL")
    ticket = await lane.ticket(drill)
    assert ("drill" in ticket.tags, ticket.team, int(ticket.priority)) == (True, "security", 0)
    assert {to for to, _ in lane.mail.letters} == {"night@desk.example"}


async def test_a_drill_is_a_leads_to_start(lane: Lane) -> None:
    with pytest.raises(NotAllowed):
        await drills.start(lane.edge, await agent(lane, may=AGENT_MAY))


async def test_two_drills_are_two(lane: Lane) -> None:
    lead = await agent(lane, "security")
    assert (await drills.start(lane.edge, lead)).id != (await drills.start(lane.edge, lead)).id


async def test_steps_are_ticked_with_who_and_when(lane: Lane) -> None:
    freeze = await lane.press()
    mei = await agent(lane, "security")
    assert freeze.ticket_id is not None
    async with lane.edge.work(mei) as work:
        await cases.tick(work, freeze.ticket_id, Step.SIGN_INS, is_done=True)
        await cases.tick(work, freeze.ticket_id, Step.SIGN_INS, is_done=True)
        await cases.tick(work, freeze.ticket_id, Step.TRACED, is_done=True)
        await cases.tick(work, freeze.ticket_id, Step.TRACED, is_done=False)

    async with lane.edge.reading(mei) as work:
        found = await cases.checklist(work, freeze.ticket_id)
    assert found is not None
    assert [(each.step, each.done_by) for each in found[1]] == [(Step.SIGN_INS, mei.id)]
    told = [code for code in await lane.timeline(freeze) if code.startswith("freeze_step")]
    assert told == ["freeze_step", "freeze_step", "freeze_step_undone"]


async def test_steps_of_a_ticket_one_may_not_see_are_not_there(lane: Lane) -> None:
    freeze = await lane.press()
    stranger = await agent(lane, "support")
    assert freeze.ticket_id is not None
    async with lane.edge.work(stranger) as work:
        with pytest.raises(TicketNotFound):
            await cases.tick(work, freeze.ticket_id, Step.SIGN_INS, is_done=True)


async def test_what_happened_lately_is_shown_for_a_right_and_written_down(lane: Lane) -> None:
    freeze = await lane.press()
    assert freeze.ticket_id is not None
    mei = await agent(lane, "security")
    weak = await agent(lane, "security", may=AGENT_MAY)

    seen = await lately.lately(lane.edge, mei, freeze.ticket_id)
    with pytest.raises(NotAllowed):
        await lately.lately(lane.edge, weak, freeze.ticket_id)

    assert seen.sign_ins is not None
    assert seen.sign_ins.value[0].place == "RU"
    async with lane.edge.reading() as work:
        rows = await work.rows(
            str, "SELECT actor_id::text FROM audit_log WHERE action = 'account.seen'"
        )
    assert rows == [str(mei.id)]


async def test_an_exchange_that_is_away_leaves_gaps_not_errors(lane: Lane) -> None:
    freeze = await lane.press()
    assert freeze.ticket_id is not None
    lane.exchange.mood = "down"

    seen = await lately.lately(lane.edge, await agent(lane, "security"), freeze.ticket_id)

    assert (seen.sign_ins, seen.changes, seen.withdrawals) == (None, None, None)


async def test_an_agent_asks_for_who_proved_themselves_on_the_ticket(lane: Lane) -> None:
    mei = await agent(lane, "support")
    async with lane.edge.work() as work:
        proved = await hears(
            work,
            "Somebody is in my account",
            channel="email",
            author=Author(native_id=LIN_MAIL),
            identity_kind="email",
            thread_key="lin",
            evidence=Evidence(level=1, method="dmarc"),
        )
        claimed = await hears(
            work,
            "I am Lin",
            channel="email",
            author=Author(native_id="thief@else.example"),
            thread_key="other",
        )
    assert proved.ticket_id is not None
    assert claimed.ticket_id is not None
    async with lane.edge.reading(mei) as work:
        proof = await acts.agent_proof(work, proved.ticket_id)
        with pytest.raises(ProofTooWeak):
            await acts.agent_proof(work, claimed.ticket_id)

    freeze = await acts.freeze(
        lane.edge, proof, language="en", actor=mei, ticket_id=proved.ticket_id, reason="by phone"
    )

    assert (freeze.uid, freeze.asked_by, freeze.ticket_id) == (LIN, mei.id, proved.ticket_id)
    ticket = await lane.ticket(freeze)
    assert (ticket.team, int(ticket.priority)) == ("security", 0)
    assert lane.exchange.freezes[str(freeze.id)].state is FreezeState.FROZEN


async def test_a_proof_of_yesterday_is_no_proof(lane: Lane) -> None:
    async with lane.edge.work() as work:
        heard = await hears(
            work,
            "Somebody is in my account",
            channel="email",
            author=Author(native_id=LIN_MAIL),
            thread_key="lin",
            evidence=Evidence(level=1, method="dmarc"),
        )
    assert heard.ticket_id is not None
    lane.later += timedelta(hours=25)
    async with lane.edge.reading(await agent(lane, "support")) as work:
        with pytest.raises(ProofTooWeak):
            await acts.agent_proof(work, heard.ticket_id)


async def test_other_tickets_have_no_checklist(lane: Lane) -> None:
    mei = await agent(lane, "support")
    async with lane.edge.work() as work:
        heard = await hears(work)
    assert heard.ticket_id is not None
    async with lane.edge.reading(mei) as work:
        assert await cases.checklist(work, heard.ticket_id) is None
    with pytest.raises(FreezeNotFound):
        await lately.lately(lane.edge, mei, heard.ticket_id)


def test_the_signature_covers_the_time() -> None:
    assert paging.signature("k", b"{}", 1) != paging.signature("k", b"{}", 2)
