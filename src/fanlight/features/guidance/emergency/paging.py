"""Calls for a person: a signed webhook for the pager, a mail for everybody on call.

What leaves says which ticket, never whose account. A pager drops repeats by ``id``.
"""

import asyncio
import hmac
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from fanlight.features.conversations import service as talk
from fanlight.features.conversations.models import Author, Speaker
from fanlight.features.guidance.emergency import queries
from fanlight.features.guidance.emergency.models import Freeze, State
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.features.people.masks import mask_email
from fanlight.features.people.settings import SignInSettings
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets.models import Ticket
from fanlight.features.trust.service.letters import Letter, post
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.http import OutboundHttp
from fanlight.kernel.i18n import moment, translate
from fanlight.kernel.jobs import job
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import Shelf
from fanlight.kernel.work import SYSTEM, Work

Call = Literal["asked", "silent", "failed", "holds", "late", "lifted"]
SIGNATURE = "Fanlight-Signature"
_PATIENCE_S = 10  # a pager that hangs holds up no other call


class PagerSilent(Exception):
    """The pager did not take it; the job is tried again."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One call to one place: the webhook when ``to`` is empty, else a mailbox."""

    freeze_id: UUID
    call: Call
    number: int = 0  # of those that are made again and again
    to: str = ""


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What the pager is told."""

    id: str
    call: Call
    is_drill: bool
    summary: str
    reference: str
    ticket_url: str
    state: str
    asked_at: str
    promised_at: str


def page(work: Work, freeze: Freeze, call: Call, *, number: int = 0) -> None:
    """Call everybody the settings name; each place is tried by itself until it has taken it."""
    settings = work.of(Settings)[EmergencySettings]
    places = ([""] if settings.pager_url else []) + list(settings.on_call)
    for place, to in enumerate(places):
        work.enqueue(
            "emergency.page",
            Page(freeze_id=freeze.id, call=call, number=number, to=to),
            key=f"page:{freeze.id}:{call}:{number}:{place}",
        )


async def call_off(work: Work, freeze: Freeze) -> None:
    """It was lifted before anybody took the ticket: whoever was called hears that, and no more."""
    if freeze.ticket_id is not None:
        ticket = await tickets.get_ticket(work.acting_as(SYSTEM), freeze.ticket_id)
        if is_waiting(ticket):
            page(work, freeze, "lifted")


def is_waiting(ticket: Ticket) -> bool:
    """Nobody has taken it, answered it, or closed it."""
    return ticket.assignee_id is None and not ticket.answered_at and ticket.status.is_live


@job("emergency.page", outside=True, max_attempts=20)
async def send(shelf: Shelf, payload: Page) -> None:
    """Tell one place, and write on the ticket that it was told."""
    edge = shelf.of(Edge)
    async with edge.reading() as work:
        freeze = await queries.get(work, payload.freeze_id)
        if freeze.ticket_id is None or (freeze.state is State.LIFTED and payload.call != "lifted"):
            return  # an owner who lifted it is not called about any more
        ticket = await tickets.get_ticket(work, freeze.ticket_id)
    body = _body(shelf.of(Settings), freeze, ticket.reference, payload)
    if payload.to:
        await _mail(shelf, body, payload.to)
    else:
        await _webhook(shelf, body)
    async with edge.work(SYSTEM) as work:
        to = mask_email(payload.to) if payload.to else "pager"
        author = Author(kind=Speaker.SYSTEM)
        await talk.record_activity(
            work, freeze.ticket_id, author, "freeze_paged", call=payload.call, to=to
        )
        await work.run(tickets.STAMP, id=freeze.ticket_id)
        work.signal("feed.console")


def signature(secret: str, body: bytes, at: int) -> str:
    """``t=…,v1=…``: HMAC-SHA256 over the time, a full stop and the body, in hex.

    The time is signed with it, so that an old call cannot be played again.
    """
    mac = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()
    return f"t={at},v1={mac}"


async def _webhook(shelf: Shelf, body: Body) -> None:
    settings = shelf.of(Settings)[EmergencySettings]
    raw = msgspec.json.encode(body)
    at = int(shelf.of(Edge).now().timestamp())
    http = shelf.of(OutboundHttp).allowing([urlsplit(settings.pager_url).netloc])
    headers = {
        "content-type": "application/json",
        SIGNATURE: signature(settings.pager_secret, raw, at),
    }
    async with asyncio.timeout(_PATIENCE_S):
        answer = await http.request(
            "POST", settings.pager_url, content=raw, headers=headers, limit_bytes=64 * 1024
        )
    if answer.status_code >= 300:
        raise PagerSilent(f"status {answer.status_code}")


async def _mail(shelf: Shelf, body: Body, to: str) -> None:
    text = f"{body.summary}\n\n{body.ticket_url}"
    await post(
        shelf, Letter(to=to, text=text, subject=body.summary, language="en", is_for_staff=True)
    )


def _body(settings: Settings, freeze: Freeze, reference: str, page: Page) -> Body:
    brand = settings[BrandSettings]
    desk = settings[SignInSettings].address or brand.help_url
    by = moment("en", freeze.promised_at, now=freeze.asked_at, zone=brand.zone)
    summary = translate("en", f"emergency.page.{page.call}", reference=reference, by=by)
    if freeze.is_drill:
        summary = translate("en", "emergency.page.drill", summary=summary)
    return Body(
        id=f"{freeze.id}:{page.call}:{page.number}",
        call=page.call,
        is_drill=freeze.is_drill,
        summary=summary,
        reference=reference,
        ticket_url=f"{desk}/console/inbox/all/{freeze.ticket_id}",
        state=freeze.state,
        asked_at=freeze.asked_at.isoformat(),
        promised_at=freeze.promised_at.isoformat(),
    )
