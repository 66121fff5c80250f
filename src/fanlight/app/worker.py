"""The worker: runs jobs, delivers, listens for channels that do not call us."""

import asyncio
import errno
import logging
import signal

from fanlight.app.desk import open_desk
from fanlight.channels.contract import Listener, RawEnvelope
from fanlight.channels.registry import Channels
from fanlight.features.tickets.inbox import take_envelope
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.jobs import LINE
from fanlight.kernel.runner import Runner
from fanlight.kernel.settings import Settings

log = logging.getLogger(__name__)

LANES = ("default", "events", "delivery")
IN_LINE = 3  # of what stands in line, so many at a time
RESTART_S = 5.0  # between tries of a listener that broke


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Work until told to stop, on a desk of its own."""
    async with open_desk(settings, name="fanlight-worker") as edge, asyncio.TaskGroup() as group:
        listeners = [
            group.create_task(listen(edge, listener), name=listener.name)
            for adapter in edge.shelf.of(Channels)
            for listener in adapter.listeners(edge.shelf.of(OutboundHttp))
        ]
        line = Runner(edge, lanes=[LINE], concurrency=IN_LINE)
        listeners.append(group.create_task(line.run(stop), name="line"))
        await Runner(edge, lanes=LANES).run(stop)
        for task in listeners:
            task.cancel()


async def listen(edge: Edge, listener: Listener) -> None:
    """Run what listens until it ends by itself, again whenever it breaks."""

    async def receive(raw: RawEnvelope) -> None:
        await take_envelope(edge, raw)

    is_waiting = False
    while True:
        try:
            await listener.run(receive)
            return
        except Exception as error:
            # A second worker on this machine: one has the door, the others wait for its end.
            is_taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            if not is_taken:
                log.warning("%s broke; it starts again", listener.name, exc_info=True)
            elif not is_waiting:
                log.warning("%s is held by another process; waiting for it", listener.name)
            is_waiting = is_taken
            await asyncio.sleep(RESTART_S)


async def run_until_signal(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM: a worker of its own beside a running desk."""
    stop = asyncio.Event()
    for word in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(word, stop.set)
    await run_worker(settings, stop)
