"""What has to stand before the first request: the schema, and demo data where they are wanted."""

import asyncio

import structlog

from fanlight.app.commands import said_of
from fanlight.app.desk import located
from fanlight.app.migrate import migrate
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.logs import LogSettings, set_up_logs
from fanlight.kernel.settings import Settings

log = structlog.get_logger(__name__)


def prepare(settings: Settings, demo: bool) -> bool:
    """Bring the database up to date; with ``demo``, fill it when it is empty.

    What we expect to go wrong ends the process with a sentence in the log.

    Returns:
        Whether it was filled.
    """
    set_up_logs(settings[LogSettings])
    try:
        migrate(located(settings)[DatabaseSettings].url)
    except Exception as error:
        says = said_of(error)
        if says is None:
            raise
        log.error("serve.no_database", reason=says)
        raise SystemExit(1) from None
    if not demo:
        return False
    from fanlight.app.demo import load_when_empty

    return asyncio.run(load_when_empty(settings))
