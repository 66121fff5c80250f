"""`fanlight doctor`: looks at everything an installation stands on and says what to do."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from fanlight.app.commands import DataDir

if TYPE_CHECKING:
    from fanlight.app.doctor.finding import Finding
    from fanlight.kernel.settings import Settings

_MARKS = {"ok": "[green]ok[/]  ", "warn": "[yellow]look[/]", "fail": "[red]no[/]  "}


def doctor(
    *,
    data: DataDir = None,
    json: Annotated[
        bool, Parameter(name="--json", negative="", help="One JSON line for each check.")
    ] = False,
) -> int:
    """Look at everything this installation stands on. Ends with 1 when something does not work."""
    from fanlight.kernel.logs import LogSettings, set_up_logs

    set_up_logs(LogSettings(level="error"))
    return asyncio.run(_report(data, as_json=json))


async def _report(data: Path | None, *, as_json: bool) -> int:
    import msgspec
    from rich.console import Console
    from rich.markup import escape

    # channel:email:support is a name, and no picture of a letter.
    say = Console(highlight=False, soft_wrap=True, emoji=False)
    worst = "ok"
    async for finding in examine(data):
        if as_json:
            sys.stdout.write(msgspec.json.encode(finding).decode() + "\n")
            sys.stdout.flush()
        else:
            say.print(f"{_MARKS[finding.state]}  {finding.check:<30}{escape(finding.says)}")
            if finding.do:
                say.print(f"{'':<36}{escape(finding.do)}", style="bold")
        worst = max(worst, finding.state, key=["ok", "warn", "fail"].index)
    if not as_json:
        said = {"ok": "All is well.", "warn": "It works; look at the above."}
        say.print(said.get(worst, "Something does not work."))
    return 1 if worst == "fail" else 0


async def examine(data: Path | None) -> "AsyncIterator[Finding]":
    """Every check in turn. The private PostgreSQL is started for the while if it does not run."""
    from fanlight.app.commands import settings_of
    from fanlight.app.doctor import desk, exchange, machine, meaning
    from fanlight.app.doctor.finding import fail, ok
    from fanlight.kernel.settings import BadSettings

    try:
        settings = settings_of(data, makes=True)
    except BadSettings as error:
        yield fail("settings", str(error), "Correct it; fanlight.example.toml explains each key.")
        return
    yield ok("settings", "Every setting is understood.")
    yield await desk.examine(settings)
    for finding in machine.examine(settings):
        yield finding
    async for finding in meaning.examine(settings):
        yield finding
    async for finding in exchange.examine(settings):
        yield finding
    async for finding in _behind(settings):
        yield finding


async def _behind(settings: "Settings") -> "AsyncIterator[Finding]":
    from fanlight.app import discovery
    from fanlight.app.doctor import standing
    from fanlight.app.doctor.finding import fail, ok
    from fanlight.app.supervisor import settled
    from fanlight.kernel.db.private import PostgresDidNotStart
    from fanlight.kernel.db.settings import DatabaseSettings
    from fanlight.kernel.sealing import Sealer

    is_first = not (settings.data_dir / "postgres").exists()
    if is_first and not settings[DatabaseSettings].url:
        yield ok("database", "There is none yet; the first start makes it.")
        return
    try:
        with settled(settings) as ready:
            async for finding in standing.examine(ready):
                yield finding
    except PostgresDidNotStart as error:
        yield fail("database", str(error), "Its log is postgres.log in the data folder.")
        return
    adapters = discovery.adapters(settings, Sealer.open(settings))
    async for finding in standing.channels(adapters):
        yield finding
