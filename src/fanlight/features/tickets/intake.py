"""The front door: everything inbound, of every channel, enters here and nowhere else.

A repeat is dropped, secrets are hidden before anything is stored, the thread is found, the ticket
opened, reopened or linked. All of it is the caller's one transaction; only after its commit may
the caller tell the outside world that we have it.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from fanlight.channels.contract import Evidence, InboundEvent
from fanlight.features.conversations import files
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import (
    Author,
    Conversation,
    Message,
    Speaker,
    Words,
)
from fanlight.features.people.models import Customer
from fanlight.features.people.queries.customers import get_customer
from fanlight.features.people.service.customers import called, known_customer, make_customer
from fanlight.features.tickets import objects, opening, pieces, queries, receipts, reporting
from fanlight.features.tickets.events import SecretHidden
from fanlight.features.tickets.looking import Clean, looked_over
from fanlight.features.tickets.models import Ticket
from fanlight.features.tickets.received import Received, stored
from fanlight.features.tickets.settings import TicketSettings
from fanlight.features.trust.service import texts
from fanlight.kernel.blobs import Blobs
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

TAKE = """
    INSERT INTO inbound_events (channel, account_id, dedupe_key, kind, received_at)
    VALUES (%(channel)s, %(account_id)s, %(dedupe_key)s, %(kind)s, %(received_at)s)
    ON CONFLICT DO NOTHING
"""
NOTE_RESULT = """
    UPDATE inbound_events SET message_id = %(message_id)s, original_id = %(original_id)s
    WHERE channel = %(channel)s AND account_id = %(account_id)s AND dedupe_key = %(dedupe_key)s
"""


SAID = ("message.created", "autoreply")  # kinds of events that bring words and files
Around = tuple[Customer | None, Conversation | None]


async def receive(
    work: Work,
    event: InboundEvent,
    *,
    raw: bytes | None = None,
    clean: Clean | None = None,
    team: str | None = None,
    tags: Sequence[str] = (),
) -> Received:
    """Take one inbound event; ``raw`` is kept sealed unless the guard found a secret in it.

    ``clean`` is what ``looked_over`` made of it before the transaction began; without it that is
    done here. ``team`` and ``tags`` are for a ticket that has to be opened.
    """
    if event.kind in SAID:
        is_first, around = await work.together(_take(work, event), _around(work, event))
        if not is_first:
            return Received(outcome="repeat")
        return await _message(work, event, around, clean, raw, team, tags)
    if not await _take(work, event):
        return Received(outcome="repeat")
    match event.kind:
        case "message.edited" | "message.deleted":
            return await _changed(work, event)
        case "bounce" | "complaint":
            return await receipts.bounced(work, event)
        case "member.blocked" | "member.unblocked":
            return await receipts.blocked(work, event)
        case "delivered" | "read":
            return await receipts.receipt(work, event)
        case "typing":
            return await receipts.typing(work, event)
        case "unsupported":
            _note_result(work, event, original_id=await _keep_original(work, raw))
    return Received(outcome="ignored")


async def _take(work: Work, event: InboundEvent) -> bool:
    """Note that this event is here; False when it was before."""
    return (
        await work.run(
            TAKE,
            channel=event.channel,
            account_id=event.account_id,
            dedupe_key=event.dedupe_key,
            kind=event.kind,
            received_at=work.now(),
        )
        == 1
    )


async def _message(
    work: Work,
    event: InboundEvent,
    around: Around,
    clean: Clean | None,
    raw: bytes | None,
    team: str | None,
    tags: Sequence[str],
) -> Received:
    clean = clean or await looked_over(work.of(Settings), event)
    customer, found = await _place_and_person(work, event, clean, around)
    talk_id = found.id if found is not None else None
    others, standing = await work.together(
        pieces.said_before(work, talk_id, customer.id, clean), _ticket_of(work, found)
    )
    clean, earlier = pieces.looked_at_together(clean, others)
    await pieces.hide_earlier(work, earlier)
    if (album := await _album(work, event, found)) is not None:
        return await _join_album(work, event, album, clean, raw)
    if event.report is not None:
        team, tags = work.of(Settings)[TicketSettings].report_team, (*tags, reporting.TAG)
    name = clean.name or customer.name
    ticket, conversation, is_new = await opening.place(
        work, event, customer, found, standing, clean.words, name, team=team, tags=tags
    )
    is_stranger = conversation.customer_id != customer.id
    author = _author(event, customer, name, is_stranger=is_stranger)
    original = await _keep_original(work, raw) if clean.may_be_kept else None
    auth = {**event.auth, **({"third_party": "yes"} if is_stranger else {})}
    message = talk.hear(
        work, conversation, author, clean.words, at=event.occurred_at, auth=auth,
        client_key=event.client_key, original_id=original,
    )  # fmt: skip
    objects.note(work, message)
    await files.keep_inbound(work, message, clean.files)
    _remember_refs(work, event, message, conversation.id)
    _note_result(work, event, message_id=message.id, original_id=original)
    await _judge_names(work, event, message, clean.words)
    await opening.heard(work, ticket, message, is_new=is_new, event=event)
    _say_hidden(work, message, clean.words.redactions, event)
    await reporting.take(work, event, ticket, conversation, is_new=is_new)
    return Received(
        outcome="stored",
        ticket_id=ticket.id,
        conversation_id=conversation.id,
        message_id=message.id,
        seq=message.seq,
        message=message,
        findings=clean.findings,
        is_new_ticket=is_new,
    )


async def _judge_names(work: Work, event: InboundEvent, message: Message, words: Words) -> None:
    """What the message leads to, and whom it says it is from: told to agents beside it."""
    author = event.author
    sender = f'"{author.display}" <{author.native_id}>' if "@" in author.native_id else ""
    await texts.note(work, message.id, words.text, html=words.html, sender=sender)


def _say_hidden(work: Work, message: Message, kinds: Sequence[str], event: InboundEvent) -> None:
    """Whoever sent a secret is to be told, once the message stands."""
    if kinds and message.conversation_id is not None:
        work.publish(
            SecretHidden(
                ticket_id=message.ticket_id,
                conversation_id=message.conversation_id,
                message_id=message.id,
                kinds=tuple(kinds),
                is_automatic=event.kind == "autoreply" or event.is_spam or event.author.is_bot,
            )
        )


async def _around(work: Work, event: InboundEvent) -> Around:
    """Whom we know at this address already, and the vendor's thread it was said in, held."""
    return await work.together(
        known_customer(work, _identity_of(event), event.author.native_id), _thread(work, event)
    )


async def _thread(work: Work, event: InboundEvent) -> Conversation | None:
    if event.thread_key is None or event.conversation_id is not None:
        return None
    return await conversations.of_thread(work, event.channel, event.account_id, event.thread_key)


async def _ticket_of(work: Work, found: Conversation | None) -> Ticket | None:
    return None if found is None else await queries.lock_ticket(work, found.ticket_id)


async def _place_and_person(
    work: Work, event: InboundEvent, clean: Clean, around: Around
) -> tuple[Customer, Conversation | None]:
    """Who writes, and where. Whoever answers from the very address that a thread of ours was
    begun to is its customer: a chat that went on by mail stays with the person who was in it.
    """
    known, thread = around
    if event.conversation_id is not None:
        found = await conversations.lock_conversation(work, event.conversation_id)
        if found.recipient.casefold() == event.author.native_id.casefold():
            return await get_customer(work, found.customer_id), found
        return await _customer(work, event, clean, known), found
    customer = await _customer(work, event, clean, known)
    if event.thread_key is None:
        thread = await _referred_to(work, event, customer)
    elif known is None:
        # First messages that come at one moment wait for each other at the customer's making: what
        # was asked before that may be old.
        thread = await _thread(work, event)
    return customer, thread


def _identity_of(event: InboundEvent) -> str:
    return event.identity_kind or event.channel.partition(".")[0]


async def _customer(
    work: Work, event: InboundEvent, clean: Clean, known: Customer | None
) -> Customer:
    if known is not None:
        return await called(work, known, clean.name)
    return await make_customer(
        work,
        _identity_of(event),
        event.author.native_id,
        display=event.author.handle or event.author.native_id,
        language=clean.words.language or "en",
        name=clean.name,
    )


def _author(event: InboundEvent, customer: Customer, name: str, *, is_stranger: bool) -> Author:
    """Who speaks; whoever writes into another's thread proves nothing there."""
    proof = Evidence() if is_stranger else event.evidence
    return Author(
        kind=Speaker.CUSTOMER,
        id=customer.id,
        name=name,
        level=proof.level,
        method=proof.method,
        proven_at=event.occurred_at if proof.level else None,
    )


async def _referred_to(work: Work, event: InboundEvent, customer: Customer) -> Conversation | None:
    """The thread that a mail names, the strongest proof first; None begins a new one."""
    found = await conversations.of_references(work, event.channel, event.references)
    # Message ids travel with every forwarded mail: alone they open a thread only to its own
    # participant. A stranger with them starts a ticket of their own.
    if found is None or found.customer_id != customer.id:
        return None
    return await conversations.lock_conversation(work, found.id)


async def _keep_original(work: Work, raw: bytes | None) -> UUID | None:
    """Keep the bytes as they came, sealed with a key of their own."""
    return None if raw is None else await work.of(Blobs).put(work, raw, sealed=True)


def _note_result(
    work: Work,
    event: InboundEvent,
    *,
    message_id: UUID | None = None,
    original_id: UUID | None = None,
) -> None:
    """Keep beside the event what became of it."""
    if message_id is None and original_id is None:
        return
    work.later(
        NOTE_RESULT,
        channel=event.channel,
        account_id=event.account_id,
        dedupe_key=event.dedupe_key,
        message_id=message_id,
        original_id=original_id,
    )


def _remember_refs(
    work: Work, event: InboundEvent, message: Message, conversation_id: UUID | None
) -> None:
    for native_id in filter(None, (event.native_message_id, _album_key(event))):
        work.later(
            conversations.ADD_REF,
            channel=event.channel,
            account_id=event.account_id,
            native_id=native_id,
            message_id=message.id,
            conversation_id=conversation_id,
        )


def _album_key(event: InboundEvent) -> str | None:
    return f"album/{event.thread_key}/{event.media_group}" if event.media_group else None


async def _album(work: Work, event: InboundEvent, found: Conversation | None) -> Message | None:
    """The message that the first picture of this album has become.

    Channels bring each picture by itself, in any order; the thread is held, so one is the first.
    """
    key = _album_key(event)
    if key is None or found is None:
        return None
    return await conversations.by_native_id(work, event.channel, event.account_id, key)


async def _join_album(
    work: Work,
    event: InboundEvent,
    album: Message,
    clean: Clean,
    raw: bytes | None,
) -> Received:
    """Put one more picture, and the caption if it comes with this one, to the album's message."""
    original = await _keep_original(work, raw) if clean.may_be_kept else None
    await files.keep_inbound(work, album, clean.files)
    _remember_refs(work, event, album, album.conversation_id)
    _note_result(work, event, message_id=album.id, original_id=original)
    if clean.words.text:
        words = replace(clean.words, text="\n".join(filter(None, [album.text, clean.words.text])))
        objects.note(work, await talk.edit(work, album, words, at=event.occurred_at))
    else:
        talk.tell_said(work, album)
    work.later(queries.STAMP, id=album.ticket_id)
    _say_hidden(work, album, clean.words.redactions, event)
    return stored(album, clean.findings)


async def _changed(work: Work, event: InboundEvent) -> Received:
    """The customer edited or withdrew a message of theirs, on a channel that lets them."""
    wanted = event.edits_native_id or event.native_message_id or ""
    message = await conversations.by_native_id(work, event.channel, event.account_id, wanted)
    if message is None or message.author_kind is not Speaker.CUSTOMER:
        if event.kind == "message.edited" and event.text:
            # We never saw the first version: what it says now is what was said.
            created = replace(event, kind="message.created", native_message_id=wanted)
            around = await _around(work, created)
            return await _message(work, created, around, None, None, None, ())
        return Received(outcome="ignored")
    clean = await looked_over(work.of(Settings), event, message.language)
    is_deleted = event.kind == "message.deleted"
    if not is_deleted:
        others = await pieces.said_before(
            work, message.conversation_id, message.author_id, clean, edited=message
        )
        clean, earlier = pieces.looked_at_together(clean, others, edited=message)
        await pieces.hide_earlier(work, earlier)
    words = Words(text="") if is_deleted else clean.words
    changed = await talk.edit(work, message, words, at=event.occurred_at, is_deleted=is_deleted)
    objects.note_again(work, changed)
    _say_hidden(work, message, words.redactions, event)
    await texts.note_again(work, message.id, words.text)
    ticket = await queries.lock_ticket(work, message.ticket_id)
    work.later(queries.STAMP, id=ticket.id)
    return stored(message, clean.findings)
