"""One article, what stands around it, and the reader's verdict on it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from fanlight.features.knowledge import presenting, queries, readers
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.legal import RISK
from fanlight.features.knowledge.models import LANGUAGES, Article, CategoryName, address
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.queries import editing, guides
from fanlight.features.knowledge.render import Fault
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import read_id
from fanlight.kernel.work import Work
from fanlight.surfaces.help import walking
from fanlight.surfaces.help.cards import card_address
from fanlight.surfaces.help.checking import offer_at
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, Site, site_of
from fanlight.surfaces.help.structured import (
    Data,
    breadcrumbs,
    faq,
    how_to,
    organization,
    script_of,
)
from fanlight.surfaces.help.structured import article as article_data
from fanlight.surfaces.shared.reading.outline import Outline, outline
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = (
    "/{lang}/a/deposits-withdrawals/deposit-not-arrived",
    "/{lang}/a/deposits-withdrawals/deposit-not-arrived/feedback",
)

_BESIDE = 12  # of the category's articles in the rail; the page of the category has all
_NEXT = 4
_FIGURES_LAST_S = 60.0  # a page with figures grows old: it shows their age
_PLAIN = '<section class="plainly"'


@get("/{lang:str}/a/{category:str}/{slug:str}", include_in_schema=False)
async def article(
    request: Asked, lang: FromPath[str], category: FromPath[str], slug: FromPath[str]
) -> Response[bytes]:
    """An article."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(reader_of(request).actor) as work:
        try:
            text = await queries.reading(work, category, slug, preference(lang))
        except ArticleNotFound:
            moved = await editing.now_at(work, category, slug)
            return missing(request, lang) if moved is None else _moved(lang, moved)
        page = await page_of(site, work, text, lang, has_thanked="thanks" in request.query_params)
    lasts_s = _FIGURES_LAST_S if presenting.has_figures(text.html) else None
    return site.keep(request, page, generation=generation, lasts_s=lasts_s)


def _moved(lang: str, article: Article) -> Response[Any]:
    place = address(lang, article.category, article.slug)
    # Asked about again each time: the old address may be given to another article.
    return Response(None, status_code=301, headers={"location": place, "cache-control": "no-cache"})


async def page_of(
    site: Site,
    work: Work,
    text: queries.Reading,
    lang: str,
    *,
    has_thanked: bool = False,
    is_indexed: bool = True,
    faults: Sequence[Fault] = (),
) -> bytes:
    """The page of an article, for readers and, of a draft, for its editors.

    Args:
        work: a visitor's, so that nothing beside the article is more than they may see.
        faults: what an editor should mend; readers are never told.
    """
    order, place = preference(lang), (lang, text.category, text.slug, work.actor.reads)
    read = partial(_around, site, work, text, lang, order)
    around = await site.memory.of(place, read) if is_indexed else await read()
    showing = _showing(text, order)
    body = await presenting.with_figures(work, around.outline.html, showing, site.brand)
    return site.render(
        "article.html",
        lang,
        paths={
            tag: address(tag, text.category, text.slug)
            for tag in LANGUAGES
            if tag in text.languages
        },
        is_indexed=is_indexed,
        structured=around.structured,
        card=card_address(text.category, text.slug, text.language),
        section="articles",
        text=text,
        around=around,
        body=body,
        has_plain=_PLAIN in body,
        faults=[site.say(lang, f"kb.fault.{fault.code}", **fault.params) for fault in faults],
        has_thanked=has_thanked,
        check_link=offer_at(lang, text.category, text.slug),
    )


def _showing(text: queries.Reading, order: list[str]) -> presenting.Showing:
    here = address(order[0], text.category, text.slug)
    return presenting.Showing(
        language=text.language, order=order, slug=text.slug, walk=f"{here}/walk"
    )


class _Onward(msgspec.Struct, frozen=True):
    """The article before or after this one."""

    title: str
    url: str
    language: str

    @classmethod
    def of(cls, there: queries.Line | walking.Stage | None, lang: str) -> "_Onward | None":
        if isinstance(there, walking.Stage):
            return cls(there.name, there.url, there.language)
        if there is None:
            return None
        return cls(there.title, address(lang, there.category, there.slug), there.language)


class _Around(msgspec.Struct, frozen=True, kw_only=True):
    """An article taken apart, and what stands around it, made until something changes."""

    outline: Outline
    risk: str  # the risk warning at its foot, as HTML; empty where none is kept
    shelf: CategoryName
    team: str
    way: walking.Around | None  # where it is a step of a path
    rail: Markup  # its neighbours on the shelf
    toc: Markup
    onward: Markup  # before, after, related
    structured: Markup


async def _around(
    site: Site, work: Work, text: queries.Reading, lang: str, order: list[str]
) -> _Around:
    shelf = await queries.get_category(work, text.category)
    lines = await queries.lines_of_category(work, text.category, order)
    related = await queries.lines_named(work, text.related, order)
    names = await guides.team_of(work, text.category, text.slug)
    ways = await site.memory.of(
        ("ways", lang, work.actor.reads), partial(walking.ways, work, order)
    )
    here = next((place for place, line in enumerate(lines) if line.slug == text.slug), 0)
    steps_on = (way.around(str(text.article_id)) for way in ways)
    way = next((step for step in steps_on if step is not None), None)
    before: queries.Line | walking.Stage | None = lines[here - 1] if here else None
    after: queries.Line | walking.Stage | None = next(iter(lines[here + 1 :]), None)
    if way is not None:
        before, after = way.before, way.after
    team = next((names[tag] for tag in order if tag in names), "")
    showing = _showing(text, order)
    html = await presenting.settled(work, text.html, showing, site.brand)
    risk = await presenting.legal_text(work, RISK, showing, site.brand) if text.is_risk else ""
    parts = outline(html, behind_step=_behind_step(site, text, lang))
    onward = site.fragment(
        "article_onward.html",
        lang,
        way=way,
        before=_Onward.of(before, lang),
        after=_Onward.of(after, lang),
        related=related[:_NEXT],
    )
    return _Around(
        outline=parts,
        risk=risk,
        shelf=shelf.named(lang),
        team=team,
        way=way,
        rail=site.fragment(
            "article_rail.html",
            lang,
            shelf=shelf.named(lang),
            beside=_window(lines, here),
            slug=text.slug,
            category=text.category,
            count=len(lines),
            more=len(lines) > _BESIDE,
        ),
        toc=site.fragment("article_toc.html", lang, toc=text.toc),
        onward=onward,
        structured=script_of(_structured(site, text, lang, shelf.named(lang).name, team, parts)),
    )


def _behind_step(site: Site, text: queries.Reading, lang: str) -> str:
    """The link by which a reader says that a step did not work."""
    place = address(lang, text.category, text.slug)
    return Markup(
        '<p class="step-fails"{}><a href="{}/feedback?step={{anchor}}">{}</a></p>'
    ).format(
        Markup(' lang="{}"').format(lang) if text.language != lang else "",
        place,
        site.say(lang, "help.feedback.step_fails"),
    )


def _structured(
    site: Site, text: queries.Reading, lang: str, shelf: str, team: str, parts: Outline
) -> list[Data]:
    base = site.brand.help_url
    here = address(lang, text.category, text.slug)
    places = [
        (site.say(lang, "help.frame.help"), f"/{lang}/"),
        (shelf, f"/{lang}/c/{text.category}"),
        (text.title, here),
    ]
    reviewed = text.reviewed_on
    # What stands in for a missing language is told to machines under its own address.
    own = base + address(text.language, text.category, text.slug)
    return [
        breadcrumbs(base, places),
        article_data(
            kind="TechArticle" if parts.steps or text.category == "api" else "Article",
            title=text.title,
            description=text.description,
            language=text.language,
            address=own,
            picture=base + card_address(text.category, text.slug, text.language),
            author=team or site.brand.name,
            publisher=organization(site.brand.name, site.brand.site_url or base),
            changed_at=text.saved_at
            if reviewed is None
            else max(
                text.saved_at, datetime(reviewed.year, reviewed.month, reviewed.day, tzinfo=UTC)
            ),
        ),
        *faq(parts.questions),
        *how_to(text.title, parts.steps, own),
    ]


def _window(lines: list[queries.Line], here: int) -> list[queries.Line]:
    """As many neighbours as the rail takes, this article among them."""
    start = max(0, min(here - _BESIDE // 2, len(lines) - _BESIDE))
    return lines[start : start + _BESIDE]


@get("/{lang:str}/a/{category:str}/{slug:str}/feedback", include_in_schema=False)
async def why_not(
    request: Asked, lang: FromPath[str], category: FromPath[str], slug: FromPath[str]
) -> Response[bytes]:
    """Ask what was missing."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    async with edge_of(request).reading(reader_of(request).actor) as work:
        try:
            text = await queries.reading(work, category, slug, preference(lang))
        except ArticleNotFound:
            return missing(request, lang)
    site = site_of(request)
    step = outline(text.html).step(request.query_params.get("step", ""))
    asked = f"?{urlencode({'step': step.anchor})}" if step else ""
    page = site.render(
        "feedback.html",
        lang,
        paths={tag: f"{address(tag, category, slug)}/feedback{asked}" for tag in LANGUAGES},
        section="articles",
        is_indexed=False,
        text=text,
        step=step,
        reasons=list(readers.Reason),
        no=request.query_params.get("no", ""),
    )
    return site.show(page)


@post("/{lang:str}/a/{category:str}/{slug:str}/feedback", include_in_schema=False)
async def verdict(
    request: Asked, lang: FromPath[str], category: FromPath[str], slug: FromPath[str]
) -> Response[Any]:
    """Take a reader's verdict on the article or one step: at once, a no's reason after it."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    form = await form_of(request)
    is_helpful = form.text("helpful") == "yes"
    here = quote(address(lang, category, slug))
    reason = None if is_helpful else _reason(form.text("reason"))
    no = read_id(form.text("no"))
    async with edge_of(request).work(reader_of(request).actor) as work:
        try:
            text = await queries.reading(work, category, slug, preference(lang))
            comment = form.text("comment")
            if (
                reason
                and no
                and await readers.explain(work, no, text.article_id, reason=reason, comment=comment)
            ):
                return _on(f"{here}?thanks=1#feedback")
            step = outline(text.html).step(form.text("step"))
            no = await readers.rate(
                work,
                text.article_id,
                text.language,
                is_helpful=is_helpful,
                reason=reason,
                comment=comment,
                step=step.anchor if step else None,
                visitor=visitor_of(request),
            )
        except ArticleNotFound:
            return missing(request, lang)
        except TooManyTries:
            pass  # thanked all the same: the count is ours to keep honest, not theirs to know
    if not is_helpful and reason is None:
        return _on(f"{here}/feedback" + (f"?no={no}" if no else ""))
    return _on(f"{here}?thanks=1#feedback")


def _reason(text: str) -> readers.Reason | None:
    if not text:
        return None
    return readers.Reason(text) if text in set(readers.Reason) else readers.Reason.OTHER


def _on(path: str) -> Response[None]:
    return Response(None, status_code=303, headers={"location": path, "cache-control": "no-store"})


ROUTES: list[Any] = [article, why_not, verdict]
