"""An exchange tries its events at a command of its own, before it sends them to a desk."""

import socket
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from threading import Thread

from fanlight.app.hearing import listen
from fanlight.exchange.conformance import Result
from fanlight.exchange.connectors.http.telling import PATH, sending
from fanlight.exchange.facts import FreezeEvent

SECRET = b"a secret of thirty-two characters"


def said(port: int, headers: dict[str, str], body: bytes) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("POST", PATH)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    return connection.getresponse().status


def test_each_sending_is_answered_and_judged_whatever_it_is() -> None:
    heard: list[Result] = []
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    door = Thread(target=lambda: heard.extend(listen({"desk": SECRET}, port=port, count=3)))
    door.start()
    _await(port)
    event = FreezeEvent(
        id="evt-1", kind="freeze.lifted", uid="1", freeze_id="frz-1", at=datetime.now(UTC)
    )
    headers, body = sending(event, key_id="desk", secret=SECRET, now_s=time.time())

    answers = [
        said(port, {"content-length": "many"}, b""),
        said(port, {"content-length": "-1"}, b""),
        said(port, headers | {"content-length": str(len(body))}, body),
    ]
    door.join(10)

    assert answers == [403, 403, 204]
    assert [each.state for each in heard] == ["wrong", "wrong", "right"]


def _await(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError
