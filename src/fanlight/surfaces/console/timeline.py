"""A ticket's timeline: reading it, answering, noting, drafting, files, what went wrong."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody

from fanlight.features.conversations import files as kept_files
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import File, Message, Speaker
from fanlight.features.oversight import reveals
from fanlight.features.oversight.looks import Looks
from fanlight.features.oversight.models import Why
from fanlight.features.people.masked_words import may_hold_account
from fanlight.features.people.masks import Field, Sight, sight_of
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries.customers import accounts_of
from fanlight.features.tickets import queries, replies, service
from fanlight.features.tickets.errors import NewerMessages
from fanlight.features.tickets.timeline import read_timeline
from fanlight.features.trust.queries.names import Judged
from fanlight.features.trust.service import texts
from fanlight.kernel.errors import NotFound
from fanlight.kernel.i18n import negotiate
from fanlight.kernel.work import Work
from fanlight.surfaces.console.cursors import read_moment, write_moment
from fanlight.surfaces.console.wire import FileOut, ItemOut, url_of
from fanlight.surfaces.shared.guards import may, signed_in
from fanlight.surfaces.shared.keys import ClientKey
from fanlight.surfaces.shared.problems import MEDIA_TYPE, problem_of
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE, agent_behind, edge_of

AnyRequest = Request[Any, Any, Any]
MOST_ITEMS = 200


class TimelineOut(msgspec.Struct, frozen=True, kw_only=True):
    """A page, the oldest first; ``before`` leads to older ones."""

    items: list[ItemOut]
    before: str | None
    stamp: int


class ReplyForm(msgspec.Struct, frozen=True):
    """``seen``: the last seq on screen by conversation; ``client_key``: one try, one answer."""

    conversation_id: UUID
    text: str
    client_key: ClientKey
    seen: dict[UUID, int]
    file_ids: list[UUID] = []
    confirmed: list[str] = []  # keys of what the agent was asked about once more


class NoteForm(msgspec.Struct, frozen=True):
    text: str
    client_key: ClientKey
    file_ids: list[UUID] = []


class DraftForm(msgspec.Struct, frozen=True):
    kind: Literal["reply", "note"]
    text: str
    conversation_id: UUID | None = None


class DraftSaved(msgspec.Struct, frozen=True):
    updated_at: str


class ReadForm(msgspec.Struct, frozen=True):
    conversation_id: UUID
    seq: int


@dataclass
class UploadForm:
    """A file for a ticket; the framework decodes forms into plain classes only."""

    file: UploadFile
    ticket_id: UUID


class WhyForm(msgspec.Struct, frozen=True):
    """Why something is to be seen; ``words`` are needed where the list does not say it."""

    why: Why
    words: str = ""


class TextOut(msgspec.Struct, frozen=True):
    """A message's words in clear."""

    text: str
    full_text: str | None


class UrlOut(msgspec.Struct, frozen=True):
    url: str


async def items(work: Work, messages: list[Message], sight: Sight | None = None) -> list[ItemOut]:
    """Messages with their files, as the actor may see them, or whoever has this sight."""
    seen = sight_of(work.actor) if sight is None else sight
    ids = [message.id for message in messages]
    files, names, own = await work.together(
        conversations.files_of(work, ids),
        texts.of_messages(work, ids),
        _accounts(work, messages, seen),
    )
    return _shown(work, messages, files, names, seen, own)


def _shown(
    work: Work,
    messages: list[Message],
    files: list[File],
    names: Mapping[UUID, Sequence[Judged]],
    sight: Sight,
    own: Collection[str],
) -> list[ItemOut]:
    kept: dict[UUID | None, list[File]] = {}
    for file in files:
        kept.setdefault(file.message_id, []).append(file)
    return [
        ItemOut.of(work, each, kept.get(each.id, ()), sight, names.get(each.id, ()), own)
        for each in messages
    ]


async def _accounts(work: Work, messages: list[Message], sight: Sight) -> frozenset[str]:
    """The writers' own UIDs, to be hidden in words too; asked for where digits stand."""
    writers = {
        each.author_id
        for each in messages
        if each.kind == "inbound" and each.author_id and may_hold_account(each.text)
    }
    if not writers or Field.UID in sight.clear:
        return frozenset()
    return await accounts_of(work, writers)


class TimelineController(Controller):
    path = "/api/console"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["timeline"]

    @get(
        "/tickets/{ticket_id:uuid}/timeline",
        guards=[signed_in],
    )
    async def page(
        self,
        ticket_id: FromPath[UUID],
        work: NamedDependency[Work],
        before: FromQuery[str | None] = None,
        limit: FromQuery[int] = 100,
    ) -> TimelineOut:
        """A page of everything said and done, over all conversations."""
        size = max(1, min(limit, MOST_ITEMS))
        found = await read_timeline(work, ticket_id, below=read_moment(before), limit=size)
        end = found.messages[-1] if len(found.messages) == size else None
        seen = sight_of(work.actor)
        own = await _accounts(work, found.messages, seen)
        return TimelineOut(
            items=_shown(work, found.messages[::-1], found.files, found.names, seen, own),
            before=write_moment(conversations.Place(end.occurred_at, end.id)) if end else None,
            stamp=found.stamp,
        )

    @post("/tickets/{ticket_id:uuid}/replies", guards=[may("ticket.reply")])
    async def reply(
        self,
        request: AnyRequest,
        ticket_id: FromPath[UUID],
        data: JSONBody[ReplyForm],
        work: NamedDependency[Work],
    ) -> Response[Any]:
        """Answer the customer; refused with what is new when they wrote meanwhile, unseen."""
        try:
            message = await replies.reply(
                work,
                ticket_id,
                conversation_id=data.conversation_id,
                text=data.text,
                seen=data.seen,
                client_key=data.client_key,
                file_ids=data.file_ids,
                confirmed=data.confirmed,
            )
        except NewerMessages as refusal:
            return await _newer(request, work, refusal)
        return Response((await items(work, [message]))[0], status_code=201)

    @post("/tickets/{ticket_id:uuid}/notes", guards=[may("ticket.note")])
    async def note(
        self, ticket_id: FromPath[UUID], data: JSONBody[NoteForm], work: NamedDependency[Work]
    ) -> ItemOut:
        """Write down what only the desk may read."""
        message = await replies.note(
            work,
            ticket_id,
            text=data.text,
            client_key=data.client_key,
            file_ids=data.file_ids,
        )
        return (await items(work, [message]))[0]

    @put("/tickets/{ticket_id:uuid}/draft", guards=[signed_in])
    async def draft(
        self, ticket_id: FromPath[UUID], data: JSONBody[DraftForm], work: NamedDependency[Work]
    ) -> DraftSaved:
        """Keep what is being written; empty text forgets it."""
        needs(work.actor, "ticket.reply" if data.kind == "reply" else "ticket.note")
        await replies.keep_draft(
            work, ticket_id, kind=data.kind, conversation_id=data.conversation_id, text=data.text
        )
        return DraftSaved(work.now().isoformat())

    @put("/tickets/{ticket_id:uuid}/read", guards=[signed_in], status_code=204)
    async def read(
        self, ticket_id: FromPath[UUID], data: JSONBody[ReadForm], work: NamedDependency[Work]
    ) -> None:
        """The agent has this conversation on screen up to a seq."""
        await replies.read(work, ticket_id, conversation_id=data.conversation_id, seq=data.seq)

    @post("/messages/{message_id:uuid}/retry", guards=[may("ticket.reply")], status_code=200)
    async def retry(self, message_id: FromPath[UUID], work: NamedDependency[Work]) -> ItemOut:
        """Let a message that did not arrive go out once more."""
        message = await replies.send_again(work, message_id)
        return (await items(work, [message]))[0]

    @get("/messages/{message_id:uuid}/html", guards=[signed_in])
    async def html(self, request: AnyRequest, message_id: FromPath[UUID]) -> UrlOut:
        """Where the mail can be seen as it was laid out: on the files' site, in a sandbox."""
        edge, actor = edge_of(request), await agent_behind(request)
        async with edge.reading(actor) as work:
            ticket, message = await service.message_of(work, message_id)
            url = url_of(work, message.id, kind="html")
        if not message.has_html:
            raise NotFound
        await edge.shelf.of(Looks).look(edge, actor, ticket.id)
        return UrlOut(url)

    @post(
        "/messages/{message_id:uuid}/original",
        guards=[may("customer.reveal")],
        status_code=200,
    )
    async def original(
        self, message_id: FromPath[UUID], data: JSONBody[WhyForm], work: NamedDependency[Work]
    ) -> UrlOut:
        """Where the message can be had as it came, headers and all; for a reason."""
        message = await reveals.original(work, message_id, why=data.why, words=data.words)
        if message.original_id is None:
            raise NotFound
        return UrlOut(url_of(work, message.id, kind="original", name="original"))

    @post("/messages/{message_id:uuid}/reveal", guards=[may("customer.reveal")], status_code=200)
    async def reveal(
        self, message_id: FromPath[UUID], data: JSONBody[WhyForm], work: NamedDependency[Work]
    ) -> TextOut:
        """What a customer wrote, with the addresses and numbers in it; for a reason."""
        message = await reveals.message(work, message_id, why=data.why, words=data.words)
        shown = message.visible_text
        return TextOut(
            text=message.text if shown is None else shown,
            full_text=None if shown is None else message.text,
        )

    @post("/files", guards=[may("ticket.reply", "ticket.note")])
    async def upload(
        self,
        data: MultipartBody[UploadForm],
        work: NamedDependency[Work],
    ) -> FileOut:
        """Keep a file until a message takes it along."""
        ticket = await queries.get_ticket(work, data.ticket_id)
        file = await kept_files.take_upload(
            work,
            name=data.file.filename,
            content=await data.file.read(),
            by=(Speaker.AGENT, work.actor.id),
            ticket_id=ticket.id,
        )
        return FileOut.of(work, file)


async def _newer(request: AnyRequest, work: Work, refusal: NewerMessages) -> Response[Any]:
    """The refusal with the messages that the agent has not seen."""
    language = negotiate(request.headers.get("accept-language", ""))
    ids = [UUID(str(each)) for each in refusal.params["message_ids"]]  # type: ignore[attr-defined]
    newer = [await conversations.get_message(work, each) for each in ids]
    problem = problem_of(refusal, language)
    body = {**msgspec.structs.asdict(problem), "params": {"newer": await items(work, newer)}}
    return Response(body, status_code=refusal.kind.value, media_type=MEDIA_TYPE)


ROUTES = [TimelineController]
