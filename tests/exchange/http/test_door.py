"""The door of the reference server: believes what is signed, once and in time, and answers that."""

from datetime import UTC, datetime
from inspect import iscoroutinefunction

import msgspec
import pytest

from fanlight.exchange.connectors.http.door import Door, Said
from fanlight.exchange.connectors.http.questions import QUESTIONS
from fanlight.exchange.connectors.http.signing import signed_headers, words
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.contract import Exchange

NOW_S = 1_795_000_000.0
KEYS = {"desk": b"a secret of thirty-two characters"}


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(now=lambda: datetime.fromtimestamp(NOW_S, UTC))


async def ask(
    door: Door,
    target: str,
    body: bytes = b"",
    *,
    key_id: str = "desk",
    secret: bytes = KEYS["desk"],
    at_s: float = NOW_S,
    nonce: str | None = None,
    key: str = "",
    **changed: str,
) -> Said:
    method = "POST" if body else "GET"
    headers = signed_headers(
        key_id, secret, method, target, body, now_s=at_s, idempotency_key=key, nonce=nonce
    )
    return await door.answer(method, target, headers | changed, body)


@pytest.fixture
def door(sandbox: Sandbox) -> Door:
    return Door(sandbox, sandbox.chains, keys=KEYS, now_s=lambda: NOW_S)


async def test_only_what_is_signed_and_in_time_is_answered(sandbox: Sandbox, door: Door) -> None:
    target = f"/accounts/{sandbox.uids[0]}"
    assert (await ask(door, target)).status == 200
    assert (await ask(door, target, at_s=NOW_S - 59)).status == 200
    refused = [
        await door.answer("GET", target, {}, b""),
        await ask(door, target, key_id="nobody"),
        await ask(door, target, secret=b"another secret of many characters"),
        await ask(door, target, at_s=NOW_S - 61),
        await ask(door, target, at_s=NOW_S + 61),
        await ask(door, target, **{"fanlight-time": str(int(NOW_S) + 1)}),
        await ask(door, target, **{"fanlight-time": "１７９５"}),
        await ask(door, target, **{"fanlight-nonce": ""}),
        await ask(door, target, **{"fanlight-signature": "é" * 64}),
        await ask(door, target, **{"idempotency-key": "added"}),
    ]
    assert {each.status for each in refused} == {401}


async def test_the_same_request_is_believed_once(sandbox: Sandbox, door: Door) -> None:
    target = f"/accounts/{sandbox.uids[0]}"
    assert (await ask(door, target, nonce="one")).status == 200
    assert (await ask(door, target, nonce="one")).status == 401
    forged = await ask(door, target, nonce="two", secret=b"another secret of many characters")
    assert forged.status == 401
    assert (await ask(door, target, nonce="two")).status == 200  # a forger uses no nonce up


async def test_neither_body_nor_address_may_be_changed(sandbox: Sandbox, door: Door) -> None:
    mine, theirs = (f"/accounts/{uid}/freeze" for uid in sandbox.uids[:2])
    body = b'{"stops":["withdrawals"],"lasts_s":60,"reason":""}'
    headers = signed_headers(
        "desk", KEYS["desk"], "POST", mine, body, now_s=NOW_S, idempotency_key="k"
    )
    assert (await door.answer("POST", theirs, headers, body)).status == 401
    longer = body.replace(b"60", b"99999")
    assert (await door.answer("POST", mine, headers, longer)).status == 401
    assert (await door.answer("GET", mine, headers, body)).status == 401
    assert (await door.answer("POST", mine, headers, body)).status == 200


async def test_what_does_not_fit_is_malformed(sandbox: Sandbox, door: Door) -> None:
    uid = sandbox.uids[0]
    for target, body in (
        (f"/accounts/{uid}/freeze", b"{}"),
        (f"/accounts/{uid}/freeze", b'{"stops":["withdrawals"],"lasts_s":60,"reason":""}'),
        (f"/accounts/{uid}/deposits?limit=many", b""),
        (f"/accounts/{uid}/address?address=x", b""),
        ("/fees", b""),
    ):
        assert (await ask(door, target, body)).status == 400, target
    assert (await ask(door, "/nowhere")).status == 501
    assert (await ask(door, f"/accounts/{uid}/deposits?limit=0")).status == 200


async def test_an_exchange_that_offers_nothing_says_so(sandbox: Sandbox) -> None:
    door = Door(Exchange(), sandbox.chains, keys=KEYS, now_s=lambda: NOW_S)
    said = await ask(door, f"/accounts/{sandbox.uids[0]}")
    assert (said.status, msgspec.json.decode(said.body)["code"]) == (501, "not_offered")


def test_every_question_of_the_contract_is_on_the_wire() -> None:
    asked = {
        name
        for name, verb in vars(Exchange).items()
        if iscoroutinefunction(verb) and not name.startswith("_")
    }
    assert asked | {"transaction", "head"} == set(QUESTIONS)


def test_the_signed_words_of_the_guide() -> None:
    """The worked example of docs/guides/exchange.md: whoever builds the other end compares."""
    target = "/support/v1/accounts/48812217/deposits?limit=50"
    secret = b"an example secret, never use this"
    assert words("GET", target, "1795000000", "6f1c", "", b"").decode() == (
        "GET\n"
        "/support/v1/accounts/48812217/deposits?limit=50\n"
        "1795000000\n"
        "6f1c\n"
        "\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    headers = signed_headers("desk", secret, "GET", target, b"", now_s=NOW_S, nonce="6f1c")
    assert (
        headers["fanlight-signature"]
        == "01a74067d6ab6516c596cc251cd9cca8a5dc34d03741f39c7db33150bf2babea"
    )
