"""The demo's exchange: a real page, and a back office that answers its own desk alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from fanlight.app import demo_exchange
from fanlight.app.demo.slots import slots_of
from fanlight.app.demo.stories import stories
from fanlight.app.doctor.exchange import examine
from fanlight.app.exchanges import connected
from fanlight.exchange.connectors.http.client import HttpExchange
from fanlight.exchange.connectors.http.settings import HttpExchangeSettings
from fanlight.exchange.connectors.sandbox.connect import opened
from fanlight.exchange.connectors.sandbox.plants import CAUSES
from fanlight.exchange.contract import ExchangeDown, NoExchange
from fanlight.exchange.settings import ExchangeSettings
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.settings import Settings, load

JONAS, AMARA = "73105528", "61724093"
PORT = 18_551


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return demo_exchange.demo_settings(load(data_dir=tmp_path, environment={}), port=PORT)


@pytest.fixture
async def page(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=demo_exchange.create_app(settings))
    base = f"http://127.0.0.1:{PORT}"
    async with httpx2.AsyncClient(transport=transport, base_url=base) as client:
        yield client


def desk_of(settings: Settings, page: httpx2.AsyncClient) -> HttpExchange:
    """The desk's end of the wire, to the exchange in this process."""
    http = OutboundHttp(allowed=("127.0.0.1",), transport=page._transport)
    return HttpExchange(settings[HttpExchangeSettings], http)


async def test_it_answers_in_english_where_the_desk_speaks_more(
    page: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_exchange, "negotiate", lambda asked: "eo")
    answer = await page.get("/")
    assert (answer.status_code, 'lang="en"' in answer.text) == (200, True)


async def test_the_desk_sees_what_the_account_page_shows(
    settings: Settings, page: httpx2.AsyncClient
) -> None:
    desk = desk_of(settings, page)
    await page.post("/session", data={"uid": JONAS})
    shown = (await page.get("/")).text
    found = (await desk.deposits(JONAS)).value
    assert [str(each.amount) for each in found] == ["0.0021"] or len(found) > 1
    for each in found:
        assert str(each.amount) in shown
    assert "Confirming" in shown
    assert "Credited" in shown


async def test_nobody_else_is_answered(settings: Settings, page: httpx2.AsyncClient) -> None:
    for path in (f"/backoffice/v1/accounts/{JONAS}", "/backoffice/v1/health", "/backoffice/v1"):
        assert (await page.get(path)).status_code == 401
    other = OutboundHttp(allowed=("127.0.0.1",), transport=page._transport)
    given = settings[HttpExchangeSettings]
    wrong = HttpExchangeSettings(url=given.url, key_id=given.key_id, secret="x" * 64)
    with pytest.raises(ExchangeDown):
        await HttpExchange(wrong, other).account(JONAS)


async def test_codes_and_alerts_stand_on_their_customers_phone_alone(
    settings: Settings, page: httpx2.AsyncClient
) -> None:
    desk = desk_of(settings, page)
    asked = await desk.challenge(JONAS, method="totp", purpose="x", language="en", key="k")
    code = opened(settings).answer_to(asked.id)
    await page.post("/session", data={"uid": AMARA})
    await page.post("/alert")
    hers = (await page.get("/")).text
    (token,) = opened(settings).alerts(AMARA)
    assert f"/en/freeze/alert/{token}" in hers
    assert code not in hers
    await page.post("/session", data={"uid": JONAS})
    his = (await page.get("/")).text
    assert code in his
    assert token not in his
    spent = await desk.one_use(token, key="k")
    assert spent is not None
    assert spent.uid == AMARA
    assert opened(settings).alerts(AMARA) == []


async def test_no_other_site_sends_an_alert_and_nobody_signed_out(
    settings: Settings, page: httpx2.AsyncClient
) -> None:
    assert (await page.post("/alert")).status_code == 303
    await page.post("/session", data={"uid": AMARA})
    foreign = {"origin": "https://elsewhere.example"}
    assert (await page.post("/alert", headers=foreign)).status_code == 404
    assert opened(settings).alerts(AMARA) == []


async def test_the_demo_can_read_every_network(settings: Settings) -> None:
    async with connected(settings) as (exchange, chains):
        assert exchange.name == "http"
        assert {"Bitcoin", "TRON", "Polygon"} <= {each.network for each in chains}


async def test_a_desk_with_its_own_exchange_keeps_it(tmp_path: Path) -> None:
    own = load(data_dir=tmp_path, environment={"FANLIGHT_EXCHANGE__CONNECTOR": "sandbox"})
    settings = demo_exchange.demo_settings(own, port=PORT)
    assert settings[ExchangeSettings].connector == "sandbox"
    async with connected(settings) as (exchange, chains):
        assert (exchange.name, list(chains)) == ("sandbox", [])


async def test_the_doctor_says_what_is_connected(settings: Settings, tmp_path: Path) -> None:
    nothing = load(data_dir=tmp_path, environment={})
    (said,) = [each async for each in examine(nothing)]
    assert said.state == "warn"
    assert said.says.startswith("None is connected")
    async with connected(nothing) as (exchange, _):
        assert isinstance(exchange, NoExchange)
    own = nothing.with_section(ExchangeSettings(connector="sandbox"))
    (said,) = [each async for each in examine(own)]
    assert said.state == "ok"
    assert "10,000" in said.says
    first, *networks = [each async for each in examine(settings)]  # nobody listens there
    assert (first.check, first.state) == ("exchange", "fail")
    assert {each.state for each in networks} == {"warn"}
    bad = nothing.with_section(ExchangeSettings(connector="http"))
    (said,) = [each async for each in examine(bad)]
    assert (said.state, said.says) == ("fail", "[exchange_http] url is not set")


def test_what_a_story_says_has_happened_can_happen() -> None:
    named = {each.written.cause for each in stories() if each.written.cause}
    assert len(named) > 15
    assert named <= CAUSES.keys()
    assert all(each.written.open for each in stories() if each.written.cause)


async def test_what_is_planted_then_has_begun_then(settings: Settings) -> None:
    sandbox = opened(settings)
    then = sandbox.clock.now() - timedelta(hours=9)
    planted = sandbox.plant(JONAS, "deposit.retired_address", at=then)
    named = slots_of(planted)
    assert named["hash"] == planted.tx_hash
    assert named["tron"] == planted.address
    assert named["usdt"].replace(",", "") == f"{planted.amount:f}"
    assert slots_of(sandbox.plant(JONAS, "deposit.memo_missing"))["xrp"].replace(".", "").isdigit()
    (found,) = (await sandbox.deposits(JONAS, tx_hash=planted.tx_hash)).value
    assert found.seen_at == then - timedelta(hours=2)
