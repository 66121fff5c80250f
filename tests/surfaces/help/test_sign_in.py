"""Customers sign in on the help site: by the exchange's token or a mailed link, and by no trick."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import httpx2
import pytest
from msgspec.structs import replace

from fanlight.app import demo_exchange
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.features.people.service import visits
from fanlight.features.people.service.customers import find_or_make_customer
from fanlight.features.trust.service import sign_in_mails
from fanlight.surfaces.shared.reading.admission import safe_place
from fanlight.surfaces.shared.reading.reader import COOKIE
from fanlight.surfaces.shared.settings import HelpSettings
from tests.surfaces.help.scene import words
from tests.surfaces.widget.house import House

pytestmark = pytest.mark.usefixtures("forgiven")

UID = "61724093"


@pytest.fixture
def other(house: House) -> Iterator[httpx2.Client]:
    """A second browser."""
    with httpx2.Client(base_url=house.url, timeout=20) as client:
        yield client


def token(house: House, *, ago: timedelta = timedelta(0), **chat: object) -> str:
    customer = next(each for each in demo_exchange.site().customer if each.uid == UID)
    settings = house.settings
    if chat:
        settings = settings.with_section(replace(settings[WebchatSettings], **chat))  # type: ignore[arg-type]
    return demo_exchange.identity_token(settings, customer, house.edge.now() - ago)


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("/en/search?q=fees", "/en/search%3Fq%3Dfees"),
        ("/zh-Hans/search?q=充值", "/zh-Hans/search%3Fq%3D%25E5%2585%2585%25E5%2580%25BC"),
        ("/en/get-help?words=fees", "/en/get-help"),
        ("/en/check/deposit_missing", "/en/check/deposit_missing"),
        ("/en/c", "/en/c"),
    ],
)
def test_signing_in_leads_back_to_the_page(visitor: httpx2.Client, page: str, back: str) -> None:
    assert f'/sign-in?next={back}"' in visitor.get(page).text


def test_a_secret_address_is_not_carried_along(visitor: httpx2.Client) -> None:
    page = visitor.get("/en/sign-in/link/not-a-link").text

    assert '/en/sign-in"' in page
    assert "?next=" not in page


def hand_over(house: House, visitor: httpx2.Client, said: str, **more: str) -> httpx2.Response:
    headers = {"origin": more.pop("origin", house.exchange_url)}
    return visitor.post("/en/sign-in/token", data={"token": said, **more}, headers=headers)


def test_the_exchanges_token_signs_in_and_signing_out_ends_it(
    house: House, visitor: httpx2.Client
) -> None:
    answer = hand_over(house, visitor, token(house), next="/zh-Hans/c")

    assert (answer.status_code, answer.headers["location"]) == (303, "/zh-Hans/c")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = visitor.get("/en/c")
    assert page.headers["cache-control"] == "no-store"
    assert "Sign out" in page.text
    kept = visitor.cookies[COOKIE]

    out = visitor.post("/en/sign-out", headers={"origin": house.url})
    assert out.status_code == 303
    again = visitor.get("/en/cases", headers={"cookie": f"{COOKIE}={kept}"})
    assert again.headers["location"].startswith("/en/sign-in")


def test_who_has_to_prove_an_account_is_led_to_the_exchange_and_back(
    house: House, visitor: httpx2.Client
) -> None:
    place = "/en/check/deposit_not_credited"
    page = visitor.get(f"/en/sign-in?for=account&next={place}").text
    assert 'type="email"' not in page
    away = unescape(re.findall(r'href="([^"]+/help\?[^"]+)"', page)[0])
    with httpx2.Client(base_url=house.exchange_url, timeout=20) as exchange:
        asked = exchange.get(urlsplit(away)._replace(scheme="", netloc="").geturl())
        assert asked.headers["location"] == f"/?{urlencode({'next': place})}"
        assert f'name="next" value="{place}"' in exchange.get(asked.headers["location"]).text
        signed = exchange.post("/session", data={"uid": UID, "next": place})
        over = exchange.get(signed.headers["location"]).headers["location"]

    back = visitor.get(over, headers={"referer": f"{site_of(away)}/"})

    assert back.headers["location"] == place
    assert 'name="item"' in visitor.get(place).text


def site_of(url: str) -> str:
    return "://".join(urlsplit(url)[:2])


def test_a_signed_in_page_is_nobody_elses(
    house: House, visitor: httpx2.Client, other: httpx2.Client
) -> None:
    hand_over(house, visitor, token(house))
    path = "/en/c/account-security"
    assert "Sign out" in visitor.get(path).text  # first of all, so that it could be kept
    public = other.get(path)
    assert "Sign out" not in public.text
    assert public.headers["etag"]
    assert "Sign out" in visitor.get(path).text


@pytest.mark.parametrize(
    ("change", "ago"),
    [
        ({"audience": "elsewhere"}, 0),
        ({"issuer": "https://www.other.example"}, 0),
        ({"hs256_keys": {demo_exchange.KEY_ID: "k" * 40}}, 0),
        ({}, 3600),
    ],
)
def test_a_token_that_is_not_good_signs_nobody_in(
    house: House, visitor: httpx2.Client, change: dict[str, object], ago: int
) -> None:
    answer = hand_over(house, visitor, token(house, ago=timedelta(seconds=ago), **change))

    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


def test_a_token_without_a_signature_signs_nobody_in(house: House, visitor: httpx2.Client) -> None:
    head = base64.urlsafe_b64encode(
        json.dumps({"alg": "none", "kid": demo_exchange.KEY_ID}).encode()
    ).rstrip(b"=")
    said = f"{head.decode()}.{token(house).split('.')[1]}."

    assert hand_over(house, visitor, said).status_code == 422


def test_a_token_signs_in_once(house: House, visitor: httpx2.Client, other: httpx2.Client) -> None:
    said = token(house)

    assert hand_over(house, visitor, said).status_code == 303
    assert hand_over(house, other, said).status_code == 422
    chat = other.post("/api/widget/session", json={"language": "en", "identity": said})
    assert chat.status_code == 422  # nor is it good in the chat any more


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_other_site_signs_anybody_in_or_out(
    house: House, visitor: httpx2.Client, origin: str
) -> None:
    assert hand_over(house, visitor, token(house), origin=origin).status_code == 404
    hand_over(house, visitor, token(house))
    assert visitor.post("/en/sign-out", headers={"origin": origin}).status_code == 404
    assert visitor.get("/en/cases").status_code == 200


@pytest.mark.parametrize(
    "place",
    ["//evil.example/en/", "https://evil.example", "/\\evil.example/en/", "/en\\@evil", "/console/",
     "javascript:alert(1)", "/en/\n/x", "http:/en/", "/en/sign-out", "///en/", "/fr/"],
)  # fmt: skip
def test_nobody_is_led_away_after_signing_in(
    house: House, visitor: httpx2.Client, place: str
) -> None:
    assert safe_place(place, "en") == "/en/"
    assert hand_over(house, visitor, token(house), next=place).headers["location"] == "/en/"


def test_a_session_that_was_there_before_is_not_taken_over(
    house: House, visitor: httpx2.Client
) -> None:
    planted = "A" * 43
    visitor.cookies.set(COOKIE, planted)
    fresh = hand_over(house, visitor, token(house)).headers["set-cookie"]

    assert planted not in fresh


def test_signing_out_everywhere_ends_every_session_of_the_customer(
    house: House, visitor: httpx2.Client, other: httpx2.Client
) -> None:
    for each in (visitor, other):
        hand_over(house, each, token(house))
    visitor.post("/en/sign-out", data={"everywhere": "yes"}, headers={"origin": house.url})

    assert "Sign out" not in other.get("/en/c").text


def mailed(house: House, visitor: httpx2.Client, email: str, lang: str = "en") -> list[str]:
    """Ask for a link; the mails that then leave to this address."""
    box = house.settings.data_dir / "outbox"
    before = set(box.rglob("*.eml"))
    answer = visitor.post(f"/{lang}/sign-in", data={"email": email}, headers={"origin": house.url})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{lang}/sign-in/sent")

    async def work_off() -> None:
        async with house.edge.work() as work:
            payload = await work.one(
                str,
                "DELETE FROM jobs WHERE kind = 'people.mail_link' RETURNING payload::text",
            )
        if payload is not None:
            wanted = json.loads(payload)
            await sign_in_mails.mail_link(house.edge.shelf, visits.MailLink(**wanted))

    house.run(work_off())
    return [file.read_text() for file in set(box.rglob("*.eml")) - before]


def known(house: House, email: str) -> UUID:
    async def make() -> UUID:
        async with house.edge.work() as work:
            return (await find_or_make_customer(work, "email", email)).id

    return house.run(make())


def test_a_mailed_link_opens_a_button_and_signs_in_once(
    house: House, visitor: httpx2.Client, other: httpx2.Client
) -> None:
    known(house, "yara@mail.example")
    (letter,) = mailed(house, visitor, "Yara@mail.example")
    found = re.search(r"/en/sign-in/link/[A-Za-z0-9_-]{43}", letter.replace("=\n", ""))
    assert found
    link = found.group()

    for _ in range(3):  # a scanner of mails looks, and looks again
        look = other.get(link)
        assert look.status_code == 200
        assert "set-cookie" not in look.headers
    assert "yara@mail.example" not in words(look.text)
    assert other.post(link, headers={"origin": "https://evil.example"}).status_code == 404

    assert visitor.post(link, headers={"origin": house.url}).status_code == 303
    assert visitor.get("/en/cases").status_code == 200
    assert other.post(link, headers={"origin": house.url}).status_code == 410


def test_nobody_learns_which_addresses_we_know(house: House, visitor: httpx2.Client) -> None:
    known(house, "zola@mail.example")

    assert len(mailed(house, visitor, "zola@mail.example")) == 1
    assert mailed(house, visitor, "nobody@mail.example") == []  # the answer was the same


def test_a_mailbox_is_not_flooded(house: House, visitor: httpx2.Client) -> None:
    known(house, "ines@mail.example")
    sent = [len(mailed(house, visitor, "ines@mail.example")) for _ in range(6)]

    assert sum(sent) == 3


def test_a_flooding_neighbour_keeps_nobody_from_their_link(
    house: House, visitor: httpx2.Client
) -> None:
    known(house, "omar@mail.example")
    for number in range(house.settings[HelpSettings].sign_ins_per_hour + 5):
        assert mailed(house, visitor, f"stranger{number}@mail.example") == []

    assert len(mailed(house, visitor, "omar@mail.example")) == 1


def test_a_link_past_its_time_is_worth_nothing(house: House, visitor: httpx2.Client) -> None:
    async def make() -> str:
        async with house.edge.work() as work:
            link = visits.Link(
                kind="email", key="a@b.example", name="", groups=[], proven_at=None, leads_to="/en/"
            )
            return await visits.make_link(work, link, lasts=timedelta(seconds=-1))

    path = f"/en/sign-in/link/{house.run(make())}"
    assert visitor.get(path).status_code == 410
    assert visitor.post(path, headers={"origin": house.url}).status_code == 410


def case_id(house: House, email: str) -> str:
    async def look() -> str:
        async with house.edge.work() as work:
            found = await work.one(
                UUID,
                "SELECT c.ticket_id FROM conversations c WHERE lower(c.recipient) = %(email)s",
                email=email,
            )
        return str(found)

    return house.run(look())


def test_my_cases_are_mine(house: House, visitor: httpx2.Client, other: httpx2.Client) -> None:
    for email, text in (
        ("mine@mail.example", "Where is my coin"),
        ("theirs@mail.example", "Secret"),
    ):
        sent = visitor.post(
            "/en/contact",
            data={"email": email, "text": text, "key": email},
            headers={"origin": house.url},
        )
        assert sent.status_code == 303
    (letter,) = mailed(house, visitor, "mine@mail.example")
    link = re.search(r"/en/sign-in/link/[A-Za-z0-9_-]{43}", letter.replace("=\n", ""))
    assert link
    visitor.post(link.group(), headers={"origin": house.url})
    page = visitor.get("/en/cases").text

    assert "Where is my coin" in page
    assert "Secret" not in page
    beside = re.search(r'action="(/en/t/[^"]+)"', page)  # the first one stands beside the list
    assert beside
    assert "Where is my coin" in visitor.get(beside.group(1)).text
    kept = visitor.get(f"{beside.group(1)}/export")
    assert kept.headers["content-type"] == "text/plain; charset=utf-8"
    assert "attachment" in kept.headers["content-disposition"]
    assert "Where is my coin" in kept.text
    assert other.get("/en/t/not-a-link/export").status_code == 410

    mine = case_id(house, "mine@mail.example")
    theirs = case_id(house, "theirs@mail.example")
    assert f"?case={mine}" in page
    assert theirs not in page
    assert "has-chosen" in visitor.get(f"/en/cases?case={mine}").text
    for stranger in (theirs, "nonsense", str(uuid4())):
        answer = visitor.get(f"/en/cases?case={stranger}")
        assert answer.status_code == 200
        assert "has-chosen" not in answer.text
        assert "Secret" not in answer.text
    assert "Nothing stands here" in visitor.get("/en/cases?state=solved").text
    assert other.get("/en/cases").headers["location"].startswith("/en/sign-in")
