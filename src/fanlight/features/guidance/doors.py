"""The doors to a person, as they stand now; what is not configured is never named."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from fanlight.channels.contract import Account, Capabilities
from fanlight.channels.registry import Channels
from fanlight.features.guidance import queries
from fanlight.features.tickets.models import Priority
from fanlight.features.tickets.promises import promised_at
from fanlight.features.tickets.settings import PromiseSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_HALF_HOUR = 30  # minutes; a promise is said rounded up, so that it is kept as said
_LOOKS_BACK = timedelta(hours=2)  # chats that tell how long one waits now
_FEWEST = 5  # chats below which nothing is said: a wait of one person is no wait of all


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """One door to us."""

    kind: str  # "chat", "form", "email", else the channel's own name
    icon: str
    name: str = ""  # of a channel that our words do not name
    address: str = ""
    is_staffed: bool = False
    answer_by: datetime | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The line before the chat, at this moment."""

    ahead: int  # people who wait for their first answer
    wait_minutes: tuple[int, int] | None  # of the middle half of those answered lately


async def doors_now(
    work: Work, now: datetime, *, has_chat: bool, priority: Priority = Priority.NORMAL
) -> list[Door]:
    """Every door that is open, the quickest first.

    Args:
        priority: of what would come through them; the promise follows it.
    """
    settings = work.of(Settings)
    doors: list[Door] = []
    others: list[Door] = []
    for adapter in work.of(Channels):
        for account in adapter.accounts:
            able = adapter.capabilities(account.id)
            if able.is_ours and able.has_typing_out and has_chat:
                staffed = await queries.is_staffed(work)
                doors.append(Door(kind="chat", icon="messages-square", is_staffed=staffed))
            elif _takes_questions(account, able):
                family = account.channel.partition(".")[0]
                icon = "mail" if "@" in account.address[1:] else "send"
                others.append(
                    Door(kind=family, icon=icon, name=account.name, address=account.address)
                )
    by = answer_by(work, now, priority)
    doors.append(Door(kind="form", icon="file-pen-line", answer_by=by))
    shown = settings[BrandSettings].email
    if shown and all(door.kind != "email" for door in others):
        others.append(Door(kind="email", icon="mail", address=shown))
    return [*doors, *others]


def answer_by(work: Work, now: datetime, priority: Priority = Priority.NORMAL) -> datetime:
    """By when a person answers what is written now, with nobody on duty or not."""
    promises = work.of(Settings)[PromiseSettings]
    return rounded_up(promised_at(promises, priority, is_live=False, now=now))


def _takes_questions(account: Account, able: Capabilities) -> bool:
    """Whether somebody may write there, from elsewhere, about anything."""
    is_private = not able.is_ours and able.visibility == "private"
    return is_private and bool(account.address) and not account.takes_reports


async def line_now(work: Work) -> Line:
    """Who waits before the chat, and how long those waited who were answered lately."""
    since = work.now() - _LOOKS_BACK
    return await _line(work, await queries.waiting(work, since=since), since)


async def line_before(work: Work, ticket_id: UUID) -> Line | None:
    """Who waits before this chat; None where it waits for nobody, or nobody is on duty."""
    since = work.now() - _LOOKS_BACK
    ahead = await queries.waiting_before(work, ticket_id, since=since)
    if ahead is None or not await queries.is_staffed(work):
        return None
    return await _line(work, ahead, since)


async def _line(work: Work, ahead: int, since: datetime) -> Line:
    waits = sorted(await queries.first_answers(work, since=since))
    if len(waits) < _FEWEST:
        return Line(ahead=ahead, wait_minutes=None)
    low, high = waits[len(waits) // 4], waits[-(len(waits) // 4) - 1]
    # Rounded outwards: wider, never narrower.
    return Line(ahead=ahead, wait_minutes=(int(low // 60), int(-(-high // 60))))


def rounded_up(at: datetime) -> datetime:
    """To the next half hour."""
    over = timedelta(minutes=at.minute % _HALF_HOUR, seconds=at.second, microseconds=at.microsecond)
    return at - over + timedelta(minutes=_HALF_HOUR) if over else at
