"""Whatever of a ticket an agent asks for first, that they looked is written down."""

from uuid import UUID

import msgspec
import pytest

from tests.builders.doors import Door, doors
from tests.surfaces.desk.conftest import Enter, Hear
from tests.surfaces.widget.house import House

OF_A_TICKET = [door for door in doors() if "{ticket_id:uuid}" in door.path]
# What any of these doors may ask for; one that asks for more says so by failing.
FILLED_IN = {
    "text": "x", "client_key": "xxxxxxxx", "kind": "note", "reason": "x", "why": "support",
    "words": "x",
    "conversation_id": str(UUID(int=7)), "seq": 0, "seen": {}, "version": 1, "is_done": True,
    "agent_id": None, "status": "open", "priority": "normal", "team": "deposits", "tags": [],
    "subject": "x", "category": "account.sign_in",
}  # fmt: skip


def test_the_doors_of_a_ticket_are_found() -> None:
    assert len(OF_A_TICKET) > 20


@pytest.mark.parametrize("door", OF_A_TICKET, ids=str)
async def test_a_ticket_is_asked_for_and_the_look_stands(
    house: House, enter: Enter, hear: Hear, door: Door
) -> None:
    mei = await enter(roles=("lead",))
    taken = await hear("Where is my deposit?")
    path = msgspec.structs.replace(
        door, path=door.path.replace("{ticket_id:uuid}", str(taken.ticket_id))
    ).address

    answer = await mei.client.request(door.method, f"/api/console{path}", json=FILLED_IN)

    # A conversation, an object or a freeze that is not there is refused after the look.
    assert answer.status_code not in {401, 405, 500}, answer.text
    assert answer.is_success or answer.json()["code"] not in {"not_allowed", "ticket_not_found"}
    assert await _looks(house, taken.ticket_id) == 1


async def test_who_may_not_see_it_leaves_no_look(house: House, enter: Enter, hear: Hear) -> None:
    stranger = await enter("Cai Wen", roles=("agent",), teams=())
    taken = await hear("Where is my deposit?")

    await stranger.get(f"tickets/{taken.ticket_id}/triage", 404)

    assert await _looks(house, taken.ticket_id) == 0


async def _looks(house: House, ticket_id: UUID) -> int:
    async def count() -> int:
        async with house.edge.work() as work:
            found = await work.one(
                int, "SELECT count(*) FROM agent_looks WHERE ticket_id = %(id)s", id=ticket_id
            )
        return found or 0

    return await house.later(count())
