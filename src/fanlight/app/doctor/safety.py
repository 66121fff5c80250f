"""Whether somebody comes when money is leaving, and whether customers can tell who is real."""

from collections.abc import AsyncIterator

from fanlight.app.doctor.finding import Finding, ok, warn
from fanlight.features.guidance.emergency.settings import EmergencySettings
from fanlight.kernel.db.line import Connection
from fanlight.kernel.settings import Settings

TEAM = """
    SELECT count(*)::int AS teams,
        (SELECT count(*)::int FROM team_members m JOIN agents a ON a.id = m.agent_id
         WHERE m.team_key = %(team)s AND a.state = 'active') AS people
    FROM teams WHERE key = %(team)s AND archived_at IS NULL
"""
SOURCES = "SELECT count(*)::int FROM official_sources WHERE state = 'official'"


async def examine(settings: Settings, connection: Connection) -> AsyncIterator[Finding]:
    """The team, the pager and the list of official sources; never more than warnings."""
    lane = settings[EmergencySettings]
    yield await _team(connection, lane.team)
    yield pager(lane)
    yield await _sources(connection)


async def _team(connection: Connection, team: str) -> Finding:
    cursor = await connection.execute(TEAM, {"team": team})
    teams, people = await cursor.fetchone() or (0, 0)
    if not teams:
        says = f"There is no team {team}: emergencies and weaknesses reported go to support."
        return warn("team", says, f"Make the team {team} under People, or set emergency.team.")
    if not people:
        return warn("team", f"Nobody is in the team {team}.", "Put people into it, under People.")
    return ok("team", f"The team {team} has {people} {'person' if people == 1 else 'people'}.")


def pager(lane: EmergencySettings) -> Finding:
    """Whom a frozen account wakes."""
    if lane.pager_url:
        return ok("pager", "A pager is told of emergencies. A drill tries it: fanlight drill")
    if lane.on_call:
        return ok("pager", f"Mails go to {len(lane.on_call)} on call. fanlight drill tries them.")
    says = "Nobody is called when a customer freezes an account; it only stands in the inbox."
    return warn("pager", says, "Set emergency.pager_url, or emergency.on_call.")


async def _sources(connection: Connection) -> Finding:
    cursor = await connection.execute(SOURCES)
    count = (await cursor.fetchone() or (0,))[0]
    if not count:
        says = (
            "No official source is listed: customers cannot check a sender, imitations go unseen."
        )
        return warn("official sources", says, "Console › Official sources; two persons, once.")
    return ok("official sources", f"{count} listed.")
