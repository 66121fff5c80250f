"""Stories are told as the desk would have lived them, and a script nobody can play is refused."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from fanlight.app.demo.cast import Customer
from fanlight.app.demo.slots import Slots
from fanlight.app.demo.stories import BadStory, Step, Story, read, stories
from fanlight.app.demo.telling import tell
from fanlight.app.demo.told import Told, store
from fanlight.app.demo.writing import Desk, Player, Scene
from fanlight.channels.adapters.webchat import adapter as webchat
from fanlight.channels.adapters.webform import adapter as webform
from fanlight.channels.contract import Evidence
from fanlight.channels.registry import Channels
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Message
from fanlight.features.people.service.agents import make_agent
from fanlight.features.people.service.customers import find_or_make_customer
from fanlight.features.people.service.teams import make_team
from fanlight.features.tickets import queries, replies, service
from fanlight.features.tickets.acknowledge import acknowledge, acknowledgement
from fanlight.features.tickets.events import TicketOpened
from fanlight.features.tickets.intake import receive
from fanlight.features.tickets.models import Priority, Status, Ticket
from fanlight.features.tickets.settings import PromiseSettings
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor, Work
from tests.builders.sign_in import PASSWORD
from tests.conftest import NOON

CUSTOMER = Customer(
    name="Hannah Brooks",
    language="en",
    email="hannah@mail.example",
    uid="48812217",
    telegram=None,
    handle="",
    visitor="",
)
STORY = """
[[story]]
key = "a-deposit"
language = "en"
channel = "{channel}"
team = "deposits"
agent = "mei"
{subject}
script = '''
0 customer: My {{usdt}} USDT are not there.
{begins}
4 agent: They are safe. I look.
2 note: Replayed the address.
9 agent: They are credited now.
6 customer: I see them, thank you.
5 status: solved
{ends}
'''
"""


class Clock:
    """Time as the script has it."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def story(**parts: str) -> Story:
    given = {"channel": "web.form", "subject": 'subject = "A deposit"', "begins": "", "ends": ""}
    found = read(STORY.format(**{**given, **parts}).encode())
    assert len(found) == 1
    return found[0]


@pytest.fixture
async def mei(work: Work) -> Actor:
    """An agent of the team, as the door would let her in."""
    await make_team(work, key="deposits", name="Deposits")
    agent = await make_agent(
        work, email="mei@desk.example", name="Mei Tan", password=PASSWORD, roles=["lead"]
    )
    may = frozenset({"ticket.reply", "ticket.note", "ticket.assign", "ticket.edit", "ticket.solve"})
    return Actor(kind="agent", id=agent.id, name=agent.name, permissions=may, queues=("deposits",))


def desk(work: Work, mei: Actor) -> Desk:
    settings = work.of(Settings)

    def acknowledged(ticket: Ticket, at: datetime) -> str:
        then = Work(connection=work.connection, now=lambda: at, shelf=work.shelf)
        return acknowledgement(then, ticket)

    return Desk(
        brand=settings[BrandSettings].name,
        zone=ZoneInfo("Asia/Singapore"),
        promises=settings[PromiseSettings],
        agents={"mei": Player(id=mei.id, name=mei.name, teams=("deposits",), sees_all=False)},
        acknowledgement=acknowledged,
    )


async def told_by_script(work: Work, mei: Actor, script: Story) -> Told:
    is_chat = script.written.channel == "chat.web"
    known = ("exchange", "48812217") if is_chat else ("email", CUSTOMER.email)
    customer = await find_or_make_customer(work, *known, name=CUSTOMER.name)
    scene = Scene(story=script, customer=CUSTOMER, customer_id=customer.id, seed=3)
    told = tell(desk(work, mei), scene, NOON)
    await store(work, [told], patience=(120, 600))
    return told


class Lived:
    """The same story, lived through the desk's own verbs at the same moments."""

    def __init__(self, work: Work, clock: Clock, mei: Actor, told: Told) -> None:
        self.work, self.clock, self.told = work, clock, told
        self.mine = work.acting_as(mei)
        self.mei = mei
        self.id = UUID(int=0)
        self.talk = UUID(int=0)

    async def through(self) -> None:
        for number, message in enumerate(self.told.messages):
            self.clock.at = message.created_at
            await self.step(number, message)
        if not self.told.ticket.needs_answer:
            last = (await conversations.get_conversation(self.work, self.talk)).last_seq
            await replies.read(self.mine, self.id, conversation_id=self.talk, seq=last)

    async def step(self, number: int, message: Message) -> None:
        match (message.kind, message.author_kind):
            case ("inbound", _):
                await self.hear(number, message)
            case ("outbound", "agent"):
                seen = {self.talk: 1_000}
                await replies.reply(
                    self.mine, self.id, conversation_id=self.talk, text=message.text, seen=seen,
                    client_key=f"lived-{number}",
                )  # fmt: skip
            case ("note", _):
                key = f"lived-{number}"
                await replies.note(self.mine, self.id, text=message.text, client_key=key)
            case ("activity", "agent"):
                assert message.activity is not None
                await self.change(message.activity)

    async def hear(self, number: int, message: Message) -> None:
        is_chat = self.told.ticket.channel == "chat.web"
        event = self.chat(number, message) if is_chat else self.form(number, message)
        received = await receive(self.work, event, team="deposits")
        assert received.outcome == "stored"
        if received.is_new_ticket:
            self.id = received.ticket_id or self.id
            self.talk = received.conversation_id or self.talk
            opened = next(e for e in self.work.outbox if isinstance(e, TicketOpened))
            self.clock.at += timedelta(seconds=1)
            await acknowledge(self.work, opened)

    def form(self, number: int, message: Message) -> webform.InboundEvent:
        return webform.event_of(
            webform.Written(
                form_key=f"form-{number}",
                email=CUSTOMER.email,
                name=CUSTOMER.name,
                text=message.text,
                subject=message.subject,
                language="en",
                at=message.created_at,
                conversation_id=self.talk if number else None,
            )
        )

    def chat(self, number: int, message: Message) -> webchat.InboundEvent:
        spoken = webchat.Spoken(
            thread_key="exchange:48812217:one",
            client_key=f"chat-{number}",
            identity_kind="exchange",
            identity_key="48812217",
            text=message.text,
            at=message.created_at,
            name=CUSTOMER.name,
            language="en",
        )
        return webchat.event_of(spoken, Evidence(level=2, method="signed_session"))

    async def change(self, activity: Mapping[str, object]) -> None:
        params = activity["params"]
        assert isinstance(params, dict)
        version = (await queries.get_ticket(self.work, self.id)).version
        seen = {self.talk: 1_000}
        match activity["code"]:
            case "assigned":
                await service.assign(self.mine, self.id, to=self.mei.id, version=version)
            case "status":
                status = Status(params["to"])
                await service.turn(self.mine, self.id, status=status, version=version, seen=seen)
            case "priority":
                priority = Priority(params["to"])
                await service.rank(self.mine, self.id, priority=priority, version=version)
            case "tags":
                await service.tag(self.mine, self.id, tags=params["to"], version=version)
            case "reopened":
                pass  # the desk's own answer to the message before it


SAME_OF_TICKET = (
    "subject", "team", "status", "priority", "assignee_id", "channel", "language", "tags",
    "preview", "preview_by", "needs_answer", "opened_at", "active_at", "answered_at", "due_at",
    "solved_at", "version", "stamp",
)  # fmt: skip
SAME_OF_MESSAGE = (
    "seq", "kind", "author_kind", "author_id", "author_name", "text", "subject", "language",
    "created_at", "level", "method", "proven_at", "auth", "activity", "delivery", "redactions",
)  # fmt: skip
SAME_OF_TALK = (
    "channel", "account_id", "subject", "last_seq", "agent_read_seq", "last_inbound_at",
    "is_blocked", "is_current", "created_at",
)  # fmt: skip


def picked(thing: object, names: Sequence[str]) -> dict[str, object]:
    return {name: getattr(thing, name) for name in names}


@pytest.fixture
async def clocked(work: Work) -> tuple[Work, Clock]:
    """The same work on a shelf with the desk's own two channels, and a clock that can be set."""
    clock = Clock()
    settings = work.of(Settings)
    chat = webchat.WebchatAdapter(settings[webchat.WebchatSettings], name="Meridian")
    work.shelf.offer(Channels([chat, webform.WebformAdapter(settings[BrandSettings])]))
    return Work(connection=work.connection, now=clock, shelf=work.shelf), clock


@pytest.mark.parametrize(
    "parts",
    [
        {"begins": "3 takes"},
        {
            "begins": "2 takes\n1 priority: high\n1 tags: deposit, tron",
            "ends": "9 customer: Again.",
        },
        {"channel": "chat.web", "subject": "", "begins": "1 priority: urgent\n1 takes"},
    ],
    ids=["a form", "reopened", "a chat"],
)
async def test_the_script_leaves_what_the_verbs_leave(
    clocked: tuple[Work, Clock], mei: Actor, parts: dict[str, str]
) -> None:
    work, clock = clocked
    told = await told_by_script(work, mei, story(**parts))
    lived = Lived(work, clock, mei, told)
    await lived.through()
    written = await queries.get_ticket(work, told.ticket.id)
    real = await queries.get_ticket(work, lived.id)
    assert picked(written, SAME_OF_TICKET) == picked(real, SAME_OF_TICKET)
    assert await said(work, written.id) == await said(work, lived.id)
    threads = [await conversations.of_ticket(work, each) for each in (written.id, lived.id)]
    ours, theirs = ([picked(each, SAME_OF_TALK) for each in found] for found in threads)
    assert ours == theirs


async def said(work: Work, ticket_id: UUID) -> list[dict[str, object]]:
    """What was said and done, without what every telling has of its own."""
    found = []
    for message in (await conversations.timeline(work, ticket_id))[::-1]:
        is_acknowledgement = message.author_kind == "machine"
        text = message.text.split("Reference")[0] if is_acknowledgement else message.text
        found.append(picked(replace(message, text=text), SAME_OF_MESSAGE))
    return sorted(found, key=lambda each: (str(each["created_at"]), str(each["kind"])))


def test_every_story_that_ships_can_be_told() -> None:
    told = stories()
    assert len(told) >= 70
    assert len({each.written.key for each in told}) == len(told)
    assert {each.written.language for each in told} == {"en", "zh-Hans", "zh-Hant"}


@pytest.mark.parametrize(
    "line",
    ["agent: no minutes before it", "5 Agent: a capital", "x customer: no number"],
)
def test_a_line_that_is_no_step_is_refused(line: str) -> None:
    with pytest.raises(BadStory, match="a-deposit"):
        story(ends=line)


def test_the_customer_speaks_first() -> None:
    body = STORY.format(channel="email", subject="", begins="", ends="")
    body = body.replace("0 customer", "0 agent")
    with pytest.raises(BadStory, match="first"):
        read(body.encode())


def test_texts_go_on_over_indented_lines() -> None:
    steps = story(begins="1 customer: one\n\n two").steps
    assert steps[1] == Step(1, ("customer",), "one\n\ntwo")


def slots(turn: int = 0) -> Slots:
    return Slots(
        random.Random(5),
        turn=turn,
        language="en",
        begins_at=NOON,
        pick={"coin": ("TON",)},
        given={"name": "Mei"},
    )


def test_a_slot_keeps_its_value() -> None:
    filled = slots().fill("{usdt} {usdt} {usdt2} {coin} {name}", NOON)
    first, again, second, coin, name = filled.split(" ")
    assert first == again != second
    assert (coin, name) == ("TON", "Mei")
    assert len(slots().fill("{hash}", NOON)) == 64
    assert slots().fill("{tron}", NOON).startswith("T")


def test_promises_lie_ahead_of_the_moment_they_are_made() -> None:
    assert slots().fill("{now}", NOON + timedelta(hours=2)) == "14:00"
    hour, minute = slots().fill("{by}", NOON).split(":")
    assert 16 <= int(hour) < 19
    assert minute in {"00", "30"}
    assert slots().fill("{tomorrow}", NOON).startswith("Tue 24 Nov")


def test_wordings_take_turns() -> None:
    said = {slots(turn=turn).fill("{one|two|on {date}}", NOON) for turn in range(3)}
    assert len(said) == 3
    assert not any("{" in each for each in said)


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError):
        slots().fill("{nonsense}", NOON)
