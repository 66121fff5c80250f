"""The demo stands as if the desk itself had written it: loaded once, looked at from every side."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from msgspec.structs import replace
from psycopg.rows import dict_row

from fanlight.app import demo
from fanlight.app.desk import read_settings
from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.settings import SignInSettings
from fanlight.features.tickets.opening import LONGEST_PREVIEW
from fanlight.features.tickets.settings import PromiseSettings
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.i18n import languages
from fanlight.kernel.secrets import scan
from fanlight.kernel.settings import Settings
from tests.builders.databases import Databases
from tests.builders.door import Browser, Door, open_door

pytestmark = pytest.mark.slow

Row = dict[str, object]

TICKETS = """
    SELECT t.id, t.reference, t.status, t.priority, t.channel, t.language, t.preview,
        t.preview_by, t.needs_answer, t.opened_at, t.active_at, t.answered_at, t.due_at,
        t.solved_at, t.assignee_id, t.customer_id, t.version, t.stamp
    FROM tickets t ORDER BY t.opened_at
"""
MESSAGES = """
    SELECT m.ticket_id, m.conversation_id, m.seq, m.kind, m.author_kind, m.text, m.created_at,
        m.redactions, m.delivery, m.activity, c.channel
    FROM messages m LEFT JOIN conversations c ON c.id = m.conversation_id
    ORDER BY m.created_at, m.id
"""


@pytest.fixture(scope="module")
def loaded(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation of its own with the demo in it."""
    settings = read_settings(tmp_path_factory.mktemp("demo"))
    url = replace(settings[DatabaseSettings], url=databases.copy("demo"))
    settings = settings.with_section(url)
    assert asyncio.run(demo.load_when_empty(settings))
    return settings


def rows(settings: Settings, statement: str, **values: object) -> list[Row]:
    url = settings[DatabaseSettings].url
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(statement.encode(), values).fetchall()


@pytest.fixture(scope="module")
def tickets(loaded: Settings) -> list[Row]:
    return rows(loaded, TICKETS)


@pytest.fixture(scope="module")
def messages(loaded: Settings) -> dict[object, list[Row]]:
    """What was said and done, by ticket, in order."""
    found: dict[object, list[Row]] = {}
    for each in rows(loaded, MESSAGES):
        found.setdefault(each["ticket_id"], []).append(each)
    return found


def spoken(timeline: list[Row]) -> list[Row]:
    """What people said to each other: no notes, nothing automatic.

    The first mail of a chat that goes on by mail repeats what was said.
    """
    return [
        each
        for each in timeline
        if each["kind"] == "inbound"
        or (
            each["kind"] == "outbound"
            and each["author_kind"] == "agent"
            and not (each["channel"] == "email" and each["seq"] == 1)
        )
    ]


def test_there_is_a_month_of_everything(loaded: Settings, tickets: list[Row]) -> None:
    now = datetime.now(UTC)
    assert len(tickets) >= 300
    assert {each["language"] for each in tickets} == set(languages())
    channels = Counter(each["channel"] for each in tickets)
    assert set(channels) == {"chat.web", "email", "telegram.private", "web.form"}
    assert min(channels.values()) >= 30
    statuses = Counter(each["status"] for each in tickets)
    assert statuses["solved"] > statuses["open"] > statuses["waiting"] > statuses["spam"] > 0
    assert all(now - timedelta(days=40) < each["opened_at"] <= now for each in tickets)
    assert any(each["assignee_id"] is None and each["status"] == "open" for each in tickets)
    dues = [each["due_at"] - now for each in tickets if each["due_at"] is not None]
    assert any(due < timedelta(0) for due in dues)
    assert any(timedelta(0) < due < timedelta(minutes=15) for due in dues)
    assert len({each["customer_id"] for each in tickets}) >= 60
    deliveries = {each["delivery"] for each in rows(loaded, MESSAGES)}
    assert {"failed", "bounced"} <= deliveries
    assert not {"queued", "sending"} & deliveries


def test_counters_are_what_there_is_to_count(loaded: Settings) -> None:
    kept = rows(loaded, "SELECT key, sum(n)::int AS n FROM counters GROUP BY key HAVING sum(n) > 0")
    counted = rows(
        loaded,
        "SELECT key, count(*)::int AS n FROM tickets t, unnest(ticket_counter_keys(t)) AS key "
        "GROUP BY key",
    )
    assert sorted(kept, key=str) == sorted(counted, key=str)
    assert len(kept) > 10


def test_conversations_count_their_messages(loaded: Settings) -> None:
    wrong = rows(
        loaded,
        """
        SELECT c.id FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id
        GROUP BY c.id
        HAVING c.last_seq <> count(m.id) OR c.last_seq <> coalesce(max(m.seq), 0)
            OR c.agent_read_seq > c.last_seq OR c.customer_read_seq > c.last_seq
            OR c.agent_read_seq < coalesce(max(m.seq) FILTER (WHERE m.kind = 'outbound'), 0)
            OR c.last_inbound_at IS DISTINCT FROM
                max(m.occurred_at) FILTER (WHERE m.kind = 'inbound')
        """,
    )
    assert wrong == []
    twice = rows(
        loaded, "SELECT ticket_id FROM conversations GROUP BY 1 HAVING count(DISTINCT channel) > 1"
    )
    assert len(twice) >= 5


def test_tickets_say_what_was_said_last(
    tickets: list[Row], messages: dict[object, list[Row]]
) -> None:
    for ticket in tickets:
        timeline = messages[ticket["id"]]
        said = spoken(timeline)
        told = [each for each in timeline if each in said or each["kind"] == "note"][-1]
        assert ticket["preview"] == " ".join(str(told["text"]).split())[:LONGEST_PREVIEW]
        by = "note" if told["kind"] == "note" else told["author_kind"]
        assert ticket["preview_by"] == by
        assert ticket["active_at"] == said[-1]["created_at"]
        answers = [each["created_at"] for each in said if each["kind"] == "outbound"]
        assert ticket["answered_at"] == (answers[0] if answers else None)
        is_ours = said[-1]["kind"] == "inbound" and ticket["status"] == "open"
        assert ticket["needs_answer"] == (is_ours or ticket["status"] == "spam")
        assert (ticket["due_at"] is not None) == is_ours
        assert (ticket["solved_at"] is not None) == (ticket["status"] == "solved")


def test_promises_count_from_the_first_unanswered_word(
    loaded: Settings, tickets: list[Row], messages: dict[object, list[Row]]
) -> None:
    promises = loaded[PromiseSettings]
    checked = 0
    for ticket in tickets:
        if ticket["due_at"] is None or ticket["priority"] != 2:
            continue
        said = spoken(messages[ticket["id"]])
        since = next(
            (n for n, each in enumerate(reversed(said)) if each["kind"] == "outbound"), len(said)
        )
        first = said[len(said) - since]
        is_live = first["channel"] == "chat.web"
        minutes = promises.live_minutes if is_live else promises.normal_minutes
        assert ticket["due_at"] == first["created_at"] + timedelta(minutes=minutes)
        checked += 1
    assert checked > 20


def test_saves_and_stamps_have_risen(tickets: list[Row], messages: dict[object, list[Row]]) -> None:
    saves = {"assigned", "status", "priority", "team", "tags"}
    for ticket in tickets:
        timeline = messages[ticket["id"]]
        codes = [each["activity"]["code"] for each in timeline if each["activity"]]
        assert ticket["version"] == 1 + sum(code in saves for code in codes)
        # A ticket is opened with its first words: one change, not two.
        assert ticket["stamp"] >= ticket["version"] + len(spoken(timeline)) - 1


def test_no_secret_and_no_open_slot(messages: dict[object, list[Row]]) -> None:
    hidden = 0
    for each in (each for timeline in messages.values() for each in timeline):
        text = str(each["text"])
        assert scan(text) == ()
        assert not {"{", "}"} & set(text)
        marked = [kind for kind in each["redactions"] if f"⟦hidden:{kind}⟧" in text]
        assert marked == each["redactions"]
        assert ("⟦hidden:" in text) == bool(marked)
        hidden += bool(marked)
    assert hidden >= 5


def test_nobody_says_the_same_twice(tickets: list[Row], messages: dict[object, list[Row]]) -> None:
    first = Counter(str(messages[each["id"]][0]["text"]) for each in tickets)
    assert max(first.values()) <= 4
    assert len(first) > 0.85 * len(tickets)
    own = Counter((each["customer_id"], messages[each["id"]][0]["text"]) for each in tickets)
    assert max(own.values()) == 1


def test_nothing_waits_to_go_out(loaded: Settings) -> None:
    # What follows from an article is done in the house: nobody outside hears of it.
    inside = "kind LIKE 'event:features.knowledge.%%'"
    assert rows(loaded, f"SELECT kind FROM jobs WHERE NOT {inside}") == []
    assert rows(loaded, "SELECT message_id FROM message_parts WHERE state = 'sending'") == []


def test_articles_are_published_in_every_language(loaded: Settings) -> None:
    found = rows(
        loaded,
        "SELECT language, count(*)::int AS n FROM kb_translations WHERE state = 'published' "
        "GROUP BY language",
    )
    assert {str(each["language"]): int(str(each["n"])) >= 40 for each in found} == dict.fromkeys(
        languages(), True
    )


def test_a_desk_where_somebody_works_is_left_alone(loaded: Settings, tickets: list[Row]) -> None:
    assert not asyncio.run(demo.load_when_empty(loaded))
    assert rows(loaded, TICKETS) == tickets


@pytest.fixture(scope="module")
def door(loaded: Settings, tickets: list[Row]) -> Iterator[Door]:  # loaded before it is served
    rules = replace(loaded[SignInSettings], second_factor="optional")
    # One lead opens all of it here, more than an hour's work.
    watched = replace(loaded[OversightSettings], cap_opened=100_000)
    with open_door(loaded[DatabaseSettings].url, loaded.data_dir, rules, watched) as door:
        yield door


def signed_in(door: Door, role: str) -> Browser:
    agent = next(each for each in demo.AGENTS if each.role_key == role)
    browser = door.browser()
    browser.sign_in(agent.email, demo.PASSWORD)
    return browser


def test_a_lead_opens_every_ticket(door: Door, tickets: list[Row]) -> None:
    lead = signed_in(door, "lead")
    for ticket in tickets:
        path = f"/api/console/tickets/{ticket['id']}"
        assert lead.json(path)["ticket"]["row"]["reference"] == ticket["reference"]
        assert lead.json(f"{path}/timeline")["items"]


def test_a_picture_can_be_opened(door: Door, loaded: Settings) -> None:
    lead = signed_in(door, "lead")
    of = rows(loaded, "SELECT ticket_id FROM files WHERE state = 'clean' LIMIT 1")[0]["ticket_id"]
    items = lead.json(f"/api/console/tickets/{of}/timeline")["items"]
    file = next(file for item in items for file in item["files"])
    picture = lead.get(file["url"])
    assert picture.status_code == 200
    assert picture.content.startswith(b"\x89PNG")


def test_every_agent_of_the_list_can_sign_in(door: Door) -> None:
    for agent in demo.AGENTS:
        browser = door.browser()
        browser.sign_in(agent.email, demo.PASSWORD)
        assert browser.json("/api/console/me")["name"] == agent.name
    assert len(demo.AGENTS) == 6
    assert {each.role_key for each in demo.AGENTS} == {"admin", "lead", "agent", "editor"}
    refused = door.browser().post(
        "/api/console/sign-in", json={"email": demo.AGENTS[0].email, "password": "not this one"}
    )
    assert refused.status_code == 401
