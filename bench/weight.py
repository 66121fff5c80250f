"""What a browser fetches before a face can be used, as it travels: packed, without pictures."""

import asyncio
import gzip
import re
from asyncio.subprocess import DEVNULL
from pathlib import Path

from bench.asking import Client
from bench.running import COMMAND, folder, running
from bench.table import Row, Table, judged

ROOT = Path(__file__).resolve().parents[1]
HELP_KB, WIDGET_KB, CONSOLE_KB, LOADER_KB, BESIDE_KB = 60.0, 40.0, 250.0, 3.0, 4.0
PAGES = {
    "help, home": "/en/",
    "help, home in Chinese": "/zh-Hans/",
    "help, an article": "/en/a/deposits-withdrawals/deposit-not-arrived",
    "help, results": "/en/search?q=deposit",
}
NAMED = re.compile(r'(?:src|href)="(/[^"]+\.(?:js|css))"')


async def run() -> Table:
    rows: list[Row] = []
    with folder() as desk_folder, running(desk_folder) as desk:
        words = ["kb", "import", str(ROOT / "content" / "articles"), "--publish"]
        done = await asyncio.create_subprocess_exec(
            COMMAND, *words, "--data", desk_folder, stdout=DEVNULL, stderr=DEVNULL
        )
        if await done.wait():
            raise RuntimeError("the starter articles could not be imported")
        async with Client(desk.port) as client:
            for name, path in PAGES.items():
                rows.append(judged(name, await _page_kb(client, path), HELP_KB, "kB", digits=1))
            widget = await _page_kb(client, "/widget/app/") + _words_kb("widget")
            rows.append(judged("widget, first load", widget, WIDGET_KB, "kB", digits=1))
            loader = len(await client.get("/widget/loader.js")) / 1000
            rows.append(judged("widget, loader", loader, LOADER_KB, "kB", digits=1))
            beside = len(await client.get("/widget/help.js")) / 1000
            rows.append(judged("widget, help beside fields", beside, BESIDE_KB, "kB", digits=1))
            console = await _page_kb(client, "/console/") + _words_kb("console")
            rows.append(judged("console, first load", console, CONSOLE_KB, "kB", digits=1))
    said = "The page with every sheet and script it names, and one language's words; gzip."
    return Table(title="Weight of pages", rows=rows, said=said)


async def _page_kb(client: Client, path: str) -> float:
    """The page and what it names, packed."""
    page = await client.get(path)
    html = gzip.decompress(page).decode() if page[:2] == b"\x1f\x8b" else page.decode()
    named = dict.fromkeys(NAMED.findall(html))
    return (len(page) + sum([len(await client.get(each)) for each in named])) / 1000


def _words_kb(face: str) -> float:
    """The largest catalogue of a face and of what all faces share: fetched when it opens."""
    return (
        sum(
            max(
                len(gzip.compress(file.read_bytes(), 6))
                for file in (ROOT / "ui" / face / "dist").rglob(f"ui.{name}-*.js")
            )
            for name in (face, "shared")
        )
        / 1000
    )
