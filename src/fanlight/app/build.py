"""The web application: every door found, one edge behind them, plain bytes in front."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from fanlight import __version__
from fanlight.app import discovery
from fanlight.app.desk import open_desk, read_settings
from fanlight.app.settings import ServerSettings
from fanlight.app.worker import work_on
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.logs import set_up_logs
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared import problems
from fanlight.surfaces.shared.bytecache import Application, ByteCache, Front
from fanlight.surfaces.shared.hosts import by_host
from fanlight.surfaces.shared.sessions import console_work

CLOSING_S = 8.0  # a worker that is told to stop finishes what it holds within this


def create_app() -> Application:
    """For uvicorn's ``--factory``: settings from the environment."""
    set_up_logs()
    return build(read_settings())


def build(settings: Settings, *, with_worker: bool | None = None) -> Application:
    """The whole web side of an installation as one ASGI application.

    ``with_worker`` None: with the worker inside when there is only one web process.
    """
    is_alone = settings[ServerSettings].workers == 1 if with_worker is None else with_worker
    cache = ByteCache()
    app = litestar_app(settings, cache, is_alone=is_alone)
    front = Front(app, cache)
    for furnish in discovery.offered("furnish"):
        furnish(front, settings)
    return by_host(front, settings)


def litestar_app(settings: Settings, cache: ByteCache, *, is_alone: bool) -> Litestar:
    """Every door behind the front."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with open_desk(settings, name="fanlight-web") as edge:
            edge.shelf.offer(cache)
            app.state.edge = edge
            async with _running(edge, is_alone=is_alone):
                yield

    return Litestar.from_config(
        AppConfig(
            route_handlers=discovery.routes(),
            dependencies={"work": Provide(console_work)},
            exception_handlers={
                FanlightError: problems.expected,  # type: ignore[dict-item]
                HTTPException: problems.framework,  # type: ignore[dict-item]
                Exception: problems.bug,
            },
            lifespan=[lifespan],
            request_max_body_size=settings[ServerSettings].max_body_bytes,
            openapi_config=OpenAPIConfig(
                title="Fanlight",
                version=__version__,
                path="/api/schema",
                render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            ),
        )
    )


@asynccontextmanager
async def _running(edge: Edge, *, is_alone: bool) -> AsyncIterator[None]:
    """What runs beside the requests: each door's own tasks, and the worker if we are alone."""
    stop = asyncio.Event()
    tasks: list[asyncio.Task[Any]] = [
        asyncio.create_task(run(edge)) for run in discovery.offered("RUNS")
    ]
    worker = asyncio.create_task(work_on(edge, stop)) if is_alone else None
    try:
        yield
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        if worker is not None:
            await asyncio.wait([worker], timeout=CLOSING_S)
            worker.cancel()
        await asyncio.gather(*tasks, *([worker] if worker else []), return_exceptions=True)
