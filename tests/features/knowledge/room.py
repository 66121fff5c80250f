"""An editors' room for tests: one who writes and publishes, and what readers then see."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from fanlight.features.knowledge import (
    editing,
    placing,
    queries,
)
from fanlight.features.knowledge.models import Article, Text
from fanlight.kernel.work import Actor, Work

VISITOR = Actor(kind="visitor")
AGENT = Actor(kind="agent")
EDITOR = Actor(kind="agent", id=UUID(int=7), permissions=frozenset({"article.edit"}))
FEES = Text(title="Withdrawal fees", source="One USDT on TRON.\n", description="By network.")
DEARER = replace(FEES, source="Two USDT on TRON.\n")


class Room:
    """An editors' room with one shelf, and its articles."""

    def __init__(self, work: Work) -> None:
        self.work = work

    async def create(self, title: str = "Withdrawal fees", **wanted: Any) -> Article:
        return await placing.create(
            self.work, **{"language": "en", "title": title, "category": "fees"} | wanted
        )

    async def published(self, text: Text = FEES, language: str = "en", **wanted: Any) -> Article:
        article = await self.create(**wanted)
        await self.publish(article, text, language)
        return article

    async def publish(self, article: Article, text: Text, language: str = "en") -> None:
        over = await self.over(article, language)
        draft = await editing.keep(self.work, article.id, language, text, version=0, over=over)
        await editing.publish(self.work, article.id, language, version=draft.version, over=over)

    async def over(self, article: Article, language: str = "en") -> int:
        found = (await editing.read(self.work, article.id, language)).translation
        return 0 if found is None else found.version

    async def readers_see(self, article: Article, language: str = "en") -> str | None:
        work = self.work.acting_as(VISITOR)
        have = {each.language: each for each in await queries.translations(work, article.id)}
        return have[language].source if language in have else None
