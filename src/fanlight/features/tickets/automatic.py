"""How many automatic answers one mailbox gets a day, whoever writes in its name."""

from datetime import timedelta
from uuid import UUID

from fanlight.features.conversations.models import Conversation
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

MOST_PER_DAY = 5  # automatic answers of one kind to one address

COUNT = """
    SELECT count(*)::int FROM auto_replies WHERE recipient = %(recipient)s AND at > %(since)s
"""
NOTE = """
    INSERT INTO auto_replies (id, recipient, ticket_id, at)
    VALUES (%(id)s, %(recipient)s, %(ticket_id)s, %(at)s)
"""


async def may_answer(
    work: Work, conversation: Conversation, ticket_id: UUID, *, about: str = ""
) -> bool:
    """Whether one more may go to whoever is at the other end; if so it is counted.

    ``about`` names kinds that are counted by themselves; without it the first answers of tickets.
    """
    prefix = f"{about}:" if about else ""
    recipient = f"{prefix}{conversation.channel}:{mailbox(conversation.recipient)}"
    since = work.now() - timedelta(days=1)
    if (await work.one(int, COUNT, recipient=recipient, since=since) or 0) >= MOST_PER_DAY:
        return False
    await work.run(NOTE, id=new_id(), recipient=recipient, ticket_id=ticket_id, at=work.now())
    return True


def mailbox(address: str) -> str:
    """The box behind an address: many programs put ``a.b+anything`` where ``ab`` goes.

    For counting alone. Somebody's address with a hundred endings is still one person, who would
    get a hundred answers to what another wrote in their name.
    """
    local, at, domain = address.casefold().partition("@")
    return f"{local.partition('+')[0].replace('.', '')}{at}{domain}"
