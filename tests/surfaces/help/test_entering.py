"""Over from the exchange to the help site: a code that works once, for a minute, and no trick."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from fanlight.features.people.queries.visits import Link
from fanlight.features.people.service import visits
from fanlight.surfaces.shared.reading.reader import COOKIE
from tests.surfaces.help.scene import words
from tests.surfaces.help.test_apps import API, identity
from tests.surfaces.widget.house import House

pytestmark = pytest.mark.usefixtures("forgiven")

WITH_CODE = "SELECT count(*) FROM help_links l WHERE l::text LIKE '%%' || %(code)s || '%%'"


def handed(house: House, visitor: httpx2.Client, **more: str) -> str:
    """The way over, as the exchange's server gets it."""
    asked = {"identity": identity(house), "lang": "en", **more}
    answer = visitor.post(f"{API}/handover", json=asked)
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    return url.removeprefix(house.url)


def from_exchange(house: House) -> dict[str, str]:
    return {"referer": f"{house.exchange_url}/"}


def test_a_code_signs_in_once(house: House, visitor: httpx2.Client) -> None:
    way = handed(house, visitor)
    with httpx2.Client(base_url=house.url) as other:
        entered = visitor.get(way, headers=from_exchange(house))
        late = other.get(way, headers=from_exchange(house))

    assert (entered.status_code, entered.headers["location"]) == (303, "/en/cases")
    assert entered.headers["cache-control"] == "no-store"
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert visitor.get("/en/cases").status_code == 200
    assert late.status_code == 410
    assert "set-cookie" not in late.headers
    assert "This way in is used up" in words(late.text)


def test_of_two_who_come_at_once_one_gets_in(house: House, visitor: httpx2.Client) -> None:
    way = handed(house, visitor)

    async def both() -> list[int]:
        async with httpx2.AsyncClient(base_url=house.url) as client:
            asked = [client.get(way, headers=from_exchange(house)) for _ in range(6)]
            return sorted(each.status_code for each in await asyncio.gather(*asked))

    assert asyncio.run(both()) == [303, 410, 410, 410, 410, 410]


def test_from_elsewhere_it_is_asked_first(house: House, visitor: httpx2.Client) -> None:
    """A stranger could send a code of their own, and read what is written under their name."""
    way = handed(house, visitor)
    for headers in (
        {},
        {"referer": "https://evil.example/"},
        {"referer": "http://[bad"},
        {"sec-purpose": "prefetch"} | from_exchange(house),
    ):
        asked = visitor.get(way, headers=headers)
        assert asked.status_code == 200
        assert "set-cookie" not in asked.headers
        assert "Sign in as A" in words(asked.text)
        assert "Amara Okafor" not in asked.text

    code = way.partition("code=")[2]
    pressed = visitor.post(f"/en/sign-in/link/{code}", headers={"origin": house.url})
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/en/cases")


@pytest.mark.parametrize("code", ["", "x", "A" * 43, "' OR 1=1 --", "A" * 5000])
def test_a_code_that_nobody_made_changes_nothing(
    house: House, visitor: httpx2.Client, code: str
) -> None:
    visitor.get(handed(house, visitor), headers=from_exchange(house))
    kept = visitor.cookies[COOKIE]

    answer = visitor.get("/en/enter", params={"code": code}, headers=from_exchange(house))

    assert answer.status_code == 410
    assert "set-cookie" not in answer.headers
    assert visitor.cookies[COOKIE] == kept
    assert visitor.get("/en/cases").status_code == 200  # still signed in as before


def test_a_code_past_its_minute_is_worth_nothing(house: House, visitor: httpx2.Client) -> None:
    async def make() -> str:
        link = Link(
            kind=visits.EXCHANGE,
            key="61724093",
            name="",
            groups=[],
            proven_at=None,
            leads_to="/en/",
        )
        async with house.edge.work() as work:
            return await visits.make_link(work, link, lasts=timedelta(seconds=-1))

    way = f"/en/enter?code={house.run(make())}"
    assert visitor.get(way, headers=from_exchange(house)).status_code == 410


def test_a_code_leads_to_our_own_pages_alone(house: House, visitor: httpx2.Client) -> None:
    for wanted, place in (
        ("/zh-Hans/c/api", "/zh-Hans/c/api"),
        ("https://evil.example/", "/en/"),
        ("//evil.example/en/", "/en/"),
    ):
        entered = visitor.get(handed(house, visitor, next=wanted), headers=from_exchange(house))
        assert entered.headers["location"] == place


def test_a_forged_or_used_word_gets_no_code(house: House, visitor: httpx2.Client) -> None:
    said = identity(house)
    assert visitor.post(f"{API}/handover", json={"identity": said}).status_code == 201
    for wrong in (said, said[:-4] + "AAAA", "nothing"):
        refused = visitor.post(f"{API}/handover", json={"identity": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "identity_refused")


def test_the_code_is_not_kept_as_it_is(house: House, visitor: httpx2.Client) -> None:
    code = handed(house, visitor).partition("code=")[2]

    async def look() -> int | None:
        async with house.edge.work() as work:
            return await work.one(int, WITH_CODE, code=code)

    assert house.run(look()) == 0
