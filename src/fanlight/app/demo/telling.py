"""Tells a story: from its script to the rows that the desk would have written on the way.

The rules are the desk's own (`promised_at`, `preview_of`, the ticket's methods); only the order of
steps and the clock come from the script. Nothing here touches a database.
"""

import random
import re
from datetime import datetime, timedelta

from msgspec.structs import replace

from fanlight.app.demo import pictures
from fanlight.app.demo.slots import Slots, slots_of
from fanlight.app.demo.stories import Step
from fanlight.app.demo.told import Picture, Told
from fanlight.app.demo.writing import LINES, MAIL, Desk, Player, Scene, Writer
from fanlight.features.conversations.models import Delivery, Kind, Speaker, Words
from fanlight.features.tickets.models import Priority, Status, Ticket
from fanlight.features.tickets.opening import LONGEST_PREVIEW, preview_of, subject_of
from fanlight.features.tickets.promises import promised_at
from fanlight.kernel.i18n import translate
from fanlight.kernel.ids import new_id, new_reference

_HIDDEN = re.compile(r"⟦hidden:([a-z_]+)⟧")
_PASSED = {"spf": "pass", "dkim": "pass", "dmarc": "pass"}


def tell(desk: Desk, scene: Scene, begins_at: datetime) -> Told:
    """Everything that has happened when the script is over."""
    first, *steps = _steps(scene)
    telling = _Telling(desk, scene, first, begins_at)
    for step in steps:
        telling.play(step)
    if scene.is_taken and telling.told.ticket.assignee_id is None:
        telling.play(Step(1, ("takes",), ""))
    return telling.end()


def _steps(scene: Scene) -> tuple[Step, ...]:
    """To the end, or to where it is still open; a chat that somebody has taken is answered too."""
    story = scene.story
    if not scene.is_open:
        return story.steps
    is_begun = scene.is_taken and LINES[story.written.channel].is_live
    return story.begun_steps if is_begun else story.open_steps


class _Telling(Writer):
    def __init__(self, desk: Desk, scene: Scene, first: Step, begins_at: datetime) -> None:
        super().__init__(desk, scene, begins_at)
        story = self.story
        # Chance varies what is shown; with its seed a telling comes out alike every time.
        self.chance = random.Random(scene.seed)  # noqa: S311
        self.slots = Slots(
            random.Random(scene.variant),  # noqa: S311
            turn=scene.turn,
            language=story.language,
            begins_at=begins_at.astimezone(desk.zone),
            pick=story.pick,
            given={
                "name": scene.customer.name.split(" ")[0],
                "agent": desk.agents[story.agent].name,
                "uid": scene.customer.uid or scene.customer.email,
                "email": scene.customer.email,
                "brand": desk.brand,
            }
            | (slots_of(scene.happened) if scene.happened is not None else {}),
        )
        subject = self.slots.fill(story.subject, self.at) if story.subject else None
        text = self.slots.fill(first.text, self.at)
        words = Words(text=text, subject=subject, language=story.language)
        ticket = self._ticket(words)
        # A chat has no subject of its own; the script's is the name an agent would give it.
        self.told = Told(ticket=ticket)
        self._find_by(ticket.subject, scene.customer.name)
        self._open(story.channel, words.subject if self.line.is_acknowledged else None)
        self._heard(story.channel, words)
        if self.line.is_acknowledged and not story.is_spam:
            self._acknowledge()

    def _ticket(self, words: Words) -> Ticket:
        is_spam, scene = self.story.is_spam, self.scene
        return Ticket(
            id=new_id(),
            reference=new_reference(),
            customer_id=scene.customer_id,
            subject=subject_of(words),
            team=self.story.team,
            status=Status.SPAM if is_spam else Status.OPEN,
            priority=Priority.NORMAL,
            assignee_id=None,
            channel=self.story.channel,
            language=self.story.language,
            tags=self.story.tags,
            preview=preview_of(words),
            preview_by="customer",
            needs_answer=True,
            opened_at=self.at,
            active_at=self.at,
            answered_at=None,
            due_at=None if is_spam else self._due(Priority.NORMAL, self.story.channel),
            solved_at=None,
            follows_id=scene.follows.id if scene.follows is not None else None,
            version=1,
            stamp=1,
        )

    def _due(self, priority: Priority, channel: str) -> datetime:
        is_live = LINES[channel].is_live
        return promised_at(self.desk.promises, priority, is_live=is_live, now=self.at)

    # What may happen.

    def play(self, step: Step) -> None:
        """Let one step happen, about as long after the one before as the script says."""
        stretched = step.minutes * 60 * self.chance.uniform(0.75, 1.3)
        self.at += timedelta(seconds=stretched + self.chance.uniform(4, 26))
        text = self.slots.fill(step.text, self.at)
        match step.words:
            case ("customer",):
                self._heard(self.story.channel, self._words(text))
            case ("mail", "customer"):
                self._heard(MAIL, self._words(text))
            case ("mailed",):
                self._go_on_by_mail()
            case ("takes",) | ("hands",) | ("takes" | "hands", _):
                self._assign(step.words)
            case ("file",):
                self._attach(text)
            case ("team" | "priority" | "tags" | "status", *_):
                self._change(step.words[0], text)
            case ("fails",):
                self._not_delivered(Delivery.FAILED, text)
            case ("bounces",):
                self._not_delivered(Delivery.BOUNCED, text)
            case ("leaves",):
                self._leave()
            case (*who, "note"):
                self._note(self._agent(who), text)
            case ("mail", *who):
                self._answer(MAIL, self._agent(who), text)
            case who:
                self._answer(self.story.channel, self._agent(list(who)), text)

    def end(self) -> Told:
        """What is left: the customer has seen what their turns show they must have seen."""
        ticket = self.told.ticket
        for thread in self.told.threads:
            line = LINES[thread.channel]
            said = [each for each in self.told.messages if each.conversation_id == thread.id]
            heard = max((each.seq or 0 for each in said if each.kind is Kind.INBOUND), default=0)
            has_seen_all = not ticket.status.is_live or self.chance.random() < 0.7
            seen = (thread.last_seq if has_seen_all else heard) if line.is_read else 0
            if not ticket.needs_answer:
                thread = replace(thread, agent_read_seq=thread.last_seq)
            thread = replace(thread, customer_read_seq=seen, customer_delivered_seq=seen)
            self.told.put(thread)
        if not ticket.status.is_live:
            self.told.contacts = [
                each if each.left_at else replace(each, left_at=self.at)
                for each in self.told.contacts
            ]
        return self.told

    def _words(self, text: str) -> Words:
        return Words(text=text, language=self.story.language)

    def _agent(self, who: list[str]) -> Player:
        login = who[0] if who else "agent"
        if login == "agent":
            owner = self.told.ticket.assignee_id
            found = [each for each in self.desk.agents.values() if each.id == owner]
            return found[0] if found else self.desk.agents[self.story.agent]
        return self.desk.agents[login]

    # What is said.

    def _heard(self, channel: str, words: Words) -> None:
        """The customer says something, and the ticket is our turn again."""
        level, method = self._proof(channel)
        customer = self.scene.customer
        message = replace(
            self._message(Kind.INBOUND, Speaker.CUSTOMER, self.scene.customer_id, customer.name),
            text=words.text,
            subject=words.subject,
            language=words.language,
            level=level,
            method=method,
            proven_at=self.at if level else None,
            auth=_PASSED if channel == MAIL and not self.story.is_spam else {},
            redactions=tuple(sorted(set(_HIDDEN.findall(words.text)))),
        )
        self._add(message, self.told.thread(channel))
        self._find_by(words.text, self.scene.customer.name)
        before = self.told.ticket
        is_kept = before.needs_answer and before.due_at is not None
        ticket = replace(
            before,
            preview=" ".join(words.text.split())[:LONGEST_PREVIEW],
            preview_by="customer",
            active_at=self.at,
            stamp=before.stamp + (len(self.told.messages) > 1),  # the first one made the ticket
        )
        if before.status is not Status.SPAM:
            due_at = before.due_at if is_kept else self._due(before.priority, channel)
            ticket = replace(
                ticket, status=Status.OPEN, solved_at=None, needs_answer=True, due_at=due_at
            )
        self.told.ticket = ticket
        if before.status is Status.SOLVED:
            self._record(None, "reopened")

    def _proof(self, channel: str) -> tuple[int, str]:
        if channel == MAIL:
            return (1, "dmarc")
        if channel == "chat.web":
            return (2, "signed_session") if self.scene.is_signed else (0, "platform_id")
        return (0, "none")

    def _acknowledge(self) -> None:
        """The desk's own first answer."""
        ticket, thread = self.told.ticket, self.told.threads[0]
        self.at += timedelta(seconds=1)
        words = self._words(self.desk.acknowledgement(ticket, self.at))
        message = self._outbound(Speaker.MACHINE, None, self.desk.brand, words)
        self._add(replace(message, client_key=f"ack-{ticket.id}"), thread)
        self.told.acknowledged = (f"{thread.channel}:{thread.recipient}", self.at)
        self.told.ticket = replace(ticket, stamp=ticket.stamp + (1 if self.line.is_ours else 2))

    def _answer(self, channel: str, agent: Player, text: str) -> None:
        """A person answers: the promise is kept."""
        words, ticket = self._words(text), self.told.ticket
        thread = self.told.thread(channel)
        message = self._outbound(Speaker.AGENT, agent.id, agent.name, words)
        self._add(replace(message, client_key=f"demo-{message.id}"), thread)
        self._find_by(text)
        self.told.ticket = replace(
            ticket,
            preview=preview_of(words),
            preview_by="agent",
            active_at=self.at,
            answered_at=ticket.answered_at or self.at,
            needs_answer=False,
            due_at=None,
            stamp=ticket.stamp + (1 if LINES[channel].is_ours else 2),
        )

    def _note(self, agent: Player, text: str) -> None:
        words, ticket = Words(text=text), self.told.ticket
        message = self._message(Kind.NOTE, Speaker.AGENT, agent.id, agent.name)
        self._add(replace(message, text=text, client_key=f"demo-{message.id}"), None)
        self._find_by(text)
        self.told.ticket = replace(
            ticket, preview=preview_of(words), preview_by="note", stamp=ticket.stamp + 1
        )

    def _go_on_by_mail(self) -> None:
        """The customer has left the chat, so the last answer goes on by mail."""
        chat, language = self.told.thread("chat.web"), self.story.language
        last = next(m for m in reversed(self.told.messages) if m.kind is Kind.OUTBOUND)
        subject = translate(language, "chat.mail.subject", brand=self.desk.brand)
        thread = self._open(MAIL, subject)
        code = "chat.mail.waits" if self.scene.is_signed else "chat.mail.goes_on"
        values = {"name": last.author_name, "brand": self.desk.brand, "words": last.text}
        words = self._words(translate(language, code, **values))
        self._add(self._outbound(Speaker.AGENT, last.author_id, last.author_name, words), thread)
        self._record(None, "continued_by_mail")
        ticket = self.told.ticket
        self.told.ticket = replace(ticket, stamp=ticket.stamp + 2)
        self.told.contacts = [
            replace(each, left_at=last.created_at, mailed_seq=last.seq or 0)
            if each.conversation_id == chat.id
            else each
            for each in self.told.contacts
        ]

    # What is done.

    def _assign(self, words: tuple[str, ...]) -> None:
        verb, *who = words
        to = self.desk.agents[who[0] if who else self.story.agent]
        by = to if verb == "takes" else self._agent([])
        before = self.told.ticket
        self.told.ticket = self._saved(before.assigned_to(to.id))
        owner = before.assignee_id
        said = str(owner) if owner else None
        self._record(by, "assigned", to=str(to.id), name=to.name, before=said)

    def _change(self, what: str, text: str) -> None:
        before, by = self.told.ticket, self._agent([])
        match what:
            case "team":
                after = replace(before, team=text)
                if before.assignee_id is not None and not by.may_own(text):
                    after = replace(after, assignee_id=None)
                said: tuple[object, object] = (text, before.team)
            case "priority":
                priority = Priority[text.upper()]
                after = replace(before, priority=priority)
                if before.due_at is not None:
                    after = replace(
                        after, due_at=min(before.due_at, self._due(priority, before.channel))
                    )
                said = (int(priority), int(before.priority))
            case "tags":
                tags = tuple(each.strip() for each in text.split(","))
                after, said = replace(before, tags=tags), (list(tags), list(before.tags))
            case _:
                status = Status(text)
                after, said = before.turned(status, self.at), (status.value, before.status.value)
        self.told.ticket = self._saved(after)
        self._record(by, what, to=said[0], before=said[1])

    def _saved(self, ticket: Ticket) -> Ticket:
        return replace(ticket, version=ticket.version + 1, stamp=ticket.stamp + 1)

    def _attach(self, kind: str) -> None:
        rows = tuple(
            (label, self.slots.fill(value, self.at)) for label, value in pictures.rows(kind)
        )
        said = next(m for m in reversed(self.told.messages) if m.kind is Kind.INBOUND)
        self.told.pictures.append(Picture(said.id, kind, rows))

    def _not_delivered(self, delivery: Delivery, detail: str) -> None:
        last = next(m for m in reversed(self.told.messages) if m.author_kind is Speaker.AGENT)
        changed = replace(last, delivery=delivery, delivery_detail=detail)
        self.told.messages = [changed if m.id == last.id else m for m in self.told.messages]
        self.told.ticket = replace(self.told.ticket, stamp=self.told.ticket.stamp + 1)

    def _leave(self) -> None:
        thread = self.told.threads[-1]
        self.told.put(replace(thread, is_blocked=True))
        self._record(None, "customer_left", channel=thread.channel)
        self.told.ticket = replace(self.told.ticket, stamp=self.told.ticket.stamp + 1)
