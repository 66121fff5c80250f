"""The guide in the console: tickets read, corrected and learned from; rules tried and saved."""

from typing import Any
from uuid import UUID

from fanlight.features.guidance import service
from fanlight.features.guidance.rules import CONTENT
from fanlight.features.tickets.received import Received
from tests.surfaces.desk.conftest import Desk, Enter, Hear

SHIPPED = (CONTENT / "urgency.toml").read_text("utf-8")


async def read(desk: Desk, taken: Received) -> dict[str, Any]:
    """As the worker does, a moment after the ticket has opened."""
    assert taken.ticket_id is not None
    assert taken.message_id is not None
    await desk.house.later(_triage(desk, taken.ticket_id, taken.message_id))
    told: dict[str, Any] = await desk.get(f"tickets/{taken.ticket_id}/triage")
    return told


async def _triage(desk: Desk, ticket_id: UUID, message_id: UUID) -> None:
    async with desk.house.edge.work() as work:
        await service.triage_ticket(work, ticket_id, message_id)


async def test_a_ticket_says_what_it_is_about_and_why_and_is_corrected(
    enter: Enter, hear: Hear
) -> None:
    mei, taken = await enter(), await hear("My withdrawal has been pending for six hours")
    stranger = await enter("Ada", roles=("agent",), teams=("night",))
    path = f"tickets/{taken.ticket_id}"
    version = (await mei.get(path))["ticket"]["row"]["version"]

    told = await read(mei, taken)
    await stranger.put(f"{path}/triage", 404, category="fiat")
    corrected = await mei.put(f"{path}/triage", category="fiat")
    await mei.put(f"{path}/triage", 400, category="weather")

    assert (told["category"], told["category_by"], told["urgency"]) == (
        "withdrawal",
        "guide",
        "high",
    )
    assert told["reasons"]
    assert (corrected["category"], corrected["category_by"]) == ("fiat", "agent")
    row = (await mei.get(path))["ticket"]["row"]
    # Ranked by the desk itself: what an agent has open is not refused because of it.
    assert (row["priority"], row["version"]) == (1, version)


async def test_leads_see_how_good_it_is_and_agents_do_not(enter: Enter) -> None:
    lead, agent = await enter("Vera", roles=("lead",)), await enter("Ada", roles=("agent",))

    page = await lead.get("guide")
    await agent.get("guide", 403)

    assert page["shipped"] >= 1_000
    assert set(page["judged"]) == {"category", "urgency"}
    assert 0.5 < page["judged"]["category"]["accuracy"] < 1
    assert {rule["name"] for rule in page["rules"]["rules"]} >= {"taken_over", "locked_out"}


async def test_rules_are_tried_saved_and_refused_with_the_reason(enter: Enter) -> None:
    lead = await enter("Vera", roles=("lead",))
    mine = '\n[[rule]]\nname = "zorb"\nurgency = "urgent"\nany = ["zorblatt"]\n'
    good = f'{SHIPPED}{mine}yes = ["the zorblatt"]\nno = ["nothing"]\n'

    before = await lead.post("guide/try", 200, text="zorblatt please")
    with_mine = await lead.post("guide/try", 200, text="zorblatt please", rules=good)
    unreadable = await lead.post("guide/try", 422, text="x", rules="[[rule")
    refused = await lead.put("guide/rules", 422, text=SHIPPED + mine, number=0)
    saved = await lead.put("guide/rules", text=good, number=0)
    moved = await lead.put("guide/rules", 409, text=good, number=0)
    after = await lead.post("guide/try", 200, text="zorblatt please")

    assert before["urgency"] != "urgent"
    assert with_mine["urgency"] == "urgent"
    assert unreadable["code"] == "guide_rules_broken"
    assert "zorb" in refused["title"]
    assert saved["saved_by"] == "Vera"
    assert moved["code"] == "guide_rules_moved"
    assert [reason["code"] for reason in after["reasons"]] == ["zorb"]
    await lead.put("guide/rules", text=SHIPPED, number=saved["number"])
