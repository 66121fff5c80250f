"""Writes what is said and done on one ticket, message by message, each with its place."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.app.demo.cast import Customer
from fanlight.app.demo.stories import Story
from fanlight.app.demo.told import Contact, Told
from fanlight.exchange.connectors.sandbox.plants import Planted
from fanlight.features.conversations.models import (
    Conversation,
    Delivery,
    Kind,
    Message,
    Speaker,
    Words,
)
from fanlight.features.tickets.models import Ticket
from fanlight.features.tickets.settings import PromiseSettings
from fanlight.kernel.ids import new_id
from fanlight.kernel.words import search_words

_LONGEST_INDEX = 2000  # words of one ticket, as in the statement that adds to them
MAIL = "email"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What the demo needs to know of a channel."""

    account_id: str
    is_ours: bool = False
    is_live: bool = False
    is_read: bool = False  # we learn what the customer has seen
    is_acknowledged: bool = False


LINES = {
    "chat.web": Line(account_id="web", is_ours=True, is_live=True, is_read=True),
    "web.form": Line(account_id="form", is_ours=True, is_acknowledged=True),
    MAIL: Line(account_id="support", is_acknowledged=True),
    "telegram.private": Line(account_id="support"),
}


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as they are on this desk."""

    id: UUID
    name: str
    teams: tuple[str, ...]
    sees_all: bool

    def may_own(self, team: str) -> bool:
        return self.sees_all or team in self.teams


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What stands when the telling begins: ids of people, names, promises, the zone."""

    brand: str
    zone: tzinfo
    promises: PromiseSettings
    agents: dict[str, Player]
    acknowledgement: Callable[[Ticket, datetime], str]
    happens: Callable[[str, str, datetime], Planted] | None = None
    """Lets something happen to an account of the demo's exchange: UID, cause, when."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One telling to be. ``seed`` decides how long it takes, ``variant`` what fills its slots."""

    story: Story
    customer: Customer
    customer_id: UUID
    seed: int
    variant: int = 0
    turn: int = 0  # how often the story was told before
    is_open: bool = False
    is_taken: bool = False  # where it ends, somebody has it
    happened: Planted | None = None  # at the exchange
    is_signed: bool = True
    follows: Ticket | None = None


class Writer:
    """The hand that writes on one ticket; its clock is ``at``."""

    told: Told

    def __init__(self, desk: Desk, scene: Scene, at: datetime) -> None:
        self.desk, self.scene, self.at = desk, scene, at
        self.story = scene.story.written
        self.line = LINES[self.story.channel]

    def _open(self, channel: str, subject: str | None) -> Conversation:
        scene, line = self.scene, LINES[channel]
        recipient, key = self._address(channel)
        thread = Conversation(
            id=new_id(),
            ticket_id=self.told.ticket.id,
            customer_id=scene.customer_id,
            channel=channel,
            account_id=line.account_id,
            thread_key=key,
            recipient=recipient,
            subject=subject,
            last_seq=0,
            agent_read_seq=0,
            customer_read_seq=0,
            customer_delivered_seq=0,
            last_inbound_at=None,
            is_blocked=False,
            is_current=True,
            created_at=self.at,
        )
        self.told.threads.append(thread)
        if line.is_read:
            contact = Contact(
                conversation_id=thread.id,
                email=scene.customer.email,
                language=self.story.language,
                is_signed=scene.is_signed,
                came_at=self.at,
                left_at=None,
            )
            self.told.contacts.append(contact)
        return thread

    def _address(self, channel: str) -> tuple[str, str | None]:
        """The customer's name on a channel, and the thread's."""
        customer, own = self.scene.customer, new_id()
        match channel:
            case "chat.web":
                kind = "exchange" if self.scene.is_signed else "visitor"
                name = customer.uid if self.scene.is_signed else None
                name = name or customer.visitor
                return name, f"{kind}:{name}:{own}"
            case "telegram.private":
                return customer.telegram or "", customer.telegram
            case "web.form":
                return customer.email, str(own)
        return customer.email, None

    def _message(
        self, kind: Kind, author_kind: Speaker, author_id: UUID | None, author_name: str
    ) -> Message:
        """An empty message of this moment."""
        return Message(
            id=new_id(),
            ticket_id=self.told.ticket.id,
            conversation_id=None,
            seq=None,
            kind=kind,
            author_kind=author_kind,
            author_id=author_id,
            author_name=author_name,
            text="",
            visible_text=None,
            has_html=False,
            subject=None,
            language=None,
            client_key=None,
            occurred_at=self.at,
            created_at=self.at,
            edited_at=None,
            is_deleted=False,
            redactions=(),
            level=0,
            method="none",
            proven_at=None,
            auth={},
            activity=None,
            delivery=None,
            delivery_detail=None,
            original_id=None,
        )

    def _outbound(
        self, kind: Speaker, author_id: UUID | None, author_name: str, words: Words
    ) -> Message:
        """An answer that has arrived, as far as its channel tells."""
        empty = self._message(Kind.OUTBOUND, kind, author_id, author_name)
        return replace(empty, text=words.text, language=words.language, delivery=Delivery.SENT)

    def _add(self, message: Message, thread: Conversation | None) -> None:
        """Give the message its place in its thread; a note has none."""
        if thread is not None:
            seq, is_inbound = thread.last_seq + 1, message.kind is Kind.INBOUND
            message = replace(message, conversation_id=thread.id, seq=seq)
            thread = replace(
                thread,
                last_seq=seq,
                last_inbound_at=message.occurred_at if is_inbound else thread.last_inbound_at,
                agent_read_seq=thread.agent_read_seq if is_inbound else seq,
            )
            self.told.put(thread)
        self.told.messages.append(message)

    def _record(self, by: Player | None, code: str, **params: object) -> None:
        """One grey line: somebody of ours has done something, or the desk itself."""
        if by is None:
            empty = self._message(Kind.ACTIVITY, Speaker.SYSTEM, None, "")
        else:
            empty = self._message(Kind.ACTIVITY, Speaker.AGENT, by.id, by.name)
        self._add(replace(empty, activity={"code": code, "params": params}), None)

    def _find_by(self, *texts: str) -> None:
        if len(self.told.words) < _LONGEST_INDEX:
            self.told.words.update(dict.fromkeys(search_words(*texts)))
