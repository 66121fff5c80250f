"""How articles are told elsewhere than on our pages, and what those who ask may say."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from fanlight.features.knowledge import presenting, queries
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.models import Article, address
from fanlight.features.knowledge.node import preference, stand_in
from fanlight.kernel import i18n
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

Query = Annotated[str, QueryParameter(description="What is looked for.", max_length=10_000)]
Lang = Annotated[str, QueryParameter(description="The reader's language, BCP 47.", max_length=40)]
Limit = Annotated[int, QueryParameter(description="Most results.", ge=1, le=50)]

Final = Annotated[
    bool,
    QueryParameter(
        name="final",
        description="Asked in earnest, not while typing: noted for the editors, without secrets.",
    ),
]


class ArticleOut(msgspec.Struct, frozen=True, kw_only=True):
    """An article for showing elsewhere; its HTML is sanitised and brings no pictures' drawings."""

    id: UUID
    title: str
    description: str
    html: str
    updated_at: str
    lang: str
    url: str


async def told(work: Work, found: Article, lang: str) -> ArticleOut:
    """An article as it is shown elsewhere, at this moment.

    Raises:
        ArticleNotFound: the actor may see none of its translations.
    """
    language = i18n.nearest(lang) or i18n.DEFAULT
    texts = {text.language: text for text in await queries.translations(work, found.id)}
    best = stand_in(language, list(texts))
    if best is None:
        raise ArticleNotFound(article_id=found.id)
    text = texts[best]
    showing = presenting.Showing(language=best, order=preference(language), slug=found.slug)
    html = await presenting.present(work, text.html, showing, work.of(Settings)[BrandSettings])
    return ArticleOut(
        id=found.id,
        title=text.title,
        description=text.description,
        html=html,
        updated_at=text.saved_at.isoformat(),
        lang=best,
        url=address(language, found.category, found.slug),
    )
