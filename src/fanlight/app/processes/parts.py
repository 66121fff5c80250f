"""What the processes run: each part a function, so that supervision can be tried with others."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from fanlight.kernel.settings import Settings

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]


class Parts(NamedTuple):
    """What an installation runs."""

    load: Callable[[], None]  # import all the rest needs
    prepare: Callable[[Settings, bool], None]  # schema and, if True, demo data; runs to its end
    desk: Callable[[Settings], AsgiApp]
    worker: Callable[[Settings, asyncio.Event], Awaitable[None]]  # until the event is set
    exchange: Callable[[Settings], AsgiApp]  # the demo exchange beside the desk

    def made(self, settings: Settings) -> "Parts":
        """The same with everything imported and the desk made: before the forks, so that it is
        shared, and whoever takes the place of a dead one has it at once.
        """
        self.load()
        desk = self.desk(settings)
        return self._replace(desk=lambda _: desk)


class Role(NamedTuple):
    """What one process runs."""

    name: str
    has_desk: bool
    has_worker: bool
    has_exchange: bool


def roles(workers: int, *, demo: bool) -> list[Role]:
    """One process for everything, or so many for the web and one that works behind them."""
    if workers == 1:
        return [Role("web", has_desk=True, has_worker=True, has_exchange=demo)]
    web = [Role(f"web-{number}", True, False, False) for number in range(1, workers + 1)]
    return [*web, Role("worker", has_desk=False, has_worker=True, has_exchange=demo)]


def shipped() -> Parts:
    """The parts of the product itself, imported late: the database starts meanwhile."""

    def load() -> None:
        from fanlight.app import build, worker  # noqa: F401 - imported to be there

    def prepare(settings: Settings, demo: bool) -> None:
        from fanlight.app import prepare

        prepare.prepare(settings, demo)

    def desk(settings: Settings) -> AsgiApp:
        from fanlight.app import build

        return build.create_app(settings)

    async def work(settings: Settings, stop: asyncio.Event) -> None:
        from fanlight.app import worker

        await worker.run_worker(settings, stop)

    def exchange(settings: Settings) -> AsgiApp:
        from fanlight.app import demo_exchange

        return demo_exchange.create_app(settings)

    return Parts(load=load, prepare=prepare, desk=desk, worker=work, exchange=exchange)
