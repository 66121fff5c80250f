"""What an exchange tells of itself: signed, in time, of one form, and the same thing each time."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from fanlight.exchange.conformance import Ear
from fanlight.exchange.connectors.http.telling import PATH, sending
from fanlight.exchange.facts import FreezeEvent

NOW_S = 1_795_000_000.0
NOW = datetime.fromtimestamp(NOW_S, UTC)
SECRET = b"a secret of thirty-two characters"
EVENT = FreezeEvent(id="evt-1", kind="freeze.lifted", uid="48812217", freeze_id="frz-1", at=NOW)


@pytest.fixture
def ear() -> Ear:
    return Ear({"desk": SECRET}, now=lambda: NOW, now_s=lambda: NOW_S)


def said(
    event: FreezeEvent, *, secret: bytes = SECRET, at_s: float = NOW_S
) -> tuple[dict[str, str], bytes]:
    return sending(event, key_id="desk", secret=secret, now_s=at_s)


def test_an_event_is_heard_and_may_be_told_again(ear: Ear) -> None:
    first, again = said(EVENT), said(EVENT)

    assert ear.hear("POST", PATH, *first).state == "right"
    assert ear.hear("POST", PATH, *again).state == "right"
    assert ear.hear("POST", PATH, *first).says.startswith("signature, time or nonce")


def test_what_was_changed_or_comes_late_is_not_believed(ear: Ear) -> None:
    headers, body = said(EVENT)

    assert ear.hear("POST", PATH, headers, body.replace(b"frz-1", b"frz-2")).state == "wrong"
    assert ear.hear("POST", "/hooks/other", headers, body).state == "wrong"
    assert ear.hear("POST", PATH, *said(EVENT, secret=b"x" * 32)).state == "wrong"
    assert ear.hear("POST", PATH, *said(EVENT, at_s=NOW_S - 61)).state == "wrong"
    assert ear.hear("POST", PATH, headers, body).state == "right"  # none of them used it up


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"kind": "freeze.gone"}, "no event"),
        ({"at": NOW + timedelta(hours=1)}, "of the future"),
        ({"at": NOW - timedelta(hours=1)}, "late"),
        ({"uid": ""}, "no event"),
        ({"at": NOW.replace(tzinfo=None)}, "no event"),
    ],
)
def test_what_is_wrong_with_it_is_said(ear: Ear, changed: dict[str, object], why: str) -> None:
    result = ear.hear("POST", PATH, *said(replace(EVENT, **changed)))

    assert result.state == "wrong"
    assert why in result.says


def test_one_id_tells_one_thing(ear: Ear) -> None:
    ear.hear("POST", PATH, *said(EVENT))

    assert "another thing" in ear.hear("POST", PATH, *said(replace(EVENT, uid="1"))).says
    assert msgspec.json.decode(said(EVENT)[1], type=FreezeEvent) == EVENT
