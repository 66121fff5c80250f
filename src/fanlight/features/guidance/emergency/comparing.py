"""What we wrote down of a freeze is held against what the exchange says: its app lifts them too."""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.exchange.contract import Exchange, NotConnected, NotOffered
from fanlight.exchange.facts import Freeze as Held
from fanlight.exchange.facts import FreezeEvent, FreezeState, Known
from fanlight.features.guidance.emergency import cases, paging, queries, telling
from fanlight.features.guidance.emergency.models import Freeze, State
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

log = logging.getLogger(__name__)

_LOOK_S = 0.4  # a page that people open in fear waits no longer than this for a detail
_EVERY = timedelta(minutes=2)
_SURE = timedelta(seconds=45)
"""An exchange may answer from a copy some seconds old: only what it says twice, so far apart and
of a time after the freeze began, ends one here."""


class Look(msgspec.Struct, frozen=True):
    """Which freeze to ask about."""

    freeze_id: UUID


async def standing(edge: Edge, uid: str) -> tuple[Freeze | None, Held | None]:
    """What stands still on an account: as we wrote it down, and as the exchange says just now.

    The exchange's word is None where it has none, or does not answer at once. Where the two
    differ, a job compares them at once.
    """
    async with edge.reading() as work:
        ours = await queries.of_account(work, uid)
    theirs = await _asked(edge, uid, within_s=_LOOK_S)
    if theirs is None:
        return ours, None
    if ours is not None and ours.holds(edge.now()) and not _is_same(theirs, ours):
        async with edge.work() as work:
            work.enqueue("emergency.compare", Look(ours.id), key=f"freeze-look:{ours.id}")
    return ours, theirs.value


async def _asked(edge: Edge, uid: str, *, within_s: float) -> Known[Held | None] | None:
    """The exchange's word about an account; None where it has none to give."""
    try:
        async with asyncio.timeout(within_s):
            answer = await edge.shelf.of(Exchange).frozen(uid)
    except (NotConnected, NotOffered, TimeoutError):
        return None
    except Exception as error:
        if not isinstance(error, FanlightError):
            log.warning("the exchange could not be asked what stands", exc_info=True)
        return None
    if answer.value is not None and answer.value.uid != uid:
        log.error("the exchange answered about another account")
        edge.shelf.of(Exchange).on_other_account("frozen")
        return None
    return answer


def _is_same(answer: Known[Held | None], freeze: Freeze) -> bool:
    held = answer.value
    return held is not None and held.id == freeze.freeze_id and held.state is FreezeState.FROZEN


@job("emergency.look_round")
@cron("emergency.look_round", every_s=30)
async def look_round(work: Work, _: None) -> None:
    """Every freeze that holds is asked about every few minutes."""
    for freeze in await queries.holding(work, before=work.now() - _EVERY):
        work.enqueue("emergency.compare", Look(freeze.id), key=f"freeze-look:{freeze.id}")


@job("emergency.compare", outside=True)
async def compare(shelf: Shelf, payload: Look) -> None:
    """Ask about one freeze, and write down what became of it elsewhere."""
    edge = shelf.of(Edge)
    async with edge.reading() as work:
        freeze = await queries.get(work, payload.freeze_id)
    if not freeze.holds(edge.now()) or not freeze.uid or freeze.is_drill:
        return
    within_s = shelf.of(Settings)[EmergencySettings].retry_s
    answer = await _asked(edge, freeze.uid, within_s=within_s)
    async with edge.work() as work:
        before = await queries.get(work, freeze.id, lock=True)
        if before.holds(work.now()):
            await _note(work, before, answer)


async def _note(work: Work, before: Freeze, answer: Known[Held | None] | None) -> None:
    is_missed = answer is not None and not _is_same(answer, before)
    is_of_now = answer is not None and (before.since is None or answer.as_of > before.since)
    missed_at = await queries.looked(work, before.id, is_missed=is_missed and is_of_now)
    if answer is None:
        return
    if missed_at is not None:
        if missed_at > work.now() - _SURE:
            look = Look(before.id)
            delay_s = _SURE.total_seconds() + 1
            work.enqueue("emergency.compare", look, key=f"freeze-look:{before.id}", delay_s=delay_s)
            return
        await _lifted(work, before)
        return
    held = answer.value
    if is_missed or held is None:
        return
    theirs = (held.until, held.is_confirmed)
    if theirs != (before.until, before.is_confirmed):
        until, is_confirmed = theirs
        await queries.save(work, replace(before, until=until, is_confirmed=is_confirmed))
        await audit.record(work, "freeze.seen_changed", f"freeze:{before.id}", until=until)
        await cases.note(work, before, "freeze_changed", until=until or "")


async def hear(work: Work, event: FreezeEvent) -> None:
    """The exchange tells of itself what became of a freeze. Told again, it is nothing new.

    A freeze we do not know is none of ours: the exchange's own staff freezes too.
    """
    before = await queries.at_exchange(work, event.freeze_id)
    if before is None or not before.holds(work.now()):
        return
    if before.uid != event.uid:
        log.error("the exchange told of a freeze of another account")
        work.of(Exchange).on_other_account("freeze_event")
        return
    is_of_now = before.since is None or event.at >= before.since
    is_lifted = event.kind == "freeze.lifted" and is_of_now
    if is_lifted and not await queries.is_being_lifted(work, before.id):
        await _lifted(work, before, at=min(event.at, work.now()))
        return
    # Whoever lifts it here is told by that very act; should it not end, the comparison sees it. A
    # lift of a time before the freeze began is no word about it: the exchange is asked.
    delay_s = _SURE.total_seconds() if event.kind == "freeze.lifted" else 0
    key = f"freeze-look:{before.id}"
    work.enqueue("emergency.compare", Look(before.id), key=key, delay_s=delay_s)


async def _lifted(work: Work, before: Freeze, *, at: datetime | None = None) -> None:
    """It is gone before its time: somebody lifted it at the exchange itself."""
    after = replace(before, state=State.LIFTED, ended_at=at or work.now())
    await queries.save(work, after)
    await audit.record(work, "freeze.lifted", f"freeze:{after.id}", method="exchange")
    await cases.note(work, after, "freeze_lifted_elsewhere")
    await paging.call_off(work, after)
    telling.tell(work, after, is_elsewhere=True)
