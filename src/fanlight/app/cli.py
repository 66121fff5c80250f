"""The command `fanlight`: run it, look after it, load the demo, import articles."""

import asyncio
import sys
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from fanlight import __version__
from fanlight.app.cli_drill import drill
from fanlight.app.commands import DataDir, run, say, settings_of
from fanlight.app.doctor import doctor

app = App(
    name="fanlight",
    help="A support desk for digital-asset exchanges.",
    version=__version__,
)


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
    port: Annotated[
        int | None,
        Parameter(
            help="Port to listen on. Default: serve.port", validator=Number(gte=0, lte=65534)
        ),
    ] = None,
    workers: Annotated[
        int | None,
        Parameter(help="Web processes. Default: serve.workers", validator=Number(gte=1, lte=64)),
    ] = None,
    data: DataDir = None,
) -> int:
    """Run the desk: web processes, worker, and the private PostgreSQL, until Ctrl-C."""
    from fanlight.app.loading import loading

    with loading():
        from fanlight.app import supervisor
        from fanlight.app.desk import read_settings
        from fanlight.app.processes.settings import ServeSettings
        from fanlight.app.welcome import welcome
        from fanlight.kernel.logs import LogSettings, set_up_logs

        settings = read_settings(data)
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

    settings = settings_of(data)
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

    with settled(settings_of(data, makes=True)) as ready:
        schema.migrate(ready[DatabaseSettings].url)
    say.print(f"The schema stands at {schema.head()}.")
    return 0


@app.command
def demo(*, data: DataDir = None) -> int:
    """Load the demo (brand, teams, agents, customers, tickets, articles) into an empty database."""
    from fanlight.app.prepare import prepare
    from fanlight.app.supervisor import settled

    with settled(settings_of(data, makes=True)) as ready:
        was_loaded = prepare(ready, True)
    say.print("The demo is loaded." if was_loaded else "Somebody works here: nothing was loaded.")
    return 0


# The rooms' own commands, imported when they are asked for: a desk that starts needs none of them.
app.command(
    "fanlight.app.cli_audit:audit_app",
    name="audit",
    help="The audit log: check its chain, hand it out signed.",
)
app.command(
    "fanlight.app.cli_exchange:exchange",
    name="exchange",
    help="The exchange behind the desk: try its interface, play the sandbox.",
)
app.command(
    "fanlight.app.cli_guide:guide",
    name="guide",
    help="The guide: what a customer's words are about, and how it is judged.",
)
app.command(
    "fanlight.app.cli_kb_moving:kb",
    name="kb",
    help="The knowledge base: import, search, evaluate, rebuild.",
)
app.command(
    "fanlight.app.cli_trust:trust",
    name="trust",
    help="Secrets, what a text names, and what is officially yours.",
)
app.command(drill)
app.command(doctor)


def main() -> None:
    """The entry of the command line."""
    sys.exit(run(app))
