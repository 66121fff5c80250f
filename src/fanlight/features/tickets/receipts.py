"""What channels tell of what we said: it bounced, it was read, its reader has left or types."""

from fanlight.channels.contract import InboundEvent
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Delivery, Speaker
from fanlight.features.conversations.signals import Typing, tell
from fanlight.features.tickets import queries
from fanlight.features.tickets.received import Received, stored
from fanlight.features.trust.service import codes
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import Work


async def bounced(work: Work, event: InboundEvent) -> Received:
    """Mark the message that did not arrive; a bounce of nothing we know opens nothing."""
    message = None
    for reference in event.references:
        message = await conversations.by_native_id(work, event.channel, event.account_id, reference)
        if message is not None:
            break
    if message is None or message.delivery is None:
        return Received(outcome="ignored")
    bounce = event.bounce
    if event.kind == "bounce" and bounce is not None and not bounce.is_permanent:
        return stored(message, ())  # delayed: its mail server still tries
    detail = " ".join(filter(None, [bounce.status, bounce.diagnostic[:300]])) if bounce else None
    await conversations.set_delivery(
        work, message.id, Delivery.BOUNCED, redact(detail or event.kind).text
    )
    talk.tell_said(work, message)
    if message.conversation_id is not None:
        talked = await conversations.get_conversation(work, message.conversation_id)
        await codes.suspect(work, talked.customer_id)
    await work.run(queries.STAMP, id=message.ticket_id)
    return stored(message, ())


async def blocked(work: Work, event: InboundEvent) -> Received:
    if event.thread_key is None:
        return Received(outcome="ignored")
    found = await conversations.of_thread(work, event.channel, event.account_id, event.thread_key)
    if found is None:
        return Received(outcome="ignored")
    is_blocked = event.kind == "member.blocked"
    await work.run(conversations.SET_BLOCKED, id=found.id, is_blocked=is_blocked)
    author = Author(kind=Speaker.SYSTEM)
    code = "customer_left" if is_blocked else "customer_returned"
    await talk.record_activity(work, found.ticket_id, author, code, channel=found.channel)
    await work.run(queries.STAMP, id=found.ticket_id)
    return Received(outcome="stored", ticket_id=found.ticket_id, conversation_id=found.id)


async def receipt(work: Work, event: InboundEvent) -> Received:
    message = None
    if event.native_message_id is not None:
        message = await conversations.by_native_id(
            work, event.channel, event.account_id, event.native_message_id
        )
    if message is None or message.conversation_id is None or message.seq is None:
        return Received(outcome="ignored")
    if event.kind == "read":
        await talk.mark_read(work, message.conversation_id, by="customer", seq=message.seq)
    else:
        await talk.mark_delivered(work, message.conversation_id, seq=message.seq)
    return stored(message, ())


async def typing(work: Work, event: InboundEvent) -> Received:
    if event.thread_key is None:
        return Received(outcome="ignored")
    found = await conversations.of_thread(work, event.channel, event.account_id, event.thread_key)
    if found is not None:
        signal = Typing(conversation_id=found.id, by="customer", name="", is_on=True)
        tell(work, found.ticket_id, found.id, signal)
    return Received(outcome="ignored")
