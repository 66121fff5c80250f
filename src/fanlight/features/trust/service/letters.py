"""Mails that belong to no ticket: sign-in links, codes, calls to people on duty. Words of ours.

Those to customers end as every mail of ours does: with their own code, if they have set one, and
with a reference that their receiver, and nobody else, can look up.
"""

import logging
from uuid import UUID

import msgspec

from fanlight.channels.contract import Failed, OutboundMessage, Refusal, ThreadState
from fanlight.channels.registry import Channels
from fanlight.features.people.queries import customers
from fanlight.features.people.service.customers import EMAIL
from fanlight.features.trust.queries import letters as queries
from fanlight.features.trust.service import codes
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.i18n import translate
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

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
    is_for_staff: bool = False


async def post(shelf: Shelf, letter: Letter) -> bool:
    """Send it from the desk's first mailbox; False where it cannot be sent at all.

    Raises:
        MailNotSent: not now; trying again may help.
    """
    edge, brand = shelf.of(Edge), shelf.of(Settings)[BrandSettings]
    channels = shelf.of(Channels)
    adapter = next((each for each in channels if each.key == _MAIL and each.accounts), None)
    if adapter is None:
        return False
    customer_id, mark = new_id(), ""
    foot: tuple[str, ...] = ()
    if not letter.is_for_staff:
        async with edge.work() as work:
            known = await customers.customer_with(work, EMAIL, letter.to)
            customer_id = known.id if known else customer_id
            mark = await queries.give_mark(work, letter.to)
            foot = await _foot(work, letter, mark, known.id if known else None)
    wanted = OutboundMessage(
        message_id=new_id(),
        conversation_id=new_id(),  # no thread of ours: an answer to it begins one
        participant_id=customer_id,
        account_id=adapter.accounts[0].id,
        thread_key=None,
        to=letter.to,
        intent="system",
        text=letter.text,
        subject=letter.subject,
        mark=mark,
        foot=foot,
        author_name=brand.name,
        language=letter.language,
    )
    plan = adapter.plan(wanted, ThreadState(), edge.now())
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


async def _foot(work: Work, letter: Letter, mark: str, customer_id: UUID | None) -> tuple[str, ...]:
    """Lines of ours below the words; the customer's code is put in here and stored nowhere."""
    url = f"{work.of(Settings)[BrandSettings].help_url}/{letter.language}/official/message/{mark}"
    line = translate(letter.language, "mail.mark", mark=mark, url=url)
    code = await codes.code_for(work, customer_id, letter.to) if customer_id else ""
    return (translate(letter.language, "mail.code", code=code), line) if code else (line,)


@job("trust.tidy_letters")
@cron("trust.tidy_letters", every_s=3600)
async def tidy(work: Work, _: None) -> None:
    """Forget references of letters that nobody looks up any more."""
    await queries.tidy(work)
