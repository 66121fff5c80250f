"""The widget's files: small, cached, framed by known sites only; and the site that embeds them."""

import gzip
import re

import pytest

from fanlight.surfaces.widget.pages import DIST
from tests.surfaces.widget.house import People

pytestmark = pytest.mark.skipif(
    not (DIST / "index.html").exists(), reason="the widget is not built: scripts/ui.py build"
)
LOADER_BUDGET = 3_000  # bytes, as it travels


async def test_the_loader_is_small_cached_and_for_every_site(people: People) -> None:
    client = people.client()
    loader = await client.get("/widget/loader.js")
    assert loader.status_code == 200
    assert len(gzip.compress(loader.content, 6)) <= LOADER_BUDGET
    assert "max-age=300" in loader.headers["cache-control"]
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    again = await client.get("/widget/loader.js", headers={"if-none-match": loader.headers["etag"]})
    assert again.status_code == 304


async def test_only_configured_sites_may_frame_the_app(people: People) -> None:
    page = await people.client().get("/widget/app/")
    rules = dict(
        rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";")
    )
    exchange = people.house.exchange_url
    around = rules["frame-ancestors"].split()
    assert around == ["'self'", exchange.replace("127.0.0.1", "localhost"), exchange]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["default-src"] == "'none'"
    assert "<script>" not in page.text
    assert "style=" not in page.text


async def test_the_parts_of_the_app_are_kept_for_ever(people: People) -> None:
    name = next(path.name for path in (DIST / "app").glob("index-*.js"))
    part = await people.client().get(f"/widget/app/{name}")
    assert part.status_code == 200
    assert "immutable" in part.headers["cache-control"]
    assert (await people.client().get("/widget/app/../index.html")).status_code == 404


async def test_the_exchange_signs_a_token_for_who_is_signed_in(people: People) -> None:
    client = people.client()
    client.base_url = people.house.exchange_url
    ours = {"x-meridian": "1"}
    assert (await client.post("/session/identity", headers=ours)).status_code == 401
    await client.post("/session", data={"uid": "48812217"})
    assert (await client.post("/session/identity")).status_code == 404  # not from our own script

    token = (await client.post("/session/identity", headers=ours)).json()["token"]

    customer = await people.guest(identity=token)
    assert customer.session["customer"]["name"] == "林悦"
    page = (await client.get("/")).text
    assert page.count("9,112.40") == 1
    # What a missing deposit is found by stands in the customer's own wallet, and nowhere else.
    assert re.search(r"XRP Ledger</td><td class=\"n\"><span class=\"mono\">[0-9A-F]{64}<", page)


async def test_another_site_cannot_switch_who_is_signed_in(people: People) -> None:
    client = people.client()
    client.base_url = people.house.exchange_url
    theirs = {"origin": "https://www.impostor.example"}
    refused = await client.post("/session", data={"uid": "48812217"}, headers=theirs)
    assert refused.status_code == 404
    assert "set-cookie" not in refused.headers
