"""The web application: every door found, one edge behind them, plain bytes in front."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from fanlight import __version__
from fanlight.app import discovery
from fanlight.app.desk import open_desk
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.logs import LogSettings, set_up_logs
from fanlight.kernel.settings import Settings
from fanlight.surfaces.apps.crossing import opened
from fanlight.surfaces.help.failing import as_pages
from fanlight.surfaces.shared import problems
from fanlight.surfaces.shared.bytecache import Application, ByteCache, Front
from fanlight.surfaces.shared.hosts import by_host
from fanlight.surfaces.shared.reading.reader import greet
from fanlight.surfaces.shared.works import work

MAX_BODY_BYTES = 64 * 2**20  # doors may take less


def create_app(settings: Settings) -> Application:
    """The whole web side of an installation as one ASGI application."""
    set_up_logs(settings[LogSettings])
    cache = ByteCache()
    front = Front(cast("Application", _doors(settings, cache)), cache)
    for furnish in discovery.offered("furnish"):
        furnish(front, settings)
    return opened(by_host(front, settings), settings)


def _doors(settings: Settings, cache: ByteCache) -> Litestar:
    """Every door behind the front."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with open_desk(settings, name="fanlight-web") as edge:
            edge.shelf.offer(cache)
            app.state.edge = edge
            for equip in discovery.offered("equip"):
                equip(edge)
            # Each door's own tasks, e.g. emptying its cache when something was published.
            tasks = [asyncio.create_task(run(edge)) for run in discovery.offered("RUNS")]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    return Litestar.from_config(
        AppConfig(
            route_handlers=discovery.routes(),
            before_request=greet,
            dependencies={"work": Provide(work)},
            exception_handlers=_handlers(),
            lifespan=[lifespan],
            request_max_body_size=MAX_BODY_BYTES,
            openapi_config=OpenAPIConfig(
                title="Fanlight",
                version=__version__,
                path="/api/schema",
                render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            ),
        )
    )


def _handlers() -> dict[int | type[Exception], Any]:
    said: dict[int | type[Exception], Any] = {
        FanlightError: problems.expected,
        HTTPException: problems.framework,
        ExceptionGroup: problems.grouped,
        RecursionError: problems.too_deep,
        UnicodeDecodeError: problems.no_text,
        Exception: problems.bug,
    }
    return {kind: as_pages(answer) for kind, answer in said.items()}
