"""Where secrets are sought that were planted: all that a running desk keeps and sends."""

import json
from collections.abc import Iterator
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

from fanlight.kernel.blobs import Blobs
from fanlight.kernel.db.private import PrivatePostgres
from tests.journeys.secrets import Planter
from tests.journeys.town import Town


def in_database(town: Town, plant: Planter) -> Iterator[str]:
    """Every column of every row of every table."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    with psycopg.connect(PrivatePostgres(town.desk.folder).url) as database:
        names = [name for (name,) in database.execute(tables).fetchall()]
        assert len(names) > 30
        for name in names:
            rows = SQL("SELECT to_json(row)::text FROM {} row").format(Identifier(name))
            for (row,) in database.execute(rows):
                yield from (f"{name}: {leak}" for leak in plant.leaks(row))


def in_sealed(town: Town, plant: Planter) -> Iterator[str]:
    """Originals and files, opened with the desk's own keys."""

    async def opened() -> list[bytes]:
        async with town.edge.work() as work:
            ids = await work.rows(UUID, "SELECT id FROM blobs")
            return [await work.of(Blobs).get(work, each) for each in ids]

    for content in town.run(opened()):
        yield from plant.leaks(content.decode("utf-8", "replace"))


def in_files(town: Town, plant: Planter) -> Iterator[str]:
    """The data folder as a thief finds it: blobs, search index, PostgreSQL's files and journal."""
    folder = town.desk.folder
    seen = [path for path in folder.rglob("*") if path.is_file()]
    assert {"postgres", "blobs"} <= {path.relative_to(folder).parts[0] for path in seen}
    for path in seen:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # PostgreSQL and the index tidy up as they go
        yield from (f"{path.relative_to(folder)}: {leak}" for leak in plant.raw_leaks(content))


def that_left(town: Town, plant: Planter) -> Iterator[str]:
    """Every mail and every call to Telegram."""
    for recipient, raw in town.post.taken:
        yield from (f"mail: {leak}" for leak in plant.raw_leaks(raw))
        for mail in town.post.mails_to(recipient):
            parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
            text = "\n".join(map(str, [*mail.items(), *parts]))
            yield from (f"mail: {leak}" for leak in plant.leaks(text))
    calls = town.on_telegram(lambda telegram: list(telegram.calls))
    yield from plant.leaks(json.dumps(calls, ensure_ascii=False, default=str))
