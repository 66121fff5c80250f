"""Everything goes out as Markdown, and comes back the same into an empty desk."""

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fanlight.features.knowledge import (
    clips,
    contexts,
    editing,
    exporting,
    importing,
    pictures,
    questions,
    synonyms,
)
from fanlight.features.knowledge.models import Questions, State, Text
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor, Work
from tests.features.knowledge.conftest import ARTICLES
from tests.features.knowledge.room import Room
from tests.features.knowledge.test_importing_exports import png, remake

# Of every table that an export holds: what is content. Versions, and who saved, belong to a desk.
CONTENT = {
    "texts": """SELECT a.path, t.language, t.title, t.description, t.tags, t.asked_as, t.source,
        t.html, t.toc, t.state, t.is_derived, t.reviewed_on
        FROM kb_translations t JOIN kb_articles a ON a.id = t.article_id ORDER BY 1, 2""",
    "dates": """SELECT a.path, t.language, t.published_at, t.saved_at
        FROM kb_translations t JOIN kb_articles a ON a.id = t.article_id
        WHERE NOT t.is_derived ORDER BY 1, 2""",
    "articles": """SELECT path, category, slug, position, is_risk, related, team, review_by,
        source_language, audience FROM kb_articles ORDER BY 1""",
    "drafts": """SELECT a.path, d.language, d.title, d.source, d.stage, d.publish_at
        FROM kb_drafts d JOIN kb_articles a ON a.id = d.article_id ORDER BY 1, 2""",
    "pictures": "SELECT id, media_type, width, height FROM kb_pictures ORDER BY 1",
    "redirects": """SELECT r.path, a.path FROM kb_redirects r
        JOIN kb_articles a ON a.id = r.article_id ORDER BY 1""",
    "left": """SELECT l.category, l.slug, a.path FROM kb_left_addresses l
        JOIN kb_articles a ON a.id = l.article_id ORDER BY 1, 2""",
    "links": """SELECT a.path, l.language, l.address, b.path FROM kb_links l
        JOIN kb_articles a ON a.id = l.article_id
        LEFT JOIN kb_articles b ON b.id = l.target_id ORDER BY 1, 2, 3""",
    "contexts": """SELECT c.key, a.path FROM kb_contexts c
        JOIN kb_articles a ON a.id = c.article_id ORDER BY 1""",
    "synonyms": "SELECT words, language, is_one_way FROM kb_synonyms ORDER BY 1, 2",
    "categories": "SELECT key, position, icon, names FROM kb_categories ORDER BY 1",
    "teams": "SELECT key, names, categories FROM kb_teams ORDER BY 1",
    "questions": """SELECT q.place, array_agg(a.path ORDER BY o.nth) FROM kb_questions q
        CROSS JOIN unnest(q.articles) WITH ORDINALITY AS o(id, nth)
        JOIN kb_articles a ON a.id = o.id GROUP BY 1 ORDER BY 1""",
    "paths": "SELECT key, position, names, steps FROM kb_paths ORDER BY 1",
}


async def content(work: Work) -> dict[str, list[Any]]:
    return {
        name: [
            tuple(row.values()) if isinstance(row, dict) else row for row in await rows(work, sql)
        ]
        for name, sql in CONTENT.items()
    }


async def rows(work: Work, sql: str) -> list[Any]:
    cursor = await work.connection.execute(sql.encode())
    return list(await cursor.fetchall())


def files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


async def fill(work: Work) -> None:
    """The starter articles, and one of everything that they do not have."""
    await importing.carry_out(work, importing.plan(ARTICLES), publish=True)
    room = Room(work)
    picture = await pictures.add(work, png(), media_type="image/png", width=3, height=2)
    source = f'Odd: "--- {{x}}" [[w]] **bold** `c`\n\n![A box]({picture.address} "Said")\n\nEnd'
    text = Text(title='Quotes "and: colons"', source=source, tags=("a", "b, c"))
    article = await room.create("Odd", category="fiat")
    await room.publish(article, text)
    await editing.set_state(work, article.id, "en", State.INTERNAL)
    await editing.keep(
        work, article.id, "en", Text(title="Newer", source="Draft.\n"), version=0,
        over=await room.over(article),
    )  # fmt: skip
    await contexts.set_contexts(work, article.id, ["odd.one", "fiat"])
    await synonyms.add(work, ["Odd one", "strange one"], language="en", is_one_way=True)
    later = await room.create("Later", category="fiat")
    draft = await editing.keep(
        work, later.id, "en", Text(title="Later", source="Soon.\n"), version=0, over=0
    )
    away = "UPDATE kb_articles SET audience = '{signed-in}' WHERE slug = 'odd'"
    await work.connection.execute(away.encode())
    at = work.now().replace(microsecond=0) + timedelta(days=3000)
    await editing.schedule(work, later.id, "en", at, version=draft.version)
    await questions.save(work, Questions(place="fiat", articles=["fiat/later", "fiat/odd"]))
    led = (
        "INSERT INTO kb_redirects SELECT '/hc/en-us/articles/7', id, now() FROM kb_articles LIMIT 1"
    )
    await work.connection.execute(led.encode())


@pytest.mark.slow
async def test_what_went_out_comes_back_the_same(work: Work, edge: Edge, tmp_path: Path) -> None:
    await fill(work)
    first, second = tmp_path / "first", tmp_path / "second"
    written = await exporting.carry_out(work, exporting.Folder(first))
    assert written == len(list(first.rglob("*.md")))
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        await exporting.carry_out(work, exporting.Packed(archive))
    before = await content(work)

    async with edge.work() as empty:
        report = await importing.carry_out(
            empty, importing.plan(packed), publish=False, remake=remake
        )
        assert (report.skipped, report.missing_pictures, report.kept) == ([], [], [])
        after = await content(empty)
        for name in CONTENT:
            assert after[name] == before[name], name
        await exporting.carry_out(empty, exporting.Folder(second))
    one, two = files(first), files(second)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


async def test_videos_go_out_and_come_back_at_their_addresses(
    room: Room, edge: Edge, tmp_path: Path
) -> None:
    words = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(64)
    added = [await clips.add(room.work, each) for each in (film, words)]
    block = f"::: video {added[0].address}\nHow\ncaptions: {added[1].address}\n:::\n"
    await room.published(Text(title="Filmed", source=block))
    await exporting.carry_out(room.work, exporting.Folder(tmp_path))

    async with edge.work() as empty:
        for _ in range(2):  # a second time they are there
            report = await importing.carry_out(
                empty, importing.plan(tmp_path), publish=True, remake=remake
            )
            assert (report.skipped, report.pictures) == ([], 2)
        for clip, content in zip(added, (film, words), strict=True):
            row = await clips.find(empty, clip.address.removeprefix("/media/"))
            assert await clips.read(empty, row, 0, row.size_bytes) == content


async def test_only_editors_take_everything_out(work: Work, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        await exporting.carry_out(work.acting_as(Actor(kind="visitor")), exporting.Folder(tmp_path))
    assert files(tmp_path) == {}
