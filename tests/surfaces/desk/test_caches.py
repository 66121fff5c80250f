"""What is about a person stays in no cache, neither a browser's nor one on the way."""

import httpx2
import pytest

from tests.surfaces.desk.conftest import Enter, Hear
from tests.surfaces.widget.house import House


@pytest.mark.parametrize(
    "path",
    [
        "tickets?view=all",
        "views",
        "search?q=a",
        "assignable",
        "me",
        "deliveries",
        "dead-letters",
    ],
)
async def test_what_agents_read_is_kept_nowhere(enter: Enter, path: str) -> None:
    mei = await enter()

    answer = await mei.client.get(f"/api/console/{path}")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


async def test_a_ticket_is_kept_nowhere(enter: Enter, hear: Hear) -> None:
    mei, taken = await enter(), await hear()

    for rest in ("", "/timeline"):
        answer = await mei.client.get(f"/api/console/tickets/{taken.ticket_id}{rest}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_what_customers_read_is_kept_nowhere(house: House) -> None:
    with httpx2.Client(base_url=house.url, headers={"origin": house.url}) as client:
        begun = client.post("/api/widget/session", json={})
        client.headers["authorization"] = f"Bearer {begun.json()['token']}"
        talk = client.post(
            "/api/widget/chats", json={"text": "Where is it?", "client_key": "first-words"}
        )
        path = f"/api/widget/chats/{talk.json()['conversation']['id']}/messages"
        said = client.get(path)
        kept = client.post("/api/widget/files", files={"file": ("a.txt", b"a line")})

    for answer in (begun, talk, said, kept):
        assert answer.status_code in {200, 201}
        assert answer.headers["cache-control"] == "no-store"
