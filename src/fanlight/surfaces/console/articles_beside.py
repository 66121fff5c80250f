"""Beside a text while it is written: the readers' page, what is amiss, who else is there."""

import asyncio
import re
from typing import Any
from uuid import UUID, uuid5

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from fanlight.features.knowledge import editing, queries
from fanlight.features.knowledge.render.diagram import Unreadable, arrange, draw, fault_of, read
from fanlight.kernel import i18n
from fanlight.kernel.work import Work
from fanlight.surfaces.console.articles import EDITORS
from fanlight.surfaces.console.articles_wire import AmissOut, DiagramForm, DiagramOut, HereOut
from fanlight.surfaces.console.presence import Room
from fanlight.surfaces.shared.pages import HTML, SECURITY, Previews
from fanlight.surfaces.shared.samples import NOT_FOR_READERS
from fanlight.surfaces.shared.sessions import NO_STORE, edge_of

AnyRequest = Request[Any, Any, Any]
# A reader's page that only our own console may frame, and in which nothing runs.
_FRAMED = SECURITY | {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self';"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
_MOST_DIAGRAM = 20_000  # characters
_SCRIPTS = re.compile(rb"<script\b[^>]*></script>\n?")  # of our own template; others are not there


class BesideController(Controller):
    """What an editor of one text is told while writing."""

    path = "/api/console/articles/{article_id:uuid}/{language:str}"
    cache_control = NO_STORE
    opt = NOT_FOR_READERS
    tags = ["articles"]

    @get("/report", guards=[EDITORS])
    async def report(
        self, article_id: FromPath[UUID], language: FromPath[str], work: NamedDependency[Work]
    ) -> AmissOut:
        """Links of the draft that lead nowhere, and pictures that are not ours."""
        rendered = await editing.render(work, await editing.read(work, article_id, language))
        dead = [link for link, leads in rendered.links.items() if leads is None]
        faults = [fault.said(work.actor.language) for fault in rendered.faults]
        return AmissOut(dead, rendered.pictures, faults)

    @post("/here", guards=[EDITORS], status_code=200)
    async def be_here(
        self,
        request: AnyRequest,
        article_id: FromPath[UUID],
        language: FromPath[str],
        work: NamedDependency[Work],
    ) -> HereOut:
        """Say that the text is open here; told who else has it open."""
        draft = (await editing.read(work, article_id, language)).draft
        room, me = edge_of(request).shelf.of(Room), work.actor
        place = uuid5(article_id, language)
        await room.pass_by(place, me.id, me.name, "note")
        others = [each.name for each in room.people(place) if each.agent_id != me.id]
        return HereOut(others, 0 if draft is None else draft.version)

    @get("/preview", guards=[EDITORS], include_in_schema=False)
    async def preview(
        self,
        request: AnyRequest,
        article_id: FromPath[UUID],
        language: FromPath[str],
        work: NamedDependency[Work],
    ) -> Response[bytes]:
        """The page readers would get if this were published now."""
        edited = await editing.read(work, article_id, language)
        rendered = await editing.render(work, edited)
        article = await queries.get_article(work, article_id)
        words = edited.present()
        text = queries.Reading(
            article_id=article.id,
            category=article.category,
            slug=article.slug,
            is_risk=article.is_risk,
            related=article.related,
            language=language,
            languages=[language],
            title=words.title,
            description=words.description,
            html=rendered.html,
            toc=rendered.toc,
            reviewed_on=work.now().date(),
            saved_at=work.now(),
        )
        return framed(await work.of(Previews).article(request, work, text, rendered.faults))


def framed(page: bytes) -> Response[bytes]:
    """A reader's page for the console's frame: no script is left in it."""
    return Response(_SCRIPTS.sub(b"", page), media_type=HTML, headers=_FRAMED)


@post(
    "/api/console/articles/diagram",
    guards=[EDITORS],
    status_code=200,
    opt=NOT_FOR_READERS,
    tags=["articles"],
)
async def draw_diagram(data: JSONBody[DiagramForm], work: NamedDependency[Work]) -> DiagramOut:
    """A diagram as readers will see it, while its lines are written."""
    return await asyncio.to_thread(_drawn, data.source[:_MOST_DIAGRAM], work.actor.language)


def _drawn(source: str, language: str) -> DiagramOut:
    try:
        return DiagramOut(
            draw(arrange(read(source)), i18n.translate(language, "kb.block.diagram")), ""
        )
    except Unreadable as error:
        return DiagramOut("", fault_of(error).said(language))


ROUTES = [BesideController, draw_diagram]
