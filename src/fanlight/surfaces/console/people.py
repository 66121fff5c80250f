"""Agents, teams and roles, for those who manage them."""

from typing import Any, Literal, Self
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from fanlight.features.people.models import AgentRow, AgentState, Role, Team
from fanlight.features.people.service import agents, teams
from fanlight.kernel.work import Work
from fanlight.surfaces.shared.guards import may, signed_in
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE, sign_in_settings

AnyRequest = Request[Any, Any, Any]


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


class AgentController(Controller):
    path = "/api/console/agents"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
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
    opt = NOT_FOR_READERS
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
    opt = NOT_FOR_READERS
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


ROUTES = [AgentController, TeamController, RoleController]
