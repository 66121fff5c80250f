"""The exchange tells of a lift at our door: signed, believed once, and the page says it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.http.signing import signed_headers
from fanlight.exchange.connectors.http.telling import PATH, sending
from fanlight.exchange.facts import FreezeEvent
from fanlight.exchange.settings import ExchangeSettings
from tests.builders.databases import Databases
from tests.surfaces.help.test_freeze import UID, bank, hand_over, post, rows, token
from tests.surfaces.widget.house import House, open_house

KEY_ID, SECRET = "desk", "a secret of more than thirty-two characters"
OVER_HTTP = HttpExchangeSettings(url="http://127.0.0.1:9/v1", key_id=KEY_ID, secret=SECRET)


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("event")
    sandbox = ExchangeSettings(connector="sandbox")
    with open_house(databases, folder, sandbox, OVER_HTTP) as house:
        yield house


def said(
    freeze_id: str, *, secret: str = SECRET, event_id: str = "evt-1"
) -> tuple[dict[str, str], bytes]:
    event = FreezeEvent(
        id=event_id, kind="freeze.lifted", uid=UID, freeze_id=freeze_id, at=datetime.now(UTC)
    )
    return sending(event, key_id=KEY_ID, secret=secret.encode(), now_s=time.time())


def test_a_lift_in_the_app_stands_on_the_page_at_once(house: House) -> None:
    with httpx2.Client(base_url=house.url) as visitor:
        hand_over(house, visitor, token(house))
        page = post(house, visitor, "/en/freeze").headers["location"]
        assert "Frozen since" in visitor.get(page).text
        lifted = bank(house).lift_in_app(UID)
        assert lifted is not None

        forged = visitor.post(PATH, headers=said(lifted.id, secret="x" * 40)[0], content=b"{}")
        assert forged.status_code == 403
        headers, body = said(lifted.id, secret="y" * 40)
        assert visitor.post(PATH, headers=headers, content=body).status_code == 403
        assert rows(house, "SELECT state FROM freezes") == ["acknowledged"]

        headers, body = said(lifted.id)
        assert visitor.post(PATH, headers=headers, content=body).status_code == 204
        assert "Lifted at" in visitor.get(page).text
        assert visitor.post(PATH, headers=headers, content=body).status_code == 403  # heard before
        headers, body = said(lifted.id)
        assert visitor.post(PATH, headers=headers, content=body).status_code == 204  # told again
        assert rows(house, "SELECT state FROM freezes") == ["lifted"]


def test_what_is_no_event_is_refused(house: House) -> None:
    with httpx2.Client(base_url=house.url) as exchange:
        assert exchange.get(PATH).status_code in {404, 405}
        assert exchange.post(PATH, content=b"{}").status_code == 403
        assert exchange.post(PATH, content=b"x" * 20_000).status_code == 413


@pytest.mark.parametrize("body", [b"", b"[]", b'{"kind": "x"}', b'{"x":' + b"[" * 9_000])
def test_what_is_signed_but_no_event_is_told_so(house: House, body: bytes) -> None:
    signed = signed_headers(KEY_ID, SECRET.encode(), "POST", PATH, body, now_s=time.time())
    with httpx2.Client(base_url=house.url) as exchange:
        answer = exchange.post(PATH, headers=signed, content=body)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
