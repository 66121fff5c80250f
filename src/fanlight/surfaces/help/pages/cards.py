"""The pictures of shared links: drawn at the first request, kept, drawn anew when words change."""

import asyncio
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries import cards as kept
from fanlight.kernel.blobs import BlobGone, Blobs
from fanlight.kernel.edge import Edge
from fanlight.surfaces.help.cards import Card, draw
from fanlight.surfaces.help.site import Asked, Site, site_of
from fanlight.surfaces.shared.bytecache import stored
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

_HEADERS = {
    "content-type": "image/png",
    "cache-control": "public, max-age=86400",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
}
# One at a time: whoever asks for a thousand at once waits, and nobody else does.
_drawing = asyncio.Semaphore(1)


@get("/cards/{name:str}", include_in_schema=False)
async def house(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """The picture of every page that is no article."""
    lang = name.removesuffix(".png")
    if lang not in LANGUAGES or not name.endswith(".png"):
        return _none()
    site = site_of(request)
    generation = site.cache.generation
    content = await _drawn(_card(site, lang, site.say(lang, "help.home.question"), ""))
    made = stored(content, headers=_HEADERS.items())
    site.cache.put(request.scope["path"], made, generation=generation)
    return Response(content, media_type="image/png", headers=_HEADERS)


@get("/cards/{lang:str}/{category:str}/{name:str}", include_in_schema=False)
async def of_article(
    request: Asked, lang: FromPath[str], category: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """The picture of one article in one language."""
    if lang not in LANGUAGES or not name.endswith(".png"):
        return _none()
    site, edge = site_of(request), edge_of(request)
    try:
        content = await _of_article(site, edge, lang, category, name.removesuffix(".png"))
    except ArticleNotFound:
        return _none()
    return Response(content, media_type="image/png", headers=_HEADERS)


async def _of_article(site: Site, edge: Edge, lang: str, category: str, slug: str) -> bytes:
    async with edge.reading(VISITOR) as work:
        text = await queries.reading(work, category, slug, preference(lang))
        shelf = (await queries.get_category(work, category)).named(text.language)
        card = _card(site, text.language, text.title, shelf.name)
        known = await kept.get(work, text.article_id, text.language)
        if known is not None and known.mark == card.mark():
            try:
                return await work.of(Blobs).get(work, known.blob_id)
            except BlobGone:
                pass  # drawn anew below
    content = await _drawn(card)
    async with edge.work() as work:
        before = await kept.get(work, text.article_id, text.language)
        blobs = work.of(Blobs)
        fresh = kept.Kept(card.mark(), await blobs.put(work, content))
        await kept.keep(work, text.article_id, text.language, fresh)
        if before is not None:
            await blobs.forget(work, before.blob_id)
    return content


def _card(site: Site, lang: str, title: str, shelf: str) -> Card:
    house = site.say(lang, "help.frame.name", brand=site.brand.name)
    return Card(title=title, shelf=shelf, house=house, host=site.brand.help_host)


async def _drawn(card: Card) -> bytes:
    async with _drawing:
        return await asyncio.to_thread(draw, card)


def _none() -> Response[bytes]:
    return Response(b"", status_code=404, headers={"cache-control": "no-store"})


ROUTES: list[Any] = [house, of_article]
