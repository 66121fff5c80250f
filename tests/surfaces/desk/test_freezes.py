"""The emergency lane for agents, through the console's door."""

from uuid import uuid4

from fanlight.channels.contract import Author, Evidence
from tests.surfaces.desk.conftest import Enter, Hear


async def test_a_drill_rings_first_in_every_list_and_is_worked_through(enter: Enter) -> None:
    lead = await enter("Ana Ruiz", roles=("lead",))
    agent = await enter("Bo Chen", roles=("agent",), teams=("support",))
    assert (await agent.client.post("/api/console/freezes/drill")).status_code == 403

    drill = await lead.post("freezes/drill")

    ticket_id = drill["freeze"]["ticket_id"]
    assert drill["freeze"]["is_drill"] is True
    first = (await lead.get("tickets?view=mine"))["first"]
    assert ticket_id in [row["id"] for row in first]
    page = await lead.client.get(drill["page_url"])
    assert "Drill" in page.text
    case = await lead.get(f"tickets/{ticket_id}/freeze")
    assert [step["done_at"] for step in case["steps"]] == [None] * 8
    steps = await lead.put(f"tickets/{ticket_id}/freeze/steps/reached", is_done=True)
    assert [step["done_by"] for step in steps if step["step"] == "reached"] == ["Ana"]
    await lead.put(f"tickets/{ticket_id}/freeze/steps/nonsense", 400, is_done=True)
    assert ticket_id in [row["ticket_id"] for row in (await lead.get("freezes"))["rows"]]
    assert (await lead.get("freezes?after=nowhere", 400))["code"] == "malformed"


async def test_an_agent_asks_only_for_who_proved_themselves_here(enter: Enter, hear: Hear) -> None:
    mei = await enter("Mei Tan", roles=("agent",))
    mailbox = f"lin.{uuid4().hex[:6]}@mail.example"
    claimed = await hear("I am Lin")
    proved = await hear(
        "Somebody is in my account",
        channel="email",
        author=Author(native_id=mailbox, display="Lin"),
        identity_kind="email",
        evidence=Evidence(level=1, method="dmarc"),
    )

    assert (await mei.get(f"tickets/{claimed.ticket_id}/freeze"))["may_ask"] is False
    refused = await mei.post(f"tickets/{claimed.ticket_id}/freeze", 403, reason="they say so")
    assert refused["code"] == "freeze_proof_too_weak"
    assert (await mei.get(f"tickets/{proved.ticket_id}/freeze"))["may_ask"] is True
    await mei.post(f"tickets/{proved.ticket_id}/freeze", 400, reason=" ")

    words = "my code is 482913, on the phone"
    asked = await mei.post(f"tickets/{proved.ticket_id}/freeze", reason=words)

    line = await mei.get(f"tickets/{proved.ticket_id}/timeline")
    assert "482913" not in str(line)
    assert "⟦hidden:otp⟧, on the phone" in str(line)
    # The exchange knows no account with this mailbox: a person must look, and is told so.
    assert (asked["state"], asked["trouble"]) == ("failed", "no_account")
    case = await mei.get(f"tickets/{proved.ticket_id}/freeze")
    assert case["freeze"]["id"] == asked["id"]
    row = (await mei.get(f"tickets/{proved.ticket_id}"))["ticket"]["row"]
    assert (row["priority"], "freeze" in row["tags"]) == (0, True)


async def test_who_may_not_see_the_ticket_sees_no_freeze(enter: Enter) -> None:
    lead = await enter("Ana Ruiz", roles=("lead",))
    stranger = await enter("Cai Wen", roles=("agent",), teams=())
    ticket_id = (await lead.post("freezes/drill"))["freeze"]["ticket_id"]

    await stranger.get(f"tickets/{ticket_id}/freeze", 404)
    await stranger.put(f"tickets/{ticket_id}/freeze/steps/reached", 404, is_done=True)
    await stranger.post(f"tickets/{ticket_id}/freeze/lately", 404)
    assert ticket_id not in [r["ticket_id"] for r in (await stranger.get("freezes"))["rows"]]
    assert ticket_id not in [r["id"] for r in (await stranger.get("tickets?view=all"))["first"]]
