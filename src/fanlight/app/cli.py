"""The command `fanlight`: run it, look after it, load the demo, import articles."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.markup import escape

from fanlight import __version__
from fanlight.kernel.settings import BadSettings, Settings

app = App(
    name="fanlight",
    help="A support desk for digital-asset exchanges.",
    version=__version__,
)
DataDir = Annotated[
    Path | None,
    Parameter(
        name="--data", help="Folder of this installation. Default: $FANLIGHT_DATA or .fanlight"
    ),
]
say = Console(highlight=False)


def _settings(data: Path | None) -> Settings:
    from fanlight.app.desk import read_settings

    try:
        return read_settings(data)
    except BadSettings as error:
        say.print(f"[red]Settings:[/] {escape(str(error))}")  # [serve] is no style
        raise SystemExit(2) from None


@app.command
def serve(
    *,
    demo: Annotated[
        bool,
        Parameter(
            negative="",
            help="Load the demo when the database is empty, and serve the demo exchange.",
        ),
    ] = False,
    host: Annotated[str | None, Parameter(help="Address to listen on. Default: serve.host")] = None,
    port: Annotated[int | None, Parameter(help="Port to listen on. Default: serve.port")] = None,
    workers: Annotated[int | None, Parameter(help="Web processes. Default: serve.workers")] = None,
    data: DataDir = None,
) -> int:
    """Run the desk: web processes, worker, and the private PostgreSQL, until Ctrl-C."""
    from fanlight.app import supervisor
    from fanlight.app.processes.settings import ServeSettings
    from fanlight.app.welcome import welcome
    from fanlight.kernel.logs import LogSettings, set_up_logs

    settings = _settings(data)
    set_up_logs(settings[LogSettings])
    given = settings[ServeSettings]
    return supervisor.serve(
        settings,
        host=host or given.host,
        port=given.port if port is None else port,
        workers=workers or given.workers,
        demo=demo,
        ready=lambda addresses: welcome(settings, addresses, demo=demo),
    )


@app.command
def worker(*, data: DataDir = None) -> int:
    """Run one more worker beside a desk that is running."""
    from fanlight.app.supervisor import settled
    from fanlight.app.worker import run_until_signal
    from fanlight.kernel.logs import LogSettings, set_up_logs

    settings = _settings(data)
    set_up_logs(settings[LogSettings])
    with settled(settings) as ready:
        asyncio.run(run_until_signal(ready))
    return 0


@app.command
def migrate(*, data: DataDir = None) -> int:
    """Bring the database to the schema this version expects."""
    from fanlight.app import migrate as schema
    from fanlight.app.supervisor import settled
    from fanlight.kernel.db.settings import DatabaseSettings

    with settled(_settings(data)) as ready:
        schema.migrate(ready[DatabaseSettings].url)
    say.print(f"The schema stands at {schema.head()}.")
    return 0


@app.command
def demo(*, data: DataDir = None) -> int:
    """Load the demo (brand, teams, agents, customers, tickets, articles) into an empty database."""
    from fanlight.app.prepare import prepare
    from fanlight.app.supervisor import settled

    with settled(_settings(data)) as ready:
        prepare(ready, True)
    return 0


def main() -> None:
    """The entry of the command line."""
    from fanlight.app.cli_audit import audit_app
    from fanlight.app.cli_drill import drill
    from fanlight.app.cli_exchange import exchange
    from fanlight.app.cli_guide import guide
    from fanlight.app.cli_kb import kb
    from fanlight.app.cli_kb_moving import export_articles, import_articles
    from fanlight.app.cli_trust import trust
    from fanlight.app.doctor import doctor

    app.command(audit_app)
    app.command(exchange)
    app.command(drill)
    app.command(guide)
    kb.command(import_articles, name="import")
    kb.command(export_articles, name="export")
    app.command(kb)
    app.command(trust)
    app.command(doctor)
    sys.exit(app())
