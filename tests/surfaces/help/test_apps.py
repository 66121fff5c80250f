"""The API for the exchange's own pages and app: whose pages may ask, what they get, how often."""

from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest

from fanlight.app import demo_exchange
from fanlight.surfaces.apps.structure import blocks, clean
from tests.surfaces.help.scene import words
from tests.surfaces.widget.house import House, People

pytestmark = pytest.mark.usefixtures("forgiven")

API = "/api/app/v1"
UID = "61724093"


def identity(house: House, uid: str = UID) -> str:
    customer = next(each for each in demo_exchange.site().customer if each.uid == uid)
    return demo_exchange.identity_token(house.settings, customer, house.edge.now())


def test_pages_of_the_exchange_may_ask_and_others_may_not(
    house: House, visitor: httpx2.Client
) -> None:
    for path in (f"{API}/en/categories", f"{API}/en/articles/api/nothing-here"):
        ours = visitor.get(path, headers={"origin": house.exchange_url})
        theirs = visitor.get(path, headers={"origin": "https://evil.example"})

        assert ours.headers["access-control-allow-origin"] == house.exchange_url
        assert "access-control-allow-origin" not in theirs.headers
        assert "origin" in theirs.headers["vary"]
        assert "access-control-allow-credentials" not in ours.headers


def test_a_browser_asks_beforehand(house: House, visitor: httpx2.Client) -> None:
    asked = {"access-control-request-method": "POST"}
    ours = visitor.options(f"{API}/session", headers={"origin": house.exchange_url, **asked})
    theirs = visitor.options(f"{API}/session", headers={"origin": "https://evil.example", **asked})

    assert ours.status_code == 204
    assert "authorization" in ours.headers["access-control-allow-headers"]
    assert theirs.status_code == 403
    assert "access-control-allow-origin" not in theirs.headers


@pytest.mark.parametrize(
    "path",
    ["links/deposits-withdrawals", "help/withdrawal.network", "categories", "contact",
     "articles/deposits-withdrawals/deposit-not-arrived", "search?q=deposit"],
)  # fmt: skip
def test_what_has_not_changed_is_not_sent_again(visitor: httpx2.Client, path: str) -> None:
    first = visitor.get(f"{API}/en/{path}")
    again = visitor.get(f"{API}/en/{path}", headers={"if-none-match": first.headers["etag"]})
    other = visitor.get(f"{API}/en/{path}", headers={"if-none-match": '"other"'})

    assert first.headers["cache-control"].startswith("public, max-age=60")
    assert (again.status_code, again.content) == (304, b"")
    assert (other.status_code, other.content) == (200, first.content)


def test_links_are_of_categories_and_of_names(visitor: httpx2.Client) -> None:
    shelf = visitor.get(f"{API}/en/links/deposits-withdrawals").json()
    assert len(shelf) == 12
    assert visitor.get(f"{API}/en/links/category:deposits-withdrawals").json() == shelf
    named = visitor.get(f"{API}/zh-TW/links/withdrawal.fee,nobody.knows,category:api").json()
    assert named[0]["url"].endswith("/zh-Hant/a/deposits-withdrawals/withdrawal-fees-and-limits")
    assert {each["lang"] for each in named} == {"zh-Hant"}
    assert len(named) == 6


def test_categories_and_ways_are_there_to_be_shown(visitor: httpx2.Client) -> None:
    shelves = visitor.get(f"{API}/zh-CN/categories").json()
    assert shelves["lang"] == "zh-Hans"
    first = shelves["categories"][0]
    assert (first["key"], first["name"]) == ("deposits-withdrawals", "充值与提现")
    there = (Path(__file__).parents[3] / "content/articles/zh-Hans" / first["key"]).glob("*.md")
    assert first["articles"] == len(list(there))
    contact = visitor.get(f"{API}/en/contact").json()
    assert {"form", "chat"} <= {way["kind"] for way in contact["ways"]}
    assert contact["emergency_url"].endswith("/account-security/stolen-account")


def test_an_article_comes_as_html_and_as_blocks(house: House, visitor: httpx2.Client) -> None:
    at = visitor.get(f"{API}/en/articles/deposits-withdrawals/deposit-not-arrived").json()
    by_id = visitor.get(f"{API}/en/articles/{at['id']}").json()

    assert at == by_id
    assert "<svg" not in at["html"]
    assert 'href="/' not in at["html"]
    assert f'href="{house.url}/en/' in at["html"]
    kinds = {block["type"] for block in at["blocks"]}
    assert {"paragraph", "heading", "steps"} <= kinds
    assert visitor.get(f"{API}/en/articles/{uuid4()}").status_code == 404
    assert visitor.get(f"{API}/en/articles/api/nothing-here").status_code == 404


def test_blocks_say_what_the_html_says() -> None:
    html = clean(
        '<h2 id="a">One &amp; two</h2><p>Send <strong>only <a href="/en/x">here</a></strong>.</p>'
        '<section class="aside warn"><header><svg><use href="#i"></use></svg>Mind</header><p>Ah</p>'
        '</section><ol class="steps"><li id="s"><p>Go</p><ul><li>left</li></ul></li></ol>'
        '<div class="table-wrap"><table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td>'
        "</tr></tbody></table></div><pre><code>x = 1\n</code></pre>"
        '<p><a class="zoom" href="/media/p"><img src="/media/p" alt="Pic" width="20" height="10">'
        "</a></p><details class='question' id='q'><summary>Why?</summary><p>So</p></details>"
        '<script>alert(1)</script><p onclick="x()">End</p>',
        base="https://help.example",
    )

    assert "alert" not in html
    assert "onclick" not in html
    assert blocks(html) == [
        {"type": "heading", "level": 2, "id": "a", "text": "One & two"},
        {"type": "paragraph", "spans": [
            {"text": "Send "},
            {"text": "only ", "bold": True},
            {"text": "here", "bold": True, "href": "https://help.example/en/x"},
            {"text": "."},
        ]},
        {"type": "aside", "title": "Mind", "kind": "warning",
         "blocks": [{"type": "paragraph", "spans": [{"text": "Ah"}]}]},
        {"type": "steps", "steps": [{"id": "s", "blocks": [
            {"type": "paragraph", "spans": [{"text": "Go"}]},
            {"type": "list", "ordered": False,
             "items": [[{"type": "paragraph", "spans": [{"text": "left"}]}]]},
        ]}]},
        {"type": "table", "caption": "", "head": ["A"], "rows": [["1"]]},
        {"type": "code", "text": "x = 1"},
        {"type": "image", "src": "https://help.example/media/p", "alt": "Pic", "width": 20,
         "height": 10},
        {"type": "question", "title": "Why?", "id": "q",
         "blocks": [{"type": "paragraph", "spans": [{"text": "So"}]}]},
        {"type": "paragraph", "spans": [{"text": "End"}]},
    ]  # fmt: skip


def test_every_article_has_blocks(visitor: httpx2.Client) -> None:
    """Nothing of an article is lost on the way to its blocks."""
    for shelf in visitor.get(f"{API}/en/categories").json()["categories"]:
        for link in visitor.get(f"{API}/zh-Hans/links/{shelf['key']}").json()[:2]:
            shown = visitor.get(f"{API}/zh-Hans/articles/{link['id']}").json()
            assert _squeezed(_words(shown["blocks"])) == _squeezed(words(shown["html"]))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _words(value: object) -> str:
    if isinstance(value, dict):
        kept = (
            *("caption", "title", "text", "head", "rows"),
            *("blocks", "spans", "steps", "items", "tabs"),
        )
        return " ".join(_words(value[name]) for name in kept if name in value)
    if isinstance(value, list):
        return " ".join(_words(each) for each in value)
    return str(value)


def test_a_name_brings_the_beginning_of_its_article(visitor: httpx2.Client) -> None:
    shown = visitor.get(f"{API}/en/help/withdrawal.network").json()

    assert shown["title"] == "Networks compared, which one to choose"
    assert shown["has_more"]
    whole = visitor.get(f"{API}/en/articles/{shown['id']}").json()
    assert whole["html"].startswith(shown["html"][:200])
    assert len(shown["html"]) < len(whole["html"])


def test_search_finds_and_marks(visitor: httpx2.Client) -> None:
    found = visitor.get(f"{API}/zh-Hans/search", params={"q": "提现手续费"}).json()

    assert found["results"][0]["url"].endswith("/deposits-withdrawals/withdrawal-fees-and-limits")
    assert "<mark>" in found["results"][0]["title_html"]
    typing = visitor.get(f"{API}/en/search", params={"q": "withdr", "typing": "true"}).json()
    assert typing["total"] > 0


def test_nobody_asks_without_measure(house: House, visitor: httpx2.Client) -> None:
    async def fill() -> None:
        async with house.edge.work() as work:
            await work.run("UPDATE rate_limits SET used = 100000")

    visitor.get(f"{API}/en/contact")
    house.run(fill())
    refused = visitor.get(f"{API}/en/contact", headers={"origin": house.exchange_url})

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["access-control-allow-origin"] == house.exchange_url


async def test_the_badge_counts_what_the_customer_has_not_seen(house: House) -> None:
    people = People(house)
    try:
        customer = await people.signed(UID)
        talk = (await customer.begin("Where is my deposit?"))["conversation"]
        app = people.client()
        entered = await app.post(f"{API}/session", json={"identity": people.token(UID)})
        assert entered.status_code == 201
        assert entered.headers["cache-control"] == "no-store"
        app.headers["authorization"] = f"Bearer {entered.json()['token']}"
        assert (await app.get(f"{API}/unread")).json() == {"unread": 0}

        await house.later(house.answer(UUID(talk["id"]), "On its way."))
        assert (await app.get(f"{API}/unread")).json() == {"unread": 1}

        stranger = people.client()
        entered = await stranger.post(f"{API}/session", json={"identity": people.token("73105528")})
        stranger.headers["authorization"] = f"Bearer {entered.json()['token']}"
        assert (await stranger.get(f"{API}/unread")).json() == {"unread": 0}

        assert (await app.delete(f"{API}/session")).status_code == 204
        assert (await app.get(f"{API}/unread")).status_code == 401
        assert (await people.client().get(f"{API}/unread")).status_code == 401
    finally:
        await people.leave()


def test_what_is_for_signed_in_customers_reaches_them_alone(
    house: House, visitor: httpx2.Client
) -> None:
    path = f"{API}/en/articles/api/websocket"

    async def audience(*keys: str) -> None:
        async with house.edge.work() as work:
            await work.run(
                "UPDATE kb_articles SET audience = %(keys)s WHERE slug = 'websocket'",
                keys=list(keys),
            )

    house.run(audience("signed-in"))
    try:
        # Before anybody else, so that a cache could keep it.
        entered = visitor.post(f"{API}/session", json={"identity": identity(house)}).json()
        bearer = {"authorization": f"Bearer {entered['token']}"}
        mine = visitor.get(path, headers=bearer)
        assert mine.status_code == 200
        assert mine.headers["cache-control"] == "private, no-store"
        assert visitor.get(path).status_code == 404
        listed = visitor.get(f"{API}/en/links/api").json()
        for_me = visitor.get(f"{API}/en/links/api", headers=bearer).json()
        assert len(for_me) == len(listed) + 1
    finally:
        house.run(audience("public"))


def test_a_token_is_good_for_one_session(house: House, visitor: httpx2.Client) -> None:
    said = identity(house)

    assert visitor.post(f"{API}/session", json={"identity": said}).status_code == 201
    again = visitor.post(f"{API}/session", json={"identity": said})
    assert (again.status_code, again.json()["code"]) == (422, "identity_refused")
    assert visitor.post(f"{API}/session", json={"identity": "a.b.c"}).status_code == 422
    assert visitor.post(f"{API}/session", json={}).status_code == 400
