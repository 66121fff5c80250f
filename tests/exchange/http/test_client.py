"""The client of an exchange's HTTP interface: believes nothing unchecked, asks never too much."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import msgspec
import pytest

from fanlight.exchange.connectors.http.chain import HttpChain
from fanlight.exchange.connectors.http.door import Said
from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.contract import (
    ExchangeDown,
    FreezeRefused,
    NoSuchAccount,
    NotOffered,
)
from tests.builders.logs import Logged
from tests.exchange.http.wire import joined

DAY = timedelta(days=1)
STOPS = frozenset({"withdrawals"})


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(slow_s=0, patience_s=0)


def says(value: Any = ..., **given: Any) -> Any:
    """Somebody on the wire who changes an answer."""

    async def tamper(request: httpx2.Request, said: Said) -> Said:
        body = msgspec.json.decode(said.body)
        if value is not ...:
            body["value"] = value
        return Said(said.status, msgspec.json.encode(body | given))

    return tamper


async def test_what_is_asked_over_the_wire_is_what_the_exchange_says(sandbox: Sandbox) -> None:
    client, _ = joined(sandbox)
    uid = sandbox.uids[3]
    planted = sandbox.plant(uid, "withdrawal.held_review")
    assert (await client.account(uid)).value == (await sandbox.account(uid)).value
    assert (await client.networks("USDT")).value == (await sandbox.networks("USDT")).value
    assert (await client.deposits(uid)).value == (await sandbox.deposits(uid)).value
    (found,) = (await client.withdrawals(uid, withdrawal_id=planted.id)).value
    assert found.id == planted.id
    assert isinstance(found.amount, Decimal)
    fees = await client.fees(None, "BTC/USDT")
    assert (fees.value.market, fees.source) == ("BTC/USDT", "exchange")
    code = (await sandbox.anti_phishing_code(uid)).value
    assert (await client.anti_phishing_code(uid)).value == code


async def test_networks_are_read_through_the_exchange(sandbox: Sandbox) -> None:
    client, _ = joined(sandbox)
    planted = sandbox.plant(sandbox.uids[3], "deposit.credited")
    chain = HttpChain(client, "TRON")
    found = await chain.transaction(planted.tx_hash or "")
    assert found.value is not None
    assert (found.source, found.value.hash) == ("TRON", planted.tx_hash)
    assert (await chain.transaction("0" * 64)).value is None
    assert (await chain.head()).value > 0
    with pytest.raises(NotOffered):
        await HttpChain(client, "Nowhere Chain").head()


async def test_refusals_are_what_the_contract_calls_them(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox)
    with pytest.raises(NoSuchAccount):
        await client.account("no/such?account#")
    with pytest.raises(FreezeRefused) as refused:
        await client.freeze(
            sandbox.uids[1], stops=frozenset({"positions"}), lasts=DAY, reason="", key="k"
        )
    assert refused.value.params == {"reason": "not_freezable"}
    sandbox.play("down")
    with pytest.raises(ExchangeDown):
        await client.account(sandbox.uids[1])
    assert all("no/such?account#" not in str(each.url) for each in wire.requests)


async def test_a_freeze_and_its_end_over_the_wire(sandbox: Sandbox) -> None:
    client, _ = joined(sandbox)
    uid = sandbox.uids[1]
    assert not (await client.account(uid)).value.is_frozen
    freeze = await client.freeze(uid, stops=STOPS, lasts=DAY, reason="stolen", key="k")
    assert (await client.account(uid)).value.is_frozen  # what was known before is asked anew
    assert (await client.frozen(uid)).value == freeze
    asked = await client.challenge(uid, method="totp", purpose="unfreeze", language="en", key="c")
    passed = await client.answer_challenge(asked.id, sandbox.answer_to(asked.id))
    assert (await client.confirm_freeze(freeze.id, key="y")).is_confirmed
    await client.unfreeze(freeze.id, assertion=passed.id, key="u")
    assert (await client.frozen(uid)).value is None
    assert not (await client.account(uid)).value.is_frozen
    token = sandbox.alert(uid, "freeze")
    spent = await client.one_use(token, key="k")
    assert spent is not None
    assert spent.uid == uid
    assert await client.one_use(token, key="k") == spent  # its answer was lost
    assert await client.one_use(token, key="another") is None


@pytest.mark.parametrize(
    "lie",
    [
        says(uid="12345678"),
        says(uid=None),
        says(as_of="2099-01-01T00:00:00Z"),
        says(as_of="2026-01-01T00:00:00"),
        says(value=None),
        says(value={"uid": "12345678", "tier": "", "region": "SG", "created_at": "2020-01-01"}),
    ],
)
async def test_a_lie_about_an_account_is_not_believed(sandbox: Sandbox, lie: Any) -> None:
    client, wire = joined(sandbox)
    wire.tamper = lie
    with pytest.raises(ExchangeDown):
        await client.account(sandbox.uids[3])


async def test_answers_about_other_things_are_not_believed(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox, gives_up_after=100)
    uid = sandbox.uids[-1]
    others = msgspec.to_builtins((await sandbox.deposits(uid)).value)
    wire.tamper = says(value=others)
    with pytest.raises(ExchangeDown):
        await client.deposits(uid, tx_hash="f" * 64)
    for amount in ("NaN", "Infinity", "-0.01", "1e40", "0e99999999", "1e99999999", "1e-31"):
        wire.tamper = says(value=[others[0] | {"amount": amount}])
        with pytest.raises(ExchangeDown):
            await client.deposits(uid)
    for amount in ("0", f"{10**39}", "1e-30"):
        wire.tamper = says(value=[others[0] | {"amount": amount}])
        client._answers.forget(uid)
        assert [each.amount for each in (await client.deposits(uid)).value] == [Decimal(amount)]
    client._answers.forget(uid)
    wire.tamper = says(value=[others[0]] * 1_001)
    with pytest.raises(ExchangeDown):
        await client.deposits(uid, limit=3)
    use = msgspec.to_builtins((await sandbox.address(uid, "mine", "TRON")).value)
    wire.tamper = says(value=use | {"address": "theirs"})
    with pytest.raises(ExchangeDown):
        await client.address(uid, "mine", "TRON")
    network = msgspec.to_builtins((await sandbox.networks("BTC")).value[0])
    wire.tamper = says(value=[network | {"block_s": 0}])
    with pytest.raises(ExchangeDown):
        await client.networks("BTC")


def says_but(**given: Any) -> Any:
    """Somebody on the wire who changes some fields of the value."""

    async def tamper(request: httpx2.Request, said: Said) -> Said:
        body = msgspec.json.decode(said.body)
        return Said(said.status, msgspec.json.encode(body | {"value": body["value"] | given}))

    return tamper


PAST = "1990-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("act", "lie"),
    [
        ("freeze", says_but(stops=["withdrawals", "positions"])),
        ("freeze", says_but(until=PAST)),
        ("freeze", says_but(uid="12345678")),
        ("frozen", says_but(stops=["<b>"])),
        ("confirm", says_but(id="frz_other")),
        ("confirm", says_but(state="lifted")),
        ("confirm", says_but(is_confirmed=False, until="2099-01-01T00:00:00Z")),
        ("challenge", says_but(method="questions")),
        ("answer", says_but(id="chl_other")),
        ("lift", says_but(id="frz_other")),
        ("lift", says_but(state="frozen")),
    ],
)
async def test_an_act_is_believed_of_what_was_acted_on_alone(
    sandbox: Sandbox,
    act: str,
    lie: Any,
    logged: Logged,
) -> None:
    client, wire = joined(sandbox)
    uid = sandbox.uids[1]
    freeze = await client.freeze(uid, stops=STOPS, lasts=DAY, reason="", key="k")
    asked = await client.challenge(uid, method="totp", purpose="unfreeze", language="en", key="c")

    async def doing() -> Any:
        match act:
            case "freeze":
                return await client.freeze(uid, stops=STOPS, lasts=DAY, reason="", key="k")
            case "frozen":
                return (await client.frozen(uid)).value
            case "confirm":
                return await client.confirm_freeze(freeze.id, key="y")
            case "challenge":
                return await client.challenge(
                    uid, method="totp", purpose="unfreeze", language="en", key="c"
                )
            case "answer":
                return await client.answer_challenge(asked.id, sandbox.answer_to(asked.id))
        await sandbox.answer_challenge(asked.id, sandbox.answer_to(asked.id))
        return await client.unfreeze(freeze.id, assertion=asked.id, key="u")

    wire.tamper = lie
    with pytest.raises(ExchangeDown):
        await doing()
    assert "exchange.no_answer" in logged()
    wire.tamper = None
    assert (await doing()).id in (freeze.id, asked.id)


async def test_who_makes_a_market_may_be_paid_for_it(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox)
    wire.tamper = says_but(maker="-0.0001")
    assert (await client.fees(None, "BTC/USDT")).value.maker == Decimal("-0.0001")


@pytest.mark.parametrize("body", [b"", b"{}", b"[" * 50_000, b"\xff", b"<html>", b"9" * 2_000_000])
async def test_what_is_no_answer_is_no_answer(sandbox: Sandbox, body: bytes) -> None:
    client, wire = joined(sandbox)
    for status in (200, 204, 302, 400, 401, 404, 409, 500, 501):

        async def tamper(request: httpx2.Request, said: Said, status: int = status) -> Said:
            return Said(status, body)

        wire.tamper = tamper
        client._circuit.went_well()
        with pytest.raises(ExchangeDown):
            await client.account(sandbox.uids[3])


async def test_what_is_safe_is_tried_twice_and_the_rest_once(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox)
    uid = sandbox.uids[1]
    for broken in (httpx2.ConnectError("x"), httpx2.ReadError("x")):
        wire.breaks = [broken]
        await client.frozen(uid)
        wire.breaks = [broken]
        await client.freeze(uid, stops=STOPS, lasts=DAY, reason="", key="k")
    sent = [each for each in wire.requests if each.method == "POST"]
    assert {each.headers["idempotency-key"] for each in sent} == {"k"}
    nonces = [each.headers["fanlight-nonce"] for each in wire.requests]
    assert len(set(nonces)) == len(nonces) == 8

    asked = await client.challenge(uid, method="sms", purpose="x", language="en", key="c")
    wire.breaks, wire.requests = [httpx2.ReadError("x")], []
    with pytest.raises(ExchangeDown):  # a second guess would cost the customer a try
        await client.answer_challenge(asked.id, "1")
    assert len(wire.requests) == 1
    wire.breaks = [httpx2.ConnectError("x")]
    await client.answer_challenge(asked.id, "1")  # nothing had reached them


async def test_an_exchange_in_trouble_is_left_alone_but_a_freeze_is_tried(
    sandbox: Sandbox,
) -> None:
    client, wire = joined(sandbox, gives_up_after=3)
    uid = sandbox.uids[1]
    sandbox.play("failing")
    for _ in range(3):
        with pytest.raises(ExchangeDown):
            await client.account(uid)
    count = len(wire.requests)
    with pytest.raises(ExchangeDown) as resting:
        await client.account(uid)
    assert (len(wire.requests), resting.value.params["reason"]) == (count, "resting")
    sandbox.play("")
    await client.freeze(uid, stops=STOPS, lasts=DAY, reason="", key="k")
    assert (await client.account(uid)).value.is_frozen  # it had answered, so all is well


async def test_a_rest_ends_with_one_question(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox, gives_up_after=1, rests_s=0.05)
    sandbox.play("failing")
    with pytest.raises(ExchangeDown):
        await client.account(sandbox.uids[1])
    await asyncio.sleep(0.06)
    wire.requests = []
    tried = [client.account(uid) for uid in sandbox.uids[:9]]
    await asyncio.gather(*tried, return_exceptions=True)
    assert len({str(each.url) for each in wire.requests}) == 1
    sandbox.play("")
    await asyncio.sleep(0.06)
    await client.account(sandbox.uids[1])
    await client.account(sandbox.uids[2])


async def test_many_who_ask_the_same_are_one_question(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox)
    await asyncio.gather(*(client.networks() for _ in range(50)))
    await client.networks()
    assert len(wire.requests) == 1
    uid = sandbox.uids[1]
    await asyncio.gather(client.frozen(uid), client.frozen(uid))
    await client.frozen(uid)
    assert len(wire.requests) == 4  # whether somebody is frozen is never remembered
    sandbox.play("failing")
    with pytest.raises(ExchangeDown):
        await client.account(uid)
    sandbox.play("")
    await client.account(uid)  # nor is a failure


async def test_one_who_goes_away_takes_nobodys_answer_along(sandbox: Sandbox) -> None:
    client, _ = joined(sandbox)
    first, second = (asyncio.create_task(client.networks()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).value


async def test_a_freeze_does_not_stand_in_line_behind_questions(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox, at_once=1, timeout_s=30)
    release = asyncio.Event()

    async def tamper(request: httpx2.Request, said: Said) -> Said:
        if request.method == "GET":
            await release.wait()
        return said

    wire.tamper = tamper
    waiting = [asyncio.create_task(client.account(uid)) for uid in sandbox.uids[:3]]
    await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        await client.freeze(sandbox.uids[9], stops=STOPS, lasts=DAY, reason="", key="k")
    assert len([each for each in wire.requests if each.method == "GET"]) == 1
    release.set()
    await asyncio.gather(*waiting)


async def test_an_answer_that_drips_is_given_up(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox, timeout_s=0.05)

    async def tamper(request: httpx2.Request, said: Said) -> Said:
        await asyncio.sleep(5)
        return said

    wire.tamper = tamper
    begun = datetime.now(UTC)
    with pytest.raises(ExchangeDown):
        await client.account(sandbox.uids[1])
    assert datetime.now(UTC) - begun < timedelta(seconds=2)


async def test_a_mailbox_is_told_of_its_own_account_alone(sandbox: Sandbox) -> None:
    client, wire = joined(sandbox)
    found = (await client.account_at("jonas@mail.example")).value
    assert found is not None
    assert found.uid == "73105528"
    assert (await client.account_at("customer12@mail.example")).value is not None
    for nobody in ("x@mail.example", "customer99999@mail.example", "customer012@mail.example"):
        assert (await client.account_at(nobody)).value is None
    assert all("mail.example" not in str(each.url) for each in wire.requests)
    wire.tamper = says(value=msgspec.to_builtins(found))
    with pytest.raises(ExchangeDown):
        await client.account_at("amara@mail.example")


async def test_health_says_how_old_its_answer_is(sandbox: Sandbox) -> None:
    client, _ = joined(sandbox)
    assert (await client.healthy())["age"] == "0.0 s"


async def test_no_account_reaches_the_log(sandbox: Sandbox, logged: Logged) -> None:
    client, wire = joined(sandbox)
    client.on_other_account = (told := []).append
    wire.tamper = says(uid="12345678")
    with pytest.raises(ExchangeDown):
        await client.account(sandbox.uids[3])
    assert told == ["account"]
    said = logged()
    assert "exchange.answered_about_another" in said
    assert "12345678" not in said
    assert sandbox.uids[3] not in said


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://office.exchange.example"},
        {"url": "ftp://office.exchange.example"},
        {"url": "https://office.exchange.example"},
        {"url": "https://office.exchange.example", "key_id": "k", "secret": "too short"},
        {"url": "https://office.exchange.example", "key_id": "k"},
    ],
)
def test_settings_that_are_not_safe_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"url|secret|key_id"):
        HttpExchangeSettings(**given)
