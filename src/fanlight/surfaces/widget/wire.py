"""What the widget sends and gets, written by hand: what leaves the house is a decision."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

import msgspec
from msgspec import Meta

from fanlight.features.conversations.errors import FileRefused
from fanlight.features.conversations.files import link
from fanlight.features.conversations.marks import Marked
from fanlight.features.conversations.models import File, FileState, Kind, Message, Speaker
from fanlight.features.conversations.settings import FileSettings
from fanlight.kernel.i18n import translate
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.hosts import files_origin
from fanlight.surfaces.shared.keys import ClientKey
from fanlight.surfaces.widget.queries import Talk

ShortText = Annotated[str, Meta(max_length=254)]
MOST_FILES = 10


class BeginSession(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    identity: Annotated[str, Meta(max_length=4096)] | None = None
    visitor: Annotated[str, Meta(max_length=64)] | None = None
    language: Annotated[str, Meta(max_length=35)] = "en"
    page: Annotated[str, Meta(max_length=2000)] = ""


class BeginTalk(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    text: str
    client_key: ClientKey
    name: Annotated[str, Meta(max_length=120)] | None = None
    email: ShortText | None = None
    language: Annotated[str, Meta(max_length=35)] = "en"
    article: UUID | None = None
    searched: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=10)] = []
    file_ids: Annotated[list[UUID], Meta(max_length=MOST_FILES)] = []


class Say(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    text: str
    client_key: ClientKey
    file_ids: Annotated[list[UUID], Meta(max_length=MOST_FILES)] = []


class Seq(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    seq: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class GiveEmail(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    email: ShortText


class Masked(msgspec.Struct, kw_only=True):
    masked: str


class AgentOut(msgspec.Struct, frozen=True):
    name: str


class TalkOut(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    ticket_reference: str
    last_seq: int
    read_seq: int
    status: str
    agent: AgentOut | None

    @classmethod
    def of(cls, talk: Talk) -> Self:
        return cls(
            id=talk.id,
            ticket_reference=talk.reference,
            last_seq=talk.last_seq,
            read_seq=talk.customer_read_seq,
            status=shown_status(talk),
            agent=agent_of(talk),
        )


def shown_status(talk: Talk) -> str:
    """What we think of a customer is not said to them: spam looks open."""
    return "open" if talk.status == "spam" else str(talk.status)


def agent_of(talk: Talk) -> AgentOut | None:
    return AgentOut(talk.agent_name) if talk.agent_name else None


class CustomerOut(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    """The same for the same person, telling nothing: so that one browser mixes up nobody."""
    name: str
    level: int
    has_email: bool


class BrandOut(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    mark: str
    help_url: str


class SessionOut(msgspec.Struct, frozen=True, kw_only=True):
    token: str
    visitor: str | None
    customer: CustomerOut
    conversation: TalkOut | None
    unread: int
    brand: BrandOut
    is_staffed: bool
    answer_by: datetime
    """By when a person answers what is written now, if nobody is on duty."""
    may_write: bool
    has_mail: bool
    """Whether a talk can go on by e-mail here."""
    languages: Sequence[str]
    max_text: int
    max_files: int
    max_file_bytes: int


class FileOut(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    media_type: str
    size_bytes: int
    state: str
    detail: str | None
    url: str | None
    width: int | None
    height: int | None

    @classmethod
    def of(cls, work: Work, file: File, language: str) -> Self:
        return cls(
            id=file.id,
            name=file.name,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            state="checking" if file.state is FileState.FETCHING else str(file.state),
            detail=_reason(file, language),
            url=_url(work, file) if file.state is FileState.CLEAN else None,
            width=file.width,
            height=file.height,
        )


def _reason(file: File, language: str) -> str | None:
    if file.state is not FileState.REFUSED:
        return None
    return translate(language, FileRefused(reason=file.detail).sentence)


def _url(work: Work, file: File) -> str:
    settings = work.of(Settings)
    until = work.now() + timedelta(seconds=settings[FileSettings].link_lives_s)
    path = link(work.of(Sealer), file.id, name=file.name, until=until)
    return files_origin(settings) + path


class MessageOut(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    conversation_id: UUID | None
    seq: int
    by: Speaker
    name: str
    text: str
    lang: str | None
    """What the words are written in, so that they are set in its type."""
    at: datetime
    edited_at: datetime | None
    files: Sequence[FileOut]
    redactions: Sequence[str]
    client_key: str | None
    mark: str = ""
    """What it can be looked up by, whether we sent it; of ours alone."""
    public_id: str = ""
    """Of the agent who wrote it."""

    @classmethod
    def of(
        cls,
        work: Work,
        message: Message,
        files: Sequence[File],
        language: str,
        marked: Marked | None = None,
    ) -> Self:
        is_theirs = message.kind is Kind.INBOUND
        return cls(
            id=message.id,
            conversation_id=message.conversation_id,
            seq=message.seq or 0,
            by=Speaker.CUSTOMER if is_theirs else message.author_kind,
            name="" if is_theirs else message.author_name,
            text="" if message.is_deleted else message.text,
            lang=message.language,
            at=message.occurred_at,
            edited_at=message.edited_at,
            files=[FileOut.of(work, file, language) for file in files],
            redactions=message.redactions if is_theirs else (),
            client_key=message.client_key if is_theirs else None,
            mark=marked.mark if marked else "",
            public_id=marked.public_id if marked else "",
        )


class TalkBegun(msgspec.Struct, frozen=True, kw_only=True):
    conversation: TalkOut
    message: MessageOut


class MessagesOut(msgspec.Struct, frozen=True, kw_only=True):
    messages: Sequence[MessageOut]
    last_seq: int
    agent_read_seq: int
    agent_delivered_seq: int
    status: str
    agent: AgentOut | None
