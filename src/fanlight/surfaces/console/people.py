"""Agents, teams, roles and the audit log, for those who manage them."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.people.models import AgentRow, AgentState, Role, Team
from fanlight.features.people.queries import agents as agent_queries
from fanlight.features.people.service import agents, teams
from fanlight.features.tickets import views
from fanlight.features.tickets.models import InboxRow
from fanlight.kernel import audit
from fanlight.kernel.errors import Malformed
from fanlight.kernel.work import Work
from fanlight.surfaces.console.wire import Named, Other
from fanlight.surfaces.shared.guards import may, signed_in
from fanlight.surfaces.shared.sessions import NO_STORE, sign_in_settings

AnyRequest = Request[Any, Any, Any]

_PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class InviteForm(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)


class AgentForm(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    name: str | None = None
    public_name: str | None = None
    languages: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    state: Literal["active", "suspended"] | None = None

    def wanted(self) -> agents.Wanted:
        return agents.Wanted(
            name=self.name,
            public_name=self.public_name,
            languages=self.languages,
            roles=self.roles,
            teams=self.teams,
            state=AgentState(self.state) if self.state else None,
        )


class LinkForm(msgspec.Struct, frozen=True):
    drop_second_factor: bool = False


class LinkOut(msgspec.Struct, frozen=True):
    """A one-time link below our address; its secret follows the #, which no server log sees."""

    agent_id: UUID
    path: str

    @classmethod
    def of(cls, invited: agents.Invited) -> Self:
        return cls(invited.agent_id, f"/console/invite#{invited.token}")


class NewTeam(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    name: str
    languages: tuple[str, ...] = ()
    members: tuple[UUID, ...] = ()


class TeamForm(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    name: str | None = None
    languages: tuple[str, ...] | None = None
    members: tuple[UUID, ...] | None = None
    is_archived: bool | None = None


class RoleForm(msgspec.Struct, frozen=True):
    name: str
    permissions: tuple[str, ...]


class AuditActor(msgspec.Struct, frozen=True):
    kind: str
    id: UUID
    name: str


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    at: datetime
    actor: AuditActor
    action: str
    target: str
    target_name: str  # of an agent
    ticket: Other | None  # where it was done, if the reader may see it
    detail: dict[str, Any]
    link: int | None

    @classmethod
    def of(cls, entry: audit.Entry, names: dict[UUID, str], tickets: dict[UUID, InboxRow]) -> Self:
        row = tickets.get(_ticket_of(entry) or entry.id)
        return cls(
            id=entry.id,
            at=entry.at,
            actor=AuditActor(entry.actor_kind, entry.actor_id, names.get(entry.actor_id, "")),
            action=entry.action,
            target=entry.target,
            target_name=names.get(_agent_of(entry) or entry.id, ""),
            ticket=Other(row.id, row.reference) if row else None,
            detail=entry.detail,
            link=entry.link,
        )


class AuditPage(msgspec.Struct, frozen=True):
    entries: list[AuditEntry]
    before: str | None
    """Asks for the page below this one; null at the end."""
    people: list[Named]
    """Whom one can ask for, with the first page."""


class AgentController(Controller):
    path = "/api/console/agents"
    cache_control = NO_STORE
    tags = ["people"]

    @get("/", guards=[may("agent.manage", "team.manage")])
    async def list_agents(self, work: NamedDependency[Work]) -> list[AgentRow]:
        """Every agent with roles, teams and presence."""
        return await agents.agent_rows(work)

    @post("/", guards=[may("agent.manage")])
    async def invite(
        self, request: AnyRequest, data: JSONBody[InviteForm], work: NamedDependency[Work]
    ) -> LinkOut:
        """Make an agent and the link by which they set a password."""
        invited = await agents.invite(
            work,
            sign_in_settings(request),
            email=data.email,
            name=data.name,
            roles=data.roles,
            teams=data.teams,
            languages=data.languages,
        )
        return LinkOut.of(invited)

    @patch("/{agent_id:uuid}", guards=[may("agent.manage")])
    async def change(
        self,
        request: AnyRequest,
        agent_id: FromPath[UUID],
        data: JSONBody[AgentForm],
        work: NamedDependency[Work],
    ) -> AgentRow:
        """Change what an agent is called, may do, or whether they work here."""
        return await agents.change_agent(work, sign_in_settings(request), agent_id, data.wanted())

    @post("/{agent_id:uuid}/link", guards=[may("agent.manage")], status_code=200)
    async def new_link(
        self,
        request: AnyRequest,
        agent_id: FromPath[UUID],
        data: JSONBody[LinkForm],
        work: NamedDependency[Work],
    ) -> LinkOut:
        """A new link, for who lost the first one, the password, or the telephone."""
        invited = await agents.new_link(
            work,
            sign_in_settings(request),
            agent_id,
            drop_second_factor=data.drop_second_factor,
        )
        return LinkOut.of(invited)


class TeamController(Controller):
    path = "/api/console/teams"
    cache_control = NO_STORE
    tags = ["people"]

    @get("/", guards=[signed_in])
    async def list_teams(self, work: NamedDependency[Work]) -> list[Team]:
        """Every team, the archived ones last."""
        return await teams.teams(work)

    @post("/", guards=[may("team.manage")])
    async def make(self, data: JSONBody[NewTeam], work: NamedDependency[Work]) -> Team:
        """Make a team and with it a queue."""
        return await teams.make_team(
            work,
            key=data.key,
            name=data.name,
            languages=data.languages,
            members=data.members,
        )

    @patch("/{key:str}", guards=[may("team.manage")])
    async def change(
        self, key: FromPath[str], data: JSONBody[TeamForm], work: NamedDependency[Work]
    ) -> Team:
        """Change a team."""
        return await teams.change_team(
            work,
            key,
            name=data.name,
            languages=data.languages,
            members=data.members,
            is_archived=data.is_archived,
        )


class RoleController(Controller):
    path = "/api/console/roles"
    cache_control = NO_STORE
    tags = ["people"]

    @get("/", guards=[may("agent.manage", "role.manage")])
    async def list_roles(self, work: NamedDependency[Work]) -> list[Role]:
        """Every role and what it may."""
        return await teams.roles(work)

    @put("/{key:str}", guards=[may("role.manage")])
    async def store(
        self,
        request: AnyRequest,
        key: FromPath[str],
        data: JSONBody[RoleForm],
        work: NamedDependency[Work],
    ) -> Role:
        """Make a role of one's own, or change it."""
        return await teams.store_role(
            work, sign_in_settings(request), key=key, name=data.name, permissions=data.permissions
        )


class AuditController(Controller):
    path = "/api/console/audit"
    cache_control = NO_STORE
    tags = ["audit"]

    @get("/", guards=[may("audit.see")])
    async def page(
        self,
        work: NamedDependency[Work],
        before: FromQuery[str | None] = None,
        target: FromQuery[str | None] = None,
        actor: FromQuery[UUID | None] = None,
        action: FromQuery[str | None] = None,
        since: FromQuery[datetime | None] = None,
        until: FromQuery[datetime | None] = None,
    ) -> AuditPage:
        """The audit log, newest first: all of it, or a person's, an act's, a stretch of time."""
        for where, said in (("target", target), ("action", action)):
            if said is not None and not said.isprintable():
                raise Malformed(where=where)
        found = await audit.page(
            work,
            below=_place(before) if before else audit.TOP,
            target=target,
            actor_id=actor,
            action=action,
            since=_aware(since) if since else _EPOCH,
            until=_aware(until) if until else audit.TOP.at,
            limit=_PAGE,
        )
        people = {} if before else await agent_queries.everybody(work)
        agents_in = {entry.actor_id for entry in found} | {_agent_of(each) for each in found}
        names = await agent_queries.names_of(work, [each for each in agents_in if each])
        ids = {_ticket_of(entry) for entry in found}
        tickets = await views.rows(work, [each for each in ids if each])
        return AuditPage(
            [AuditEntry.of(entry, names, tickets) for entry in found],
            _cursor(found[-1]) if len(found) == _PAGE else None,
            [Named(agent_id, name) for agent_id, name in people.items()],
        )


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _agent_of(entry: audit.Entry) -> UUID | None:
    kind, _, key = entry.target.partition(":")
    return _id(key) if kind == "agent" else None


def _ticket_of(entry: audit.Entry) -> UUID | None:
    return _id(str(entry.detail.get("ticket_id", "")))


def _id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _cursor(entry: audit.Entry) -> str:
    return f"{(entry.at - _EPOCH) // timedelta(microseconds=1)}.{entry.id.hex}"


def _place(cursor: str) -> audit.Place:
    stamp, _, entry_id = cursor.partition(".")
    try:
        return audit.Place(_EPOCH + timedelta(microseconds=int(stamp)), UUID(entry_id))
    except (ValueError, OverflowError) as error:
        raise Malformed(where="before") from error


ROUTES = [AgentController, TeamController, RoleController, AuditController]
