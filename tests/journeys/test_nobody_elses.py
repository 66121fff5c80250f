"""Nobody sees another's facts: random histories, then every door is tried by everybody.

Each thing that is said holds a word of its own, so wherever a word turns up it is known whose it
is: which thread it was said in, which team the ticket is with now, whether only the desk may read.
"""

import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import httpx2
import msgspec
import pytest

from tests.builders.databases import Databases
from tests.journeys.people import Console, Guest
from tests.surfaces.widget.house import House, open_house
from tests.ui.console import scene

pytestmark = pytest.mark.slow

TEAMS = ("deposits", "security")
STEPS = 30


class Said(msgspec.Struct):
    """One thing that was said, by its word."""

    word: str
    case: "Case"
    is_note: bool


class Case(msgspec.Struct):
    """A ticket: whose it is, the door it came by, the team it is with."""

    ticket: str
    team: str
    guest: Guest | None = None
    link: str = ""


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with (
        pytest.MonkeyPatch.context() as environment,
        ExitStack() as stack,
    ):
        # All of them write from one address.
        environment.setenv("FANLIGHT_HELP__MESSAGES_PER_HOUR", "100000")
        folder = tmp_path_factory.mktemp("nobody")
        house = stack.enter_context(open_house(databases, folder))
        house.run(scene.open_teams(house))
        yield house


class World:
    """A desk and everybody who has something to do with it."""

    def __init__(self, house: House, stack: ExitStack, seed: int) -> None:
        self.house, self.chance, self._stack = house, random.Random(seed), stack
        self.cases: list[Case] = []
        self.said: list[Said] = []
        self.lead = self._agent("Lead", "lead", TEAMS)
        self.agents = {team: self._agent(f"Of {team}", "agent", (team,)) for team in TEAMS}
        self.visitor = stack.enter_context(
            httpx2.Client(base_url=house.url, headers={"origin": house.url}, timeout=20)
        )

    def _agent(self, name: str, role: str, teams: tuple[str, ...]) -> Console:
        staff = self.house.run(scene.hire(self.house, name, roles=(role,), teams=teams))
        return self._stack.enter_context(Console(self.house, staff))

    def word(self, case: Case, *, is_note: bool = False) -> str:
        """A word that was never said before, noted as said here."""
        word = f"zq{self.chance.getrandbits(64):016x}"
        self.said.append(Said(word, case, is_note))
        return word

    def step(self) -> None:
        deeds = [self.chat, self.form, self.answer, self.note, self.go_on, self.move]
        deed = self.chance.choice(deeds if self.cases else deeds[:2])
        deed()

    def chat(self) -> None:
        case = Case("", "")
        case.guest = self._stack.enter_context(Guest(self.house))
        self._settle(case, case.guest.begins(self.word(case)).reference)

    def form(self) -> None:
        case = Case("", "")
        sent = {"text": self.word(case), "email": f"{uuid4().hex}@mail.example", "key": uuid4().hex}
        taken = self.visitor.post("/en/contact", data=sent)
        assert taken.status_code == 303, taken.text
        case.link = taken.headers["location"].partition("?")[0]
        self._settle(case, self.said[-1].word)

    def _settle(self, case: Case, words: str) -> None:
        """Somebody who sees everything gives the ticket to a team."""
        case.ticket = self.lead.ticket_with(words)
        self.cases.append(case)
        self._give(case, self.chance.choice(TEAMS))

    def _give(self, case: Case, team: str) -> None:
        row = self.lead.get(f"tickets/{case.ticket}")["ticket"]["row"]
        body = {"team": team, "version": row["version"]}
        answer = self.lead.client.put(f"tickets/{case.ticket}/team", json=body)
        assert answer.status_code == 200, answer.text
        case.team = team

    def answer(self) -> None:
        case = self.chance.choice(self.cases)
        self.agents[case.team].answers(case.ticket, self.word(case))

    def note(self) -> None:
        case = self.chance.choice(self.cases)
        body = {"text": self.word(case, is_note=True), "client_key": uuid4().hex}
        client = self.agents[case.team].client
        assert client.post(f"tickets/{case.ticket}/notes", json=body).status_code == 201

    def go_on(self) -> None:
        case = self.chance.choice(self.cases)
        word = self.word(case)
        if case.guest is not None:
            case.guest.says(word)
        else:
            sent = self.visitor.post(case.link, data={"text": word, "key": uuid4().hex})
            assert sent.status_code == 303, sent.text

    def move(self) -> None:
        case = self.chance.choice(self.cases)
        self._give(case, self.chance.choice(TEAMS))

    def words(self, of: Case | None = None, *, notes: bool = False) -> set[str]:
        """What was said, on one ticket or on all, with or without what only the desk may read."""
        return {
            each.word
            for each in self.said
            if (of is None or each.case is of) and (notes or not each.is_note)
        }


def words_in(text: str) -> set[str]:
    return set(re.findall(r"zq[0-9a-f]{16}", text))


@pytest.mark.parametrize("seed", range(3))
def test_every_door_shows_what_its_actor_may_see_and_no_more(house: House, seed: int) -> None:
    with ExitStack() as stack:
        world = World(house, stack, seed)
        for _ in range(STEPS):
            world.step()
        for case in world.cases:
            customers_see_their_own(world, case)
        for team in TEAMS:
            agents_see_their_teams(world, team)
        strangers_see_nothing(world)


def customers_see_their_own(world: World, case: Case) -> None:
    """Their words and the answers, all of them; no note, and no other ticket."""
    own = world.words(case)
    if case.guest is None:
        assert words_in(world.visitor.get(case.link).text) == own
        head, _, token = case.link.rpartition("/")
        for forged in (token[:-2] + "AA", "A" * len(token), token[::-1]):
            assert not words_in(world.visitor.get(f"{head}/{forged}").text)
        return
    assert words_in(case.guest.everything().text) == own
    for other in world.cases:
        if other.guest is not None and other is not case:
            answer = case.guest.look_into(other.guest.talk_id)
            assert answer.status_code == 404
            assert not words_in(answer.text)


def agents_see_their_teams(world: World, team: str) -> None:
    """Tickets that are with their team now, by whichever door of the console."""
    desk = world.agents[team]
    for case in world.cases:
        mine = case.team == team
        status = 200 if mine else 404
        for path in (f"tickets/{case.ticket}", f"tickets/{case.ticket}/timeline"):
            answer = desk.client.get(path)
            assert answer.status_code == status, (path, answer.text)
            assert mine or not words_in(answer.text)
        timeline = words_in(desk.client.get(f"tickets/{case.ticket}/timeline").text)
        assert timeline == (world.words(case, notes=True) if mine else set())
        if not mine:
            body = {"text": "Let me in", "client_key": uuid4().hex}
            assert desk.client.post(f"tickets/{case.ticket}/notes", json=body).status_code == 404
    allowed = {word for c in world.cases if c.team == team for word in world.words(c, notes=True)}
    views = [view["key"] for view in desk.get("views")["views"]]
    for path in ("deliveries", *(f"tickets?view={view}" for view in views)):
        shown = words_in(desk.client.get(path).text) & world.words(notes=True)
        assert shown <= allowed, path
    for said in world.said:
        found = {row["id"] for row in desk.get("search", q=said.word)["rows"]}
        assert found == ({said.case.ticket} if said.case.team == team else set())


def strangers_see_nothing(world: World) -> None:
    """No page, no search and no API of the public side knows a word of any of it."""
    for said in world.said[:: len(world.said) // 5]:
        for path in ("/en/search", "/api/help/search", "/api/help/suggest"):
            answer = world.visitor.get(path, params={"q": said.word})
            assert words_in(answer.text) <= {said.word}  # what was asked is shown again
    for path in ("/", "/en/", "/api/schema/openapi.json", "/metrics", "/readyz", "/sitemap.xml"):
        assert not words_in(world.visitor.get(path, follow_redirects=True).text)
