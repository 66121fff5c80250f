"""Around what is read: who wrote it, ways on, steps that fail, feeds, data for machines, cards."""

import gzip
import io
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import msgspec
import pytest
from PIL import Image

from fanlight.features.knowledge.models import LANGUAGES
from fanlight.surfaces.help.cards import HEIGHT, WIDTH, Card, draw
from fanlight.surfaces.help.initials import initial
from fanlight.surfaces.help.pages.machines import Entry, _cut
from fanlight.surfaces.help.structured import script_of
from fanlight.surfaces.shared.reading.outline import minutes_of, outline
from tests.surfaces.help.scene import ARTICLE, examples, field, words
from tests.surfaces.widget.house import House

MOST_BYTES = 60_000
STEPPED = "a/basics/seed-phrase"
# What schema.org's consumers ask of each type before they show it.
REQUIRED = {
    "Article": {"headline", "image", "datePublished", "author", "publisher", "inLanguage"},
    "TechArticle": {"headline", "image", "datePublished", "author", "publisher", "inLanguage"},
    "NewsArticle": {"headline", "image", "datePublished", "author", "publisher", "inLanguage"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "FAQPage": {"mainEntity"},
    "Question": {"name", "acceptedAnswer"},
    "Answer": {"text"},
    "HowTo": {"name", "step"},
    "HowToStep": {"position", "name", "text", "url"},
    "DefinedTermSet": {"name", "hasDefinedTerm"},
    "DefinedTerm": {"name", "description", "inDefinedTermSet"},
    "Organization": {"name", "url"},
    "WebSite": {"name", "url", "potentialAction"},
    "SearchAction": {"target", "query-input"},
}


def data_of(html: str) -> list[dict[str, Any]]:
    """Everything a page says to machines."""
    found: list[dict[str, Any]] = []
    for body in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html):
        graph = msgspec.json.decode(body)
        assert graph["@context"] == "https://schema.org"
        found += graph["@graph"]
    return found


def things(node: object) -> list[dict[str, Any]]:
    """Every typed thing in the data, however deep."""
    if isinstance(node, list):
        return [thing for each in node for thing in things(each)]
    if not isinstance(node, dict):
        return []
    return [node, *(thing for each in node.values() for thing in things(each))]


@pytest.mark.parametrize("path", examples())
def test_data_for_machines_has_what_its_types_ask(visitor: httpx2.Client, path: str) -> None:
    answer = visitor.get(path)
    for thing in things(data_of(answer.text)):
        kind = thing["@type"]
        assert REQUIRED[kind] <= thing.keys(), kind
        assert all(thing[name] not in ("", [], None) for name in REQUIRED[kind])
        for at in (thing.get("datePublished"), thing.get("dateModified")):
            assert at is None or datetime.fromisoformat(at).tzinfo is not None


def test_an_article_is_data_of_several_kinds(visitor: httpx2.Client, house: House) -> None:
    found = {thing["@type"]: thing for thing in data_of(visitor.get(f"/en/{STEPPED}").text)}

    assert set(found) >= {"BreadcrumbList", "TechArticle", "HowTo"}
    steps = found["HowTo"]["step"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    anchor = steps[1]["url"].partition("#")[2]
    assert f'id="{anchor}"' in visitor.get(f"/en/{STEPPED}").text
    crumbs = [item["item"] for item in found["BreadcrumbList"]["itemListElement"]]
    assert crumbs == [f"{house.url}/en/", f"{house.url}/en/c/basics", f"{house.url}/en/{STEPPED}"]


def test_a_category_answers_what_is_asked(visitor: httpx2.Client) -> None:
    html = visitor.get("/zh-Hans/c/deposits-withdrawals").text
    found = {thing["@type"]: thing for thing in data_of(html)}
    questions = [each["name"] for each in found["FAQPage"]["mainEntity"]]
    assert len(questions) > 5
    assert all(f"<summary>{question}</summary>" in html for question in questions)


def test_data_cannot_end_its_own_block() -> None:
    html = str(script_of([{"@type": "Thing", "name": "</script><script>alert(1)</script>&amp;"}]))
    assert html.count("<") == 2
    assert "alert(1)" in msgspec.json.decode(html[35:-9])["@graph"][0]["name"]
    assert str(script_of([])) == ""


def test_an_article_says_who_keeps_it_and_how_long_it_takes(visitor: httpx2.Client) -> None:
    said = words(visitor.get(f"/zh-Hant/{STEPPED}").text)
    assert "說明中心編輯組" in said
    assert re.search(r"約 \d+ 分鐘", said)
    assert "Wallet operations" in words(visitor.get(f"/en/{ARTICLE}").text)


@pytest.mark.parametrize(
    ("html", "minutes"),
    [
        ("", 1),
        ("<p>" + "word " * 230 + "</p>", 1),
        ("<p>" + "word " * 231 + "</p>", 2),
        ("<p>" + "字" * 400 + "</p>", 1),
        ("<p>" + "字" * 401 + "</p>", 2),
        # Half a minute of each is one minute; markup is not read.
        ("<p class='a b c d'>" + "字" * 200 + "word " * 115 + "</p>", 1),
    ],
)
def test_reading_time_counts_both_scripts(html: str, minutes: int) -> None:
    assert minutes_of(html) == minutes


def test_an_article_is_taken_apart() -> None:
    html = (
        '<ol class="steps"><li><p><strong class="step">Open it</strong> now.</p>'
        '<ol><li>first</li></ol></li><li id="own"><p>Then &lt;wait&gt;.</p></li></ol>'
        "<ul><li>no step</li></ul><details><summary>Why <strong>so</strong>?</summary>"
        "<p>Because.</p></details>"
    )
    found = outline(html, behind_step="[{anchor}]")

    assert [(s.number, s.anchor, s.name) for s in found.steps] == [
        (1, "step-1", "Open it"),
        (2, "own", "Then <wait>."),
    ]
    assert found.html.count("[") == 2
    assert '<li id="step-1">' in found.html
    assert (
        found.html.replace(' id="step-1"', "").replace("[step-1]", "").replace("[own]", "") == html
    )
    assert [(q.name, q.text) for q in found.questions] == [("Why so?", "Because.")]


def test_a_path_leads_from_step_to_step(visitor: httpx2.Client) -> None:
    html = visitor.get("/en/start").text
    links = re.findall(r'<h2><a class="bare" href="([^"]+)"', html)
    assert len(links) == 7
    assert links[2] == "/en/a/getting-started/first-week#day-3"

    second = visitor.get(links[1]).text
    assert 'rel="prev" href="/en/a/basics/public-private-keys"' in second
    assert f'rel="next" href="{links[2]}"' in second
    assert "Step 2 of 7:" in words(second)
    assert visitor.get("/en/path/no-such").status_code == 404
    assert visitor.get("/en/path/start").status_code == 200

    # Elsewhere the shelf's own order leads on.
    other = visitor.get("/en/a/api/error-codes").text
    assert len(re.findall(r'rel="(?:prev|next)"', other)) == 2


def test_a_step_that_fails_is_told_and_counted(visitor: httpx2.Client, house: House) -> None:
    html = visitor.get(f"/en/{STEPPED}").text
    link = re.findall(r'class="step-fails"><a href="([^"]+)"', html)[1]
    asked = visitor.get(link)
    anchor = field(asked.text, "step")
    assert "Step 2: what went wrong?" in words(asked.text)
    assert f"step={anchor}" in link

    told = visitor.post(
        link.partition("?")[0],
        data={"helpful": "no", "step": anchor, "reason": "wrong", "comment": ""},
        headers={"origin": house.url},
    )
    assert told.status_code == 303
    assert house.run(_rated(house)) == [(anchor, "wrong")]

    # A step that is not there is a verdict on the whole article.
    nothing = visitor.get(f"{link.partition('?')[0]}?step=no-such")
    assert field(nothing.text, "step") == ""
    way_on = re.search(r'href="([^"]*/contact\?[^"]*)">Write', asked.text)
    assert way_on is not None
    form = visitor.get(way_on.group(1).replace("&amp;", "&")).text
    assert "Step that did not work: 2. " in words(form)
    assert field(form, "step") == anchor


async def _rated(house: House) -> list[tuple[str, str]]:
    async with house.edge.work() as work:
        rows = await work.rows(
            _Rated, "SELECT step, reason FROM kb_feedback WHERE step IS NOT NULL"
        )
    return [(row.step, row.reason) for row in rows]


class _Rated(msgspec.Struct):
    step: str
    reason: str


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("of", ["news", "c/deposits-withdrawals"])
def test_feeds_are_sound_and_agree(
    visitor: httpx2.Client, house: House, lang: str, of: str
) -> None:
    rss = visitor.get(f"/{lang}/{of}/feed.xml")
    assert rss.headers["content-type"] == "application/rss+xml; charset=utf-8"
    channel = ET.fromstring(rss.content).find("channel")
    assert channel is not None
    for name in ("title", "link", "description", "language"):
        assert channel.findtext(name), name
    atom = channel.find("{http://www.w3.org/2005/Atom}link")
    assert atom is not None
    assert atom.attrib["href"] == f"{house.url}/{lang}/{of}/feed.xml"
    items = channel.findall("item")
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    assert dates == sorted(dates, reverse=True)

    other = visitor.get(f"/{lang}/{of}/feed.json")
    assert other.headers["content-type"] == "application/feed+json; charset=utf-8"
    feed = other.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [each["url"] for each in feed["items"]] == [item.findtext("guid") for item in items]
    assert len({each["id"] for each in feed["items"]}) == len(items) > 5
    assert visitor.get(feed["items"][0]["url"]).status_code == 200
    assert visitor.get(feed["home_page_url"]).text.count(f"/{lang}/{of}/feed.") >= 2


def test_feeds_of_nothing_are_not_there(visitor: httpx2.Client) -> None:
    for path in ("/en/c/no-such/feed.xml", "/tlh/news/feed.json", "/en/news/no-such"):
        assert visitor.get(path).status_code == 404


def test_pages_name_their_feeds_translations_and_picture(
    visitor: httpx2.Client, house: House
) -> None:
    html = visitor.get(f"/zh-Hant/{ARTICLE}").text
    assert f'hreflang="x-default" href="{house.url}/en/{ARTICLE}"' in html
    assert '<meta property="og:locale" content="zh_TW">' in html
    assert f'<meta property="og:url" content="{house.url}/zh-Hant/{ARTICLE}">' in html
    picture = re.search(r'property="og:image" content="([^"]+)"', html)
    assert picture is not None
    answer = visitor.get(picture.group(1))
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (WIDTH, HEIGHT)
    assert 'type="application/rss+xml"' in visitor.get("/en/news").text
    assert "og:" not in visitor.get("/en/search?q=fee").text


def test_cards_are_drawn_once_and_only_of_what_readers_see(
    visitor: httpx2.Client, house: House
) -> None:
    path = f"/cards/zh-Hans/{ARTICLE.removeprefix('a/')}.png"
    first, again = visitor.get(path), visitor.get(path)
    assert first.content == again.content
    assert house.run(_cards(house)) >= 1
    for missing in (
        "/cards/en/deposits-withdrawals/no-such.png",
        "/cards/tlh/deposits-withdrawals/deposit-not-arrived.png",
        "/cards/en/deposits-withdrawals/deposit-not-arrived.gif",
        "/cards/tlh.png",
    ):
        assert visitor.get(missing).status_code == 404
    assert visitor.get("/cards/en.png").status_code == 200


async def _cards(house: House) -> int:
    async with house.edge.work() as work:
        return await work.one(int, "SELECT count(*)::int AS n FROM kb_cards") or 0


def test_a_card_never_shows_a_box() -> None:
    """What the font cannot write is not drawn: the card is then the house's own."""
    bare = Card(title="", shelf="", house="Meridian", host="help.example")
    odd = msgspec.structs.replace(bare, title="提现 😀 \U00020bb7")
    plain = msgspec.structs.replace(
        bare, title="提现手续费与限额：各条网络分别是多少，什么时候会变"
    )
    assert draw(odd) == draw(bare)
    assert draw(plain) != draw(bare)
    assert len(draw(plain)) < 60_000


def test_the_sitemap_names_every_public_page(visitor: httpx2.Client, house: House) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = ET.fromstring(visitor.get("/sitemap.xml").content)
    places = [each.text or "" for each in root.findall("s:url/s:loc", names)]
    assert len(places) == len(set(places))
    for path in (
        "en/", "zh-Hant/c", "en/start", "zh-Hans/news/holiday-hours", "en/c/api",
        "en/api-reference/place-order", f"zh-Hans/{ARTICLE}",
    ):  # fmt: skip
        is_there = f"{house.url}/{path}" in places
        # What is announced later is not there yet.
        assert is_there is ("holiday-hours" not in path), path
    assert len(root.findall("s:url/{http://www.w3.org/1999/xhtml}link", names)) > len(places)
    assert visitor.get("/sitemap.xml?part=1").content == visitor.get("/sitemap.xml").content
    assert visitor.get("/sitemap.xml?part=99").status_code == 200


def test_a_sitemap_is_cut_between_pages_not_within_them() -> None:
    group = [Entry(tag, f"/{tag}/x", None) for tag in LANGUAGES]
    parts = _cut([group] * 7, most=7)
    assert [len(part) for part in parts] == [2, 2, 2, 1]


def test_the_newest_urgent_announcement_stands_over_every_page(visitor: httpx2.Client) -> None:
    for path in ("/en/contact", "/zh-Hans/search?q=x", "/zh-Hant/news"):
        html = visitor.get(path).text
        assert '<aside class="notice"' in html, path
        assert "/news/usdx-deposits-slow" in html


def test_announcements_are_listed_by_month_and_kind(visitor: httpx2.Client) -> None:
    html = visitor.get("/en/news?kind=listing").text
    assert set(re.findall(r'href="/en/news/([\w-]+)"', html)) == {
        "usdx-deposits-slow",  # over the page
        "listing-lumen-orchard",
        "delisting-old-harbor",
    }
    for odd in ("kind=nonsense", "before=nonsense", "before=2026-11-01~x", "kind=%00"):
        assert visitor.get(f"/en/news?{odd}").status_code == 200
    assert "/news/holiday-hours" not in visitor.get("/en/news").text


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("Address", "A"), ("éclair", "E"), ("地址", "D"), ("充值", "C"), ("助记词", "Z"),
        ("暗号", "A"), ("2FA", "#"), ("", "#"), ("まで", "#"), ("重置", "C"),
        ("行情", "H"), ("提现", "T"), ("API 密钥", "A"),
    ],
)  # fmt: skip
def test_a_word_stands_under_its_letter(word: str, letter: str) -> None:
    assert initial(word) == letter


def test_the_glossary_explains_each_term_at_its_own_place(
    visitor: httpx2.Client, house: House
) -> None:
    html = visitor.get("/zh-Hant/glossary").text
    found = {thing["@type"]: thing for thing in data_of(html)}
    terms = found["DefinedTermSet"]["hasDefinedTerm"]
    assert len(terms) == 60
    anchors = [term["url"].partition("#")[2] for term in terms]
    assert all(html.count(f'<div id="{anchor}"') == 1 for anchor in anchors)
    # Made from Simplified by the reviewed words, sorted by the sound of its first character.
    address = next(term for term in terms if term["url"].endswith("#address"))
    assert address["url"] == f"{house.url}/zh-Hant/glossary#address"
    assert html.index('id="letter-D"') < html.index('id="address"') < html.index('id="letter-F"')
    assert 'href="/zh-Hant/a/basics/public-private-keys"' in html
    assert "收款帳號" in words(html)


def test_readers_are_counted_without_being_known(visitor: httpx2.Client, house: House) -> None:
    html = visitor.get(f"/en/{ARTICLE}").text
    found = re.search(r'data-read="([0-9a-f-]+)"', html)
    assert found is not None
    path = f"/api/help/articles/{found.group(1)}/read"
    assert visitor.post(path, headers={"origin": house.url}).status_code == 204
    assert visitor.post(path, headers={"origin": "https://elsewhere.example"}).status_code == 204
    assert visitor.post("/api/help/articles/no-id/read").status_code == 404


def test_nothing_found_leads_on(visitor: httpx2.Client) -> None:
    html = visitor.get("/en/search?q=xqzzvw").text
    assert 'href="/en/get-help?q=xqzzvw"' in html
    assert f'href="/en/{ARTICLE}"' in html
    assert 'class="chip" href="/en/c/api"' in html
    found = visitor.get("/zh-Hans/search?q=placeOrder").text
    assert 'href="/zh-Hans/api-reference/place-order"' in found


@pytest.mark.parametrize("path", examples())
def test_a_page_with_all_it_names_is_light(visitor: httpx2.Client, path: str) -> None:
    """As it travels, packed, with its sheet and scripts: what a first visit costs."""
    named = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', visitor.get(path).text)
    bodies = [visitor.get(each).content for each in (path, *dict.fromkeys(named))]
    packed = sum(len(gzip.compress(body, 6)) for body in bodies)
    assert packed <= MOST_BYTES
