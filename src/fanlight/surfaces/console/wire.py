"""What the console is sent: written by hand, for what leaves the house is a decision."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import msgspec

from fanlight.features.conversations.files import link
from fanlight.features.conversations.models import Conversation, File, FileState, Message
from fanlight.features.conversations.settings import FileSettings
from fanlight.features.people.masks import Sight, sight_of
from fanlight.features.people.models import CustomerCard
from fanlight.features.tickets import replies
from fanlight.features.tickets.models import Draft, InboxRow
from fanlight.features.tickets.page import Earlier, Head
from fanlight.features.trust.queries.names import Judged
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.hosts import files_origin


class Named(msgspec.Struct, frozen=True):
    """Somebody, as short as can be."""

    id: UUID
    name: str


class Other(msgspec.Struct, frozen=True):
    """Another ticket, named."""

    id: UUID
    reference: str


class RowOut(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the inbox, with the facts in it as far as its reader sees them."""

    id: UUID
    reference: str
    subject: str
    status: str
    priority: int
    channel: str
    team: str
    assignee: Named | None
    customer: Named
    language: str
    preview: str
    preview_by: str
    active_at: datetime
    due_at: datetime | None
    needs_answer: bool
    tags: tuple[str, ...]
    version: int
    stamp: int

    @classmethod
    def of(cls, row: InboxRow, sight: Sight) -> Self:
        owner, own = row.assignee_id, row.accounts
        # Field by field: fifty rows a page, and a loop over names costs four times as much.
        return cls(
            id=row.id,
            reference=row.reference,
            subject=sight.words(row.subject, own),
            status=row.status,
            priority=row.priority,
            channel=row.channel,
            team=row.team,
            assignee=None if owner is None else Named(owner, row.assignee_name or ""),
            customer=Named(row.customer_id, sight.name(row.customer_name)),
            language=row.language,
            preview=sight.words(row.preview, own),
            preview_by=row.preview_by,
            active_at=row.active_at,
            due_at=row.due_at,
            needs_answer=row.needs_answer,
            tags=row.tags,
            version=row.version,
            stamp=row.stamp,
        )


class FileOut(msgspec.Struct, frozen=True, kw_only=True):
    """A file; ``url`` works for some minutes and only while the file may be handed out."""

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
    def of(cls, work: Work, file: File) -> Self:
        return cls(
            id=file.id,
            name=file.name,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            state=file.state,
            detail=file.detail,
            url=url_of(work, file.id, name=file.name) if file.state is FileState.CLEAN else None,
            width=file.width,
            height=file.height,
        )


def url_of(work: Work, thing_id: UUID, *, kind: Any = "file", name: str = "") -> str:
    """A link on the files' own site, good for as long as the settings say."""
    settings = work.of(Settings)
    until = work.now() + timedelta(seconds=settings[FileSettings].link_lives_s)
    path = link(work.of(Sealer), thing_id, kind=kind, name=name, until=until)
    return files_origin(settings) + path


class AuthorOut(msgspec.Struct, frozen=True):
    kind: str
    id: UUID | None
    name: str


class DeliveryOut(msgspec.Struct, frozen=True):
    state: str
    detail: str | None
    may_retry: bool

    @classmethod
    def of(cls, message: Message, sight: Sight) -> Self | None:
        """A far server's refusal names the address it refuses."""
        state, detail = message.delivery, message.delivery_detail
        if state is None:
            return None
        return cls(state, detail and sight.words(detail), state.may_retry)


class IdentityOut(msgspec.Struct, frozen=True):
    """How sure we were who spoke, at that moment, of this message alone."""

    level: int
    method: str
    proven_at: datetime | None


class NameOut(msgspec.Struct, frozen=True, kw_only=True):
    """A link or address of a message, judged when it came; ``sender``: whom it claims to be."""

    place: str
    value: str
    verdict: str
    of: str | None
    reasons: tuple[str, ...]
    campaign_id: UUID | None  # of reported scams that is watched for


class ItemOut(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on a timeline."""

    id: UUID
    conversation_id: UUID | None
    seq: int | None
    kind: str
    author: AuthorOut
    text: str
    full_text: str | None
    is_masked: bool
    """Whether something in the text is hidden from this reader."""
    has_html: bool
    has_original: bool
    is_deleted: bool
    at: datetime
    edited_at: datetime | None
    delivery: DeliveryOut | None
    files: list[FileOut]
    identity: IdentityOut | None
    auth: Mapping[str, str]
    activity: Mapping[str, Any] | None
    redactions: tuple[str, ...]
    client_key: str | None
    names: list[NameOut]

    @classmethod
    def of(
        cls,
        work: Work,
        message: Message,
        files: Sequence[File],
        sight: Sight,
        names: Sequence[Judged] = (),
        own: Collection[str] = (),
    ) -> Self:
        is_customer = message.author_kind == "customer"
        name = sight.name(message.author_name) if is_customer else message.author_name
        whole, visible = message.text, message.visible_text
        if message.kind == "inbound":
            whole = sight.words(whole, own)
            visible = None if visible is None else sight.words(visible, own)
        return cls(
            id=message.id,
            conversation_id=message.conversation_id,
            seq=message.seq,
            kind=message.kind,
            author=AuthorOut(message.author_kind, message.author_id, name),
            text=whole if visible is None else visible,
            full_text=None if visible is None else whole,
            is_masked=whole != message.text or visible != message.visible_text,
            has_html=message.has_html,
            has_original=message.original_id is not None,
            is_deleted=message.is_deleted,
            at=message.occurred_at,
            edited_at=message.edited_at,
            delivery=DeliveryOut.of(message, sight),
            files=[FileOut.of(work, file) for file in files],
            identity=IdentityOut(message.level, message.method, message.proven_at)
            if is_customer
            else None,
            auth=message.auth,
            activity=message.activity,
            redactions=message.redactions,
            client_key=message.client_key,
            names=[
                NameOut(
                    place=each.place,
                    value=each.value if each.apes else sight.words(each.value),
                    verdict=each.verdict,
                    of=each.apes,
                    reasons=each.reasons,
                    campaign_id=each.campaign_id,
                )
                for each in names
            ],
        )


class AccountOut(msgspec.Struct, frozen=True):
    id: str
    name: str
    address: str


class ConversationOut(msgspec.Struct, frozen=True, kw_only=True):
    """One thread of the ticket, and what can be said in it."""

    id: UUID
    channel: str
    account: AccountOut
    to: str
    mail_to: str | None  # where it goes on by mail, masked: left in the talk, not proven
    subject: str | None
    last_seq: int
    agent_read_seq: int
    customer_read_seq: int
    customer_delivered_seq: int
    is_open: bool
    is_blocked: bool
    may_reply: bool
    max_text: int
    max_files: int
    max_file_bytes: int
    has_read_state: bool

    @classmethod
    def of(
        cls,
        work: Work,
        conversation: Conversation,
        mail_to: str | None = None,
        own: Collection[str] = (),
    ) -> Self:
        able = replies.able_in(work, conversation)
        account, sight = replies.account_of(work, conversation), sight_of(work.actor)
        return cls(
            id=conversation.id,
            channel=conversation.channel,
            account=AccountOut(
                conversation.account_id,
                account.name if account else conversation.account_id,
                account.address if account else "",
            ),
            to=sight.identity(conversation.channel.partition(".")[0], conversation.recipient),
            mail_to=sight.identity("email", mail_to) if mail_to else None,
            subject=conversation.subject and sight.words(conversation.subject, own),
            last_seq=conversation.last_seq,
            agent_read_seq=conversation.agent_read_seq,
            customer_read_seq=conversation.customer_read_seq,
            customer_delivered_seq=conversation.customer_delivered_seq,
            is_open=conversation.is_current,
            is_blocked=conversation.is_blocked,
            may_reply=replies.may_answer(work, conversation),
            max_text=able.max_text if able else 0,
            max_files=able.max_files if able else 0,
            max_file_bytes=able.max_file_bytes if able else 0,
            has_read_state=able.has_read_state if able else False,
        )


class CardIdentityOut(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    masked: str
    is_proven: bool


class EarlierOut(msgspec.Struct, frozen=True):
    id: UUID
    reference: str
    subject: str
    status: str
    active_at: datetime


class CardOut(msgspec.Struct, frozen=True, kw_only=True):
    """The customer, masked, and what else they came for."""

    id: UUID
    name: str
    language: str
    since: datetime
    identities: list[CardIdentityOut]
    earlier: list[EarlierOut]

    @classmethod
    def of(
        cls,
        card: CustomerCard,
        earlier: Sequence[Earlier],
        sight: Sight,
        own: Collection[str] = (),
    ) -> Self:
        return cls(
            id=card.id,
            name=card.name,
            language=card.language,
            since=card.created_at,
            identities=[
                CardIdentityOut(each.id, each.kind, each.masked, each.proven_at is not None)
                for each in card.identities
            ],
            earlier=[
                EarlierOut(t.id, t.reference, sight.words(t.subject, own), t.status, t.active_at)
                for t in earlier
            ],
        )


class TicketOut(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket's head: its line in the inbox and what only its page shows."""

    row: RowOut
    opened_at: datetime
    solved_at: datetime | None
    follows: Other | None

    @classmethod
    def of(cls, head: Head, sight: Sight) -> Self:
        before = head.follows_id if head.follows is not None else None
        return cls(
            row=RowOut.of(head, sight),
            opened_at=head.opened_at,
            solved_at=head.solved_at,
            follows=None if before is None else Other(before, head.follows or ""),
        )


class ViewerOut(msgspec.Struct, frozen=True):
    """A colleague who is on the same ticket."""

    agent_id: UUID
    name: str
    what: str


class TicketPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a ticket page needs beside its timeline."""

    ticket: TicketOut
    conversations: list[ConversationOut]
    customer: CardOut | None
    drafts: list[Draft]
    people: list[ViewerOut]
    may: list[str]
