"""Where articles stand: addresses that lead on, the editors' list, pictures."""

import pytest

from fanlight.features.knowledge import (
    editing,
    pictures,
    placing,
    queries,
    render,
    service,
)
from fanlight.features.knowledge.drafts import Line
from fanlight.features.knowledge.errors import (
    AddressTaken,
    AddressUnfit,
    PictureNotFound,
    PictureRefused,
)
from fanlight.features.knowledge.models import Text
from fanlight.features.knowledge.queries import editing as kept
from fanlight.features.knowledge.queries import listing
from fanlight.features.knowledge.queries.listing import Wanted
from fanlight.kernel.errors import NotAllowed
from tests.conftest import NOON
from tests.features.knowledge.room import EDITOR, FEES, VISITOR, Room


async def test_moving_leads_the_old_address_on(room: Room) -> None:
    article = await room.published()
    other = await room.published(title="Gas", slug="gas")
    line = await placing.move(
        room.work, article.id, category="basics", slug="what-it-costs", is_risk=True
    )
    assert (line.category, line.slug, line.is_risk) == ("basics", "what-it-costs", True)
    found = await kept.now_at(room.work, "fees", "withdrawal-fees")
    assert found is not None
    assert found.slug == "what-it-costs"

    for category, slug, refusal in (
        ("fees", "gas", AddressTaken),
        ("fees", "Was kostet das?", AddressUnfit),
        ("fees", "../admin", AddressUnfit),
    ):
        with pytest.raises(refusal):
            await placing.move(room.work, article.id, category=category, slug=slug, is_risk=False)
    # Back again: the first address is in use, the second leads on.
    await placing.move(
        room.work, article.id, category="fees", slug="withdrawal-fees", is_risk=False
    )
    assert await kept.now_at(room.work, "fees", "withdrawal-fees") is None
    assert await kept.now_at(room.work, "basics", "what-it-costs") is not None
    assert other.id != article.id


async def test_links_written_with_an_old_address_still_arrive(room: Room) -> None:
    article = await room.published()
    linking = await room.published(
        Text(title="All", source="See [fees](article:fees/withdrawal-fees).\n"), title="All"
    )
    await placing.move(room.work, article.id, category="basics", slug="costs", is_risk=False)
    await service.mend_links(room.work, article.id)
    have = await queries.translations(room.work, linking.id)
    assert 'href="/en/a/basics/costs"' in have[0].html
    again = await editing.render(room.work, await editing.read(room.work, linking.id, "en"))
    assert again.html == have[0].html


async def test_only_publishers_move_what_readers_have(room: Room) -> None:
    writing = room.work.acting_as(EDITOR)
    article = await room.create()
    await placing.move(writing, article.id, category="basics", slug="fees", is_risk=False)
    await room.publish(article, FEES)
    with pytest.raises(NotAllowed):
        await placing.move(writing, article.id, category="fees", slug="fees", is_risk=False)


async def test_an_address_is_made_of_the_title(room: Room) -> None:
    assert (await room.create("Why is my deposit missing?")).slug == "why-is-my-deposit-missing"
    assert (await room.create("提现手续费")).slug.startswith("article-")
    with pytest.raises(AddressTaken):
        await room.create("Why is my deposit missing")


async def test_a_name_that_a_moved_article_keeps_is_not_taken_from_it(room: Room) -> None:
    first = await room.create()
    await placing.move(room.work, first.id, category="basics", slug="fees", is_risk=False)
    second = await room.create()
    assert second.id != first.id
    assert (await queries.get_article(room.work, first.id)).category == "basics"


async def test_the_list_is_paged_filtered_and_searched(room: Room) -> None:
    for number in range(5):
        await room.create(f"Rule {number}")
    published = await room.published(title="100% fees", slug="all-fees", category="basics")
    await placing.review_by(room.work, published.id, NOON.date())

    async def listed(
        below: listing.Place = listing.TOP, limit: int = 9, **wanted: str
    ) -> list[Line]:
        return await listing.lines(room.work, Wanted(**wanted), below=below, limit=limit)

    first = await listed(limit=4)
    end = listing.Place(first[-1].category, first[-1].position, first[-1].slug)
    rest = await listed(below=end, limit=4)
    assert len({line.id for line in (*first, *rest)}) == 6
    assert [each.id for each in await listed(mark="due")] == [published.id]
    assert [each.id for each in await listed(mark="published")] == [published.id]
    assert len(await listed(words="withdrawal")) == 1
    assert await listed(words="100%_") == []
    assert len(await listed(category="fees")) == 5
    assert len(await listed(missing="zh-Hans")) == 6
    assert published.id not in {each.id for each in await listed(missing="en")}


async def test_a_picture_is_kept_and_shown_with_its_size(room: Room) -> None:
    picture = await pictures.add(
        room.work, b"pixels", media_type="image/png", width=640, height=320
    )
    name = picture.address.removeprefix("/media/")
    assert await pictures.read(room.work.acting_as(VISITOR), name) == ("image/png", b"pixels")
    for wrong in ("", "x" * 60, name.replace("640", "641"), name.replace("png", "svg")):
        with pytest.raises(PictureNotFound):
            await pictures.read(room.work, wrong)
    with pytest.raises(PictureRefused):
        await pictures.add(room.work, b"<svg/>", media_type="image/svg+xml", width=1, height=1)

    html = shown(f'![The form]({picture.address} "What you see")\n')
    assert f'src="{picture.address}"' in html
    assert 'width="640"' in html
    assert "<figcaption>What you see</figcaption>" in html


@pytest.mark.parametrize(
    "source",
    [
        "![x](https://tracker.example/a.png)",
        '<img src="https://tracker.example/a.png" alt="a > b">',
        "<img src=/console/secret onerror=alert(1)>",
        "![x](/media/../console)",
        '<img alt=">" src="data:image/png;base64,AAAA">',
    ],
)
def test_a_picture_from_elsewhere_is_not_shown(source: str) -> None:
    html = shown(source)
    assert "<img" not in html
    assert "tracker" not in html


def shown(source: str) -> str:
    return render.render(source, language="en", title="", resolve=lambda _: None).html
