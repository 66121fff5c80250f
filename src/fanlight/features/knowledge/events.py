"""Facts about articles that others may react to."""

from uuid import UUID

from fanlight.kernel.events import Event


class ArticlePublished(Event, frozen=True, kw_only=True, tag="article.published"):
    """A translation became visible to readers, or its visible text changed."""

    article_id: UUID
    language: str


class ArticleWithdrawn(Event, frozen=True, kw_only=True, tag="article.withdrawn"):
    """A translation that readers could see no longer is."""

    article_id: UUID
    language: str


class ArticleRated(Event, frozen=True, kw_only=True, tag="article.rated"):
    """A reader said whether the article helped."""

    article_id: UUID
    language: str
    is_helpful: bool
