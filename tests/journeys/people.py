"""Who uses the desk in a journey, each by the door they would use, without a browser."""

import time
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx2

from fanlight.surfaces.shared.sessions import COOKIE
from tests.surfaces.widget.house import House
from tests.ui.console.scene import Staff

_AWAY_S = 20  # how long a client goes on trying while the desk is away


class Guest:
    """Somebody in the chat. What is not acknowledged is said again under the same key."""

    def __init__(self, town: House, *, identity: str | None = None, language: str = "en") -> None:
        self._client = httpx2.Client(base_url=f"{town.url}/api/widget", timeout=20)
        given: dict[str, str] = {"language": language}
        if identity is not None:
            given["identity"] = identity
        session = self._send("POST", "/session", given)
        self._client.headers["authorization"] = f"Bearer {session['token']}"
        self.talk_id = self.reference = self.subject = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._client.close()

    def begins(self, text: str, **more: Any) -> Self:
        self.subject = text
        body = {"text": text, "client_key": str(uuid4()), **more}
        begun = self._send("POST", "/chats", body)
        self.talk_id = begun["conversation"]["id"]
        self.reference = begun["conversation"]["ticket_reference"]
        return self

    def says(self, text: str) -> None:
        body = {"text": text, "client_key": str(uuid4())}
        self._send("POST", f"/chats/{self.talk_id}/messages", body)

    def hears(self) -> list[str]:
        """What the desk has said to them, in order."""
        found = self._send("GET", f"/chats/{self.talk_id}/messages")
        return [each["text"] for each in found["messages"] if each["by"] != "customer"]

    def everything(self) -> httpx2.Response:
        """The talk as it is handed to them."""
        return self.look_into(self.talk_id)

    def look_into(self, talk_id: str) -> httpx2.Response:
        """They ask for a talk, be it theirs or not."""
        return self._client.get(f"/chats/{talk_id}/messages")

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        until = time.monotonic() + _AWAY_S
        while True:
            try:
                answer = self._client.request(method, path, json=body)
                if answer.status_code < 500 or time.monotonic() > until:
                    assert answer.status_code < 300, answer.text
                    return answer.json() if answer.content else None
            except httpx2.HTTPError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.1)


class Console:
    """An agent's requests, as their browser sends them."""

    def __init__(self, town: House, staff: Staff) -> None:
        self.staff = staff
        self.client = httpx2.Client(
            base_url=f"{town.url}/api/console/",
            cookies={COOKIE: staff.token},
            headers={"x-fanlight": "1", "origin": town.url},
            timeout=20,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.client.close()

    def get(self, path: str, **query: str) -> Any:
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ticket_with(self, words: str) -> str:
        """The id of the one ticket that a search for these words finds, or nothing."""
        rows = self.get("search", q=words)["rows"]
        assert len(rows) < 2, rows
        return str(rows[0]["id"]) if rows else ""

    def timeline(self, ticket_id: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get(f"tickets/{ticket_id}/timeline")["items"]
        return items

    def said(self, ticket_id: str) -> list[str]:
        """What was said on a ticket, by whomever, in order."""
        items = self.timeline(ticket_id)
        return [each["text"] for each in items if each["kind"] in {"inbound", "outbound"}]

    def has_read_all(self, ticket_id: str) -> bool:
        """Whether everything the customer said was long enough before an agent's eyes."""
        talks = self.get(f"tickets/{ticket_id}")["conversations"]
        read = {talk["id"]: talk["agent_read_seq"] for talk in talks}
        heard = [each for each in self.timeline(ticket_id) if each["kind"] == "inbound"]
        return all(each["seq"] <= read[each["conversation_id"]] for each in heard)

    def answers(self, ticket_id: str, text: str) -> dict[str, Any]:
        """Answer where the customer spoke last, as the composer does, having read everything."""
        talks = self.get(f"tickets/{ticket_id}")["conversations"]
        said = [each for each in self.timeline(ticket_id) if each["kind"] == "inbound"]
        body = {
            "conversation_id": said[-1]["conversation_id"],
            "text": text,
            "client_key": uuid4().hex,
            "seen": {talk["id"]: talk["last_seq"] for talk in talks},
        }
        answer = self.client.post(f"tickets/{ticket_id}/replies", json=body)
        assert answer.status_code == 201, answer.text
        replied: dict[str, Any] = answer.json()
        return replied
