"""Whatever of a ticket an agent asks for first, that they looked is written down."""

from uuid import UUID

import pytest

from tests.surfaces.desk.conftest import Enter, Hear
from tests.surfaces.widget.house import House


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "/timeline"),
        ("get", "/checks"),
        ("get", "/triage"),
        ("get", "/articles"),
        ("get", "/objects"),
        ("get", "/freeze"),
        ("post", "/checks"),
        ("post", "/pin"),
        ("post", "/notes"),
        ("put", "/tags"),
    ],
)
async def test_a_ticket_is_asked_for_and_the_look_stands(
    house: House, enter: Enter, hear: Hear, method: str, path: str
) -> None:
    mei = await enter(roles=("lead",))
    taken = await hear("Where is my deposit?")

    answer = await mei.client.request(
        method.upper(), f"/api/console/tickets/{taken.ticket_id}{path}", json={"text": "x"}
    )

    assert answer.status_code not in {404, 405, 500}, answer.text
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
