"""Get help without a script: words in, ways out, corrected, carried on, never in an address."""

import re
from html import escape
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx2
import pytest

from fanlight.app import demo_exchange
from fanlight.features.guidance.queries import kept
from fanlight.features.tickets import queries as tickets
from fanlight.kernel.work import Actor
from fanlight.surfaces.shared.settings import HelpSettings
from tests.surfaces.help.scene import field, words
from tests.surfaces.help.test_sign_in import hand_over
from tests.surfaces.widget.house import House

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
OF_MAILBOX = """
    SELECT t.id FROM tickets t JOIN identities i ON i.customer_id = t.customer_id
    WHERE i.key = %(email)s
"""
STUCK = "My withdrawal of 2,400 USDT has been pending for six hours"


@pytest.fixture(autouse=True)
def _forgive(house: House) -> None:
    async def forget() -> None:
        async with house.edge.work() as work:
            await work.run("DELETE FROM rate_limits")
            await work.run("DELETE FROM guide_corrections")

    house.run(forget())


def ask(
    house: House, visitor: httpx2.Client, text: str, lang: str = "en", **more: str
) -> httpx2.Response:
    return visitor.post(
        f"/{lang}/get-help", data={"text": text, **more}, headers={"origin": house.url}
    )


@pytest.mark.parametrize(
    ("lang", "text", "first"),
    [
        ("en", "My account was stolen, they are withdrawing my coins", "Stop the damage"),
        ("zh-Hans", "我的账号被盗了，有人在提币", "先止损"),
        ("zh-Hant", "我的帳戶被盜了，有人正在提領我的幣", "先止損"),
        ("en", "I found a security vulnerability on your site", "Restricted security form"),
        ("zh-Hans", "提现手续费是多少", "先看这些文章"),
        ("zh-Hant", "我要對這筆 P2P 訂單申訴，我有轉帳證據", "網頁工單"),
    ],
)
def test_words_lead_to_the_right_way_first_in_the_readers_language(
    house: House, visitor: httpx2.Client, lang: str, text: str, first: str
) -> None:
    answer = ask(house, visitor, text, lang)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    ways = answer.text.partition('class="offers">')[2]
    assert words(ways).startswith(first)
    assert escape(text) in answer.text
    assert "guide." not in words(answer.text)


def test_articles_are_tried_first_and_a_person_is_one_step_away(
    house: House, visitor: httpx2.Client
) -> None:
    answer = ask(house, visitor, "How much is the withdrawal fee for USDT?")

    assert 'href="/en/a/deposits-withdrawals/withdrawal-fees-and-limits' in answer.text
    assert "Web ticket" in words(answer.text)


def test_who_cannot_sign_in_gets_a_person_and_the_road_back(
    house: House, visitor: httpx2.Client
) -> None:
    shut_out = ask(house, visitor, "登录不了，一直提示验证码错误", "zh-Hans").text
    waiting = ask(house, visitor, STUCK).text

    offers = shut_out.partition('class="offers">')[2].partition("</ul>\n</section>")[0]
    assert "/check/sign_in_trouble" not in offers
    assert "找回登录" in words(shut_out.partition('id="lane"')[2].partition('id="why"')[0])
    assert 'id="lost"' not in waiting


def test_a_secret_is_hidden_and_the_customer_told_what_to_do(
    house: House, visitor: httpx2.Client
) -> None:
    answer = ask(house, visitor, f"is this phrase ok? {SEED}")

    assert "sausage" not in answer.text
    assert "Taken out, not kept: seed phrase" in words(answer.text)


def test_too_few_words_and_too_many_questions_lose_nothing(
    house: House, visitor: httpx2.Client
) -> None:
    short = ask(house, visitor, "?")

    async def spend() -> None:
        async with house.edge.work() as work:
            await work.run("UPDATE rate_limits SET used = 100000")

    ask(house, visitor, STUCK)
    house.run(spend())
    often = ask(house, visitor, STUCK)

    assert "Write a few words first" in words(short.text)
    assert often.status_code == 429
    assert STUCK in often.text
    assert 'href="/en/contact"' in often.text


def test_a_correction_is_believed_and_kept_for_a_lead(house: House, visitor: httpx2.Client) -> None:
    guessed = field(ask(house, visitor, STUCK).text, "guessed")
    same = ask(house, visitor, STUCK, category=guessed, guessed=guessed)
    foreign = visitor.post(
        "/en/get-help",
        data={"text": STUCK, "category": "fiat", "guessed": guessed},
        headers={"origin": "https://evil.example"},
    )
    corrected = ask(house, visitor, STUCK, category="fiat", guessed=guessed)

    async def waiting() -> list[kept.Correction]:
        async with house.edge.work() as work:
            return await kept.waiting_corrections(work, limit=10)

    assert (guessed, same.status_code, foreign.status_code) == ("withdrawal", 200, 200)
    assert '<option value="fiat" selected' in corrected.text
    assert [(each.guessed, each.category) for each in house.run(waiting())] == [
        ("withdrawal", "fiat")
    ]


def test_words_are_carried_into_the_ticket_and_what_it_is_about_with_them(
    house: House, visitor: httpx2.Client
) -> None:
    origin, email = {"origin": house.url}, f"{uuid4().hex}@mail.example"
    filled = visitor.post(
        "/en/contact",
        data={"from": "guide", "text": STUCK, "topic": "deposits-withdrawals", "about": "fiat"},
        headers=origin,
    )
    key = field(filled.text, "key")
    sent = visitor.post(
        "/en/contact",
        data={
            "key": key,
            "text": STUCK,
            "email": email,
            "about": field(filled.text, "about"),
        },
        headers=origin,
    )

    async def category() -> tuple[str, str]:
        async with house.edge.work() as work:
            ticket_id = await work.one(UUID, OF_MAILBOX, email=email)
            assert ticket_id is not None
            found = await kept.triage_of(work, ticket_id)
            assert found is not None
            return found.category, found.category_by

    assert STUCK in filled.text
    assert '<option value="deposits-withdrawals" selected>' in filled.text
    assert "error" not in filled.text.partition('<form class="write-us"')[2].partition("</form>")[0]
    assert sent.status_code == 303
    assert house.run(category()) == ("fiat", "customer")


def test_wishes_are_kept_in_the_browser_shown_and_sent_along(
    house: House, visitor: httpx2.Client
) -> None:
    wished = {"act": "preferences", "no_calls": "yes", "quiet": "yes"}
    hours = {"quiet_from": "22", "quiet_until": "8", "language": "zh-Hant"}
    answer = ask(house, visitor, STUCK, **wished, **hours)
    cookie = answer.headers["set-cookie"]
    contact = visitor.get("/en/contact")
    plain = ask(house, visitor, STUCK, act="preferences")

    assert "fanlight_helped=lang:zh-Hant.no-calls.quiet:22-8" in cookie
    assert "HttpOnly" in cookie
    assert "You asked us not to call." in words(answer.text)
    assert "Quiet hours 22:00–08:00." in words(contact.text)
    assert "Max-Age=0" in plain.headers["set-cookie"]


def test_wishes_of_who_is_signed_in_come_along_to_the_next_browser(
    house: House, visitor: httpx2.Client
) -> None:
    lin, chan = demo_exchange.site().customer[:2]

    def signs_in(who: demo_exchange.Customer, browser: httpx2.Client) -> None:
        said = demo_exchange.identity_token(house.settings, who, house.edge.now())
        assert hand_over(house, browser, said).status_code == 303

    signs_in(lin, visitor)
    page = ask(house, visitor, STUCK, act="preferences", no_calls="yes")
    assert "Kept for your account" in words(page.text)

    with httpx2.Client(base_url=house.url) as phone:
        before = words(phone.get("/en/contact").text)
        signs_in(lin, phone)
        after = words(phone.get("/en/contact").text)
        with httpx2.Client(base_url=house.url) as stranger:
            signs_in(chan, stranger)
            other = words(stranger.get("/en/contact").text)
        ask(house, phone, STUCK, act="preferences")
    assert ["No calls" in each for each in (before, after, other)] == [False, True, False]
    assert "No calls" not in words(visitor.get("/en/contact").text)  # the latest word counts


def test_a_report_of_a_weakness_reaches_its_team_alone(
    house: House, visitor: httpx2.Client
) -> None:
    email = f"{uuid4().hex}@mail.example"
    text = "Changing the id in the address shows the orders of others."
    page = visitor.get("/en/report-weakness")
    data = {"key": field(page.text, "key"), "text": text, "email": email}
    foreign = visitor.post(
        "/en/report-weakness", data=data, headers={"origin": "https://evil.example"}
    )
    empty = visitor.post(
        "/en/report-weakness", data=data | {"text": ""}, headers={"origin": house.url}
    )
    sent = visitor.post("/en/report-weakness", data=data, headers={"origin": house.url})

    async def seen() -> tuple[str, bool]:
        async with house.edge.work() as work:
            ticket_id = await work.one(UUID, OF_MAILBOX, email=email)
            assert ticket_id is not None
            ticket = await tickets.get_ticket(work, ticket_id)
            agent = Actor(kind="agent", queues=("support",))
            rows = await tickets.inbox_rows(work.acting_as(agent), [ticket.id])
            return ticket.team, bool(rows)

    assert (foreign.status_code, empty.status_code, sent.status_code) == (422, 422, 303)
    assert text in foreign.text
    assert house.run(seen()) == ("security-reports", False)


def test_security_txt_says_where_to_report(visitor: httpx2.Client) -> None:
    answer = visitor.get("/.well-known/security.txt")

    assert answer.headers["content-type"].startswith("text/plain")
    lines = dict(line.partition(": ")[::2] for line in answer.text.strip().splitlines())
    assert lines["Contact"].endswith("/en/report-weakness")
    assert lines["Expires"] > "2026"
    assert lines["Canonical"].endswith("/.well-known/security.txt")


def test_the_same_advice_comes_as_json_in_words(house: House, visitor: httpx2.Client) -> None:
    said = {"text": f"提现卡住了 {SEED}", "lang": "zh-TW"}
    answer = visitor.post("/api/help/guide", json=said, headers={"x-fanlight": "1"})
    wrong = visitor.post(
        "/api/help/guide", json={"text": "x", "category": "weather"}, headers={"x-fanlight": "1"}
    )
    huge = visitor.post("/api/help/guide", json={"text": "x" * 9_000}, headers={"x-fanlight": "1"})

    told = answer.json()
    assert answer.status_code == 200
    assert "sausage" not in answer.text
    assert told["hidden"] == ["助記詞"]
    assert told["urgency"] == "urgent"
    assert told["offers"][0]["kind"] == "emergency"
    assert told["offers"][0]["title"] == "先止損"
    assert (wrong.status_code, huge.status_code) == (400, 400)


def test_whoever_is_signed_in_at_the_exchange_reaches_the_check_through_it(
    house: House, visitor: httpx2.Client
) -> None:
    def check(**more: bool) -> dict[str, str]:
        answer = visitor.post(
            "/api/help/guide", json={"text": "My deposit of 500 USDT is not here", **more}
        )
        found: dict[str, str] = next(
            each for each in answer.json()["offers"] if each["kind"] == "check"
        )
        return found

    stranger, customer = check(), check(has_session=True)

    assert "sign in first" in stranger["why"]
    assert stranger["url"].startswith("/en/check/deposit_not_credited")
    assert "sign in" not in customer["why"]
    way = urlsplit(customer["url"])
    assert customer["url"].startswith(house.settings[HelpSettings].sign_in_url + "?")
    assert parse_qs(way.query) == {"lang": ["en"], "next": [stranger["url"]]}


@pytest.mark.parametrize("page", ["/en/", "/en/get-help", "/en/contact"])
def test_the_mailbox_for_reports_is_no_way_to_a_person(visitor: httpx2.Client, page: str) -> None:
    shown = visitor.get(page).text
    assert "support@meridian.example" in shown
    assert "phishing@meridian.example" not in shown


def test_what_fits_loosely_is_not_offered(house: House, visitor: httpx2.Client) -> None:
    answer = ask(house, visitor, "反钓鱼码在哪里设置", "zh-Hans")

    offered = dict.fromkeys(re.findall(r'href="/zh-Hans/a/([^"#]+)', answer.text))
    assert next(iter(offered)) == "account-security/anti-phishing-code"
    assert len(offered) < 3
