"""An exchange that answers about another account than was asked: refused, and written down here."""

import asyncio
from collections.abc import Callable

from fanlight.features.oversight.alerts import raise_alert
from fanlight.features.oversight.models import Kind
from fanlight.features.oversight.rates import hour_of
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import SYSTEM


def written_down(edge: Edge) -> Callable[[str], None]:
    """What a connector calls. It waits for nothing: the answer is refused whatever comes of it."""
    running: set[asyncio.Task[None]] = set()

    def heard(question: str) -> None:
        task = asyncio.get_running_loop().create_task(note(edge, question))
        running.add(task)  # or it could be swept away before its end
        task.add_done_callback(running.discard)

    return heard


async def note(edge: Edge, question: str) -> None:
    """One line in the chain for each such answer, one alert in an hour for each question."""
    async with edge.work(SYSTEM) as work:
        await audit.record(work, "exchange.other_account", question=question)
        key = f"other_account:{question}:{hour_of(work.now()).isoformat()}"
        await raise_alert(work, Kind.OTHER_ACCOUNT, key, question=question)
