"""What leads through the articles: paths, and the teams that answer for them."""

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.knowledge import guides
from fanlight.features.knowledge.models import Path, Team
from fanlight.features.knowledge.queries import guides as kept
from fanlight.kernel.work import Work
from fanlight.surfaces.console.furnishing import EDITORS, plain
from fanlight.surfaces.shared.sessions import NO_STORE


class PathController(Controller):
    path = "/api/console/paths"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_paths(self, work: NamedDependency[Work]) -> list[Path]:
        """Every path, in the editors' order."""
        return await kept.paths(work)

    @put("/", guards=[EDITORS])
    async def save(self, data: JSONBody[Path], work: NamedDependency[Work]) -> Path:
        """Store a path; version 0 makes one."""
        return await guides.save_path(work, data)

    @delete("/{key:str}", guards=[EDITORS])
    async def remove(
        self, key: FromPath[str], version: FromQuery[int], work: NamedDependency[Work]
    ) -> None:
        """Take a path away; its articles stay."""
        await guides.remove_path(work, plain(key), version=version)


class ArticleTeamController(Controller):
    path = "/api/console/article-teams"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_teams(self, work: NamedDependency[Work]) -> list[Team]:
        """Every team whose name stands at articles."""
        return await kept.teams(work)

    @put("/", guards=[EDITORS])
    async def save(self, data: JSONBody[Team], work: NamedDependency[Work]) -> Team:
        """Store a team; version 0 makes one."""
        return await guides.save_team(work, data)

    @delete("/{key:str}", guards=[EDITORS])
    async def remove(
        self, key: FromPath[str], version: FromQuery[int], work: NamedDependency[Work]
    ) -> None:
        """Take a team away; its articles are told to be their category's team's."""
        await guides.remove_team(work, plain(key), version=version)


ROUTES = [PathController, ArticleTeamController]
