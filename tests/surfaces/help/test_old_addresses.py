"""Addresses of an older help center lead on, however short they are; others are not found."""

import httpx2
import pytest

from fanlight.features.knowledge import queries, shelving
from fanlight.features.knowledge.models import CategoryName, State
from fanlight.features.knowledge.queries import moving
from fanlight.features.knowledge.queries import shelving as shelves
from fanlight.kernel.work import Work
from tests.surfaces.widget.house import House

PLACE = "/a/deposits-withdrawals/missing-memo"


async def lead(house: House) -> None:
    async with house.edge.work() as work:
        states = await queries.states(work)
        assert states["deposits-withdrawals/missing-memo", "en"] is State.PUBLISHED
        article = await queries.article_of_path(work, "deposits-withdrawals/missing-memo")
        assert article is not None
        old = ("/faq.html", "/hc/zh-cn/articles/7", "/docs/Memo/Lost/")
        await moving.lead(work, dict.fromkeys(old, article.id))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/faq.html", f"/en{PLACE}"),
        ("/FAQ.html?page=2", f"/en{PLACE}"),
        ("/hc/zh-cn/articles/7-Any-title", f"/zh-Hans{PLACE}"),
        ("/docs/memo/lost", f"/en{PLACE}"),
    ],
)
def test_an_old_address_leads_to_the_article(
    house: House, visitor: httpx2.Client, old: str, new: str
) -> None:
    house.run(lead(house))
    answer = visitor.get(old)
    assert (answer.status_code, answer.headers["location"]) == (301, new)
    assert answer.headers["cache-control"] == "no-cache"
    assert visitor.get(new).status_code == 200


def test_a_renamed_category_leads_on_with_its_feeds(house: House, visitor: httpx2.Client) -> None:
    async def rename() -> None:
        async with house.edge.work() as work:
            await shelving.add(work, "shelf", icon="book", names={"en": CategoryName(name="Shelf")})
            await shelving.rename(work, "shelf", "rack", version=await version(work))

    async def remove() -> None:
        async with house.edge.work() as work:
            await shelving.remove(work, "rack", version=await version(work))

    async def version(work: Work) -> int:
        return next(s.version for s in await shelves.shelves(work) if s.key in {"shelf", "rack"})

    house.run(rename())
    for below in ("", "/feed.xml", "/feed.json"):
        answer = visitor.get(f"/zh-Hans/c/shelf{below}")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/zh-Hans/c/rack{below}")
        assert visitor.get(f"/zh-Hans/c/rack{below}").status_code == 200
    house.run(remove())
    assert visitor.get("/en/c/shelf/feed.xml").status_code == 404


@pytest.mark.parametrize("path", ["/faq2.html", "/hc/zh-cn/articles/70", "/x" * 400])
def test_an_address_that_nothing_stood_at_is_not_found(visitor: httpx2.Client, path: str) -> None:
    assert visitor.get(path).status_code == 404
