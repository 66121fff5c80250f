"""How answers leave: claimed in one transaction, sent outside any, recorded in the next.

A process that dies between sending and recording leaves a part ``sending`` under a lease. When the
lease has run out the part is *unknown*: it is sent again only where the channel makes that safe,
else the vendor is asked, else a person decides. Messages of a conversation leave in their order.
"""

import logging
from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.channels.contract import (
    Accepted,
    ChannelAdapter,
    Failed,
    Failure,
    OutboundMessage,
    Outcome,
    PlannedPart,
    Refusal,
    ThreadState,
    Unknown,
)
from fanlight.channels.registry import Channels
from fanlight.features.conversations import files, links, marks, parts, queries, service
from fanlight.features.conversations.events import DeliveryChanged
from fanlight.features.conversations.models import Conversation, Delivery, Message, Speaker
from fanlight.features.trust.service import codes
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.i18n import translate
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import job
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
LONGEST_WAIT = timedelta(minutes=15)
ASK_AGAIN_S = (5, 30, 120, 600)  # when an unknown part is asked about


class Deliver(msgspec.Struct, frozen=True):
    """Which conversation has something to send."""

    conversation_id: UUID


class Reconcile(msgspec.Struct, frozen=True):
    """Which unknown part to ask about, and how often it was asked before."""

    message_id: UUID
    number: int
    asked: int = 0


class Claim(msgspec.Struct, frozen=True):
    """A part that is ours to send until the lease runs out."""

    part: PlannedPart
    is_last: bool
    attempts: int
    lease: UUID
    conversation: Conversation
    message: Message
    is_asking: bool = False
    """It may have been sent before: ask the vendor instead of sending."""


@job("conversation.deliver", outside=True)
async def deliver(shelf: Shelf, payload: Deliver) -> None:
    """Send what waits in a conversation, one part after the other."""
    edge, http = shelf.of(Edge), shelf.of(OutboundHttp)
    while True:
        async with edge.work() as work:
            claim = await _claim(work, payload.conversation_id)
        if claim is None:
            return
        adapter = shelf.of(Channels).of(claim.conversation.channel)
        outcome = await _attempt(adapter, claim, http)
        async with edge.work() as work:
            if not await _record(work, claim, outcome):
                return


async def _attempt(adapter: ChannelAdapter, claim: Claim, http: OutboundHttp) -> Outcome:
    try:
        if claim.is_asking:
            return await adapter.reconcile(claim.part, http)
        return await adapter.send(claim.part, http)
    except Exception:
        # An adapter that raises has a bug; whether its request left, nobody knows.
        log.exception("channel %s broke while sending", claim.conversation.channel)
        return Unknown()


async def _claim(work: Work, conversation_id: UUID) -> Claim | None:
    """The next part to send, now ours; None when there is nothing, or another worker has it."""
    conversation = await queries.lock_conversation(work, conversation_id)
    while (message := await parts.head(work, conversation_id)) is not None:
        sent = await parts.of_message(work, message.id)
        if any(part.is_held(work.now()) for part in sent):
            # Its holder may have died: look again when the lease has run out.
            service.request_delivery(work, conversation_id, delay_s=parts.LEASE_S + 1)
            return None
        adapter = work.of(Channels).of(conversation.channel)
        plan = await _plan(work, adapter, conversation, message)
        if isinstance(plan, Refusal):
            await _settle(work, message, Delivery.REFUSED, plan.code)
            continue
        done = {part.number for part in sent if part.state == "sent"}
        waiting = [part for part in plan if part.number not in done]
        if not waiting:
            await _settle(work, message, Delivery.SENT)
            continue
        before = next((part for part in sent if part.number == waiting[0].number), None)
        return await _take(work, adapter, conversation, message, waiting, before)
    return None


async def _take(
    work: Work,
    adapter: ChannelAdapter,
    conversation: Conversation,
    message: Message,
    waiting: list[PlannedPart],
    before: parts.Part | None,
) -> Claim:
    able = adapter.capabilities(conversation.account_id)
    was_sending = before is not None and before.state == "sending"
    attempts = 1 if before is None else before.attempts + 1
    lease = new_id()
    await parts.claim(work, message.id, waiting[0].number, lease=lease, attempts=attempts)
    if message.delivery is not Delivery.SENDING:
        await queries.set_delivery(work, message.id, Delivery.SENDING)
    was_refused = before is not None and before.failure == Failure.CONTENT
    return Claim(
        part=replace(waiting[0], is_plain=was_refused),
        is_last=len(waiting) == 1,
        attempts=attempts,
        lease=lease,
        conversation=conversation,
        message=message,
        is_asking=was_sending and not able.is_resend_safe,
    )


async def _plan(
    work: Work, adapter: ChannelAdapter, conversation: Conversation, message: Message
) -> list[PlannedPart] | Refusal:
    thread = ThreadState(
        last_inbound_at=conversation.last_inbound_at, is_blocked=conversation.is_blocked
    )
    said = await _outbound(work, conversation, message)
    plan = adapter.plan(said, thread, work.now())
    return plan if isinstance(plan, Refusal) else list(plan)


async def _outbound(work: Work, conversation: Conversation, message: Message) -> OutboundMessage:
    mark = await marks.mark_of(work, message.id)
    return OutboundMessage(
        message_id=message.id,
        conversation_id=conversation.id,
        participant_id=conversation.customer_id,
        account_id=conversation.account_id,
        thread_key=conversation.thread_key,
        to=conversation.recipient,
        intent="reply" if message.author_kind is Speaker.AGENT else "auto_reply",
        text=_leaving(work, conversation, message),
        subject=conversation.subject,
        reference=await parts.reference_of(work, message.ticket_id),
        mark=mark,
        foot=await _foot(work, conversation, message, mark),
        author_name=message.author_name,
        language=message.language or "en",
        files=await files.outbound(work, message.id),
        references=tuple(await queries.native_ids(work, conversation.id)),
    )


async def _foot(
    work: Work, conversation: Conversation, message: Message, mark: str
) -> tuple[str, ...]:
    """Lines of ours below the words. The customer's own code is put into mails here, as they
    leave, and is stored nowhere with them; each mail names the way to stop an account."""
    lines = await marks.foot_of(work, message, mark)
    if not service.capabilities(work, conversation).has_subject:
        return lines
    language = message.language or "en"
    url = f"{work.of(Settings)[BrandSettings].help_url}/{language}/freeze"
    lines = (*lines, translate(language, "mail.freeze", url=url))
    code = await codes.code_for(work, conversation.customer_id, conversation.recipient)
    if not code:
        return lines
    return (translate(language, "mail.code", code=code), *lines)


def _leaving(work: Work, conversation: Conversation, message: Message) -> str:
    """The words as they leave; only a machine of ours puts a link into them, for this thread."""
    if message.author_kind is not Speaker.MACHINE:
        return message.text
    token = links.ticket_link(work.of(Sealer), message.ticket_id, conversation.id, now=work.now())
    return links.with_link(message.text, token)


async def _record(work: Work, claim: Claim, outcome: Outcome) -> bool:
    """Write down how it went. False: stop here, somebody else or some later time goes on."""
    state, failure = _state_of(outcome)
    native = outcome.native_id if isinstance(outcome, Accepted) else None
    number = claim.part.number
    if not await parts.end(
        work, claim.message.id, number, lease=claim.lease, state=state, native_id=native,
        failure=failure,
    ):  # fmt: skip
        return False  # our lease ran out: whoever holds it now decides
    match outcome:
        case Accepted():
            await _remember(work, claim, outcome)
            if claim.is_last:
                await _settle(work, claim.message, Delivery.SENT)
        case Unknown():
            await _settle(work, claim.message, Delivery.UNKNOWN)
            if not claim.is_asking:
                _ask_later(work, Reconcile(claim.message.id, number))
        case Failed():
            return await _failed(work, claim, outcome)
    return True


def _state_of(outcome: Outcome) -> tuple[str, Failure | None]:
    match outcome:
        case Accepted():
            return "sent", None
        case Unknown():
            return "unknown", None
        case Failed():
            return "failed", outcome.failure


async def _failed(work: Work, claim: Claim, outcome: Failed) -> bool:
    degrade = outcome.failure is Failure.CONTENT and not claim.part.is_plain
    if degrade or (outcome.failure.is_worth_retrying and claim.attempts < MAX_ATTEMPTS):
        await queries.set_delivery(
            work, claim.message.id, Delivery.QUEUED, outcome.detail or outcome.failure
        )
        pause = 0.0 if degrade else _pause_s(outcome, claim.attempts)
        service.request_delivery(work, claim.conversation.id, delay_s=pause)
        return False
    if outcome.failure is Failure.RECIPIENT:
        await work.run(queries.SET_BLOCKED, id=claim.conversation.id, is_blocked=True)
    await _settle(work, claim.message, Delivery.FAILED, outcome.detail or outcome.failure)
    return True


def _pause_s(outcome: Failed, attempts: int) -> float:
    if outcome.retry_after is not None:
        return min(outcome.retry_after, LONGEST_WAIT).total_seconds()
    return float(min(2 ** (attempts - 1), 300))


async def _remember(work: Work, claim: Claim, outcome: Accepted) -> None:
    for native_id in (outcome.native_id, *outcome.also_known_as):
        await work.run(
            queries.ADD_REF,
            channel=claim.conversation.channel,
            account_id=claim.conversation.account_id,
            native_id=native_id,
            message_id=claim.message.id,
            conversation_id=claim.conversation.id,
        )


async def _settle(
    work: Work, message: Message, delivery: Delivery, detail: str | None = None
) -> None:
    """The message has come to a rest: say so to whoever looks, and to the rooms above."""
    await queries.set_delivery(work, message.id, delivery, detail)
    service.tell_said(work, message)
    if message.conversation_id is not None:
        work.publish(
            DeliveryChanged(
                ticket_id=message.ticket_id,
                conversation_id=message.conversation_id,
                message_id=message.id,
                delivery=delivery,
            )
        )


def _ask_later(work: Work, about: Reconcile) -> None:
    if about.asked < len(ASK_AGAIN_S):
        work.enqueue(
            "conversation.reconcile", about, delay_s=ASK_AGAIN_S[about.asked], lane="delivery"
        )


@job("conversation.reconcile", outside=True, max_attempts=3)
async def reconcile(shelf: Shelf, payload: Reconcile) -> None:
    """Ask the vendor whether an unknown part has arrived; after four times a person decides."""
    edge = shelf.of(Edge)
    async with edge.work() as work:
        message = await queries.get_message(work, payload.message_id)
        if message.delivery is not Delivery.UNKNOWN or message.conversation_id is None:
            return
        conversation = await queries.get_conversation(work, message.conversation_id)
        adapter = work.of(Channels).of(conversation.channel)
        plan = await _plan(work, adapter, conversation, message)
    planned = [] if isinstance(plan, Refusal) else plan
    part = next((each for each in planned if each.number == payload.number), None)
    if part is None:
        return
    outcome = await adapter.reconcile(part, shelf.of(OutboundHttp))
    async with edge.work() as work:
        if not isinstance(outcome, Accepted):
            _ask_later(work, replace(payload, asked=payload.asked + 1))
            return
        claim = Claim(part, len(planned) == payload.number, 1, new_id(), conversation, message)
        if await parts.found(work, message.id, payload.number, native_id=outcome.native_id):
            await _remember(work, claim, outcome)
            await queries.set_delivery(work, message.id, Delivery.QUEUED)
            service.request_delivery(work, conversation.id)  # settles it, or sends what is left
