"""While a customer waits the widget says what is seen; who has proven nothing gets the offer."""

from uuid import UUID, uuid4

import pytest

from fanlight.exchange.connectors.sandbox.connect import opened
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from tests.surfaces.widget.house import House, People

UID = "61724093"


@pytest.fixture
def sandbox(house: House) -> Sandbox:
    return opened(house.settings)


async def test_a_waiting_customer_is_told_what_is_seen(people: People, sandbox: Sandbox) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")
    amara = await people.signed(UID)
    talk = await amara.begin(f"My deposit is missing {planted.tx_hash}")
    path = f"/api/widget/chats/{talk['conversation']['id']}/check"

    first = (await amara.client.post(path)).json()["card"]
    again = (await amara.client.post(path)).json()["card"]

    assert (first["code"], first["verdict"]) == ("memo_missing", "act")
    assert "/en/check/result/" in first["link"]
    assert again["link"] == first["link"], "looked at once, not once for each time it is shown"


async def test_a_guest_is_only_offered_the_check(people: People, sandbox: Sandbox) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")
    guest = await people.guest()
    talk = await guest.begin(f"I am {UID}, my deposit {planted.tx_hash} is missing")

    answer = await guest.client.post(f"/api/widget/chats/{talk['conversation']['id']}/check")

    card = answer.json()["card"]
    assert card["code"] == ""
    assert "/check/deposit_not_credited?tx=" in card["link"]
    assert "XRP" not in str(card).replace(planted.tx_hash or "", "")


async def test_anothers_talk_is_not_looked_into(people: People, sandbox: Sandbox) -> None:
    amara, stranger = await people.signed(UID), await people.guest()
    talk = await amara.begin("My withdrawal is pending")

    path = f"/api/widget/chats/{talk['conversation']['id']}/check"

    assert (await stranger.client.post(path)).status_code == 404
    assert (await amara.client.post(f"/api/widget/chats/{uuid4()}/check")).status_code == 404


async def test_small_talk_brings_no_card(people: People, sandbox: Sandbox) -> None:
    amara = await people.signed(UID)
    talk = await amara.begin("Good morning, nice weather today.")

    answer = await amara.client.post(f"/api/widget/chats/{talk['conversation']['id']}/check")

    assert answer.json() == {"card": None}


async def test_a_waiting_customer_hears_who_is_before_them(people: People, house: House) -> None:
    await people.house.later(house.end_talks())
    first, second = await people.guest(), await people.guest()
    before = (await first.begin())["conversation"]["id"]
    behind = (await second.begin())["conversation"]["id"]
    await people.house.later(house.presence("online"))

    mine = (await first.client.get(f"/api/widget/chats/{before}/line")).json()["line"]
    theirs = (await second.client.get(f"/api/widget/chats/{behind}/line")).json()["line"]

    assert theirs["ahead"] == mine["ahead"] + 1
    assert (await first.client.get(f"/api/widget/chats/{behind}/line")).status_code == 404
    await people.house.later(people.house.answer(UUID(before), "Here I am."))
    answered = await first.client.get(f"/api/widget/chats/{before}/line")
    assert answered.json()["line"] is None
