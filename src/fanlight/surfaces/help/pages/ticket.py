"""One's own ticket by a signed link: what was said, where it stands, and writing on."""

import re
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.channels.adapters.webform.adapter import CHANNEL as WEBFORM
from fanlight.channels.adapters.webform.adapter import Written, event_of
from fanlight.features.conversations import files, marks
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations import service as talk
from fanlight.features.conversations.errors import LinkExpired
from fanlight.features.conversations.links import read_ticket_link, with_link
from fanlight.features.conversations.models import (
    Conversation,
    File,
    FileState,
    Kind,
    Message,
    Speaker,
)
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.people.queries.agents import get_agent
from fanlight.features.people.service.customers import identities_of
from fanlight.features.tickets import continuation
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.intake import receive
from fanlight.features.tickets.models import Ticket
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import new_token
from fanlight.kernel.limits import spend
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Work
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.pages.over import over
from fanlight.surfaces.help.site import Asked, Site, site_of
from fanlight.surfaces.help.writing import Looked, Refused, look_over
from fanlight.surfaces.shared.hosts import files_origin
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = ("/{lang}/t/not-a-link",)

_MOST_BODY = 64 * 2**20
_MOST_MESSAGES = 500
_TIMES_IN_CASE = 3  # as many messages as new ones: whoever has the link of an open case was let in
_FILE_LINK = timedelta(minutes=10)
_FRESH = timedelta(hours=1)
_LONGEST_SHOWN = 60  # characters of an address; three lines of letters are read by nobody
_HIDDEN = re.compile(r"⟦hidden:([a-z_]+)⟧")
_ADDRESS = re.compile(
    r"(https?://[^\s<>\"'⟦，。！？；：、）」』】]*[^\s<>\"'⟦，。！？；：、）」』】.,;:!?)])"
)


class FileShown(msgspec.Struct, frozen=True, kw_only=True):
    """A file as its ticket's page shows it."""

    name: str
    size_bytes: int
    url: str | None
    detail: str | None  # why it was not taken
    is_picture: bool


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a message."""

    text: str = ""
    is_link: bool = False
    secret: str | None = None  # the kind of what was hidden here

    @property
    def shown(self) -> str:
        """Of a long address where it leads and its end; the host always whole."""
        if len(self.text) <= _LONGEST_SHOWN:
            return self.text
        host = "/".join(self.text.split("/", 3)[:3])
        return f"{host}/…{self.text[-6:]}"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message as its ticket's page shows it."""

    is_mine: bool
    language: str | None
    is_machine: bool
    name: str
    pieces: list[Piece]
    at: Any
    files: list[FileShown]
    mark: str = ""  # by which its receiver can ask whether we sent it
    public_id: str = ""  # of the agent who wrote


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as whoever holds the link sees it."""

    ticket: Ticket
    conversation: Conversation  # that a reply joins
    said: list[Said]
    owner: str | None  # the public name of who has it


async def open_case(work: Work, token: str, *, is_read: bool = True) -> Case:
    """The ticket a link stands for: a thread of it, or all of it for its proven customer.

    Args:
        is_read: whether somebody sees it now, so that its answers count as read.

    Raises:
        LinkExpired: the link is past its time, or it was changed on the way.
        TicketNotFound: the ticket is gone.
    """
    ticket_id, for_id = read_ticket_link(work.of(Sealer), token, now=work.now())
    ticket = await tickets.get_ticket(work, ticket_id)
    threads = await conversations.of_ticket(work, ticket_id)
    mine = [each for each in threads if for_id in {each.id, each.customer_id}]
    mine += [each for each in threads if _goes_on_in(each, mine) and each not in mine]
    if not mine:
        raise TicketNotFound(ticket_id=ticket_id)
    messages: list[Message] = []
    for thread in mine:
        heard = await talk.customer_messages(work, thread.id, limit=_MOST_MESSAGES)
        # An automatic answer goes by mail as well as onto the page: here it stands once.
        told = {each.text for each in messages if each.author_kind is Speaker.MACHINE}
        messages += [
            each
            for each in heard
            if not each.is_deleted
            and not (each.author_kind is Speaker.MACHINE and each.text in told)
        ]
        if is_read and heard and heard[-1].seq:
            await talk.mark_read(work, thread.id, by="customer", seq=heard[-1].seq)
    messages.sort(key=lambda message: (message.occurred_at, message.id))
    kept = await conversations.files_of(work, [message.id for message in messages])
    origin = files_origin(work.of(Settings))
    said = [
        _said(
            work, message, [file for file in kept if file.message_id == message.id], origin, token
        )
        for message in messages
    ]
    said = await _proven(work, messages, said)
    owner = (await get_agent(work, ticket.assignee_id)).public_name if ticket.assignee_id else None
    return Case(ticket=ticket, conversation=mine[-1], said=said, owner=owner)


def _goes_on_in(form: Conversation, mine: list[Conversation]) -> bool:
    """A form's thread goes on in the mail to the address that was typed into it.

    Whoever reads that mail may see what was written in their name; not the other way round: an
    address was only typed, and the mailbox's owner may have written more.
    """
    mails = {each.recipient.casefold() for each in mine if each.channel == continuation.MAIL}
    return form.channel == WEBFORM and form.recipient.casefold() in mails


def _said(work: Work, message: Message, kept: list[File], origin: str, token: str) -> Said:
    return Said(
        is_mine=message.kind is Kind.INBOUND,
        language=message.language,
        is_machine=message.author_kind in {Speaker.MACHINE, Speaker.SYSTEM},
        name=message.author_name,
        pieces=_pieces(with_link(message.visible_text or message.text, token)),
        at=message.occurred_at,
        files=[_shown(work, file, origin) for file in kept],
    )


async def _proven(work: Work, messages: list[Message], said: list[Said]) -> list[Said]:
    """The same, with the references of what we sent and the public ids of who wrote it."""
    sent = await marks.of_messages(work, [each.id for each in messages])
    return [
        msgspec.structs.replace(
            one, mark=sent[message.id].mark, public_id=sent[message.id].public_id
        )
        if message.id in sent
        else one
        for message, one in zip(messages, said, strict=True)
    ]


def _pieces(text: str) -> list[Piece]:
    """Text, links that people can follow, and chips where a secret was taken out."""
    pieces: list[Piece] = []
    for place, part in enumerate(_HIDDEN.split(text)):
        if place % 2:
            pieces.append(Piece(secret=part))
            continue
        for number, stretch in enumerate(_ADDRESS.split(part)):
            if stretch:
                pieces.append(Piece(text=stretch, is_link=number % 2 == 1))
    return pieces


def _shown(work: Work, file: File, origin: str) -> FileShown:
    url = None
    if file.state is FileState.CLEAN:
        until = work.now() + _FILE_LINK
        url = origin + files.link(work.of(Sealer), file.id, name=file.name, until=until)
    return FileShown(
        name=file.name,
        size_bytes=file.size_bytes,
        url=url,
        detail=file.detail if file.state is FileState.REFUSED else None,
        is_picture=file.media_type.startswith("image/"),
    )


_EMPTY = Looked(text="", name="", email="", files=[], refused={}, secrets=())


@get("/{lang:str}/t/{token:str}", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[bytes]:
    """The ticket's page."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    return await _page(request, lang, token, _EMPTY)


@post("/{lang:str}/t/{token:str}", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def reply(request: Asked, lang: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Take what the customer writes on; with something wrong in it, give it back."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    form = await form_of(request)
    looked = look_over(form, needs_email=False, most_files=site.settings.max_files)
    if not is_from_our_page(request):
        refused = {"form": Refused("help.contact.not_our_page")} | looked.refused
        looked = msgspec.structs.replace(looked, refused=refused)
    if looked.refused:
        return await _page(request, lang, token, looked, status=422)
    try:
        async with edge_of(request).work(SYSTEM) as work:
            # Nothing is held before the count: who holds that waits for the conversation next.
            case = await open_case(work, token, is_read=False)
            limit = _TIMES_IN_CASE * site.settings.messages_per_hour
            writer = f"help.write.case:{case.conversation.id}"
            await spend(work, writer, limit=limit, window_s=3600)
            await _join(work, case, lang, form.key, looked)
    except (LinkExpired, TicketNotFound):
        return ended(request, lang)
    except TooManyTries as refusal:
        minutes = -(-int(str(refusal.params.get("retry_after_s", 60))) // 60)
        too_many = Refused("help.contact.too_many", {"count": minutes})
        looked = msgspec.structs.replace(looked, refused={"form": too_many})
        return await _page(request, lang, token, looked, status=429)
    place = f"/{lang}/t/{token}?sent=1#latest"
    return Response(None, status_code=303, headers={"location": place, "cache-control": "no-store"})


async def _join(work: Work, case: Case, lang: str, key: str, looked: Looked) -> None:
    thread = case.conversation
    email = thread.recipient
    if "@" not in email:
        known = await identities_of(work, thread.customer_id)
        email = next((each.key for each in known if each.kind == "email"), thread.recipient)
    written = Written(
        form_key=key[:64],
        email=email,
        text=looked.text,
        at=work.now(),
        language=lang,
        conversation_id=thread.id,
    )
    await receive(work, event_of(written, looked.files))


async def _page(
    request: Asked, lang: str, token: str, looked: Looked, *, status: int = 200
) -> Response[bytes]:
    site = site_of(request)
    try:
        async with edge_of(request).work(SYSTEM) as work:
            case = await open_case(work, token)
    except (LinkExpired, TicketNotFound):
        return ended(request, lang)
    asked = request.query_params
    page = site.render(
        "ticket.html",
        lang,
        paths={tag: f"/{tag}/t/{token}" for tag in LANGUAGES},
        section="ticket",
        is_indexed=False,
        **about(case, site, f"/{lang}/t/{token}", looked)
        | {
            # The address is kept by whoever wrote: later it only shows the case.
            "is_new": "new" in asked and site.now() - case.ticket.opened_at < _FRESH,
            "is_sent": "sent" in asked,
        },
    )
    return site.show(page, status=status)


def about(case: Case, site: Site, here: str, looked: Looked = _EMPTY) -> dict[str, Any]:
    """What ``ticket_one.html`` shows, on the ticket's own page and beside the list of cases."""
    return {
        "here": here,
        "ticket": case.ticket,
        "owner": case.owner,
        "said": case.said,
        "looked": looked,
        "key": new_token(),
        "most_files": site.settings.max_files,
        "is_new": False,
        "is_sent": False,
    }


def ended(request: Asked, lang: str) -> Response[bytes]:
    """A link past its time: what to do instead."""
    way = (f"/{lang}/contact", "help.frame.contact")
    return over(request, lang, "help.ended", section="ticket", way=way)


ROUTES: list[Any] = [show, reply]
