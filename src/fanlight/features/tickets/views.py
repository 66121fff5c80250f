"""The lists agents work through. Each page is one walk along an index, however deep it lies."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from fanlight.features.people.service.customers import EMAIL, normal_key
from fanlight.features.tickets import feed, objects, queries
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.features.tickets.models import InboxRow
from fanlight.features.tickets.queries import NAMES, ROW, VISIBLE, visible_to
from fanlight.kernel.errors import Malformed
from fanlight.kernel.ids import read_reference
from fanlight.kernel.words import LONGEST_WORD, search_words
from fanlight.kernel.work import Work

ViewKind = Literal["mine", "team", "unassigned", "all", "waiting", "channel", "solved"]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One list: its key as used in addresses, what it is, and how many stand in it (kept)."""

    key: str
    kind: ViewKind
    name: str | None = None
    count: int | None = None


class Place(msgspec.Struct, frozen=True):
    """Where a page ended; the next one starts right below."""

    active_at: datetime
    id: UUID


TOP = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))

_LIVE = "t.status IN ('open', 'waiting')"
_BELOW = "(t.active_at, t.id) < (%(active_at)s, %(id)s)"
_ORDER = "ORDER BY active_at DESC, id DESC"
# The most a page can have stands in the statement, the wanted size beside it: with only a value
# there PostgreSQL expects a tenth of the table and plans anew, which costs more than the walk.
_MOST = f"{_ORDER} LIMIT 100"
_NAMED = f"""
    SELECT p.*, {NAMES}
    FROM page p JOIN customers c ON c.id = p.customer_id
    LEFT JOIN agents a ON a.id = p.assignee_id
    ORDER BY p.active_at DESC, p.id DESC
"""
# Someone's account is being emptied: these stand above every list, wherever their activity lies.
_FIRST = f"""
    SELECT {ROW} FROM tickets t
    WHERE %(is_top)s AND t.priority = 0 AND t.status = 'open' AND 'freeze' = ANY(t.tags)
      AND {VISIBLE} {_ORDER} LIMIT 20
"""


def _walk(where: str) -> str:
    """For who sees every team: one index, top down."""
    return f"""
        WITH page AS (
            SELECT top.* FROM (
                SELECT {ROW} FROM tickets t WHERE {where} AND {_BELOW} {_MOST}
            ) top LIMIT %(limit)s
        )
    """


def _listed(walk: str) -> str:
    """All of a list's page in one round trip, with what stands above it.

    There is a row even where no ticket is: it says from where on the feed tells what is new.
    """
    return f"""
        {walk}, first AS ({_FIRST}), shown AS (
            SELECT page.*, false AS is_first FROM page
            UNION ALL SELECT first.*, true FROM first
        )
        SELECT s.*, {NAMES}, feed.xid AS since
        FROM ({feed.NOW}) feed LEFT JOIN shown s ON true
        LEFT JOIN customers c ON c.id = s.customer_id LEFT JOIN agents a ON a.id = s.assignee_id
        ORDER BY s.active_at DESC, s.id DESC
    """


def _found(where: str) -> str:
    """What a search finds, the latest activity first."""
    return f"{_walk(where)} {_NAMED}"


def _by_team(where: str, *, and_own: bool = True) -> str:
    """For who sees some teams: the top of each team's index, then the top of those together."""
    own = f"""
        UNION (SELECT top.* FROM (
            SELECT t.active_at, t.id FROM tickets t
            WHERE t.assignee_id = %(actor_id)s AND {where} AND {_BELOW} {_MOST}
        ) top LIMIT %(limit)s)
    """
    return f"""
        WITH places AS (
            SELECT both_ways.* FROM (
                SELECT top.* FROM unnest(%(queues)s::text[]) AS q(team) CROSS JOIN LATERAL (
                    SELECT most.* FROM (
                        SELECT t.active_at, t.id FROM tickets t
                        WHERE t.team = q.team AND {where} AND {_BELOW} {_MOST}
                    ) most LIMIT %(limit)s
                ) top {own if and_own else ""}
            ) both_ways {_ORDER} LIMIT %(limit)s
        ), page AS (SELECT {ROW} FROM places JOIN tickets t USING (id))
    """


_WHERE: Mapping[str, str] = {
    "all": _LIVE,
    "unassigned": f"{_LIVE} AND t.assignee_id IS NULL",
    "waiting": "t.status = 'waiting'",
    "solved": "t.status = 'solved' AND NOT t.is_set_aside",
    # For editors: a person's answers solved it, and none led to an article.
    "uncited": """t.status = 'solved' AND NOT t.is_set_aside AND t.answered_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM kb_citations c WHERE c.ticket_id = t.id)""",
    "channel": f"{_LIVE} AND t.channel = %(channel)s",
}
WHOLE = {kind: _listed(_walk(where)) for kind, where in _WHERE.items()}
BY_TEAM = {
    kind: _listed(_by_team(where, and_own=kind != "unassigned")) for kind, where in _WHERE.items()
}
MINE = _listed(_walk(f"{_LIVE} AND t.assignee_id = %(actor_id)s"))
TEAM = _listed(_walk(f"{_LIVE} AND t.team = %(team)s"))

_WORDS = f"t.search @@ %(query)s::tsquery AND {VISIBLE}"
# A word that is everywhere fills its page from the newest tickets at once; at a million of them
# to gather all with it takes a second. Only words that are in few come to the second statement.
SEARCH_NEWEST = f"""
    WITH newest AS (
        SELECT {ROW}, t.search FROM tickets t WHERE {_BELOW} {_ORDER} LIMIT 10000
    ), page AS (
        SELECT {ROW} FROM newest t WHERE {_WORDS} {_ORDER} LIMIT %(limit)s
    ) {_NAMED}
"""
SEARCH = f"""
    WITH hits AS MATERIALIZED (
        SELECT t.active_at, t.id FROM tickets t WHERE {_WORDS} AND {_BELOW}
    ), places AS (
        SELECT id FROM hits {_ORDER} LIMIT %(limit)s
    ), page AS (SELECT {ROW} FROM places JOIN tickets t USING (id)) {_NAMED}
"""
OF_PERSON = _found(f"""t.customer_id IN (
    SELECT customer_id FROM identities WHERE key = ANY(%(keys)s)) AND {VISIBLE}""")
OF_OBJECT = _found(f"""t.id IN (
    SELECT ticket_id FROM ticket_objects WHERE key = ANY(%(keys)s)) AND {VISIBLE}""")
BY_REFERENCE = _found(f"t.reference = %(reference)s AND {VISIBLE}")

COUNTS = """
    SELECT key, sum(n)::int AS n FROM counters
    WHERE key = ANY(%(keys)s)
       OR key ^@ 'channel:' AND split_part(key, ':', 3) = ANY(%(queues)s)
    GROUP BY key
"""
TEAMS = "SELECT key, name FROM teams WHERE archived_at IS NULL ORDER BY name, key"


class _Count(msgspec.Struct, frozen=True):
    key: str
    n: int


class _Team(msgspec.Struct, frozen=True):
    key: str
    name: str


async def views(work: Work) -> list[View]:
    """The lists this agent has, with their kept counts."""
    teams = [team for team in await work.rows(_Team, TEAMS) if _sees(work, team.key)]
    queues = [team.key for team in teams]
    mine = f"agent:{work.actor.id}"
    keys = [mine, *(f"{kind}:{q}" for kind in ("team", "unassigned", "waiting") for q in queues)]
    found = await work.rows(_Count, COUNTS, keys=keys, queues=queues)
    counts = {row.key: row.n for row in found}

    def total(kind: str) -> int:
        return sum(counts.get(f"{kind}:{queue}", 0) for queue in queues)

    channels: dict[str, int] = {}
    for key, n in counts.items():
        kind, _, rest = key.partition(":")
        if kind == "channel":
            channel = rest.rpartition(":")[0]
            channels[channel] = channels.get(channel, 0) + n
    return [
        View(key="mine", kind="mine", count=counts.get(mine, 0)),
        View(key="unassigned", kind="unassigned", count=total("unassigned")),
        View(key="all", kind="all", count=total("team")),
        View(key="waiting", kind="waiting", count=total("waiting")),
        *(
            View(
                key=f"team:{t.key}", kind="team", name=t.name, count=counts.get(f"team:{t.key}", 0)
            )
            for t in teams
        ),
        *(
            View(key=f"channel:{channel}", kind="channel", name=channel, count=n)
            for channel, n in sorted(channels.items())
        ),
        View(key="solved", kind="solved"),
    ]


def _sees(work: Work, team: str) -> bool:
    return work.actor.may("ticket.see_all") or team in work.actor.queues


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list; ``first``: with its top, the emergencies that stand above every list.

    ``since`` is a place in the feed such that the page shows all that lies before it. It may lie
    before things the page shows already: frames repeat, they never miss.
    """

    rows: list[InboxRow]
    first: list[InboxRow]
    since: feed.Cursor


async def page(work: Work, view: str, *, below: Place = TOP, limit: int = 50) -> Page:
    """One page of a list, the latest activity first.

    Raises:
        TicketNotFound: a team the actor does not see.
        Malformed: there is no such list.
    """
    kind, _, name = view.partition(":")
    if kind == "mine":
        statement = MINE
    elif kind == "team":
        if not _sees(work, name):
            raise TicketNotFound(team=name)
        statement = TEAM
    elif kind in _WHERE:
        statement = (WHOLE if work.actor.may("ticket.see_all") else BY_TEAM)[kind]
    else:
        raise Malformed(where="view")
    found = await work.raw(
        statement, channel=name, team=name, is_top=below == TOP, limit=limit,
        active_at=below.active_at, id=below.id, **visible_to(work.actor),
    )  # fmt: skip
    rows: list[InboxRow] = []
    first: list[InboxRow] = []
    for row in found:
        if row["id"] is not None:
            (first if row["is_first"] else rows).append(msgspec.convert(row, InboxRow))
    return Page(rows=rows, first=first, since=feed.Cursor(found[0]["since"], 0))


async def search(work: Work, text: str, *, below: Place = TOP, limit: int = 50) -> list[InboxRow]:
    """Tickets by reference, by the customer's address or UID, by what they name, else by words.

    A transaction's hash finds every ticket that names it, however it was written there.
    """
    values: dict[str, object] = {
        "active_at": below.active_at, "id": below.id, "limit": limit, **visible_to(work.actor),
    }  # fmt: skip
    text = text.strip()[:500]
    if reference := read_reference(text):
        return await work.rows(InboxRow, BY_REFERENCE, reference=reference, **values)
    if rows := await work.rows(InboxRow, OF_PERSON, keys=keys_of(text), **values):
        return rows
    if (keys := objects.keys_in(text)) and (
        rows := await work.rows(InboxRow, OF_OBJECT, keys=keys, **values)
    ):
        return rows
    if any(len(key) > LONGEST_WORD and key.isascii() and key.isalnum() for key in keys):
        return []  # its first characters are not it
    words = search_words(text)[:12]
    if not words:
        return []
    query = " & ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words)
    newest = await work.rows(InboxRow, SEARCH_NEWEST, query=query, **values)
    if len(newest) == limit:
        return newest
    return await work.rows(InboxRow, SEARCH, query=query, **values)


def keys_of(text: str) -> list[str]:
    """The forms under which an identity may be stored."""
    try:
        return [text, normal_key(EMAIL, text)]
    except Malformed:
        return [text] if text else []


async def rows(work: Work, ids: list[UUID]) -> dict[UUID, InboxRow]:
    """The lines of these tickets, of those the actor may see."""
    return {row.id: row for row in await queries.inbox_rows(work, ids)}
