"""The customer hears of it on every address we know, so that nobody freezes in silence.

No account fact stands in it: when, what can be done, and the ticket's reference. It goes through
the house's outbox, so the ticket shows what arrived and what did not.
"""

import asyncio
import hashlib
from uuid import UUID

import msgspec

from fanlight.channels.registry import Channels
from fanlight.exchange.contract import Exchange
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Conversation, Speaker, Words
from fanlight.features.guidance.emergency import queries
from fanlight.features.guidance.emergency.models import Freeze, State
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.queries import customers
from fanlight.features.people.service.customers import EMAIL, EXCHANGE, normal_key
from fanlight.features.tickets import continuation
from fanlight.features.tickets import queries as tickets
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import FanlightError
from fanlight.kernel.i18n import moment, offset, translate
from fanlight.kernel.jobs import job
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

_PATIENCE_S = 6
_MOST = 10  # addresses of one customer


class Tell(msgspec.Struct, frozen=True):
    """Which freeze, and what of it: the state it was in when this was asked for."""

    freeze_id: UUID
    state: str
    is_elsewhere: bool = False  # it came about at the exchange, not here


def tell(work: Work, freeze: Freeze, *, is_elsewhere: bool = False) -> None:
    """Have the customer told what has just become of their freeze."""
    if freeze.is_drill:
        return
    payload = Tell(freeze.id, freeze.state, is_elsewhere)
    # Mostly the exchange answers within the second: then one letter says it all.
    delay_s = _PATIENCE_S if freeze.state is State.REQUESTED else 0
    key = f"freeze-tell:{freeze.id}:{freeze.state}"
    work.enqueue("emergency.tell", payload, key=key, delay_s=delay_s)


@job("emergency.tell", outside=True)
async def tell_customer(shelf: Shelf, payload: Tell) -> None:
    """Write to every address; one that was written to of this already is left alone."""
    edge = shelf.of(Edge)
    async with edge.reading() as work:
        freeze = await queries.get(work, payload.freeze_id)
    if payload.state == State.REQUESTED:
        if not freeze.state.is_open and freeze.state is not State.FAILED:
            return  # what came of it has its own letter
        payload = Tell(freeze.id, freeze.state)
    theirs = await _exchange_mailbox(shelf, freeze)
    async with edge.work() as work:
        if freeze.ticket_id is None:
            return
        await queries.get(work, freeze.id, lock=True)  # one teller at a time
        for address in await _addresses(work, freeze, theirs):
            await _mail(work, freeze, payload, address)
        for thread in await _threads(work, freeze):
            await _say(work, freeze, payload, thread)
        await work.run(tickets.STAMP, id=freeze.ticket_id)
        work.signal("feed.console")


async def _exchange_mailbox(shelf: Shelf, freeze: Freeze) -> str:
    """Where the exchange itself reaches them; empty while it does not say."""
    if not freeze.uid:
        return ""
    try:
        async with asyncio.timeout(shelf.of(Settings)[EmergencySettings].retry_s):
            return (await shelf.of(Exchange).account(freeze.uid)).value.email or ""
    except (FanlightError, TimeoutError):
        return ""


async def _addresses(work: Work, freeze: Freeze, theirs: str) -> list[str]:
    found = [theirs, freeze.mailbox]
    for customer_id in await _same_person(work, freeze):
        known = await customers.identities_of(work, customer_id)
        found += [each.key for each in known if each.kind == EMAIL and each.proven_at]
    clean: dict[str, None] = {}
    for address in found:
        try:
            clean[normal_key(EMAIL, address)] = None
        except FanlightError:
            continue  # no mailbox: nothing can be sent there
    return list(clean)[:_MOST]


async def _same_person(work: Work, freeze: Freeze) -> list[UUID]:
    """Whoever wrote, and whoever we know with that account."""
    owner = await customers.customer_with(work, EXCHANGE, freeze.uid) if freeze.uid else None
    ids = [freeze.customer_id, owner.id if owner else None]
    return list(dict.fromkeys(each for each in ids if each is not None))


async def _threads(work: Work, freeze: Freeze) -> list[Conversation]:
    """Private talks on channels of others (Telegram and the like), the latest of each."""
    found: list[Conversation] = []
    for customer_id in await _same_person(work, freeze):
        for thread in await work.rows(
            Conversation, queries.THREADS, customer_id=customer_id, limit=_MOST
        ):
            if thread.channel not in work.of(Channels) or thread.channel == EMAIL:
                continue
            able = talk.capabilities(work, thread)
            if not able.is_ours and able.visibility == "private":
                found.append(thread)
    return found


async def _mail(work: Work, freeze: Freeze, payload: Tell, address: str) -> None:
    account = continuation.mail_account(work)
    if account is None or freeze.ticket_id is None or freeze.customer_id is None:
        return
    brand = work.of(Settings)[BrandSettings].name
    subject = translate(freeze.language, "emergency.mail.subject", brand=brand)
    thread = await continuation.mail_thread(
        work, freeze.ticket_id, freeze.customer_id, address, account, subject
    )
    await _say(work, freeze, payload, thread)


async def _say(work: Work, freeze: Freeze, payload: Tell, thread: Conversation) -> None:
    to = hashlib.sha256(f"{thread.channel}:{thread.recipient}".encode()).hexdigest()[:16]
    key = f"freeze-{freeze.id}-{payload.state}-{to}"
    if await conversations.by_client_key(work, thread.ticket_id, key) is not None:
        return
    machine = Author(kind=Speaker.MACHINE, name=work.of(Settings)[BrandSettings].name)
    words = Words(text=_text(work, freeze, payload), language=freeze.language)
    await talk.say(work, thread, machine, words, client_key=key)


def _text(work: Work, freeze: Freeze, payload: Tell) -> str:
    brand = work.of(Settings)[BrandSettings]
    at = {
        State.ACKNOWLEDGED: freeze.since,
        State.EXPIRED: freeze.ended_at,
        State.LIFTED: freeze.ended_at,
    }.get(State(payload.state), freeze.asked_at) or freeze.asked_at
    when = moment(freeze.language, at, now=work.now(), zone=brand.zone)
    return translate(
        freeze.language,
        f"emergency.mail.{payload.state}{'_elsewhere' if payload.is_elsewhere else ''}",
        brand=brand.name,
        when=f"{when} ({offset(at, brand.zone)})",
        link=f"{brand.help_url}/{freeze.language}/freeze",
    )
