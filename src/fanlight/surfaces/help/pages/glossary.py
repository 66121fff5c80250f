"""The glossary: every term under its letter, each with an address of its own."""

import asyncio
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.models import LANGUAGES, Term, Word, address
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries.entries import terms
from fanlight.features.knowledge.traditional import SIMPLIFIED
from fanlight.kernel.work import Work
from fanlight.surfaces.help.initials import OTHER, initial
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.help.structured import breadcrumbs
from fanlight.surfaces.help.structured import terms as terms_data
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = ("/{lang}/glossary",)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One term as a reader sees it."""

    key: str
    letter: str
    said: Word
    language: str
    article: str = ""  # its title
    url: str = ""


@get("/{lang:str}/glossary", include_in_schema=False)
async def glossary(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Every term, by letter."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(reader_of(request).actor) as work:
        entries = await entries_of(work, lang)
    letters: dict[str, list[Entry]] = {}
    for entry in entries:
        letters.setdefault(entry.letter, []).append(entry)
    base, here = site.brand.help_url, f"/{lang}/glossary"
    title = site.say(lang, "help.glossary.title")
    structured = [
        breadcrumbs(base, [(site.say(lang, "help.frame.help"), f"/{lang}/"), (title, here)])
    ]
    if entries:
        told = [(entry.key, entry.said.name, entry.said.definition) for entry in entries]
        structured.append(terms_data(title, base + here, told))
    page = site.render(
        "glossary.html",
        lang,
        paths={tag: f"/{tag}/glossary" for tag in LANGUAGES},
        section="glossary",
        structured=structured,
        letters=letters,
        other=OTHER,
    )
    return site.keep(request, page, generation=generation)


async def entries_of(work: Work, lang: str) -> list[Entry]:
    """The glossary in a language, or in what stands in for it, sorted by letter and name."""
    found, order = await terms(work), preference(lang)
    named = [term.article for term in found if term.article]
    lines: dict[str, queries.Line] = {}
    for line in await queries.lines_named(work, named, order):
        lines |= {line.slug: line, f"{line.category}/{line.slug}": line}
    return await asyncio.to_thread(_sorted, found, lines, order)


def _sorted(found: list[Term], lines: dict[str, queries.Line], order: list[str]) -> list[Entry]:
    entries = [
        _entry(term, lines.get(term.article), order)
        for term in found
        if set(term.names) & set(order)
    ]
    return sorted(
        entries, key=lambda each: (each.letter == OTHER, each.letter, each.said.name.casefold())
    )


def _entry(term: Term, line: queries.Line | None, order: list[str]) -> Entry:
    language = next(tag for tag in order if tag in term.names)
    said = term.names[language]
    # One order for both scripts: Traditional names sound like their Simplified ones.
    sorted_by = term.names.get(SIMPLIFIED, said).name if language.startswith("zh") else said.name
    return Entry(
        key=term.key,
        letter=initial(sorted_by),
        said=said,
        language=language,
        article=line.title if line else "",
        url=address(order[0], line.category, line.slug) if line else "",
    )


ROUTES: list[Any] = [glossary]
