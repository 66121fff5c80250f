"""Makes the vectors of what is published: in the worker, batch by batch, so that it can stop."""

from collections.abc import Callable

import structlog

from fanlight.features.knowledge.events import ArticlePublished
from fanlight.features.knowledge.meaning.embedder import Embedder, NoMeaning
from fanlight.features.knowledge.meaning.settings import MeaningSettings
from fanlight.features.knowledge.meaning.sources import embedder_of
from fanlight.features.knowledge.queries import meaning as kept
from fanlight.kernel.edge import Edge
from fanlight.kernel.events import subscriber
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

log = structlog.get_logger(__name__)

MADE = "kb.meaning"  # the live topic that tells every machine of new vectors
JOB = "knowledge.embed"
_BATCH = 16  # passages; each batch is stored when it is made, so nothing is made twice
_A_RUN = 40  # batches of one job; the rest waits for the next, and other jobs have their turn
_SOON_S = 2.0  # several articles published together are one job

Progress = Callable[[int, int], None]
"""Told how many of how many passages are done."""


async def embed(
    edge: Edge, model: Embedder, *, progress: Progress | None = None, batches: int | None = None
) -> int:
    """Make the vectors that are missing; how many passages are still without one.

    Raises:
        NoMeaning: the model does not answer. What was made until then is stored.
    """
    async with edge.reading() as work:
        total = left = await kept.count_without(work, model.name)
    made = 0
    while left > 0 and (batches is None or made < batches):
        async with edge.reading() as work:
            waiting = await kept.without(work, model.name, limit=_BATCH)
        if not waiting:
            return 0
        vectors = await model.passages([each.text for each in waiting])
        by_hash = {
            each.hash: vector.astype("<f4").tobytes()
            for each, vector in zip(waiting, vectors, strict=True)
        }
        async with edge.work() as work:
            await kept.keep(work, model.name, by_hash)
            left -= len(waiting)
            made += 1
            if left <= 0 or made == batches:
                work.signal(MADE)
        if progress is not None:
            progress(total - max(left, 0), total)
    return max(left, 0)


@subscriber(ArticlePublished)
async def embed_soon(work: Work, _: ArticlePublished) -> None:
    """One job for everything that is published meanwhile."""
    if work.of(Settings)[MeaningSettings].source != "off":
        work.enqueue(JOB, key=JOB, delay_s=_SOON_S)


@job(JOB, outside=True)
@cron(JOB, every_s=3600)
async def embed_published(shelf: Shelf, _: None) -> None:
    """A part of what is missing; asks for another run when there is more."""
    edge, model = shelf.of(Edge), embedder_of(shelf)
    if model is None:
        return
    try:
        left = await embed(edge, model, batches=_A_RUN)
    except NoMeaning as trouble:
        log.warning("meaning_not_made", why=str(trouble))
        raise
    async with edge.work() as work:
        if left:
            work.enqueue(JOB, key=JOB)
        else:
            await kept.forget(work, model.name)
