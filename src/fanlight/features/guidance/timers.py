"""What the guide does by the clock."""

from datetime import timedelta

from fanlight.features.guidance import service
from fanlight.features.guidance.queries import kept
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.work import Work

_MOST = 500  # tickets at a time
_KEPT = timedelta(days=90)  # what nobody has taken of customers' corrections


@job("guidance.read_unread")
@cron("guidance.read_unread", every_s=600)
async def read_unread(work: Work, _: None) -> None:
    """Say what tickets are about that stood before the guide did; their rank stays as it is."""
    for unread in await work.rows(kept.Unread, kept.UNREAD, limit=_MOST):
        await service.note_ticket(work, unread.ticket_id, unread.text)


@job("guidance.forget")
@cron("guidance.forget", every_s=86_400)
async def forget(work: Work, _: None) -> None:
    """Customers' words that nobody learned from are not kept for ever."""
    await work.run(kept.FORGET, before=work.now() - _KEPT)
