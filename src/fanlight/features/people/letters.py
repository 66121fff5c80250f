"""Mails that belong to no ticket: sign-in links, codes, calls to people on duty. Words of ours."""

import logging
from uuid import UUID

import msgspec

from fanlight.channels.contract import Failed, OutboundMessage, Refusal, ThreadState
from fanlight.channels.registry import Channels
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.ids import new_id
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf

log = logging.getLogger(__name__)

_MAIL = "email"


class MailNotSent(Exception):
    """The mail server was not there; the job is tried again."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One mail."""

    to: str
    text: str
    language: str
    subject: str | None = None
    customer_id: UUID | None = None


async def post(shelf: Shelf, letter: Letter) -> bool:
    """Send it from the desk's first mailbox; False where it cannot be sent at all.

    Raises:
        MailNotSent: not now; trying again may help.
    """
    channels = shelf.of(Channels)
    adapter = next((each for each in channels if each.key == _MAIL and each.accounts), None)
    if adapter is None:
        return False
    wanted = OutboundMessage(
        message_id=new_id(),
        conversation_id=new_id(),  # no thread of ours: an answer to it begins one
        participant_id=letter.customer_id or new_id(),
        account_id=adapter.accounts[0].id,
        thread_key=None,
        to=letter.to,
        intent="system",
        text=letter.text,
        subject=letter.subject,
        author_name=shelf.of(Settings)[BrandSettings].name,
        language=letter.language,
    )
    plan = adapter.plan(wanted, ThreadState(), shelf.of(Edge).now())
    if isinstance(plan, Refusal):
        log.warning("a letter was not mailed: %s", plan.code)
        return False
    for part in plan:
        outcome = await adapter.send(part, shelf.of(OutboundHttp))
        if isinstance(outcome, Failed):
            if outcome.failure.is_worth_retrying:
                raise MailNotSent(outcome.failure)
            log.warning("a letter was not mailed: %s", outcome.failure)
            return False
    return True
