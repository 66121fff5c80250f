"""The writer of the index is killed, its disk is full, its files are damaged: search is whole."""

import asyncio
import random
import sys
from pathlib import Path

import pytest

from fanlight.features.knowledge import crew, index, search, service
from fanlight.features.knowledge.models import Category, CategoryName, Text
from fanlight.features.knowledge.node import SearchNode
from fanlight.kernel.edge import Edge
from tests.features.knowledge.conftest import load
from tests.features.knowledge.room import Room

WRITER = Path(__file__).with_name("indexing.py")
ROUNDS = 8  # each starts a process


def builds(data_dir: Path) -> list[str]:
    return [each.name for each in (data_dir / "search").glob("build-*")]


async def publish(edge: Edge, word: str) -> None:
    async with edge.work() as work:
        name = {"en": CategoryName(name="Fees")}
        await service.save_category(
            work, Category(key="fees", position=1, icon="coins", names=name)
        )
        text = Text(title=f"About {word}", source=f"All of {word}.\n", description="Fees.")
        await Room(work).published(text, title=text.title)


def finds(node: SearchNode, word: str) -> bool:
    hits = node.find(search.Wanted(text=f"about {word}", language="en")).hits
    return bool(hits)


@pytest.mark.slow
async def test_a_writer_killed_at_any_moment_leaves_a_whole_index(
    edge: Edge, tmp_path: Path
) -> None:
    chance = random.Random(20261129)
    await load(edge)
    await SearchNode(tmp_path).catch_up(edge)
    reader = SearchNode(tmp_path)
    whole = reader.documents()

    for round_ in range(ROUNDS):
        writer = await asyncio.create_subprocess_exec(
            sys.executable, WRITER, edge.database.url, tmp_path, stdout=asyncio.subprocess.PIPE
        )
        assert writer.stdout is not None
        assert await writer.stdout.readline() == b"begun\n"
        await publish(edge, f"zyzzyva{round_}")
        await asyncio.sleep(chance.uniform(0.0, 0.8))
        writer.kill()
        await writer.wait()

        assert reader.documents() >= whole  # whoever reads has not noticed
        fresh = SearchNode(tmp_path)
        await fresh.catch_up(edge)
        assert finds(fresh, f"zyzzyva{round_}")
        assert finds(reader, f"zyzzyva{round_}")

    await reader.rebuild(edge)
    rebuilt = SearchNode(tmp_path)
    assert rebuilt.documents() == reader.documents() > whole
    assert len(builds(tmp_path)) == 1  # what the killed ones left is swept


async def test_a_build_without_room_leaves_nothing_and_the_old_one_goes_on(
    edge: Edge, node: SearchNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(edge, "quokka")
    await node.catch_up(edge)
    before = builds(tmp_path)

    async def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(crew, "fill", no_room)
        with pytest.raises(OSError, match="No space"):
            await node.rebuild(edge)

    assert builds(tmp_path) == before
    assert finds(node, "quokka")


async def test_a_change_without_room_is_made_good_later(
    edge: Edge, node: SearchNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(edge, "quokka")
    await node.catch_up(edge)
    await publish(edge, "wombat")

    def no_room(*_: object) -> None:
        raise ValueError("IO error: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(index, "put", no_room)
        with pytest.raises(ValueError, match="No space"):
            await node.catch_up(edge)
    assert finds(node, "quokka")

    await node.catch_up(edge)
    assert finds(node, "wombat")


@pytest.mark.parametrize("damaged", ["heads/meta.json", "passages/meta.json", "heads/*.term"])
async def test_a_damaged_index_is_made_anew(edge: Edge, tmp_path: Path, damaged: str) -> None:
    await publish(edge, "quokka")
    await SearchNode(tmp_path).catch_up(edge)
    (folder,) = (tmp_path / "search").glob("build-*")
    for file in folder.glob(damaged):
        file.write_bytes(b"")

    node = SearchNode(tmp_path)
    await node.catch_up(edge)

    assert finds(node, "quokka")
    assert builds(tmp_path) != [folder.name]
