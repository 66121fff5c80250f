"""What leads through the articles: paths, and the teams that answer for them."""

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec.structs import replace

from fanlight.features.knowledge import guides, questions
from fanlight.features.knowledge.models import Path, Questions, Team
from fanlight.features.knowledge.queries import guides as kept
from fanlight.features.knowledge.queries import questions as asked
from fanlight.kernel.work import Work
from fanlight.surfaces.console.furnishing import EDITORS, OrderForm, clean, plain
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

    @put("/order", guards=[EDITORS], status_code=204)
    async def reorder(self, data: JSONBody[OrderForm], work: NamedDependency[Work]) -> None:
        """Put the paths in this order."""
        await guides.reorder_paths(work, clean(data.keys), was=clean(data.was))

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


class QuestionsController(Controller):
    path = "/api/console/questions"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_lists(self, work: NamedDependency[Work]) -> list[Questions]:
        """Every list of questions that editors keep."""
        return await asked.lists(work)

    @put("/", guards=[EDITORS])
    async def save(self, data: JSONBody[Questions], work: NamedDependency[Work]) -> Questions:
        """Store a list; version 0 makes one."""
        articles = clean(data.articles[: questions.MOST + 1])
        return await questions.save(work, replace(data, articles=articles))

    @delete("/{place:str}", guards=[EDITORS])
    async def remove(
        self, place: FromPath[str], version: FromQuery[int], work: NamedDependency[Work]
    ) -> None:
        """Give a list up: readers get what is asked again."""
        await questions.remove(work, plain(place), version=version)


ROUTES = [PathController, ArticleTeamController, QuestionsController]
