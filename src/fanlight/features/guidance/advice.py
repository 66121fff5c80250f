"""Words in; out come what was understood, every way to help in order and as it stands, and why."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial

import msgspec

from fanlight.features.diagnostics import choosing
from fanlight.features.diagnostics.choosing import Suggested
from fanlight.features.guidance.doors import Door, Line, doors_now, line_now
from fanlight.features.guidance.models import (
    Category,
    Complexity,
    Sensitivity,
    Triage,
    Urgency,
    Way,
)
from fanlight.features.guidance.preferences import Preferences
from fanlight.features.guidance.ready import Ready, ready_for
from fanlight.features.guidance.said import Said
from fanlight.features.tickets.models import Priority
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.entities import Entity, EntityKind
from fanlight.kernel.i18n import translate
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

LONGEST = 8_000  # characters of a customer's words; the ticket's form takes as many

PRIORITY = {
    Urgency.URGENT: Priority.URGENT,
    Urgency.HIGH: Priority.HIGH,
    Urgency.NORMAL: Priority.NORMAL,
    Urgency.LOW: Priority.LOW,
}
_NEAR_THEFT = frozenset({Category.DEPOSIT, Category.WITHDRAWAL, Category.SIGN_IN})


class Kind(StrEnum):
    """The ways that can be offered; each is shown only where the desk has it."""

    EMERGENCY = "emergency"
    CHECK = "check"
    CHAT = "chat"
    TICKET = "ticket"
    SECURITY_FORM = "security_form"
    ARTICLES = "articles"
    COMMUNITY = "community"
    DIRECT = "direct"  # a mailbox, or a private account on a platform


class State(StrEnum):
    """How a way stands at this moment."""

    OPEN = "open"  # now, and somebody or something answers at once
    WAIT = "wait"  # somebody is there, others are before you
    LATER = "later"  # nobody is there: it is answered by a time
    ALWAYS = "always"
    NOT_THIS = "not_this"  # there, but not for this one


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One way, with its real state."""

    kind: Kind
    state: State
    why: str  # a sentence
    ahead: int = 0  # people before you
    wait_minutes: tuple[int, int] | None = None
    answer_by: datetime | None = None
    name: str = ""  # of a direct way's channel
    address: str = ""
    check: Suggested | None = None  # of a check: which one, and what is named for it


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What the guide says to a customer's words."""

    text: str  # without the secrets that were in it
    hidden: list[str]  # kinds of what was taken out
    triage: Triage
    is_corrected: bool  # the customer has said what it is about
    named: list[Entity]
    offers: list[Offer]
    reasons: list[str]  # sentences, why in this order
    ready: list[Ready]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What this desk has: a way that is not here is never named."""

    has_chat: bool = True
    has_lane: bool = False
    has_check: bool = False
    has_community: bool = False


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, in which language, and how they like to be helped."""

    language: str = "en"
    is_signed_in: bool = False
    preferences: Preferences = Preferences()


async def advise(
    work: Work,
    said: Said,
    triage: Triage,
    *,
    desk: Desk,
    asking: Asking,
    is_corrected: bool = False,
) -> Advice:
    """What to do about a customer's words.

    Args:
        triage: of these words, as ``triage.Guide`` understands them or as they corrected it.
        desk: which ways there are at all.
    """
    now = work.now()
    doors = await doors_now(work, now, has_chat=desk.has_chat, priority=PRIORITY[triage.urgency])
    chat = next((door for door in doors if door.kind == "chat"), None)
    is_staffed = chat is not None and chat.is_staffed
    line = await line_now(work) if is_staffed else Line(ahead=0, wait_minutes=None)
    zone = work.of(Settings)[BrandSettings].zone
    found = _Ordering(
        triage=triage,
        desk=desk,
        asking=asking,
        doors=doors,
        line=line,
        check=choosing.by_named(said.named, {triage.category.value}) if desk.has_check else None,
        is_quiet=asking.preferences.is_quiet(now, zone),
    )
    offers = list(found.offers())
    return Advice(
        text=said.text,
        hidden=list(dict.fromkeys(said.hidden)),
        triage=triage,
        is_corrected=is_corrected,
        named=_told(said.named),
        offers=offers,
        reasons=list(dict.fromkeys(found.reasons(offers[0].kind, has_secret=bool(said.hidden)))),
        ready=ready_for(
            triage.category,
            said.named,
            is_signed_in=asking.is_signed_in,
            sees=not asking.preferences.screen_reader,
        ),
    )


_SHOWN = (
    *(EntityKind.AMOUNT, EntityKind.NETWORK, EntityKind.TX_HASH, EntityKind.ADDRESS),
    *(EntityKind.ORDER_ID, EntityKind.PAIR, EntityKind.TIME, EntityKind.ERROR_CODE, EntityKind.UID),
)
_MOST_SHOWN = 6


def _told(named: Sequence[Entity]) -> list[Entity]:
    """What is shown of what was recognised: the telling kinds, each thing once."""
    once = {(each.kind, each.normal or each.value): each for each in reversed(named)}
    kept = sorted(once.values(), key=lambda each: each.start)
    return [each for each in kept if each.kind in _SHOWN][:_MOST_SHOWN]


class _Ordering(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides about the order of the ways."""

    triage: Triage
    desk: Desk
    asking: Asking
    doors: list[Door]
    line: Line
    check: Suggested | None
    is_quiet: bool

    def offers(self) -> Iterator[Offer]:
        """The proposal first; always one way to a person among them."""
        makers = {
            Kind.EMERGENCY: self._emergency,
            Kind.CHECK: self._check,
            Kind.CHAT: self._chat,
            Kind.TICKET: self._ticket,
            Kind.SECURITY_FORM: self._security_form,
            Kind.ARTICLES: self._articles,
            Kind.COMMUNITY: self._community,
        }
        first = True
        for kind in self._order():
            if (offer := makers[kind](first)) is not None:
                yield offer
                first = False
        if self.triage.channel is not Way.SECURITY_FORM:
            yield from self._direct()

    def _order(self) -> tuple[Kind, ...]:
        triage = self.triage
        talk = (Kind.CHAT, Kind.TICKET)
        if not self._is_staffed and triage.urgency is not Urgency.URGENT:
            talk = (Kind.TICKET, Kind.CHAT)  # nobody is there to talk to
        match triage.channel:
            case Way.SECURITY_FORM:
                return (Kind.SECURITY_FORM,)
            case Way.EMERGENCY:
                return (Kind.EMERGENCY, Kind.CHAT, Kind.TICKET)
            case Way.CHAT:
                # A check takes seconds; where a position burns, no second is spent on it.
                quick = () if triage.urgency is Urgency.URGENT else (Kind.CHECK,)
                return (*quick, *talk, Kind.ARTICLES, Kind.COMMUNITY)
            case Way.TICKET if triage.complexity is Complexity.COMPLEX:
                return (Kind.TICKET, Kind.CHAT, Kind.CHECK, Kind.ARTICLES, Kind.COMMUNITY)
            case Way.TICKET:
                return (Kind.CHECK, Kind.TICKET, Kind.CHAT, Kind.ARTICLES, Kind.COMMUNITY)
            case Way.COMMUNITY if self.desk.has_community:
                return (Kind.COMMUNITY, Kind.ARTICLES, *talk)
            case _:
                return (Kind.ARTICLES, Kind.CHECK, *talk, Kind.COMMUNITY)

    @property
    def _say(self) -> partial[str]:
        return partial(translate, self.asking.language)

    @property
    def _is_staffed(self) -> bool:
        return any(door.kind == "chat" and door.is_staffed for door in self.doors)

    @property
    def _answer_by(self) -> datetime | None:
        return next((door.answer_by for door in self.doors if door.kind == "form"), None)

    def _emergency(self, _: bool) -> Offer:
        why = "guide.offer.emergency" if self.desk.has_lane else "guide.offer.emergency_steps"
        return Offer(kind=Kind.EMERGENCY, state=State.OPEN, why=self._say(why))

    def _check(self, first: bool) -> Offer | None:
        # A question is answered by an article; a stolen account needs no diagnosis first.
        if self.check is None or self.triage.urgency is Urgency.LOW:
            return None
        # It opens behind the sign-in: who cannot sign in would walk in a circle.
        if self.triage.category is Category.SIGN_IN and not self.asking.is_signed_in:
            return None
        why = "guide.offer.check" if self.asking.is_signed_in else "guide.offer.check_sign_in"
        if not first:
            why = "guide.offer.check_besides"
        return Offer(kind=Kind.CHECK, state=State.OPEN, why=self._say(why), check=self.check)

    def _chat(self, first: bool) -> Offer | None:
        if not any(door.kind == "chat" for door in self.doors):
            return None
        if not self._is_staffed:
            return Offer(
                kind=Kind.CHAT,
                state=State.LATER,
                why=self._say("guide.offer.chat_later"),
                answer_by=self._answer_by,
            )
        if self.triage.urgency is Urgency.URGENT:
            why = "guide.offer.chat_urgent"
        else:
            why = "guide.offer.chat" if first else "guide.offer.chat_next"
        line = self.line
        is_free = not line.ahead and (line.wait_minutes is None or line.wait_minutes[0] < 1)
        return Offer(
            kind=Kind.CHAT,
            state=State.OPEN if is_free else State.WAIT,
            why=self._say(why),
            ahead=line.ahead,
            wait_minutes=line.wait_minutes,
        )

    def _ticket(self, first: bool) -> Offer:
        why = "guide.offer.ticket_first" if first else "guide.offer.ticket"
        return Offer(
            kind=Kind.TICKET,
            state=State.ALWAYS,
            why=self._say(why),
            answer_by=self._answer_by,
        )

    def _security_form(self, _: bool) -> Offer:
        return Offer(
            kind=Kind.SECURITY_FORM,
            state=State.ALWAYS,
            why=self._say("guide.offer.security_form"),
            answer_by=self._answer_by,
        )

    def _articles(self, first: bool) -> Offer:
        why = "guide.offer.articles_first" if first else "guide.offer.articles"
        return Offer(kind=Kind.ARTICLES, state=State.ALWAYS, why=self._say(why))

    def _community(self, _: bool) -> Offer | None:
        if not self.desk.has_community:
            return None
        if self.triage.sensitivity is not Sensitivity.PUBLIC:
            why = self._say("guide.offer.community_not")
            return Offer(kind=Kind.COMMUNITY, state=State.NOT_THIS, why=why)
        why = self._say("guide.offer.community")
        return Offer(kind=Kind.COMMUNITY, state=State.ALWAYS, why=why)

    def _direct(self) -> Iterator[Offer]:
        for door in self.doors:
            if door.kind in ("chat", "form"):
                continue
            known = f"help.way.{door.kind}"
            said = self._say(known)
            yield Offer(
                kind=Kind.DIRECT,
                state=State.ALWAYS,
                why=self._say("guide.offer.direct"),
                answer_by=self._answer_by,
                name=door.name if said == known else said,
                address=door.address,
            )

    def reasons(self, first: Kind, *, has_secret: bool) -> Iterator[str]:
        """Why in this order, in sentences a person accepts."""
        triage, say = self.triage, self._say
        if first is Kind.CHECK:
            yield say("guide.why.check")
        yield say(f"guide.why.{self._main_reason()}")
        is_calm = triage.category in _NEAR_THEFT and triage.channel is not Way.EMERGENCY
        if is_calm and triage.urgency is not Urgency.LOW:
            yield say("guide.why.no_theft")
        if has_secret:
            yield say("guide.why.secret")
        if not self._is_staffed and any(door.kind == "chat" for door in self.doors):
            yield say("guide.why.nobody_there")
        if triage.sensitivity is Sensitivity.PERSONAL:
            yield say("guide.why.personal")
        elif triage.sensitivity is Sensitivity.RESTRICTED:
            yield say("guide.why.restricted")
        wished = self.asking.preferences
        if wished.no_calls:
            yield say("guide.why.no_calls")
        if self.is_quiet:
            yield say("guide.why.quiet")
        if wished.screen_reader:
            yield say("guide.why.screen_reader")

    def _main_reason(self) -> str:
        triage = self.triage
        if triage.channel is Way.CHAT:
            if triage.urgency is Urgency.URGENT:
                return "chat_urgent"
            return "chat_high" if triage.urgency is Urgency.HIGH else "chat"
        if triage.channel is Way.TICKET:
            return "complex" if triage.complexity is Complexity.COMPLEX else "ticket"
        if triage.channel is Way.COMMUNITY and not self.desk.has_community:
            return Way.ARTICLES.value
        return triage.channel.value
