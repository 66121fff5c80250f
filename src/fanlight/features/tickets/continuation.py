"""A chat goes on by e-mail when its customer has left: same ticket, and the answer joins it.

The rule: an agent's message stays unread for a while, the customer is gone (or their page is open
and nobody looks), and an address is known. What was mailed once is not mailed again.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from fanlight.channels.contract import Account
from fanlight.channels.registry import Channels
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import (
    Author,
    Conversation,
    Kind,
    Message,
    Speaker,
    Words,
)
from fanlight.features.tickets import queries
from fanlight.features.tickets.events import AgentAnswered
from fanlight.features.tickets.opening import able
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.events import subscriber
from fanlight.kernel.i18n import translate
from fanlight.kernel.jobs import job
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

MAIL = "email"
_SLACK = timedelta(seconds=1)  # a job may start a moment early; it must not plan itself anew

NOTE_CONTACT = """
    INSERT INTO chat_contacts (conversation_id, email, language, is_signed, mail_after_s,
        mail_while_open_s)
    VALUES (%(conversation_id)s, %(email)s, %(language)s, %(is_signed)s, %(mail_after_s)s,
        %(mail_while_open_s)s)
    ON CONFLICT (conversation_id) DO UPDATE
    SET email = coalesce(excluded.email, chat_contacts.email), language = excluded.language,
        mail_after_s = excluded.mail_after_s, mail_while_open_s = excluded.mail_while_open_s
"""
CARRY_OVER = """
    INSERT INTO chat_contacts (conversation_id, email, language, is_signed, mail_after_s,
        mail_while_open_s, came_at, left_at)
    SELECT %(to_id)s, k.email, k.language, k.is_signed, k.mail_after_s, k.mail_while_open_s,
        k.came_at, k.left_at
    FROM chat_contacts k WHERE k.conversation_id = %(from_id)s
    ON CONFLICT DO NOTHING
"""
CAME = "UPDATE chat_contacts SET came_at = %(at)s WHERE conversation_id = %(id)s"
LEFT = "UPDATE chat_contacts SET left_at = %(at)s WHERE conversation_id = %(id)s"
CONTACT = """
    SELECT k.email, k.language, k.is_signed, k.mail_after_s, k.mail_while_open_s, k.came_at,
        k.left_at, k.mailed_seq
    FROM chat_contacts k WHERE k.conversation_id = %(id)s FOR UPDATE
"""
MAIL_OF = """
    SELECT k.conversation_id, k.email
    FROM chat_contacts k JOIN conversations c ON c.id = k.conversation_id
    WHERE c.ticket_id = %(ticket_id)s AND k.email IS NOT NULL
"""
MAILED = "UPDATE chat_contacts SET mailed_seq = %(seq)s WHERE conversation_id = %(id)s"


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Where a talk may go on, and whether its customer is there."""

    email: str | None
    language: str
    is_signed: bool
    mail_after_s: int
    mail_while_open_s: int
    came_at: datetime | None
    left_at: datetime | None
    mailed_seq: int

    @property
    def is_there(self) -> bool:
        """A page with this talk is open. A killed process leaves it so: hence two waits."""
        if self.came_at is None:
            return False
        return self.left_at is None or self.left_at < self.came_at

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=self.mail_while_open_s if self.is_there else self.mail_after_s)


class MailOf(msgspec.Struct, frozen=True):
    """Where one talk goes on by mail."""

    conversation_id: UUID
    email: str


class Continue(msgspec.Struct, frozen=True):
    """Which talk to look at."""

    conversation_id: UUID


async def note_contact(
    work: Work,
    conversation_id: UUID,
    *,
    email: str | None,
    language: str,
    is_signed: bool,
    mail_after_s: int,
    mail_while_open_s: int,
) -> None:
    """Where this talk may go on. A later address replaces an earlier one; None keeps it."""
    await work.run(
        NOTE_CONTACT,
        conversation_id=conversation_id,
        email=email,
        language=language,
        is_signed=is_signed,
        mail_after_s=mail_after_s,
        mail_while_open_s=mail_while_open_s,
    )
    if email is not None:
        _look_later(work, conversation_id, timedelta(seconds=mail_after_s))


async def mail_of(work: Work, ticket_id: UUID) -> dict[UUID, str]:
    """The addresses that were left in a ticket's talks, where one was."""
    found = await work.rows(MailOf, MAIL_OF, ticket_id=ticket_id)
    return {each.conversation_id: each.email for each in found}


async def carry_over(work: Work, from_id: UUID, *, to_id: UUID) -> None:
    """A talk goes on under another ticket: who can be reached where goes with it."""
    await work.run(CARRY_OVER, from_id=from_id, to_id=to_id)


async def came(work: Work, conversation_id: UUID) -> None:
    """A page with this talk has been opened."""
    await work.run(CAME, id=conversation_id, at=work.now())


async def left(work: Work, conversation_id: UUID) -> None:
    """The last page with this talk was closed, or its line was cut."""
    await work.run(LEFT, id=conversation_id, at=work.now())
    contact = await work.one(Contact, CONTACT, id=conversation_id)
    if contact is not None and contact.email is not None:
        _look_later(work, conversation_id, contact.patience)


def mail_account(work: Work) -> Account | None:
    """The mailbox a talk goes on from; None where the desk has none."""
    channels = work.of(Channels)
    accounts = channels.of(MAIL).accounts if MAIL in channels else ()
    return accounts[0] if accounts else None


@subscriber(AgentAnswered)
async def watch_answer(work: Work, event: AgentAnswered) -> None:
    """Look later whether the answer was read. Asked twice, it is looked at once."""
    contact = await work.one(Contact, CONTACT, id=event.conversation_id)
    if contact is not None and contact.email is not None:
        _look_later(work, event.conversation_id, contact.patience)


def _look_later(work: Work, conversation_id: UUID, wait: timedelta) -> None:
    work.enqueue(
        "ticket.continue_by_mail",
        Continue(conversation_id),
        key=f"continue:{conversation_id}",
        delay_s=max(wait.total_seconds(), 1.0),
    )


@job("ticket.continue_by_mail")
async def continue_by_mail(work: Work, payload: Continue) -> None:
    """Mail what is unread, when it has waited long enough; else come back when it will have."""
    chat = await conversations.lock_conversation(work, payload.conversation_id)
    contact = await work.one(Contact, CONTACT, id=chat.id)
    account = mail_account(work)
    if contact is None or contact.email is None or account is None:
        return
    unread = await _unread(work, chat, contact)
    if not unread:
        return
    remaining = unread[0].created_at + contact.patience - work.now()
    if remaining > _SLACK:
        _look_later(work, chat.id, remaining)
        return
    mail = await _mail_of_chat(work, chat, contact.email, account)
    author = Author(kind=Speaker.AGENT, id=unread[-1].author_id, name=unread[-1].author_name)
    words = Words(text=_text(work, chat, contact, unread), language=contact.language)
    await talk.say(work, mail, author, words)
    await work.run(MAILED, id=chat.id, seq=unread[-1].seq)
    system = Author(kind=Speaker.SYSTEM)
    await talk.record_activity(work, chat.ticket_id, system, "continued_by_mail")
    work.later(queries.STAMP, id=chat.ticket_id)
    work.signal("feed.console")


async def hold_mail(work: Work, form: Conversation) -> None:
    """Hold the mail thread that ``mail_also`` goes on with, for whoever holds the ticket next.

    An agent may have begun it before the first automatic answer leaves, and its receiver may be
    writing in it: a conversation is held before its ticket.
    """
    contact = await work.one(Contact, CONTACT, id=form.id)
    if contact is None or contact.email is None:
        return
    for each in await conversations.of_ticket(work, form.ticket_id):
        if each.channel == MAIL and each.recipient == contact.email and each.is_current:
            await conversations.lock_conversation(work, each.id)


async def mail_also(work: Work, form: Conversation, author: Author, words: Words) -> None:
    """Mail what a form's page shows: whoever closed that page has no other way back to it."""
    contact = await work.one(Contact, CONTACT, id=form.id)
    account = mail_account(work)
    if contact is None or contact.email is None or account is None:
        return
    mail = await _mail_of_chat(work, form, contact.email, account)
    await talk.say(work, mail, author, words, client_key=f"also-{form.id}")


async def _unread(work: Work, chat: Conversation, contact: Contact) -> list[Message]:
    """What people of ours said and neither the customer nor a mail has taken up."""
    above = max(chat.customer_read_seq, contact.mailed_seq)
    said = await conversations.messages_after(work, chat.id, after=above)
    return [
        each
        for each in said
        if each.kind is Kind.OUTBOUND and each.author_kind is Speaker.AGENT and not each.is_deleted
    ]


async def _mail_of_chat(
    work: Work, chat: Conversation, address: str, account: Account
) -> Conversation:
    language = (await conversations.messages_after(work, chat.id, after=0, limit=1))[0].language
    brand = work.of(Settings)[BrandSettings].name
    # Ours, and none of the customer's words: a given address may be a stranger's.
    subject = translate(language or "en", f"{_talked_by(work, chat)}.mail.subject", brand=brand)
    return await mail_thread(work, chat.ticket_id, chat.customer_id, address, account, subject)


async def mail_thread(
    work: Work, ticket_id: UUID, customer_id: UUID, address: str, account: Account, subject: str
) -> Conversation:
    """The mail thread of a ticket with an address; one is begun when there is none."""
    for each in await conversations.of_ticket(work, ticket_id):
        if each.channel == MAIL and each.recipient == address and each.is_current:
            return each
    return talk.open_conversation(
        work,
        ticket_id=ticket_id,
        customer_id=customer_id,
        channel=MAIL,
        account_id=account.id,
        recipient=address,
        subject=subject,
    )


def _talked_by(work: Work, chat: Conversation) -> str:
    """A form or a chat: who wrote to us by a form has never left a chat."""
    channel = able(work, chat.channel, chat.account_id)
    return "form" if channel is not None and channel.has_subject else "chat"


def _text(work: Work, chat: Conversation, contact: Contact, unread: list[Message]) -> str:
    """The agent's words for a guest; for a signed customer only that they wait.

    A signed chat may hold account facts, and those never stand in a mail's body.
    """
    brand = work.of(Settings)[BrandSettings].name
    language, name = contact.language, unread[-1].author_name
    if contact.is_signed:
        return translate(language, "chat.mail.waits", name=name, brand=brand)
    said = "\n\n".join(each.text for each in unread if each.text)
    key = f"{_talked_by(work, chat)}.mail.goes_on"
    return translate(language, key, name=name, brand=brand, words=said)
