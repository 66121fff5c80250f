"""Runs the measurements, prints them, and writes docs/reference/performance.md."""

import argparse
import asyncio
import importlib
import io
import logging
import os
import pkgutil
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil
from rich.console import Console

import bench
from bench import inbox
from bench.table import Table, markdown, show

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "performance.md"
LONG = ("kill", "search_meaning")  # minutes; asked for by name
MOST_S = 240  # a script that takes longer is ended, and that is said

_HEAD = """# Performance

Measured on {date} by `make bench`, on {machine}.{beside}

Times wander with the machine and with what else it does, so budgets are CPU for one operation (user
and system, of all processes of the desk and of PostgreSQL), shapes, and ratios within one run. What
missed its budget says so. This page is written by `python -m bench`.
"""


class Outcome(msgspec.Struct, frozen=True):
    """What a measurement said: a table, or the words of a script that prints."""

    name: str
    table: Table | None
    words: str
    took_s: float


def names() -> list[str]:
    """Every module here that measures something."""
    found = []
    for each in pkgutil.iter_modules(bench.__path__):
        text = (Path(bench.__path__[0]) / f"{each.name}.py").read_text("utf-8")
        if not each.name.startswith("_") and ("async def run(" in text or "def main(" in text):
            found.append(each.name)
    return found


def measure(name: str, say: Console) -> Outcome:
    """Run one of them."""
    say.rule(name)
    begun = time.monotonic()
    text = (Path(bench.__path__[0]) / f"{name}.py").read_text("utf-8")
    if "async def run(" in text:
        table: Table = asyncio.run(importlib.import_module(f"bench.{name}").run())
        show(table, say)
        return Outcome(name, table, "", time.monotonic() - begun)
    words = _printed(name)
    say.print(words, markup=False)
    return Outcome(name, None, words, time.monotonic() - begun)


def _printed(name: str) -> str:
    """What a script prints when it is run by itself."""
    limit = None if name in LONG else MOST_S
    try:
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
            env={**os.environ, "COLUMNS": "110", "PYTHONWARNINGS": "ignore"},
        )
    except subprocess.TimeoutExpired:
        return f"ended after {MOST_S} s without a result"
    trouble = f"\nended with {done.returncode}: {done.stderr[-800:]}" if done.returncode else ""
    return (done.stdout + trouble).strip()


def machine() -> str:
    """The processor, its cores and the memory; nothing that names the machine itself."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.partition(":")[2] for line in lines if line.startswith("model name")), "")
    memory = psutil.virtual_memory().total / 2**30
    cores = os.cpu_count()
    model = " ".join(model.split()) or platform.machine()
    python = platform.python_version()
    return f"{model}, {cores} cores, {memory:.0f} GiB of memory, Python {python}"


def missed(outcome: Outcome) -> int:
    """How many budgets were missed."""
    if outcome.table is None:
        return outcome.words.lower().count("not met")
    return sum(row.is_met is False for row in outcome.table.rows)


def _beside(load: float) -> str:
    """Whether the cores were ours alone: CPU costs more where somebody else fills the caches."""
    if load < 1:
        return ""
    return (
        f"\nThe cores were not ours alone: before it began, {load:.0f} other tasks were running or"
        " waiting, so\nwhat stands here is worse than on a quiet machine."
    )


def write(outcomes: list[Outcome], load: float) -> None:
    """The page, in the order of names."""
    today = datetime.now(UTC).date()
    head = _HEAD.format(date=today, machine=machine(), beside=_beside(load))
    parts = [_part(each) for each in sorted(outcomes, key=lambda outcome: outcome.name)]
    PAGE.write_text("\n".join([head, *parts]), "utf-8")


def write_anew(outcomes: list[Outcome], load: float) -> None:
    """These parts of the page in place of what stood there, with the day they are of."""
    head, *parts = PAGE.read_text("utf-8").split("\n## ")
    kept = {part.partition("\n")[0]: part for part in parts}
    when = f"Measured anew on {datetime.now(UTC).date()}.{_beside(load)}".replace("\n", " ")
    for each in outcomes:
        title, _, rest = _part(each).removeprefix("## ").partition("\n")
        kept[title] = f"{title}\n\n{when}\n{rest}"
    PAGE.write_text("\n## ".join([head, *kept.values()]), "utf-8")


def _part(outcome: Outcome) -> str:
    if outcome.table is not None:
        return markdown(outcome.table)
    return f"## {outcome.name}.py\n\n```text\n{_plain(outcome.words)}\n```\n"


def _plain(words: str) -> str:
    """Frames of tables drawn for a terminal, without trailing space."""
    return "\n".join(line.rstrip() for line in io.StringIO(words).read().splitlines())


def main() -> int:
    known = names()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*known, []], help="all but the long, unless named"
    )
    parser.add_argument("--large", type=int, default=inbox.LARGE, help="tickets of the large inbox")
    parser.add_argument("--no-page", action="store_true", help="print only")
    given = parser.parse_args()
    inbox.LARGE = given.large
    logging.disable(logging.WARNING)
    say = Console(width=110, highlight=False)
    load = os.getloadavg()[0]
    wanted = given.names or [name for name in known if name not in LONG]
    outcomes = [measure(name, say) for name in wanted]
    say.rule()
    for each in outcomes:
        say.print(f"{each.name:<12}{each.took_s:6.0f} s  {missed(each)} missed")
    if not given.no_page:
        (write_anew if given.names else write)(outcomes, load)
        say.print(f"Written to {PAGE.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
