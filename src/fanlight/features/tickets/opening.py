"""Where a message belongs: on a ticket that stands, on one reopened, or on a new one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from fanlight.channels.contract import Capabilities, InboundEvent
from fanlight.channels.registry import Channels
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import (
    Author,
    Conversation,
    Message,
    Speaker,
    Words,
)
from fanlight.features.conversations.signals import Turned, tell
from fanlight.features.people.models import Customer
from fanlight.features.tickets import queries
from fanlight.features.tickets.events import CustomerWrote, TicketOpened, TicketReopened
from fanlight.features.tickets.models import Priority, Status, Ticket
from fanlight.features.tickets.promises import promised_at
from fanlight.features.tickets.settings import PromiseSettings, TicketSettings
from fanlight.kernel.i18n import translate
from fanlight.kernel.ids import new_id, new_reference
from fanlight.kernel.settings import Settings
from fanlight.kernel.words import search_words
from fanlight.kernel.work import Work

LONGEST_SUBJECT = 200  # characters
LONGEST_PREVIEW = 160


async def place(
    work: Work,
    event: InboundEvent,
    customer: Customer,
    found: Conversation | None,
    ticket: Ticket | None,
    words: Words,
    author_name: str,
    *,
    team: str | None = None,
    tags: Sequence[str] = (),
) -> tuple[Ticket, Conversation, bool]:
    """The ticket and conversation a message goes to, and whether the ticket is new.

    ``found`` is the conversation it was said in, if there is one, and ``ticket`` that one's; both
    are held.
    """
    if found is None or ticket is None:
        ticket = open_ticket(work, event, customer, words, author_name, team=team, tags=tags)
        return ticket, _open(work, event, ticket, customer, words), True
    if not _is_long_solved(work, ticket):
        return ticket, found, False
    # Solved too long ago to be the same problem: a linked ticket, the thread moves on to it.
    await work.run(conversations.RETIRE, id=found.id)
    ticket = open_ticket(
        work, event, customer, words, author_name, team=ticket.team, tags=tags, follows=ticket
    )
    return ticket, _open(work, event, ticket, customer, words), True


def _is_long_solved(work: Work, ticket: Ticket) -> bool:
    days = work.of(Settings)[TicketSettings].reopen_days
    return ticket.solved_at is not None and work.now() > ticket.solved_at + timedelta(days=days)


def open_ticket(
    work: Work,
    event: InboundEvent,
    customer: Customer,
    words: Words,
    author_name: str,
    *,
    team: str | None,
    tags: Sequence[str],
    follows: Ticket | None = None,
) -> Ticket:
    """Open a ticket for what the customer said; it is found by these words from now on."""
    settings = work.of(Settings)[TicketSettings]
    now = work.now()
    ticket = Ticket(
        id=new_id(),
        reference=new_reference(settings.reference_prefix),
        customer_id=customer.id,
        subject=subject_of(words),
        team=team or settings.default_team,
        status=Status.SPAM if event.is_spam else Status.OPEN,
        priority=Priority.NORMAL,
        assignee_id=None,
        channel=event.channel,
        language=words.language or customer.language,
        tags=tuple(tags),
        preview=preview_of(words),
        preview_by="customer",
        needs_answer=True,
        opened_at=now,
        active_at=now,
        answered_at=None,
        due_at=None if event.is_spam else _due(work, event.channel, event.account_id, now),
        solved_at=None,
        follows_id=follows.id if follows is not None else None,
        version=1,
        stamp=1,
    )
    queries.add(work, ticket, search_words(ticket.subject, words.text, author_name, customer.name))
    return ticket


def _open(
    work: Work, event: InboundEvent, ticket: Ticket, customer: Customer, words: Words
) -> Conversation:
    return talk.open_conversation(
        work,
        ticket_id=ticket.id,
        customer_id=customer.id,
        channel=event.channel,
        account_id=event.account_id,
        recipient=event.author.native_id,
        thread_key=event.thread_key,
        subject=words.subject,
    )


def subject_of(words: Words) -> str:
    """A ticket's name: the mail's subject, else how the text begins."""
    named = (words.subject or "").strip()
    text = named or " ".join((words.visible_text or words.text).split())
    if not text:
        return translate(words.language or "en", "ticket.without_words")
    if len(text) <= LONGEST_SUBJECT and named:
        return text
    first = text[:80]
    return first if len(text) <= 80 else f"{first.rsplit(' ', 1)[0]}…"


def preview_of(words: Words) -> str:
    return " ".join((words.visible_text or words.text).split())[:LONGEST_PREVIEW]


def able(work: Work, channel: str, account_id: str) -> Capabilities | None:
    """What a channel can do; None when it is not configured here."""
    channels = work.of(Channels)
    return channels.capabilities(channel, account_id) if channel in channels else None


def _due(
    work: Work,
    channel: str,
    account_id: str,
    now: datetime,
    priority: Priority = Priority.NORMAL,
) -> datetime:
    found = able(work, channel, account_id)
    is_live = found is not None and found.is_ours and found.has_typing_out
    return promised_at(work.of(Settings)[PromiseSettings], priority, is_live=is_live, now=now)


async def heard(
    work: Work, ticket: Ticket, message: Message, *, is_new: bool, event: InboundEvent
) -> None:
    """Bring the ticket up to date with what the customer has just said, and tell who reacts."""
    if not is_new:  # a fresh one was made of these words
        await _told_more(work, ticket, message, event)
    _publish(work, ticket, message, is_new=is_new, event=event)


async def _told_more(work: Work, ticket: Ticket, message: Message, event: InboundEvent) -> None:
    changed = replace(
        ticket if event.kind == "autoreply" else _awake(work, ticket, event),
        preview=" ".join((message.visible_text or message.text).split())[:LONGEST_PREVIEW],
        preview_by="customer",
        active_at=max(ticket.active_at, work.now()),
    )
    queries.touch(work, changed, search_words(message.text, message.author_name))
    if ticket.status is Status.SOLVED and changed.status is Status.OPEN:
        await _reopened(work, ticket, message)


def _awake(work: Work, ticket: Ticket, event: InboundEvent) -> Ticket:
    """Open again, our promise running; what was judged spam stays where it is."""
    if ticket.status is Status.SPAM:
        return ticket
    due_at = ticket.due_at
    if not ticket.needs_answer or due_at is None:
        due_at = _due(work, event.channel, event.account_id, work.now(), ticket.priority)
    return replace(ticket, status=Status.OPEN, solved_at=None, needs_answer=True, due_at=due_at)


async def _reopened(work: Work, ticket: Ticket, message: Message) -> None:
    await talk.record_activity(work, ticket.id, Author(kind=Speaker.SYSTEM), "reopened")
    tell(work, ticket.id, message.conversation_id, Turned())
    work.publish(TicketReopened(ticket_id=ticket.id, reopened_at=work.now()))


def _publish(
    work: Work, ticket: Ticket, message: Message, *, is_new: bool, event: InboundEvent
) -> None:
    work.signal("feed.console")
    if message.conversation_id is None:
        return
    if is_new:
        work.publish(
            TicketOpened(
                ticket_id=ticket.id,
                conversation_id=message.conversation_id,
                message_id=message.id,
                language=ticket.language,
                opened_at=ticket.opened_at,
                is_automatic=event.kind == "autoreply" or event.is_spam or event.author.is_bot,
            ),
            about=message,
        )
        return
    work.publish(
        CustomerWrote(
            ticket_id=ticket.id,
            conversation_id=message.conversation_id,
            message_id=message.id,
        ),
        about=message,
    )
