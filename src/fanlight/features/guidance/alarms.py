"""An alert of oversight becomes a ticket of the security team, unless whom it is about reads those.

The ticket names nobody and tells nothing of what was seen: both stand under Oversight, for those
who may look there. So a colleague at the next desk learns no more than that there is something.
"""

from datetime import timedelta
from uuid import UUID

from fanlight.channels.contract import Author, InboundEvent
from fanlight.features.guidance.emergency import cases
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.oversight.events import AlertRaised
from fanlight.features.oversight.models import Kind
from fanlight.features.tickets import queries, service
from fanlight.features.tickets.intake import receive
from fanlight.features.tickets.models import Priority
from fanlight.kernel.events import subscriber
from fanlight.kernel.i18n import translate
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Work

TAG = "oversight"
_AT_ONCE = frozenset({Kind.BAIT, Kind.CHAIN, Kind.OTHER_ACCOUNT})
_SOON = frozenset({Kind.CAP, Kind.RATE})
_LANGUAGE = "en"  # as the pager's: of the house, not of a customer


@subscriber(AlertRaised)
async def open_ticket(work: Work, event: AlertRaised) -> None:
    """One ticket for one alert, however often it is told. An export has its own two persons."""
    kind = Kind(event.kind)
    if kind not in _AT_ONCE | _SOON:
        return
    settings = work.of(Settings)[EmergencySettings]
    if event.agent_id is not None and await _reads(work, event.agent_id, settings.team):
        return
    desk = work.acting_as(SYSTEM)
    received = await receive(desk, _event(work, event), team=settings.team, tags=(TAG,))
    if received.ticket_id is None or received.outcome == "repeat":
        return
    if kind in _SOON:
        await service.hasten(desk, received.ticket_id, priority=Priority.HIGH)
        return
    due_at = work.now() + timedelta(minutes=settings.answer_minutes)
    await service.alarm(desk, received.ticket_id, team=settings.team, due_at=due_at, tags=(TAG,))


async def _reads(work: Work, agent_id: UUID, team: str) -> bool:
    """Whether an agent could read that team's tickets: of the team, or of every one."""
    return await work.one(bool, queries.MAY_OWN, agent_id=agent_id, team=team) or False


def _event(work: Work, event: AlertRaised) -> InboundEvent:
    thread = cases.own_form(work, f"oversight-{event.alert_id}")
    return InboundEvent(
        channel=thread.channel,
        account_id=thread.account_id,
        dedupe_key=thread.key,
        kind="message.created",
        occurred_at=event.at,
        # A machine of ours wrote these words: no machine answers them.
        author=Author(native_id="oversight", language=_LANGUAGE, is_bot=True),
        identity_kind="oversight",
        thread_key=thread.key,
        subject=translate(_LANGUAGE, "oversight.ticket.subject"),
        text=translate(_LANGUAGE, f"oversight.ticket.{event.kind}"),
        language=_LANGUAGE,
        client_key=thread.key,
    )
