"""A draft is being saved at the very moment its answer is sent, as happens to fast typists."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.journeys.conftest import Enter
from tests.journeys.people import Console

pytestmark = pytest.mark.slow

ROUNDS = 10


def test_neither_the_answer_nor_the_draft_is_refused(enter: Enter, desk: Console) -> None:
    answers: list[httpx2.Response] = []
    for n in range(ROUNDS):
        guest = enter().begins(f"Typed fast, number {n}")
        ticket = desk.ticket_with(guest.reference)
        answers += send_while_saving(desk, ticket, guest.talk_id)
        assert guest.hears() == ["Which network was it?"]
    assert {each.status_code for each in answers} <= {200, 201}, [each.text for each in answers]


def send_while_saving(desk: Console, ticket: str, talk: str) -> list[httpx2.Response]:
    """Two drafts and their answer, all under way at once."""

    def save(text: str) -> httpx2.Response:
        draft = {"kind": "reply", "text": text, "conversation_id": talk}
        return desk.client.put(f"tickets/{ticket}/draft", json=draft)

    def send(text: str) -> httpx2.Response:
        body: dict[str, Any] = {"conversation_id": talk, "text": text, "seen": {talk: 1}}
        body["client_key"] = uuid4().hex
        return desk.client.post(f"tickets/{ticket}/replies", json=body)

    with ThreadPoolExecutor(3) as hands:
        under_way = [
            hands.submit(save, "Which"),
            hands.submit(send, "Which network was it?"),
            hands.submit(save, "Which network was it?"),
        ]
        return [each.result() for each in under_way]
