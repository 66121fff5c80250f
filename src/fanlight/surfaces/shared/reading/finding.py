"""One search for every door: the results page, suggestions, the widget, apps."""

from collections.abc import Sequence
from functools import partial
from html import escape
from uuid import UUID

import msgspec
from markupsafe import Markup

from fanlight.features.knowledge import (
    extracts,
    figure_answers,
    queries,
    readers,
    search,
    sections,
    snippets,
)
from fanlight.features.knowledge.documents import ordinal
from fanlight.features.knowledge.meaning.finding import meaning_of
from fanlight.features.knowledge.models import Category, address
from fanlight.features.knowledge.node import node_of
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor, Work
from fanlight.surfaces.shared.reading.memory import memory_of
from fanlight.surfaces.shared.works import VISITOR

# Of the second and third articles for the starter questions this leaves out every other one that
# does not fit, and 3 of 49 that do.
_CLOSE = 0.5


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One article found."""

    id: UUID
    title: str
    title_html: Markup
    description: str
    excerpt_html: Markup
    lang: str
    category_key: str
    category: str
    url: str
    anchor: str  # of the passage that was found; "" at the article's head
    passage: str  # its words, for quoting
    reviewed_on: str | None


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found."""

    results: list[Result]
    total: int
    facets: list[tuple[Category, int]]
    corrected: str | None = None  # what was looked for instead of what was typed
    extract_html: Markup | None = None  # of the first article, where it stands out
    figures_html: str | None = None  # of the table that answers the question, if one does
    noted: UUID | None = None  # under which id the search is kept for the editors


async def look_for(
    edge: Edge,
    text: str,
    *,
    language: str,
    door: str | None = None,
    category: str | None = None,
    limit: int = 10,
    is_typing: bool = False,
    is_exact: bool = False,
    is_close: bool = False,
    actor: Actor = VISITOR,
) -> Findings:
    """Search as somebody from outside.

    Args:
        is_exact: slips are not mended.
        is_close: further articles only where they fit nearly as well as the first.
        actor: who asks; whose audiences the engine is asked for.
        door: where it was asked in earnest, to be noted for the editors; None while typing.

    Raises:
        SearchNotReady: this machine has no index yet.
    """
    # PostgreSQL takes no NUL, and UTF-8 no half of a pair; a reader types neither.
    text = text.replace("\x00", " ").encode(errors="ignore").decode()
    wanted = search.Wanted(
        text=text,
        language=language,
        category=category,
        limit=limit,
        is_typing=is_typing,
        is_exact=is_exact,
        audiences=actor.reads,
    )
    found = await meaning_of(edge.shelf).find(node_of(edge), wanted)
    if is_close:
        found = msgspec.structs.replace(found, hits=_close(found.hits))
    async with edge.work(actor) as work:
        rows = await _rows(work, found.hits)
        categories = await _categories(edge, work)
        noted = None
        if door is not None and category is None:
            noted = await readers.note_search(
                work,
                text,
                language,
                door=door,
                results=found.total,
                is_foreign=bool(rows) and all(row.language != language for row in rows),
            )
        meant = found.corrected or text
        figures = None if is_typing else await _figures(edge, work, meant, language)
    counts = [(each, found.categories.get(ordinal(each.key), 0)) for each in categories]
    marked_by = None if is_typing else found
    is_wanted = category is None and not is_typing and figures is None
    extract = _extract(found, rows) if is_wanted else []
    return Findings(
        results=_results(rows, categories, language, marked_by),
        total=found.total,
        facets=[(each, count) for each, count in counts if count],
        corrected=found.corrected,
        extract_html=_html(extract) if extract else None,
        figures_html=figures,
        noted=noted,
    )


def _close(hits: Sequence[search.Hit]) -> list[search.Hit]:
    least = _CLOSE * hits[0].score if hits else 0.0
    return [hit for hit in hits if hit.score >= least]


async def _figures(edge: Edge, work: Work, text: str, language: str) -> str | None:
    """The table that answers a question for a fee or a minimum; made safe by who makes it."""
    tables = await memory_of(edge).of("figures", partial(figure_answers.read_answers, work))
    answer = tables.answer(text, language, node_of(edge).said(text, language))
    if answer is None:
        return None
    brand = work.of(Settings)[BrandSettings]
    return await figure_answers.shown(work, answer, language=language, brand=brand)


def _extract(found: search.Found, rows: Sequence[queries.Excerpt]) -> list[snippets.Piece]:
    """The first article's own words; none when the first one found may not be read after all."""
    if not rows or rows[0].number != found.hits[0].article:
        return []
    return extracts.extract(found, rows[0].text, rows[0].language)


async def results_of(
    edge: Edge, hits: Sequence[search.Hit], *, language: str, actor: Actor = VISITOR
) -> list[Result]:
    """What was found otherwise, as results in which nothing is marked."""
    async with edge.work(actor) as work:
        rows, categories = await _rows(work, hits), await _categories(edge, work)
    return _results(rows, categories, language, None)


async def _rows(work: Work, hits: Sequence[search.Hit]) -> list[queries.Excerpt]:
    there = await sections.fitted(work, hits)
    return await queries.excerpts(work, [(hit.article, hit.language, hit.passage) for hit in there])


async def _categories(edge: Edge, work: Work) -> list[Category]:
    return await memory_of(edge).of("categories", partial(queries.categories, work))


def _results(
    rows: Sequence[queries.Excerpt],
    categories: Sequence[Category],
    language: str,
    marked_by: search.Found | None,
) -> list[Result]:
    names = {each.key: each.named(language).name for each in categories}
    markers: dict[str, snippets.Marker] = {}
    linked: set[int] = set()
    if marked_by is not None:
        linked = {hit.article for hit in marked_by.hits if hit.by is not None}
        for tag in {row.language for row in rows}:
            markers[tag] = snippets.Marker(marked_by.terms, tag, marked_by.slips)
    return [
        _result(row, markers.get(row.language), language, names, is_linked=row.number in linked)
        for row in rows
    ]


def _result(
    row: queries.Excerpt,
    marker: snippets.Marker | None,
    language: str,
    names: dict[str, str],
    *,
    is_linked: bool,
) -> Result:
    """Without a marker nothing is marked, and the article's own sentence is the excerpt."""
    title: Sequence[snippets.Piece] = [snippets.Piece(row.title)]
    said: Sequence[snippets.Piece] = [snippets.Piece(row.description)]
    if marker is not None:
        # A section that answers by what its translation says has none of the words to be seen.
        instead = "" if is_linked and row.anchor else row.description
        title, said = marker.marked(row.title), marker.excerpt(row.text, instead=instead)
    return Result(
        id=row.article_id,
        title=row.title,
        title_html=_html(title),
        description=row.description,
        excerpt_html=_html(said),
        lang=row.language,
        category_key=row.category,
        category=names.get(row.category, row.category),
        url=address(language, row.category, row.slug),
        anchor=row.anchor,
        passage=row.text,
        reviewed_on=row.reviewed_on,
    )


def _html(pieces: Sequence[snippets.Piece]) -> Markup:
    return Markup(  # noqa: S704 - every piece is escaped
        "".join(
            f"<mark>{escape(piece.text)}</mark>" if piece.is_found else escape(piece.text)
            for piece in pieces
        )
    )
