"""The ways to reach a person, as they stand now; what is not configured is never named."""

from datetime import datetime, timedelta

import msgspec

from fanlight.channels.registry import Channels
from fanlight.features.tickets.models import Priority
from fanlight.features.tickets.promises import promised_at
from fanlight.features.tickets.settings import PromiseSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_HALF_HOUR = 30  # minutes; a promise is said rounded up, so that it is kept as said

IS_STAFFED = "SELECT EXISTS (SELECT 1 FROM presence p WHERE p.state = 'online')"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way to reach us."""

    kind: str  # "chat", "form", "email", else the channel's own name
    icon: str
    name: str = ""  # of a channel that our words do not name
    address: str = ""
    is_staffed: bool = False
    answer_by: datetime | None = None


async def ways_now(work: Work, now: datetime, *, has_chat: bool) -> list[Way]:
    """Every way that is open, the quickest first."""
    settings = work.of(Settings)
    ways: list[Way] = []
    others: list[Way] = []
    for adapter in work.of(Channels):
        for account in adapter.accounts:
            able = adapter.capabilities(account.id)
            if able.is_ours and able.has_typing_out and has_chat:
                staffed = await work.one(bool, IS_STAFFED) or False
                ways.append(Way(kind="chat", icon="messages-square", is_staffed=staffed))
            elif not able.is_ours and able.visibility == "private" and account.address:
                family = account.channel.partition(".")[0]
                icon = "mail" if "@" in account.address[1:] else "send"
                others.append(
                    Way(kind=family, icon=icon, name=account.name, address=account.address)
                )
    by = promised_at(settings[PromiseSettings], Priority.NORMAL, is_live=False, now=now)
    ways.append(Way(kind="form", icon="file-pen-line", answer_by=_rounded_up(by)))
    shown = settings[BrandSettings].email
    if shown and all(way.kind != "email" for way in others):
        others.append(Way(kind="email", icon="mail", address=shown))
    return [*ways, *others]


def _rounded_up(at: datetime) -> datetime:
    over = timedelta(minutes=at.minute % _HALF_HOUR, seconds=at.second, microseconds=at.microsecond)
    return at - over + timedelta(minutes=_HALF_HOUR) if over else at
