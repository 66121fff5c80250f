"""A mailbox proved by a code sent there. Whether it has an account, nobody learns by asking.

Everybody gets the same page at once. Who asks from a network that has had its share stands in
line: a mailbox that has an account is mailed in any case, others as far as there is room. So
neighbours behind one address (a carrier's customers) cannot keep each other out, and a flood
makes us mail strangers no faster than one letter every two seconds.

The code is good for the browser that asked for it, for ten minutes and five tries; what is stored
is its MAC under the installation's own key.
"""

import asyncio
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.exchange.contract import Exchange
from fanlight.features.guidance.emergency.errors import CodeEnded, CodeWrong
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.queries import customers
from fanlight.features.people.service.customers import EMAIL
from fanlight.features.trust.service.letters import Letter, post
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.errors import FanlightError, TooManyTries
from fanlight.kernel.i18n import translate
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import LINE, job
from fanlight.kernel.limits import spend
from fanlight.kernel.mailbox import counted_as
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import Work

Purpose = Literal["freeze", "keep", "recover"]
LASTS = timedelta(minutes=10)
TRIES = 5
_MINUTE_S, _QUARTER_S, _HOUR_S = 60, 15 * 60, 3600
_SOURCES = 4  # so many can ask for one mailbox in the same quarter of an hour
_IN_LINE = 300  # askings a minute beyond the networks' shares; more than that is a flood
_STRANGERS = 30  # a minute: letters to mailboxes that nobody knows, for those in line
_USEFUL = timedelta(minutes=3)  # a code with less time left is not worth a letter

ADD = """
    INSERT INTO mailbox_codes (id, mailbox, purpose, language, code_mac, made_at, expires_at)
    VALUES (%(id)s, %(mailbox)s, %(purpose)s, %(language)s, %(code_mac)s, %(made_at)s,
        %(expires_at)s)
"""
TRY = """
    UPDATE mailbox_codes SET tries = tries + 1
    WHERE id = %(id)s AND purpose = %(purpose)s AND expires_at > %(now)s AND tries < %(most)s
    RETURNING mailbox, code_mac, tries
"""
DROP_OF = "DELETE FROM mailbox_codes WHERE mailbox = %(mailbox)s AND purpose = %(purpose)s"
TIDY = "DELETE FROM mailbox_codes WHERE expires_at < %(now)s"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code on its way; it is told to its mailbox alone."""

    mailbox: str
    purpose: Purpose
    language: str
    code: str
    expires_at: datetime
    is_in_line: bool = False  # of a network that has had its share
    is_unknown: bool = False  # looked up: nobody's we know


class _Tried(msgspec.Struct, frozen=True):
    mailbox: str
    code_mac: bytes
    tries: int


async def send_code(
    work: Work, mailbox: str, *, purpose: Purpose, language: str, source: str
) -> UUID:
    """Have a code mailed; the id goes with the browser's next step.

    Too often, it is an id of nothing: who asks cannot tell whether somebody else asked before.
    """
    settings = work.of(Settings)[EmergencySettings]
    code_id = new_id()
    try:
        # Each source has its own: whoever asks in a victim's name uses up only their own, and the
        # victim's way stays open. The whole is bounded, so that nobody is buried in codes.
        limit, one = settings.codes_per_mailbox, counted_as(mailbox)
        await spend(work, f"freeze.code:{one}:{source}", limit=limit, window_s=_QUARTER_S)
        limit *= _SOURCES
        await spend(work, f"freeze.code:{one}", limit=limit, window_s=_QUARTER_S)
        is_in_line = not await _has_share(work, source, settings.per_source_per_hour)
        if is_in_line:
            await spend(work, "freeze.code.line", limit=_IN_LINE, window_s=_MINUTE_S)
    except TooManyTries:
        return code_id
    code = f"{secrets.randbelow(10**6):06d}"
    now = work.now()
    await work.run(
        ADD,
        id=code_id,
        mailbox=mailbox,
        purpose=purpose,
        language=language,
        code_mac=_mac(work, code_id, code),
        made_at=now,
        expires_at=now + LASTS,
    )
    sent = Code(
        mailbox=mailbox,
        purpose=purpose,
        language=language,
        code=code,
        expires_at=now + LASTS,
        is_in_line=is_in_line,
    )
    _post_later(work, sent)
    return code_id


async def _has_share(work: Work, source: str, limit: int) -> bool:
    try:
        await spend(work, f"freeze.code.source:{source}", limit=limit, window_s=_HOUR_S)
    except TooManyTries:
        return False
    return True


def _post_later(work: Work, code: Code, *, delay_s: float = 0) -> None:
    sealed = work.of(Sealer).seal(msgspec.json.encode(code), purpose="mailbox code")
    lane = LINE if code.is_in_line else "delivery"
    work.enqueue("emergency.code", sealed, lane=lane, delay_s=delay_s)


@job("emergency.code", outside=True, max_attempts=6)
async def mail_code(shelf: Shelf, payload: bytes) -> None:
    """Mail a code: to any mailbox that was typed, so that the mail tells nothing either."""
    plain = shelf.of(Sealer).unseal(payload, purpose="mailbox code")
    wanted = msgspec.json.decode(plain, type=Code)
    if wanted.is_in_line and not await _comes_next(shelf, wanted):
        return
    brand = shelf.of(Settings)[BrandSettings]
    minutes = int(LASTS.total_seconds() // 60)
    text = translate(
        wanted.language,
        f"emergency.code.{wanted.purpose}",
        brand=brand.name,
        code=wanted.code,
        minutes=minutes,
    )
    subject = translate(wanted.language, "emergency.code.subject", brand=brand.name)
    await post(
        shelf, Letter(to=wanted.mailbox, text=text, subject=subject, language=wanted.language)
    )


async def _comes_next(shelf: Shelf, wanted: Code) -> bool:
    """Whether a code of somebody in line is mailed now; if not, it waits while it is worth it."""
    edge = shelf.of(Edge)
    if not wanted.is_unknown and await _is_known(edge, wanted.mailbox):
        return True
    async with edge.work() as work:
        try:
            await spend(work, "freeze.code.strangers", limit=_STRANGERS, window_s=_MINUTE_S)
        except TooManyTries:
            if wanted.expires_at - work.now() > _USEFUL + timedelta(minutes=1):
                _post_later(work, replace(wanted, is_unknown=True), delay_s=_MINUTE_S)
            return False
    return True


async def _is_known(edge: Edge, mailbox: str) -> bool:
    """Whether it is a customer's: we know them, or the exchange says so."""
    async with edge.reading() as work:
        if await customers.customer_with(work, EMAIL, mailbox) is not None:
            return True
    within_s = edge.shelf.of(Settings)[EmergencySettings].retry_s
    try:
        async with asyncio.timeout(within_s):
            return (await edge.shelf.of(Exchange).account_at(mailbox)).value is not None
    except (FanlightError, TimeoutError):
        return False  # then it is mailed like a stranger's: later, not never


async def check_code(
    work: Work, code_id: UUID, typed: str, *, purpose: Purpose
) -> str | CodeWrong | CodeEnded:
    """The mailbox that is proved now; a refusal is *returned*, so that the try is counted."""
    digits = "".join(c for c in typed if c.isascii() and c.isdecimal())
    values = {"id": code_id, "purpose": purpose, "now": work.now(), "most": TRIES}
    found = await work.one(_Tried, TRY, **values)
    if found is None:
        return CodeEnded()
    if not hmac.compare_digest(found.code_mac, _mac(work, code_id, digits)):
        left = TRIES - found.tries
        return CodeWrong(left=left) if left else CodeEnded()
    # It proves once; others on their way to the same mailbox are worth nothing now.
    await work.run(DROP_OF, mailbox=found.mailbox, purpose=purpose)
    return found.mailbox


async def tidy(work: Work) -> None:
    await work.run(TIDY, now=work.now())


def _mac(work: Work, code_id: UUID, code: str) -> bytes:
    key = work.of(Sealer).derive("mailbox codes")
    return hmac.digest(key, code_id.bytes + code.encode(), "sha256")
