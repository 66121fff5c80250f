"""Whoever reads, at whatever door: nothing is shown that is not for them."""

import random
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanlight.app import demo_exchange
from fanlight.features.knowledge import audiences, contexts, editing, glossary, placing, shelving
from fanlight.features.knowledge.errors import AudienceUnknown, ContextTaken
from fanlight.features.knowledge.models import Term, Text, Word
from fanlight.features.knowledge.node import node_of
from fanlight.features.people.queries.visits import Link
from fanlight.features.people.service import visits
from fanlight.surfaces.shared.reading.reader import COOKIE
from tests.surfaces.widget.house import House

CATEGORY = "fiat"
KEYS = ("public", "signed-in", "country:de", "country:sg", "entity:meridian-eu", "tier:vip")
READERS: dict[str, tuple[str, ...] | None] = {
    "stranger": None,
    "customer": (),
    "german": ("country:de", "entity:meridian-eu"),
    "vip": ("country:sg", "tier:vip"),
}


@pytest.fixture(scope="module")
def cookies(house: House) -> dict[str, dict[str, str]]:
    """Each kind of reader, signed in."""

    async def enter(name: str, groups: tuple[str, ...]) -> str:
        async with house.edge.work() as work:
            link = Link(
                kind="exchange",
                key=name,
                name=name,
                groups=list(groups),
                proven_at=work.now(),
                leads_to="/en/",
            )
            return (await visits.begin(work, link))[0]

    return {
        name: {} if groups is None else {COOKIE: house.run(enter(name, groups))}
        for name, groups in READERS.items()
    }


class Shown(NamedTuple):
    """An article: found by one word, and told by another that stands in no question."""

    id: UUID
    slug: str
    word: str
    secret: str


async def publish(house: House, audience: list[str]) -> Shown:
    word, secret = f"zq{uuid4().hex[:12]}", f"zs{uuid4().hex[:12]}"
    async with house.edge.work() as work:
        article = await placing.create(
            work, language="en", title=word, category=CATEGORY, slug=uuid4().hex
        )
        text = Text(
            title=f"{word} {secret}", source=f"{word} {secret}.\n", description=f"{word} {secret}"
        )
        draft = await editing.keep(work, article.id, "en", text, version=0)
        await audiences.set_audience(work, article.id, audience)
        await editing.publish(work, article.id, "en", version=draft.version, over=0)
        await contexts.set_contexts(work, article.id, [f"test.{word}"])
    return Shown(article.id, article.slug, word, secret)


async def lead_to(house: House, shown: Shown) -> None:
    """A word of the glossary and an old address that lead to it."""
    async with house.edge.work() as work:
        await shelving.lead(work, f"/en/{shown.word}/old", f"{CATEGORY}/{shown.slug}")
        said = Word(name=f"Aa {shown.word}", definition="A word.")
        await glossary.save(work, Term(key=shown.word, names={"en": said}, article=shown.slug))


async def forget_term(house: House, shown: Shown) -> None:
    """Other tests of this desk count its glossary."""
    async with house.edge.work() as work:
        await glossary.remove(work, shown.word, version=1)


def doors(shown: Shown) -> list[str]:
    """Every address at which an article may show itself."""
    slug, word = shown.slug, shown.word
    return [
        f"/en/a/{CATEGORY}/{slug}",
        f"/zh-Hans/a/{CATEGORY}/{slug}",
        f"/en/a/{CATEGORY}/{slug}/feedback",
        f"/cards/en/{CATEGORY}/{slug}.png",
        f"/en/c/{CATEGORY}",
        f"/en/c/{CATEGORY}/feed.xml",
        "/en/c",
        "/en/",
        "/sitemap.xml",
        f"/en/{word}/old",
        "/en/glossary",
        f"/en/go/test.{word}",
        f"/en/contact?article={CATEGORY}/{slug}",
        f"/en/search?q={word}",
        f"/api/help/search?q={word}",
        f"/api/help/suggest?q={word}",
        f"/api/help/articles/{shown.id}",
    ]


def may(audience: list[str], reader: str) -> bool:
    groups = READERS[reader]
    reads = {"public"} if groups is None else {"public", "signed-in", *groups}
    return bool(reads & set(audience))


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    audience=st.lists(st.sampled_from(KEYS), min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_no_door_shows_what_its_reader_may_not_see(
    house: House, cookies: dict[str, dict[str, str]], audience: list[str], order: random.Random
) -> None:
    shown = house.run(publish(house, audience))
    house.run(lead_to(house, shown))
    house.run(node_of(house.edge).catch_up(house.edge))
    asks = [(name, path) for name in READERS for path in doors(shown)]
    order.shuffle(asks)  # whoever comes first fills the caches for whoever comes later
    with httpx2.Client(base_url=house.url, timeout=20) as client:
        for name, path in asks:
            client.cookies.clear()
            for key, value in cookies[name].items():
                client.cookies.set(key, value)
            answer = client.get(path)
            if not may(audience, name):
                assert shown.secret not in answer.text, (audience, name, path)
                assert answer.headers["content-type"] != "image/png"
            if path.startswith(f"/en/a/{CATEGORY}/{shown.slug}") and not path.endswith("feedback"):
                assert (answer.status_code == 200) is may(audience, name), (audience, name, path)
            if path.endswith("/old"):
                assert (answer.status_code == 301) is may(audience, name), (audience, name)
            if path == "/en/glossary":
                assert (shown.slug in answer.text) is may(audience, name), (audience, name)
            if path.startswith("/api/help/search"):
                ids = {each["id"] for each in answer.json()["results"]}
                assert (str(shown.id) in ids) is may(audience, name), (audience, name)
    house.run(forget_term(house, shown))


@pytest.mark.parametrize("key", ["country:de", "entity:meridian-eu", "tier:vip-2"])
def test_the_demos_customers_read_what_is_for_them(house: House, key: str) -> None:
    shown = house.run(publish(house, [key]))
    for customer in demo_exchange.site().customer:
        said = demo_exchange.identity_token(house.settings, customer, house.edge.now())
        with httpx2.Client(base_url=house.url, timeout=20) as client:
            origin = {"origin": house.exchange_url}
            client.post("/en/sign-in/token", data={"token": said}, headers=origin)
            seen = client.get(f"/en/a/{CATEGORY}/{shown.slug}").status_code == 200
        has = (f"country:{customer.country.lower()}", f"entity:{customer.entity}")
        assert seen is (key in (*has, f"tier:{customer.tier}")), customer.name


def test_taking_an_article_from_readers_empties_what_was_kept(
    house: House, visitor: httpx2.Client
) -> None:
    shown = house.run(publish(house, ["public"]))
    path = f"/en/a/{CATEGORY}/{shown.slug}"
    assert visitor.get(path).status_code == 200

    async def restrict() -> None:
        async with house.edge.work() as work:
            await audiences.set_audience(work, shown.id, ["country:sg"])

    house.run(restrict())
    for _ in range(100):
        if visitor.get(path).status_code == 404:
            break
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert shown.secret not in answer.text


@pytest.mark.parametrize(
    "keys", [[], ["everybody"], ["country:deu"], ["entity:a b"], ["public\x00"]]
)
def test_an_audience_that_nobody_belongs_to_is_refused(keys: list[str]) -> None:
    with pytest.raises(AudienceUnknown):
        audiences.normal(keys)


def test_two_articles_do_not_answer_to_one_name(house: House) -> None:
    first = house.run(publish(house, ["public"]))
    second = house.run(publish(house, ["public"]))

    async def take() -> None:
        async with house.edge.work() as work:
            await contexts.set_contexts(work, second.id, [f"test.{first.word}"])

    with pytest.raises(ContextTaken):
        house.run(take())


def test_a_name_leads_to_its_article_and_no_other_reader_there(
    house: House, visitor: httpx2.Client, cookies: dict[str, dict[str, str]]
) -> None:
    shown = house.run(publish(house, ["tier:vip"]))
    path = f"/zh-Hans/go/test.{shown.word}"

    assert visitor.get(path).status_code == 404
    assert visitor.get("/en/go/..%2f").status_code == 404
    visitor.cookies.set(COOKIE, cookies["vip"][COOKIE])
    answer = visitor.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/zh-Hans/a/{CATEGORY}/{shown.slug}"
