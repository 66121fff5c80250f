"""The ticket of a freeze: first in the security team's queue, with a checklist and a timeline."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from fanlight.channels.contract import Account, Author, Evidence, InboundEvent
from fanlight.channels.registry import Channels
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author as Speaking
from fanlight.features.conversations.models import Speaker
from fanlight.features.guidance.emergency import paging, queries, telling
from fanlight.features.guidance.emergency.models import Freeze, Road, State, Step, Ticked, Trouble
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.permissions import needs
from fanlight.features.people.service.customers import EMAIL, EXCHANGE, identities_of
from fanlight.features.tickets import continuation
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service as ticket_service
from fanlight.features.tickets.intake import receive
from fanlight.kernel import audit
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.i18n import translate
from fanlight.kernel.limits import spend
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Work

FREEZE_TAG, DRILL_TAG = "freeze", "drill"
_MOST_UNPROVEN = 20  # tickets an hour for links that nobody could check: no flood rings the pager
_MAIL_AFTER_S = 20


class Thread:
    """The customer's own talk that the ticket is to hang on; the help center's form otherwise."""

    def __init__(self, channel: str, account_id: str, key: str) -> None:
        self.channel, self.account_id, self.key = channel, account_id, key


async def ensure(work: Work, freeze: Freeze, thread: Thread | None = None) -> Freeze:
    """The freeze with its ticket, which is opened unless it stands or must not be.

    A link of an alert mail proves nothing before the exchange has looked at it: while it cannot,
    only so many tickets are opened.
    """
    if freeze.ticket_id is not None or freeze.trouble is Trouble.LINK_SPENT:
        return freeze
    if freeze.road is Road.ALERT and not freeze.uid:
        if freeze.state is State.REQUESTED or freeze.trouble is Trouble.NOT_CONNECTED:
            return freeze
        try:
            await spend(work, "freeze.unproven", limit=_MOST_UNPROVEN, window_s=3600)
        except TooManyTries:
            return freeze
    return await _open(work, freeze, thread)


async def _open(work: Work, freeze: Freeze, thread: Thread | None) -> Freeze:
    settings = work.of(Settings)[EmergencySettings]
    desk = work.acting_as(SYSTEM)
    tags = (FREEZE_TAG, DRILL_TAG) if freeze.is_drill else (FREEZE_TAG,)
    event = _event(work, freeze, thread or own_form(work, f"freeze-{freeze.id}"))
    received = await receive(desk, event, team=settings.team, tags=tags)
    if received.ticket_id is None or received.conversation_id is None:
        return freeze
    ticket = await ticket_service.alarm(
        desk, received.ticket_id, team=settings.team, due_at=freeze.promised_at, tags=tags
    )
    freeze = replace(freeze, ticket_id=ticket.id, customer_id=ticket.customer_id)
    await _reach(work, freeze, received.conversation_id)
    await opened(work, freeze)
    return freeze


async def opened(work: Work, freeze: Freeze) -> None:
    """A ticket has a freeze now: its timeline begins, the clock runs, people are called."""
    await note(
        work,
        freeze,
        "freeze_asked",
        road=freeze.road,
        level=freeze.level,
        drill=freeze.is_drill,
        reason=freeze.reason,
    )
    paging.page(work, freeze, "asked")
    watch_promise(work, freeze)
    if freeze.uid and not freeze.is_drill:
        telling.tell(work, freeze)


def watch_promise(work: Work, freeze: Freeze) -> None:
    """Have somebody look a minute before the promised time."""
    left = (freeze.promised_at - work.now()).total_seconds() - 60
    work.enqueue(
        "emergency.promise",
        {"freeze_id": freeze.id},
        key=f"freeze-promise:{freeze.id}",
        delay_s=max(left, 1.0),
    )


async def _reach(work: Work, freeze: Freeze, conversation_id: UUID) -> None:
    """Where the customer hears of an answer when they have left the page."""
    mailbox = freeze.mailbox
    if not mailbox and freeze.customer_id is not None:
        known = await identities_of(work, freeze.customer_id)
        mailbox = next((e.key for e in known if e.kind == EMAIL and e.proven_at), "")
    await continuation.note_contact(
        work,
        conversation_id,
        email=mailbox or None,
        language=freeze.language,
        is_signed=freeze.road is Road.SESSION,
        mail_after_s=_MAIL_AFTER_S,
        mail_while_open_s=_MAIL_AFTER_S * 3,
    )


def own_form(work: Work, key: str) -> Thread:
    """A thread on the channel of our own pages."""
    found: Account | None = None
    for adapter in work.of(Channels):
        for account in adapter.accounts:
            able = adapter.capabilities(account.id)
            if able.is_ours and (able.has_subject or found is None):
                found = account
    if found is None:
        raise LookupError("no channel of our own: where would the answer be read?")
    return Thread(found.channel, found.id, key)


def _event(work: Work, freeze: Freeze, thread: Thread) -> InboundEvent:
    kind, key = _identity(freeze)
    return InboundEvent(
        channel=thread.channel,
        account_id=thread.account_id,
        dedupe_key=f"freeze-{freeze.id}",
        kind="message.created",
        occurred_at=work.now(),
        # A machine of ours wrote these words: no machine answers them.
        author=Author(native_id=key, language=freeze.language, is_bot=True),
        identity_kind=kind,
        thread_key=thread.key,
        subject=translate(freeze.language, "emergency.ticket.subject"),
        text=translate(freeze.language, f"emergency.ticket.said_{freeze.road}"),
        language=freeze.language,
        evidence=Evidence(level=freeze.level, method=freeze.method, subject=freeze.uid or None),
        client_key=f"freeze-{freeze.id}",
    )


def _identity(freeze: Freeze) -> tuple[str, str]:
    if freeze.is_drill:
        return "drill", "drill"
    if freeze.road is Road.MAILBOX:
        return EMAIL, freeze.mailbox
    if freeze.uid:
        return EXCHANGE, freeze.uid
    return "alert_link", str(freeze.id)


async def note(work: Work, freeze: Freeze, code: str, **params: Any) -> None:
    """One line on the ticket's timeline; whoever looks at it sees it appear."""
    if freeze.ticket_id is None:
        return
    author = ticket_service.speaker(work) if work.actor.kind == "agent" else _DESK
    shown = {key: str(value) for key, value in params.items() if value not in (None, "")}
    await talk.record_activity(work, freeze.ticket_id, author, code, **shown)
    await work.run(tickets.STAMP, id=freeze.ticket_id)
    work.signal("feed.console")


_DESK = Speaking(kind=Speaker.SYSTEM)


async def checklist(work: Work, ticket_id: UUID) -> tuple[Freeze, list[Ticked]] | None:
    """The freeze of a ticket and what was done of its list; None for any other ticket.

    Raises:
        TicketNotFound: there is none, or the actor may not see it.
    """
    await tickets.get_ticket(work, ticket_id)
    freeze = await queries.of_ticket(work, ticket_id)
    return None if freeze is None else (freeze, await queries.steps(work, freeze.id))


async def tick(work: Work, ticket_id: UUID, step: Step, *, is_done: bool) -> None:
    """Note that a step of the list is done, or was ticked by mistake; a second time is nothing."""
    needs(work.actor, "ticket.note")
    found = await checklist(work, ticket_id)
    if found is None:
        return
    freeze, _ = found
    if await queries.tick(work, freeze.id, step, is_done=is_done):
        await note(work, freeze, "freeze_step" if is_done else "freeze_step_undone", step=step)
        await audit.record(work, "freeze.step", f"freeze:{freeze.id}", step=step, done=is_done)
