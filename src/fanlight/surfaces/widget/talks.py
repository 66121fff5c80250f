"""Sessions and talks of the widget, by request. The socket does the same, only sooner."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, JSONBody

from fanlight.channels.adapters.webchat.adapter import CHAT
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.features.conversations import files
from fanlight.features.conversations import service as conversations
from fanlight.features.conversations.errors import FileRefused
from fanlight.features.conversations.models import Author, Speaker
from fanlight.features.guidance import doors
from fanlight.features.knowledge import queries as knowledge
from fanlight.features.people.masks import mask_email
from fanlight.features.people.service.customers import typed_address
from fanlight.features.tickets import continuation
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.errors import NotAllowed, TooLarge
from fanlight.kernel.i18n import languages, nearest
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.sessions import NO_STORE, edge_of
from fanlight.surfaces.shared.works import VISITOR
from fanlight.surfaces.widget import guards, queries, sessions, speaking
from fanlight.surfaces.widget.sessions import GUEST, Session
from fanlight.surfaces.widget.wire import (
    MOST_FILES,
    BeginSession,
    BeginTalk,
    BrandOut,
    CustomerOut,
    FileOut,
    GiveEmail,
    Masked,
    MessageOut,
    MessagesOut,
    Say,
    Seq,
    SessionOut,
    TalkBegun,
    TalkOut,
    agent_of,
    shown_status,
)

AnyRequest = Request[Any, Any, Any]
SMALL = 64 * 1024  # bytes; the longest message is 8,000 characters of up to four bytes
LONGEST_PAGE = 200  # messages


class SessionController(Controller):
    path = "/api/widget/session"
    cache_control = NO_STORE
    tags = ["widget"]
    request_max_body_size = SMALL

    @post("/", status_code=200)
    async def begin(
        self, request: AnyRequest, data: JSONBody[BeginSession], work: NamedDependency[Work]
    ) -> SessionOut:
        """Say who is there: a signed-in customer by a token of the exchange, else a guest."""
        await guards.count_session(work, guards.address_of(request))
        begun = await sessions.begin(
            work,
            identity=data.identity,
            visitor=data.visitor,
            language=data.language,
            page=data.page,
        )
        return await _session_out(work, begun)

    @delete("/", status_code=204)
    async def end(self, request: AnyRequest, work: NamedDependency[Work]) -> None:
        """Log out: the token is worth nothing any more."""
        session, work = await guards.entered(request, work)
        await sessions.end(work, session)


async def _session_out(work: Work, begun: sessions.Begun) -> SessionOut:
    session, settings = begun.session, work.of(Settings)
    talk = await queries.current_talk(work, session.kind, session.key)
    brand, chat = settings[BrandSettings], settings[WebchatSettings]
    has_email = session.row.email is not None or (talk is not None and talk.has_email)
    return SessionOut(
        token=begun.token,
        visitor=begun.visitor,
        customer=CustomerOut(
            id=session.owner_id,
            name=session.row.name,
            level=session.level,
            has_email=has_email,
        ),
        conversation=TalkOut.of(talk) if talk is not None else None,
        unread=await queries.unread(work, talk) if talk is not None else 0,
        brand=BrandOut(name=brand.name, mark=chat.brand_mark, help_url=brand.help_url),
        is_staffed=await queries.is_staffed(work),
        answer_by=doors.answer_by(work, work.now()),
        may_write=chat.guests or session.kind != GUEST,
        has_mail=continuation.mail_account(work) is not None,
        languages=languages(),
        max_text=CHAT.max_text,
        max_files=MOST_FILES,
        max_file_bytes=CHAT.max_file_bytes,
    )


class TalkController(Controller):
    path = "/api/widget/chats"
    cache_control = NO_STORE
    tags = ["widget"]
    request_max_body_size = SMALL

    @post("/")
    async def begin(
        self, request: AnyRequest, data: JSONBody[BeginTalk], work: NamedDependency[Work]
    ) -> TalkBegun:
        """Begin a chat with its first message. The same ``client_key`` again begins it once."""
        session, work = await guards.entered(request, work)
        if session.kind == GUEST and not work.of(Settings)[WebchatSettings].guests:
            raise NotAllowed
        await guards.count_talk(work, session, guards.address_of(request))
        email = typed_address(data.email) if data.email else session.row.email
        name = redact(data.name or "").text.strip()
        said = await speaking.say(
            work,
            session,
            thread_key=f"{session.kind}:{session.key}:{data.client_key}",
            text=data.text,
            client_key=data.client_key,
            file_ids=data.file_ids,
            name=name,
        )
        if name:
            await work.run(queries.NAME_SESSION, token_hash=session.row.token_hash, name=name[:120])
        if said.is_new:
            language = nearest(data.language) or session.row.language
            await _note_contact(work, session, said.conversation_id, email, language)
            await _note_road(work, session, said.ticket_id, data)
        talk = await speaking.own_talk(work, session, said.conversation_id)
        message = await speaking.shown_now(work, said, session.row.language)
        return TalkBegun(conversation=TalkOut.of(talk), message=message)

    @get("/{talk_id:uuid}/messages")
    async def messages(
        self,
        request: AnyRequest,
        talk_id: FromPath[UUID],
        work: NamedDependency[Work],
        after: FromQuery[int] = 0,
        limit: FromQuery[int] = LONGEST_PAGE,
    ) -> MessagesOut:
        """What was said above a seq, in order."""
        session, work = await guards.entered(request, work)
        talk = await speaking.own_talk(work, session, talk_id)
        found = await conversations.customer_messages(
            work, talk.id, after=max(after, 0), limit=min(max(limit, 1), LONGEST_PAGE)
        )
        return MessagesOut(
            messages=await speaking.shown(work, found, session.row.language),
            last_seq=talk.last_seq,
            agent_read_seq=talk.agent_read_seq,
            agent_delivered_seq=talk.last_seq,
            status=shown_status(talk),
            agent=agent_of(talk),
        )

    @post("/{talk_id:uuid}/messages")
    async def say(
        self,
        request: AnyRequest,
        talk_id: FromPath[UUID],
        data: JSONBody[Say],
        work: NamedDependency[Work],
    ) -> MessageOut:
        """Say something; the same ``client_key`` again is the same message."""
        session, work = await guards.entered(request, work)
        talk = await speaking.own_talk(work, session, talk_id)
        await guards.count_message(work, session)
        said = await speaking.say(
            work,
            session,
            thread_key=talk.thread_key,
            text=data.text,
            client_key=data.client_key,
            file_ids=data.file_ids,
            talk_id=talk.id,
        )
        return await speaking.shown_now(work, said, session.row.language)

    @put("/{talk_id:uuid}/read", status_code=204)
    async def read(
        self,
        request: AnyRequest,
        talk_id: FromPath[UUID],
        data: JSONBody[Seq],
        work: NamedDependency[Work],
    ) -> None:
        """Everything up to a seq was seen."""
        session, work = await guards.entered(request, work)
        talk = await speaking.own_talk(work, session, talk_id)
        await conversations.mark_read(work, talk.id, by="customer", seq=data.seq)

    @put("/{talk_id:uuid}/delivered", status_code=204)
    async def delivered(
        self,
        request: AnyRequest,
        talk_id: FromPath[UUID],
        data: JSONBody[Seq],
        work: NamedDependency[Work],
    ) -> None:
        """Everything up to a seq has reached this device."""
        session, work = await guards.entered(request, work)
        talk = await speaking.own_talk(work, session, talk_id)
        await conversations.mark_delivered(work, talk.id, seq=data.seq)

    @post("/{talk_id:uuid}/email", status_code=200)
    async def email(
        self,
        request: AnyRequest,
        talk_id: FromPath[UUID],
        data: JSONBody[GiveEmail],
        work: NamedDependency[Work],
    ) -> Masked:
        """Where the talk goes on when its page is closed. The address proves nothing."""
        session, work = await guards.entered(request, work)
        talk = await speaking.own_talk(work, session, talk_id)
        await guards.count_message(work, session)
        address = typed_address(data.email)
        await _note_contact(work, session, talk.id, address, session.row.language)
        return Masked(masked=mask_email(address))


async def _note_contact(
    work: Work, session: Session, talk_id: UUID, email: str | None, language: str
) -> None:
    settings = work.of(Settings)[WebchatSettings]
    await continuation.note_contact(
        work,
        talk_id,
        email=email,
        language=language,
        is_signed=session.kind != GUEST,
        mail_after_s=settings.mail_after_s,
        mail_while_open_s=settings.mail_while_open_s,
    )


async def _note_road(work: Work, session: Session, ticket_id: UUID, data: BeginTalk) -> None:
    """Tell the agent what the customer tried before writing: no question is asked twice."""
    author = Author(kind=Speaker.SYSTEM)
    if session.row.page:
        await conversations.record_activity(
            work, ticket_id, author, "chat_from", page=session.row.page
        )
    if data.searched:
        words = " · ".join(redact(each).text for each in data.searched)
        await conversations.record_activity(work, ticket_id, author, "chat_searched", words=words)
    if data.article is not None:
        # As a visitor sees it: a draft's title is nobody's business here.
        texts = await knowledge.translations(work.acting_as(VISITOR), data.article)
        if texts:
            await conversations.record_activity(
                work, ticket_id, author, "chat_read", title=texts[0].title
            )


@post(
    "/api/widget/files",
    request_max_body_size=CHAT.max_file_bytes + SMALL,
    cache_control=NO_STORE,
    tags=["widget"],
)
async def upload(
    request: AnyRequest,
    data: Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
) -> FileOut:
    """Take a file, look into it, keep it until a message takes it along."""
    edge = edge_of(request)
    async with edge.work() as work:
        session, work = await guards.entered(request, work)
        # Committed before the file is looked into: a refused one has cost a try as well.
        await guards.count_file(work, session, guards.address_of(request))
    given = data.get("file")
    if given is None:
        raise FileRefused(reason="empty")
    content = await given.read(CHAT.max_file_bytes + 1)
    if len(content) > CHAT.max_file_bytes:
        raise TooLarge(limit_bytes=CHAT.max_file_bytes)
    # Between the transactions: a large picture would keep a connection from everybody else.
    looked = await files.look_into(edge.shelf.of(Settings), given.filename, content)
    async with edge.work() as work:
        kept = await files.keep_upload(work, looked, by=(Speaker.CUSTOMER, session.owner_id))
        return FileOut.of(work, kept, session.row.language)


ROUTES = [SessionController, TalkController, upload]
