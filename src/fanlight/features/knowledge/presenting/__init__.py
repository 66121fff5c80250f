"""Fills what an article leaves open until it is read: legal texts, terms, figures, a way to walks.

None of it is kept in the article's HTML, so every page follows as soon as one of them changes.
"""

import asyncio
from collections.abc import Callable
from html import escape

import msgspec

from fanlight.features.knowledge.presenting import terms as explained
from fanlight.features.knowledge.presenting.figures import figure_of
from fanlight.features.knowledge.presenting.legal import legal_of
from fanlight.features.knowledge.queries import entries
from fanlight.features.knowledge.render.slots import Slot, slots_of
from fanlight.kernel import i18n
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.work import Work


class Showing(msgspec.Struct, frozen=True, kw_only=True):
    """For whom, and where, an article is made whole."""

    language: str  # of the article
    order: list[str]  # the reader's languages, the best first
    slug: str = ""  # of the article: its own term needs no explaining in it
    walk: str = ""  # address under which the cards of its walk stand; empty: nowhere


async def present(work: Work, html: str, showing: Showing, brand: BrandSettings) -> str:
    """The article as it is shown at this moment."""
    return await with_figures(work, await settled(work, html, showing, brand), showing, brand)


async def settled(work: Work, html: str, showing: Showing, brand: BrandSettings) -> str:
    """What lasts until an editor changes something: legal texts, terms, the way to a walk."""
    slots = [slot for _, slot in slots_of(html)]
    keys = [slot.name for slot in slots if slot.kind == "legal"]
    texts = {text.key: text for text in await entries.legal_texts(work, keys)} if keys else {}
    order = [showing.language, *showing.order]

    def fill(slot: Slot) -> str | None:
        if slot.kind == "legal":
            return legal_of(texts.get(slot.name), order, showing.language, brand.name)
        if slot.kind == "walk":
            return _walk(slot, showing)
        return None

    glossary = await entries.terms(work)
    # A few milliseconds for a long article: too much for a loop that others wait on.
    return await asyncio.to_thread(
        explained.explain,
        _filled(html, fill),
        glossary,
        language=showing.language,
        site=showing.order[0],
        but=showing.slug,
    )


async def legal_text(work: Work, key: str, showing: Showing, brand: BrandSettings) -> str:
    """One legal text as a box; empty where it is not kept."""
    found = await entries.legal_texts(work, [key])
    order = [showing.language, *showing.order]
    return legal_of(next(iter(found), None), order, showing.language, brand.name)


async def with_figures(work: Work, html: str, showing: Showing, brand: BrandSettings) -> str:
    """The figures of this moment, with their age."""
    wanted = {slot.name for _, slot in slots_of(html) if slot.kind == "figures"}
    if not wanted:
        return html
    sets = {each.name: each for each in await entries.figure_sets(work) if each.name in wanted}
    rows = {name: await entries.figures(work, name) for name in sets}

    def fill(slot: Slot) -> str | None:
        if slot.kind != "figures":
            return None
        return figure_of(
            sets.get(slot.name),
            rows.get(slot.name, []),
            slot.only,
            language=showing.language,
            now=work.now(),
            zone=brand.zone,
        )

    return _filled(html, fill)


def has_figures(html: str) -> bool:
    """Whether an article shows something of the moment."""
    return any(slot.kind == "figures" for _, slot in slots_of(html))


def _filled(html: str, fill: Callable[[Slot], str | None]) -> str:
    made: list[str] = []
    done = 0
    for place, slot in slots_of(html):
        if (filling := fill(slot)) is not None:
            made += [html[done : place.start()], filling]
            done = place.end()
    return "".join([*made, html[done:]])


def _walk(slot: Slot, showing: Showing) -> str:
    if not showing.walk:
        return ""
    said = escape(i18n.translate(showing.language, "kb.walk.start"))
    return (
        f'<p class="walk-start"><a class="btn" href="{escape(showing.walk)}/{escape(slot.name)}">'
        f'<svg class="i s" aria-hidden="true"><use href="#i-route"></use></svg>{said}</a></p>'
    )
