"""What the clock does in the emergency lane: freezes end, and promises are kept or told anew."""

from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.features.guidance.emergency import cases, mailboxes, paging, queries, telling
from fanlight.features.guidance.emergency.models import State
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service as ticket_service
from fanlight.kernel import audit
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_SLACK = timedelta(seconds=75)  # looked at a minute before the promised time
_LONGEST_STEP = timedelta(hours=1)
_SPENT = timedelta(days=2)  # as long as the page of a link can be followed


class Watch(msgspec.Struct, frozen=True):
    """Whose promise to look at."""

    freeze_id: UUID


@job("emergency.promise")
async def keep_promise(work: Work, payload: Watch) -> None:
    """Nobody has taken the ticket and its time is near: call again, and promise anew, openly."""
    freeze = await queries.get(work, payload.freeze_id, lock=True)
    if freeze.ticket_id is None or freeze.state is State.LIFTED:
        return
    ticket = await tickets.get_ticket(work, freeze.ticket_id)
    if not paging.is_waiting(ticket):
        return
    if work.now() < freeze.promised_at - _SLACK:
        cases.watch_promise(work, freeze)
        return
    settings = work.of(Settings)[EmergencySettings]
    # Each time as long as it has taken so far: whoever is called must not stop listening.
    waited = freeze.promised_at - freeze.asked_at
    step = min(max(timedelta(minutes=settings.answer_minutes), waited), _LONGEST_STEP)
    later = replace(freeze, promised_at=max(freeze.promised_at, work.now()) + step)
    await queries.save(work, later)
    await ticket_service.promise_anew(work, ticket.id, due_at=later.promised_at)
    await cases.note(work, later, "freeze_late", until=later.promised_at)
    paging.page(work, later, "late", number=int(later.promised_at.timestamp()))
    cases.watch_promise(work, later)


@job("emergency.ending")
@cron("emergency.ending", every_s=30)
async def end(work: Work, _: None) -> None:
    """Freezes nobody confirmed are over at their time: said to the customer and on the ticket."""
    for found in await queries.ending(work):
        freeze = await queries.get(work, found.id, lock=True)
        if freeze.state is not State.ACKNOWLEDGED or freeze.is_confirmed:
            continue
        over = replace(freeze, state=State.EXPIRED, ended_at=work.now())
        await queries.save(work, over)
        await audit.record(work, "freeze.expired", f"freeze:{over.id}")
        await cases.note(work, over, "freeze_expired")
        telling.tell(work, over)


@job("emergency.tidy")
@cron("emergency.tidy", every_s=3600)
async def tidy(work: Work, _: None) -> None:
    """Forget codes that are past their time, and links that led nowhere."""
    await mailboxes.tidy(work)
    await work.run(queries.DROP_SPENT, before=work.now() - _SPENT)
