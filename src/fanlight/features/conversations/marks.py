"""A reference on everything that we send: its receiver can ask us whether we did.

It proves nothing to anybody else: what it stands for is told to the signed-in receiver alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.features.conversations.models import Message, Speaker
from fanlight.features.people.queries import customers
from fanlight.features.people.queries.visits import Visit
from fanlight.features.people.service import visits
from fanlight.features.trust.queries import letters
from fanlight.features.trust.service.agents import public_id
from fanlight.features.trust.service.checking import MESSAGES
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.i18n import translate
from fanlight.kernel.ids import new_reference
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

BY_MAIL = ["email", "web.form"]  # channels whose threads belong to a mailbox

GIVE: LiteralString = """
    INSERT INTO message_marks (mark, message_id) VALUES (%(mark)s, %(message_id)s)
    ON CONFLICT DO NOTHING
"""
OF_MESSAGE: LiteralString = "SELECT mark FROM message_marks WHERE message_id = %(message_id)s"
OF_MESSAGES: LiteralString = """
    SELECT k.message_id, k.mark, coalesce(p.value, '') AS public_id
    FROM message_marks k JOIN messages m ON m.id = k.message_id AND m.kind = 'outbound'
    LEFT JOIN agent_public_ids p ON p.agent_id = m.author_id AND m.author_kind = 'agent'
    WHERE k.message_id = ANY(%(ids)s)
"""
# Whoever is not its receiver gets what a reference that never was gets, and as fast.
SENT_TO: LiteralString = """
    SELECT k.mark, m.occurred_at AS sent_at, m.author_kind, m.author_id, m.author_name,
        c.channel, c.recipient,
        CASE WHEN m.author_kind = 'agent' THEN c.subject END AS subject, t.reference
    FROM message_marks k
    JOIN messages m ON m.id = k.message_id AND m.kind = 'outbound' AND NOT m.is_deleted
    JOIN conversations c ON c.id = m.conversation_id
    JOIN tickets t ON t.id = c.ticket_id
    JOIN identities i ON i.customer_id = c.customer_id
    WHERE k.mark = %(mark)s AND i.kind = %(kind)s AND i.key = %(key)s
      AND (%(is_account)s
           OR (c.channel = ANY(%(by_mail)s) AND lower(c.recipient) = %(key)s))
"""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What we sent, as its receiver may know it."""

    mark: str
    sent_at: datetime
    author_kind: Speaker
    author_id: UUID | None
    author_name: str
    channel: str
    recipient: str
    subject: str | None
    reference: str
    public_id: str = ""


class Marked(msgspec.Struct, frozen=True):
    """A message's reference, and its agent's public id where one has it."""

    message_id: UUID
    mark: str
    public_id: str


async def mark_of(work: Work, message_id: UUID) -> str:
    """The reference of a message that leaves; it is given once, and stays."""
    found = await work.one(str, OF_MESSAGE, message_id=message_id)
    while found is None:
        await work.run(GIVE, mark=new_reference(MESSAGES), message_id=message_id)
        found = await work.one(str, OF_MESSAGE, message_id=message_id)
    return found


async def of_messages(work: Work, ids: Sequence[UUID]) -> dict[UUID, Marked]:
    """The references of what we sent, with the public ids of the agents who wrote it."""
    return {row.message_id: row for row in await work.rows(Marked, OF_MESSAGES, ids=list(ids))}


async def sent_to(work: Work, mark: str, visit: Visit) -> Sent | None:
    """What we sent to this visitor under a reference; None: nothing, or to somebody else.

    An exchange's word stands for the customer, whichever channel they came by; control of a
    mailbox for the threads of that mailbox alone.
    """
    sent = await work.one(
        Sent,
        SENT_TO,
        mark=mark,
        kind=visit.kind,
        key=visit.key,
        is_account=visit.kind == visits.EXCHANGE,
        by_mail=BY_MAIL,
    )
    if sent is None:
        return await _letter(work, mark, visit)
    if sent.author_kind is not Speaker.AGENT or sent.author_id is None:
        return sent
    return replace(sent, public_id=await public_id(work, sent.author_id))


async def _letter(work: Work, mark: str, visit: Visit) -> Sent | None:
    """A letter outside every ticket: to this very mailbox, or to one this account has shown."""
    mailboxes = [visit.key]
    if visit.kind == visits.EXCHANGE:
        owner = await customers.customer_with(work, visit.kind, visit.key)
        known = await customers.identities_of(work, owner.id) if owner else []
        mailboxes = [each.key for each in known if each.kind == visits.EMAIL and each.proven_at]
    found = await letters.sent_to(work, mark, mailboxes)
    if found is None:
        return None
    return Sent(
        mark=found.mark,
        sent_at=found.sent_at,
        author_kind=Speaker.MACHINE,
        author_id=None,
        author_name=work.of(Settings)[BrandSettings].name,
        channel="email",
        recipient=visit.key,
        subject=None,
        reference="",
    )


async def foot_of(work: Work, message: Message, mark: str) -> tuple[str, ...]:
    """The lines of ours below a message: who wrote, and where it can be looked up."""
    language = message.language or "en"
    lines = []
    if message.author_kind is Speaker.AGENT and message.author_id is not None:
        shown = await public_id(work, message.author_id)
        if shown:
            lines.append(f"{message.author_name}, {shown}")
    url = f"{work.of(Settings)[BrandSettings].help_url}/{language}/official/message/{mark}"
    lines.append(translate(language, "mail.mark", mark=mark, url=url))
    return tuple(lines)
