"""A message from the help site through the front door, and the page on which it goes on."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from fanlight.channels.adapters.webform.adapter import Written, event_of
from fanlight.features.conversations.links import ticket_link
from fanlight.features.guidance import service as guidance
from fanlight.features.guidance.models import Category
from fanlight.features.tickets import continuation
from fanlight.features.tickets.intake import receive
from fanlight.kernel.limits import spend
from fanlight.kernel.mailbox import counted_as
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import SYSTEM, Work
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.help.writing import Looked
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.settings import HelpSettings

# A form is answered by mail soon after it was answered here: nobody sits before its page.
_MAIL_AFTER_S = 20
_MAIL_WHILE_OPEN_S = 60
_HOUR_S = 3600


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent, besides the words that were looked over."""

    key: str  # of the form: the same one twice is one message
    text: str  # with what goes along
    subject: str | None
    topic: str = ""  # of the help center; becomes a tag
    team: str | None = None
    category: Category | None = None  # what the writer says it is about


Then = Callable[[Work, UUID], Awaitable[None]]


async def count_writer(work: Work, settings: HelpSettings, *, network: str, email: str) -> None:
    """Let nobody flood the desk through a form, and refuse nobody for a neighbour.

    A mailbox is counted where it writes from, or a stranger who types it would silence its owner.

    Raises:
        TooManyTries: this mailbox has written too often from here, or this network floods us.
    """
    writer = f"help.write:{network}:{counted_as(email)}"
    await spend(work, writer, limit=settings.messages_per_hour, window_s=_HOUR_S)
    most = settings.network_messages_per_hour
    await spend(work, f"help.write.from:{network}", limit=most, window_s=_HOUR_S)


async def send(
    request: Asked, lang: str, letter: Letter, looked: Looked, *, then: Then | None = None
) -> str | None:
    """Open a ticket; the address of its page, or None for a form that was sent before.

    ``then`` is done with the new ticket, in the same transaction.

    Raises:
        TooManyTries: this mailbox has written too often from here, or this network floods us.
    """
    site, edge = site_of(request), edge_of(request)
    async with edge.work(SYSTEM) as work:
        await count_writer(work, site.settings, network=visitor_of(request), email=looked.email)
        written = Written(
            form_key=letter.key[:64],
            email=looked.email,
            text=letter.text,
            at=work.now(),
            name=looked.name,
            subject=letter.subject,
            language=lang,
        )
        event = msgspec.structs.replace(
            event_of(written, looked.files), visible_text=looked.text, language=lang
        )
        tags = (letter.topic,) if letter.topic else ()
        received = await receive(work, event, team=letter.team, tags=tags)
        if received.ticket_id is None or received.conversation_id is None:
            return None
        if letter.category is not None and received.is_new_ticket:
            await guidance.told_by_customer(work, received.ticket_id, letter.category)
        if then is not None:
            await then(work, received.ticket_id)
        await continuation.note_contact(
            work,
            received.conversation_id,
            email=looked.email,
            language=lang,
            is_signed=False,
            mail_after_s=_MAIL_AFTER_S,
            mail_while_open_s=_MAIL_WHILE_OPEN_S,
        )
        # For this thread alone: an address that was merely typed opens no other one.
        token = ticket_link(
            work.of(Sealer), received.ticket_id, received.conversation_id, now=work.now()
        )
    return f"/{lang}/t/{token}?new=1"
