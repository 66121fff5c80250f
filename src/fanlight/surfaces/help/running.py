"""What runs beside the pages: the search index follows the database, the page cache is emptied."""

import asyncio
from contextlib import suppress

import structlog
from psycopg import Error

from fanlight.features.guidance.keeping import CHANGED as LABELLED
from fanlight.features.guidance.keeping import keeper_of
from fanlight.features.knowledge.asked import keep_tally
from fanlight.features.knowledge.meaning.finding import meaning_of
from fanlight.features.knowledge.node import node_of
from fanlight.features.knowledge.service import CHANGED
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import Unavailable
from fanlight.kernel.settings import Settings
from fanlight.surfaces.help.banner import keep_banner
from fanlight.surfaces.help.site import page_assets
from fanlight.surfaces.shared.bytecache import ByteCache, Front

log = structlog.get_logger(__name__)
_GUIDE_BEGINS_S = 20.0  # serving comes first
_GUIDE_AGAIN_S = 900.0  # agents label all day; what they said is learned a few times an hour


def furnish(front: Front, settings: Settings) -> None:  # noqa: ARG001 - as all doors are asked
    """The sheet and the scripts never change while a process lives."""
    for asset in page_assets().values():
        front.always(asset.path, asset.answer)


async def keep_index(edge: Edge) -> None:
    """Follow what is published, so that it is found within a second."""
    await node_of(edge).keep(edge)


async def empty_cache(edge: Edge) -> None:
    """Forget every page when an article or a category has changed."""
    await edge.shelf.of(ByteCache).follow(edge.live, CHANGED)


async def keep_meaning(edge: Edge) -> None:
    """The same for finding by meaning, where that is on."""
    meaning = meaning_of(edge.shelf)
    if meaning.is_on:
        await meaning.keeper.keep(edge)


async def keep_guide(edge: Edge) -> None:
    """What agents have said about tickets is learned from, soon and on every machine."""
    keeper = keeper_of(edge.shelf)
    await asyncio.sleep(_GUIDE_BEGINS_S)
    async with edge.live.listen(LABELLED) as signals:
        while True:
            try:
                async with edge.reading() as work:
                    await keeper.catch_up(work)
            except (Error, Unavailable, OSError, RuntimeError):
                log.warning("guide.not_learned")
            with suppress(TimeoutError):
                async with asyncio.timeout(_GUIDE_AGAIN_S):
                    await anext(signals)


RUNS = [keep_index, keep_meaning, empty_cache, keep_banner, keep_tally, keep_guide]
