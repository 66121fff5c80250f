"""One card of a walk-through: a question, what to look at, and where each answer leads."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from fanlight.features.knowledge import presenting, queries, walks
from fanlight.features.knowledge.errors import ArticleNotFound
from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.features.knowledge.node import preference
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of

EXAMPLES = (
    "/{lang}/a/deposits-withdrawals/deposit-not-arrived/walk/have-hash",
    "/{lang}/a/deposits-withdrawals/deposit-not-arrived/walk/explorer-says?via=have-hash",
)

_JOINT = "~"  # between the cards of a way: it stands in no anchor


@get("/{lang:str}/a/{category:str}/{slug:str}/walk/{card:str}", include_in_schema=False)
async def walk(
    request: Asked,
    lang: FromPath[str],
    category: FromPath[str],
    slug: FromPath[str],
    card: FromPath[str],
) -> Response[bytes]:
    """A card, and the way that led to it. The way stands in the address: nothing is kept."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    async with edge_of(request).reading(reader_of(request).actor) as work:
        try:
            text = await queries.reading(work, category, slug, preference(lang))
        except ArticleNotFound:
            return missing(request, lang)
        known = walks.cards(text.html)
        here = known.get(card)
        if here is None:
            return missing(request, lang)
        showing = presenting.Showing(language=text.language, order=preference(lang), slug=text.slug)
        body = await presenting.present(work, here.body, showing, site.brand)
    steps = steps_of(request.query_params.get("via", ""))
    taken = walks.way(known, [*steps, card])
    base = f"{address(lang, category, slug)}/walk"
    via = _JOINT.join([*(each.card for each in taken), card])
    article = f"{category}/{slug}"
    page = site.render(
        "walk.html",
        lang,
        paths={tag: f"{address(tag, category, slug)}/walk/{card}" for tag in LANGUAGES},
        is_indexed=False,
        leads_back=True,
        section="articles",
        text=text,
        step=here,
        body=body,
        taken=[_Back.of(each, taken[:number], base) for number, each in enumerate(taken)],
        choices=[_Onward.of(each, base, via, lang, article) for each in here.choices],
        article=address(lang, category, slug),
        person=f"/{lang}/contact?{urlencode({'article': article, 'walk': via})}",
    )
    return site.show(page)


def steps_of(text: str) -> list[str]:
    """The cards of a way as an address tells them, bounded."""
    return [step for step in text[:1000].split(_JOINT) if step][: walks.MOST_STEPS]


class _Back(msgspec.Struct, frozen=True):
    """A step already taken, and the way back to it."""

    question: str
    answer: str
    url: str

    @classmethod
    def of(cls, step: walks.Taken, before: list[walks.Taken], base: str) -> "_Back":
        return cls(step.question, step.answer, _at(base, step.card, [each.card for each in before]))


class _Onward(msgspec.Struct, frozen=True):
    """An answer and where it leads."""

    words: str
    url: str
    is_out: bool

    @classmethod
    def of(cls, choice: walks.Choice, base: str, via: str, lang: str, article: str) -> "_Onward":
        if choice.card:
            return cls(choice.words, _at(base, choice.card, [via]), is_out=False)
        if choice.url.endswith("/contact"):
            asked = urlencode({"article": article, "walk": via})
            return cls(choice.words, f"/{lang}/contact?{asked}", is_out=True)
        return cls(choice.words, choice.url, is_out=True)


def _at(base: str, card: str, via: list[str]) -> str:
    asked = f"?{urlencode({'via': _JOINT.join(via)})}" if via else ""
    return f"{base}/{card}{asked}#main"


ROUTES: list[Any] = [walk]
