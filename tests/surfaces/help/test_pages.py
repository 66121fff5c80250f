"""Every page in every language, without a script; and what stands around them."""

import re
import time
from urllib.parse import urljoin

import httpx2
import pytest

from fanlight.features.knowledge import queries, service
from fanlight.features.knowledge.models import LANGUAGES, State
from fanlight.surfaces.help.site import page_assets
from tests.surfaces.help.scene import ARTICLE, examples, words
from tests.surfaces.widget.house import House

STATUS = {"not-a-code": 410, "/t/": 410, "/sign-in/link/": 410, "not-a-token": 410}


@pytest.mark.parametrize("path", examples())
def test_every_page_opens_in_every_language(visitor: httpx2.Client, path: str) -> None:
    answer = visitor.get(path)
    wanted = next((code for part, code in STATUS.items() if part in path), 200)

    assert answer.status_code == wanted
    assert f'<html lang="{path.split("/")[1]}">' in answer.text
    assert not re.search(r"help\.[a-z_]+\.[a-z_]+|\{[a-z]+\}|error\.[a-z_]+", words(answer.text))
    assert answer.text.count("<h1") == 1
    # The policy refuses both, so neither may be needed.
    assert not re.search(r"<[^>]*\s(?:style|on\w+)=", answer.text)
    # Data is no script: browsers run nothing of this type.
    assert not re.search(r'<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)', answer.text)


@pytest.mark.parametrize("path", examples())
def test_no_page_asks_anybody_else(visitor: httpx2.Client, house: House, path: str) -> None:
    html = visitor.get(path).text
    for address in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', html):
        assert urljoin(house.url, address).startswith(house.url)


@pytest.mark.slow
def test_every_link_of_our_own_leads_somewhere(visitor: httpx2.Client) -> None:
    links: dict[str, str] = {}
    for path in examples():
        html = visitor.get(path).text
        found = re.findall(r'<a\b[^>]*href="(/[^"#]*)', html)
        links |= {link.replace("&amp;", "&"): path for link in found}

    assert len(links) > 100
    broken = [
        f"{path} -> {link}"
        for link, path in links.items()
        # A result of a search leads on to its article.
        if visitor.get(link).status_code not in ({303} if "/s/" in link else {200, 410})
    ]
    assert broken == []


def test_the_root_leads_to_the_browsers_language(visitor: httpx2.Client) -> None:
    for asked, lang in {"zh-TW,zh;q=0.9": "zh-Hant", "zh-CN": "zh-Hans", "fr": "en"}.items():
        answer = visitor.get("/", headers={"accept-language": asked})
        assert answer.status_code == 302
        assert answer.headers["location"] == f"/{lang}/"
        assert answer.headers["vary"] == "accept-language"


@pytest.mark.parametrize(
    ("path", "asked", "lang"),
    [
        ("/fr/", "", "en"),
        ("/zh/", "", "zh-Hans"),
        ("/zh-tw/a/x/y", "", "zh-Hant"),
        ("/de/search?q=x", "zh-HK", "zh-Hant"),
        ("/zh-Hans/a/deposits-withdrawals/no-such", "en", "zh-Hans"),
        ("/en/c/no-such", "", "en"),
        ("/en/some/where/else", "", "en"),
        ("/nowhere", "", "en"),
        ("/en/c/no%00such", "", "en"),
        ("/en/a/fiat/%00x", "", "en"),
        ("/en/c/%f0%9f%ab%a0", "", "en"),
    ],
)
def test_what_is_not_here_is_said_in_the_nearest_language(
    visitor: httpx2.Client, path: str, asked: str, lang: str
) -> None:
    answer = visitor.get(path, headers={"accept-language": asked})

    assert answer.status_code == 404
    assert f'<html lang="{lang}">' in answer.text
    assert 'name="robots" content="noindex"' in answer.text
    assert f'href="/{lang}/contact"' in answer.text


def test_pages_name_their_translations_and_themselves(visitor: httpx2.Client, house: House) -> None:
    html = visitor.get(f"/zh-Hant/{ARTICLE}").text

    assert f'<link rel="canonical" href="{house.url}/zh-Hant/{ARTICLE}">' in html
    for tag in LANGUAGES:
        assert f'hreflang="{tag}" href="{house.url}/{tag}/{ARTICLE}"' in html


def test_traditional_pages_say_you_politely(visitor: httpx2.Client) -> None:
    for path in examples():
        if path.startswith("/zh-Hant"):
            assert "你" not in words(visitor.get(path).text), path
    assert "您" in words(visitor.get("/zh-Hant/").text)


def test_answers_carry_a_strict_policy(visitor: httpx2.Client) -> None:
    for path in ("/en/", f"/en/{ARTICLE}", "/en/search?q=fee", "/en/contact", "/nowhere"):
        policy = visitor.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_a_page_is_answered_from_bytes_and_only_once(visitor: httpx2.Client) -> None:
    first = visitor.get(f"/en/{ARTICLE}")
    again = visitor.get(f"/en/{ARTICLE}", headers={"if-none-match": first.headers["etag"]})
    head = visitor.head(f"/en/{ARTICLE}")

    assert again.status_code == 304
    assert again.content == b""
    assert head.headers["etag"] == first.headers["etag"]
    assert head.content == b""
    assert first.headers["content-encoding"] == "gzip"
    plain = visitor.get(f"/en/{ARTICLE}", headers={"accept-encoding": "identity"})
    assert plain.text == first.text
    assert "content-encoding" not in plain.headers


def test_what_is_withdrawn_is_gone_and_what_changes_shows(
    visitor: httpx2.Client, house: House
) -> None:
    path = "/en/a/risks/market-risk"
    before = visitor.get(path)
    assert before.status_code == 200

    async def turn(state: State) -> None:
        async with house.edge.work() as work:
            article = await queries.article_at(work, "risks", "market-risk")
            await service.set_state(work, article.id, "en", state)
            await service.set_state(work, article.id, "zh-Hans", state)

    house.run(turn(State.DRAFT))
    assert eventually(lambda: visitor.get(path).status_code == 404)
    assert eventually(lambda: "market-risk" not in visitor.get("/sitemap.xml").text)
    assert eventually(lambda: not found(visitor, "market risk", path))
    house.run(turn(State.PUBLISHED))
    assert eventually(lambda: visitor.get(path).text == before.text)
    assert eventually(lambda: found(visitor, "market risk", path))


def found(visitor: httpx2.Client, text: str, path: str) -> bool:
    answer = visitor.get("/api/help/search", params={"q": text, "lang": "en"}).json()
    return any(result["url"] == path for result in answer["results"])


def eventually(is_so: object, within_s: float = 2) -> bool:
    assert callable(is_so)
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def test_sitemap_and_robots_say_what_may_be_read(visitor: httpx2.Client, house: House) -> None:
    sitemap, robots = visitor.get("/sitemap.xml").text, visitor.get("/robots.txt").text

    assert f"<loc>{house.url}/zh-Hans/{ARTICLE}</loc>" in sitemap
    assert f'hreflang="en" href="{house.url}/en/{ARTICLE}"' in sitemap
    assert f"Sitemap: {house.url}/sitemap.xml" in robots
    assert "Disallow: /en/t/" in robots


def test_a_page_weighs_little(visitor: httpx2.Client) -> None:
    """60 kB without pictures: page, sheet and scripts together."""
    for path in ("/en/", "/zh-Hans/", f"/zh-Hant/{ARTICLE}", "/en/search?q=withdrawal"):
        with visitor.stream("GET", path) as answer:
            page = sum(len(piece) for piece in answer.iter_raw())
        text = visitor.get(path).text
        fetched = [asset.answer for asset in page_assets().values() if asset.path in text]
        assert page + sum(len(each.packed or each.plain) for each in fetched) < 60_000


def test_a_verdict_needs_no_script(visitor: httpx2.Client, house: House) -> None:
    path = f"/en/{ARTICLE}/feedback"
    origin = {"origin": house.url}
    yes = visitor.post(path, data={"helpful": "yes"}, headers=origin)
    no = visitor.post(path, data={"helpful": "no"}, headers=origin)
    why = visitor.post(
        path,
        data={"helpful": "no", "reason": "unclear", "comment": "What is a hash?"},
        headers=origin,
    )
    other = visitor.post(path, data={"helpful": "yes"}, headers={"origin": "https://evil.example"})

    assert yes.status_code == why.status_code == 303
    assert yes.headers["location"] == f"/en/{ARTICLE}?thanks=1#feedback"
    assert "Noted" in visitor.get(yes.headers["location"].partition("#")[0]).text
    assert no.headers["location"].startswith(f"{path}?no=")
    assert other.status_code == 404

    async def kept() -> list[str]:
        async with house.edge.work() as work:
            return await work.rows(str, "SELECT comment FROM kb_feedback WHERE reason = 'unclear'")

    assert house.run(kept()) == ["What is a hash?"]


def test_a_no_counts_when_it_is_pressed_and_its_reason_joins_it(
    visitor: httpx2.Client, house: House
) -> None:
    path, origin = f"/en/{ARTICLE}/feedback", {"origin": house.url}

    async def kept() -> list[str]:
        async with house.edge.work() as work:
            return await work.rows(
                str,
                "SELECT coalesce(reason, '-') FROM kb_feedback WHERE NOT is_helpful ORDER BY id",
            )

    before = house.run(kept())
    asked = visitor.post(path, data={"helpful": "no"}, headers=origin).headers["location"]
    assert house.run(kept()) == [*before, "-"]

    no = asked.partition("?no=")[2]
    assert f'value="{no}"' in visitor.get(asked).text
    for reason in ("outdated", "wrong"):
        visitor.post(path, data={"helpful": "no", "reason": reason, "no": no}, headers=origin)
    assert house.run(kept()) == [*before, "wrong"]


def test_searching_shows_marks_and_leads_on_when_nothing_is_found(
    visitor: httpx2.Client,
) -> None:
    page = visitor.get("/en/search", params={"q": "withdrawal fee"}).text
    assert "<mark>Withdrawal fees</mark> and limits" in page
    narrowed = visitor.get("/en/search", params={"q": "fee", "in": "spot-margin"}).text
    assert "/en/a/spot-margin/" in narrowed
    assert '<li class="hit"><h3><a href="/en/a/deposits' not in narrowed

    nothing = visitor.get("/en/search", params={"q": "xqzzvw <b>"}).text
    assert "xqzzvw &lt;b&gt;" in nothing
    assert "/en/get-help?q=xqzzvw" in nothing


def test_a_result_leads_to_its_article_without_script_and_is_no_page_for_crawlers(
    visitor: httpx2.Client,
) -> None:
    page = visitor.get("/en/search", params={"q": "withdrawal fee"}).text
    found = re.search(r'href="(/en/s/[^"]+)" rel="nofollow"', page)
    assert found is not None
    step = visitor.get(found.group(1))
    assert (step.status_code, step.headers["x-robots-tag"]) == (303, "noindex, nofollow")
    assert visitor.get(step.headers["location"]).status_code == 200
    search, nowhere = found.group(1).rpartition("/")[0], "00000000-0000-0000-0000-000000000001"
    assert visitor.get(f"{search}/{nowhere}").status_code == 404
    assert visitor.get(f"/fr{found.group(1).removeprefix('/en')}").status_code == 404


@pytest.mark.parametrize("text", ["x" * 10_000, "🫠" * 200, "' OR 1=1 --", "\x00", "%", "   "])
def test_odd_searches_are_answered_politely(visitor: httpx2.Client, text: str) -> None:
    assert visitor.get("/zh-Hans/search", params={"q": text}).status_code == 200
    assert visitor.get("/api/help/search", params={"q": text}).status_code == 200
    assert visitor.get("/api/help/suggest", params={"q": text}).status_code == 200


def test_what_a_translation_answers_is_shown_where_the_readers_own_says_it(
    visitor: httpx2.Client,
) -> None:
    asked = {"q": "提现处理中可以取消吗", "lang": "en"}
    first = visitor.get("/api/help/search", params=asked).json()["results"][0]
    assert (first["url"], first["lang"]) == ("/en/a/deposits-withdrawals/withdrawal-pending", "en")
    assert "nobody can stop it" in first["excerpt_html"]


def test_suggestions_know_an_unfinished_word(visitor: httpx2.Client) -> None:
    results = visitor.get("/api/help/suggest", params={"q": "withd", "lang": "en"}).json()[
        "results"
    ]
    assert "ithdraw" in results[0]["title"]
    results = visitor.get("/api/help/suggest", params={"q": "充值未", "lang": "zh-TW"}).json()[
        "results"
    ]
    assert results[0]["url"] == f"/zh-Hant/{ARTICLE}"


def test_an_article_is_had_as_json_in_the_readers_language(visitor: httpx2.Client) -> None:
    hit = visitor.get("/api/help/search", params={"q": "memo", "lang": "zh-HK"}).json()["results"][
        0
    ]
    article = visitor.get(f"/api/help/articles/{hit['id']}", params={"lang": "zh-HK"}).json()
    assert article["lang"] == "zh-Hant"
    assert "<h2" in article["html"]
    assert visitor.get(f"/api/help/articles/{'0' * 8}-0000-7000-8000-{'0' * 12}").status_code == 404


def test_a_question_for_a_fee_is_answered_before_the_articles(visitor: httpx2.Client) -> None:
    page = visitor.get("/zh-Hans/search", params={"q": "USDT 提现手续费"}).text
    answer, results = page.index('class="figures'), page.index('class="hits"')
    said = visitor.get("/api/help/search", params={"q": "USDT withdrawal fee"}).json()

    assert answer < results
    assert "TRON" in page[answer:results]
    assert "BTC" not in page[answer:results]
    assert "3.20" in said["figures_html"]
    misspelt = visitor.get("/en/search", params={"q": "withdrawl fee usdt"}).text
    assert 'class="figures' in misspelt
    for other in ("重置密码", "提现"):
        assert 'class="figures' not in visitor.get("/zh-Hans/search", params={"q": other}).text


def test_what_is_refused_is_a_page_for_people_and_data_for_programs(
    visitor: httpx2.Client,
) -> None:
    people = {"accept": "text/html,*/*;q=0.8"}
    page = visitor.delete("/zh-Hans/search", headers=people)
    program = visitor.delete("/zh-Hans/search")
    door = visitor.delete("/api/help/guide", headers=people)

    assert (page.status_code, page.headers["content-type"]) == (405, "text/html; charset=utf-8")
    assert "这一页没打开" in page.text
    assert 'href="/zh-Hans/get-help"' in page.text
    assert page.headers["cache-control"] == "no-store"
    for data in (program, door):
        assert data.json()["code"] == "not_allowed_here"


def test_a_refused_page_leads_to_no_other_host(visitor: httpx2.Client) -> None:
    people = {"accept": "text/html"}
    page = visitor.get("/%2Fevil.example/sign-in/token", headers=people)
    assert page.status_code == 405
    assert "<h1>" in page.text
    assert "evil.example" not in page.text
