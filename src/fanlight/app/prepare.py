"""What has to stand before the first request: the schema, and demo data where they are wanted."""

import asyncio

from fanlight.app.desk import located
from fanlight.app.migrate import migrate
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.logs import LogSettings, set_up_logs
from fanlight.kernel.settings import Settings


def prepare(settings: Settings, demo: bool) -> None:
    """Bring the database up to date; with ``demo``, fill it when it is empty."""
    set_up_logs(settings[LogSettings])
    migrate(located(settings)[DatabaseSettings].url)
    if demo:
        from fanlight.app.demo import load_when_empty

        asyncio.run(load_when_empty(settings))
