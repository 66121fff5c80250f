"""How tickets react to what happens below them. Each is safe to run twice."""

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.events import DeliveryChanged, FileArrived
from fanlight.features.people.events import CustomersMerged
from fanlight.features.tickets import queries
from fanlight.features.tickets.events import SecretHidden
from fanlight.kernel.events import subscriber
from fanlight.kernel.work import Work


@subscriber(DeliveryChanged)
async def restamp_after_delivery(work: Work, event: DeliveryChanged) -> None:
    """Whoever holds this ticket's timeline learns that it is out of date."""
    work.later(queries.STAMP, id=event.ticket_id)
    work.signal("feed.console")


@subscriber(FileArrived)
async def show_file(work: Work, event: FileArrived) -> None:
    """The message is the same, what hangs on it is not."""
    message = await conversations.get_message(work, event.message_id)
    talk.tell_said(work, message)
    file = await conversations.file(work, event.file_id)
    is_secret = file is not None and file.detail == "secret"
    if is_secret and message.redactions and message.conversation_id is not None:
        work.publish(
            SecretHidden(
                ticket_id=message.ticket_id,
                conversation_id=message.conversation_id,
                message_id=message.id,
                kinds=message.redactions,
            )
        )
    work.later(queries.STAMP, id=event.ticket_id)
    work.signal("feed.console")


@subscriber(CustomersMerged)
async def move_tickets(work: Work, event: CustomersMerged) -> None:
    """What was two customers' is now one's; a second delivery finds nothing left to move."""
    # Conversations before tickets, as everywhere: a message may be coming in meanwhile.
    await work.run(queries.MOVE_CONVERSATIONS, kept=event.kept_id, merged=event.merged_id)
    await work.run(queries.MOVE_TO_CUSTOMER, kept=event.kept_id, merged=event.merged_id)
    work.signal("feed.console")
