"""Official sources, six digits, a second look and scam reports, through the console's own doors."""

import io
import zipfile

import pytest

from fanlight.features.trust import loading
from fanlight.features.trust.service import scams
from fanlight.features.trust.service.scams import Evidence
from tests.conftest import ROOT
from tests.surfaces.desk.conftest import Enter, Hear
from tests.surfaces.widget.house import House

ADMIN, AGENT = {"roles": ("admin",)}, {"roles": ("agent",)}


@pytest.fixture(autouse=True)
async def _sources(house: House) -> None:
    async def load() -> None:
        async with house.edge.work() as work:
            await loading.load(work, loading.read(ROOT / "content" / "demo" / "official.toml"))

    await house.later(load())


async def test_a_source_is_proposed_by_one_and_confirmed_by_another(enter: Enter) -> None:
    vera, noor, mei = (
        await enter("Vera", **ADMIN),
        await enter("Noor", **ADMIN),
        await enter("Mei", **AGENT),
    )
    value = f"{vera.id[-8:]}.example"
    wanted = {"kind": "domain", "value": value, "reason": "our new site"}
    assert (await mei.post("official", 403, **wanted))["code"] == "not_allowed"
    change = await vera.post("official", **wanted)
    refused = await vera.post(f"official/changes/{change['id']}/confirm", 409)
    assert refused["code"] == "another_person_needed"
    listed = await noor.get("official")
    assert [each["is_own"] for each in listed["open"] if each["id"] == change["id"]] == [False]
    assert value not in [each["value"] for each in listed["sources"]]

    done = await noor.post(f"official/changes/{change['id']}/confirm", 200)

    assert (done["state"], done["proposer"], done["decider"]) == ("confirmed", "Vera", "Noor")
    assert value in [each["value"] for each in (await mei.get("official"))["sources"]]
    history = (await mei.get("official/history"))["changes"]
    assert change["id"] in [each["id"] for each in history]
    await mei.get("official/history?after=nonsense", 400)


async def test_an_answer_is_looked_at_once_more(enter: Enter, hear: Hear) -> None:
    mei, taken = await enter(), await hear("Is https://meridian-login.example yours?")
    [item] = (await mei.get(f"tickets/{taken.ticket_id}/timeline"))["items"]
    assert [(n["verdict"], n["of"]) for n in item["names"]] == [("look_alike", "meridian.example")]

    refused = await mei.reply(taken, "Use meridian-login.example", seen=1, status=422)
    assert refused["code"] == "look_alike_in_reply"
    doubted = await mei.reply(taken, "See https://chain.example", seen=1, status=409)
    [doubt] = doubted["params"]["doubts"]
    assert doubt["code"] == "unknown_link"
    sent = await mei.post(
        f"tickets/{taken.ticket_id}/replies", conversation_id=str(taken.conversation_id),
        text="See https://chain.example", client_key="quite-sure", confirmed=[doubt["key"]],
        seen={str(taken.conversation_id): 1},
    )  # fmt: skip
    assert sent["text"] == "See https://chain.example"


async def test_six_digits_are_the_agents_own(enter: Enter, hear: Hear) -> None:
    mei, kim, taken = await enter(), await enter("Kim"), await hear()
    pin = await mei.post(f"tickets/{taken.ticket_id}/pin")
    assert len(pin["digits"]) == 6
    assert (await mei.get(f"tickets/{taken.ticket_id}/pin"))["digits"] == pin["digits"]
    answer = await kim.client.get(f"/api/console/tickets/{taken.ticket_id}/pin")
    assert pin["digits"] not in answer.text


async def test_a_campaign_is_followed_to_its_end(house: House, enter: Enter, hear: Hear) -> None:
    vera, mei = await enter("Vera", **ADMIN), await enter("Mei", **AGENT)
    taken = await hear("a scam")
    value = f"meridian-{vera.id[-6:]}.example"

    async def report() -> None:
        async with house.edge.work() as work:
            assert taken.ticket_id is not None
            await scams.take(work, Evidence(values=[value]), ticket_id=taken.ticket_id)

    await house.later(report())
    line = next(each for each in (await mei.get("scams"))["rows"] if each["name"] == value)
    path = f"scams/{line['id']}"
    turned = {"state": "requested", "is_watched": True, "version": line["version"]}
    await mei.post(f"{path}/state", 403, **turned)
    await vera.post(f"{path}/state", 200, **turned)
    assert (await vera.post(f"{path}/state", 409, **turned))["code"] == "campaign_moved"
    whole = await vera.get(path)
    assert whole["campaign"]["state"] == "requested"
    assert [each["ticket_id"] for each in whole["reports"]] == [str(taken.ticket_id)]

    packed = await vera.client.get(f"/api/console/{path}/pack.zip")
    assert value in zipfile.ZipFile(io.BytesIO(packed.content)).read("letter.txt").decode()
    assert (await mei.client.get(f"/api/console/{path}/pack.zip")).status_code == 403
