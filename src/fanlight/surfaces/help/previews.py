"""Drafts as readers would get them, for the editors' console."""

from collections.abc import Sequence

from fanlight.features.broadcasts.models import Told
from fanlight.features.knowledge.queries import Reading
from fanlight.features.knowledge.render import Fault
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import Work
from fanlight.surfaces.help.pages import article, news
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.pages import Previews
from fanlight.surfaces.shared.works import VISITOR


def equip(edge: Edge) -> None:
    edge.shelf.offer(Previews(article=_article, announcement=_announcement))


async def _article(request: Asked, work: Work, text: Reading, faults: Sequence[Fault]) -> bytes:
    visitor = work.acting_as(VISITOR)
    return await article.page_of(
        site_of(request), visitor, text, text.language, is_indexed=False, faults=faults
    )


async def _announcement(request: Asked, work: Work, told: Told) -> bytes:
    visitor = work.acting_as(VISITOR)
    return await news.page_of(site_of(request), visitor, told, told.language, is_indexed=False)
