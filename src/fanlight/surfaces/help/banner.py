"""What stands over every page: the newest announcement about safety or trouble, while it holds."""

import asyncio
from contextlib import suppress

import structlog
from psycopg import Error

from fanlight.features.broadcasts import queries
from fanlight.features.broadcasts.models import Told
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.service import CHANGED
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import Unavailable
from fanlight.kernel.shelf import NotOnShelf
from fanlight.surfaces.shared.bytecache import ByteCache
from fanlight.surfaces.shared.works import VISITOR

log = structlog.get_logger(__name__)

_LOOK_AGAIN_S = 30  # an announcement begins and ends by the clock, without a signal


class Banner:
    """What to show now, by language. Read beside the pages, so that none of them waits for it."""

    def __init__(self) -> None:
        self.now: dict[str, Told] = {}

    async def look(self, edge: Edge) -> bool:
        """Read it anew; whether it has changed."""
        found: dict[str, Told] = {}
        async with edge.reading(VISITOR) as work:
            for tag in LANGUAGES:
                if (told := await queries.urgent(work, preference(tag))) is not None:
                    found[tag] = told
        is_changed, self.now = found != self.now, found
        return is_changed


async def keep_banner(edge: Edge) -> None:
    """Look at every change and now and then; pages that show something else are forgotten."""
    banner = banner_of(edge)
    async with edge.live.listen(CHANGED) as signals:
        while True:
            try:
                if await banner.look(edge):
                    edge.shelf.of(ByteCache).clear()
            except (Error, Unavailable):
                log.warning("banner.not_read")
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await anext(signals)


def banner_of(edge: Edge) -> Banner:
    """The banner of this process, made on first use."""
    try:
        return edge.shelf.of(Banner)
    except NotOnShelf:
        edge.shelf.offer(Banner())
        return edge.shelf.of(Banner)
