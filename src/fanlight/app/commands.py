"""What all commands share: the folder they work on, and words where something stops them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from fanlight.kernel.edge import Edge
    from fanlight.kernel.settings import Settings

DataDir = Annotated[
    Path | None,
    Parameter(
        name="--data", help="Folder of this installation. Default: $FANLIGHT_DATA or .fanlight"
    ),
]
# What people read goes to the error stream, so that results can be piped.
say = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
_CANNOT = 2  # how a command ends that could not begin, or not go on
_UNHEARD = 128 + 13  # as the shell counts a writer whose reader went away


class NoDesk(Exception):
    """Nothing is kept in this folder that the command could look at."""


def settings_of(data: Path | None, *, makes: bool = False) -> "Settings":
    """The settings of an installation, as its desk runs with them if one runs.

    Args:
        makes: the command may be the first one on this folder.

    Raises:
        BadSettings: see there.
        NoDesk: there is no database yet.
    """
    from fanlight.app.desk import read_settings
    from fanlight.app.serving import as_served
    from fanlight.kernel.db.settings import DatabaseSettings

    settings = read_settings(data)
    if not (makes or settings[DatabaseSettings].url or (settings.data_dir / "postgres").exists()):
        raise NoDesk(
            f"There is no desk in {settings.data_dir}."
            " Name its folder with --data or FANLIGHT_DATA; fanlight serve makes a new one."
        )
    return as_served(settings)


@asynccontextmanager
async def opened(data: Path | None, *, makes: bool = False) -> "AsyncIterator[Edge]":
    """The installation: its private PostgreSQL started if need be, its schema up to date."""
    from fanlight.app.desk import open_desk
    from fanlight.app.migrate import migrate
    from fanlight.app.supervisor import settled
    from fanlight.kernel.db.settings import DatabaseSettings
    from fanlight.kernel.logs import LogSettings, set_up_logs

    settings = settings_of(data, makes=makes)
    set_up_logs(settings[LogSettings])
    with settled(settings) as ready:
        await asyncio.to_thread(migrate, ready[DatabaseSettings].url)
        async with open_desk(ready, name="fanlight-command") as edge:
            yield edge


def run(app: App, words: Sequence[str] | None = None) -> int:
    """Run the command that was typed. What we expect to go wrong is said in a sentence."""
    try:
        result = app(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read had enough. What is still buffered would complain once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNHEARD
    except Exception as error:
        says = said_of(error)
        if says is None:
            raise
        say.print(f"[red]{escape(says)}[/]")
        return _CANNOT
    return result if isinstance(result, int) else 0


def said_of(error: BaseException) -> str | None:
    """What went wrong, for a person; None when it is a fault of ours that has to be looked into."""
    if isinstance(error, BaseExceptionGroup):
        inner = [said_of(each) for each in error.exceptions]
        return inner[0] if len(inner) == 1 else None
    if isinstance(error, NoDesk):
        return str(error)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        what = error.strerror or str(error)
        return what if error.filename is None else f"{error.filename}: {what}"
    return _said_of_ours(error)


def _said_of_ours(error: BaseException) -> str | None:
    # Imported here: by now the rooms are there anyway, and at the start they would be waited for.
    import psycopg

    from fanlight.kernel.db.private import PostgresDidNotStart
    from fanlight.kernel.errors import FanlightError, Unavailable
    from fanlight.kernel.i18n import translate
    from fanlight.kernel.settings import BadSettings

    match error:
        case BadSettings():
            return f"Settings: {error}"
        case PostgresDidNotStart():
            return str(error)
        case psycopg.OperationalError():
            return f"PostgreSQL does not answer: {str(error).strip()}"
        case Unavailable() if isinstance(error.__cause__, Exception):
            return f"PostgreSQL does not answer: {str(error.__cause__).strip()}"
        case FanlightError():
            return translate("en", error.sentence, **error.params)
    return None
