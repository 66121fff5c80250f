"""The emergency lane in the widget: one press by whoever the exchange has signed in."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest

from fanlight.exchange.contract import Exchange
from fanlight.exchange.settings import ExchangeSettings
from tests.builders.databases import Databases
from tests.surfaces.widget.house import House, People, open_house

UID = "50317746"
ADDRESS = "/api/widget/freeze"


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("lane")
    with open_house(databases, folder, ExchangeSettings(connector="sandbox")) as house:
        yield house


@pytest.fixture
async def people(house: House) -> AsyncIterator[People]:
    people = People(house)
    yield people
    await people.leave()


async def frozen(house: House) -> bool:
    return (await house.later(house.edge.shelf.of(Exchange).frozen(UID))).value is not None


async def test_a_guest_locks_nobody(people: People, house: House) -> None:
    guest = await people.guest()

    refused = await guest.client.post(ADDRESS)

    assert (refused.status_code, refused.json()["code"]) == (403, "freeze_proof_too_weak")
    assert (await guest.client.get(ADDRESS)).json() is None
    assert (await people.client().post(ADDRESS)).status_code == 401
    assert not await frozen(house)


async def test_a_signed_customer_presses_once_and_a_person_comes_in_the_chat(
    people: People, house: House
) -> None:
    lin = await people.signed(UID)
    assert (await lin.client.get(ADDRESS)).json() is None

    pressed = await lin.client.post(ADDRESS)
    again = await lin.client.post(ADDRESS)

    said = pressed.json()
    assert (pressed.status_code, said["state"]) == (200, "acknowledged")
    assert UID not in pressed.text
    assert await frozen(house)
    talk = said["conversation"]["id"]
    assert again.json()["conversation"]["id"] == talk
    assert (await lin.client.get(ADDRESS)).json()["state"] == "acknowledged"
    await house.later(house.answer(UUID(talk), "We are with you."))
    assert [each["by"] for each in await lin.messages(talk)] == ["customer", "agent"]
    other = await people.signed("73105528")
    assert (await other.client.get(ADDRESS)).json() is None
