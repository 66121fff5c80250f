"""Answers by a model beside the results: asked for by a form, shown with their sources, judged."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from fanlight.features.knowledge.answers import answering
from fanlight.features.knowledge.answers.settings import AnswerSettings
from fanlight.features.knowledge.errors import SearchNotReady
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import node_of
from fanlight.features.knowledge.queries.answers import KeptAnswer
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import read_id
from fanlight.kernel.settings import Settings
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

_MOST = 400  # characters of a question that go back into an address
NONE = "none"  # instead of an answer's id: there is none now


def has_answers(request: Asked) -> bool:
    """Whether this installation has a model that answers."""
    return edge_of(request).shelf.of(Settings)[AnswerSettings].is_on


async def answer_of(request: Asked, question: str) -> KeptAnswer | None:
    """The answer to this question that the address names, if its sources may be read."""
    answer_id = read_id(request.query_params.get("answer", ""))
    if answer_id is None or not has_answers(request):
        return None
    async with edge_of(request).reading(reader_of(request).actor) as work:
        return await answering.shown(work, answer_id, question)


@post("/{lang:str}/search/answer", include_in_schema=False)
async def ask(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Have an answer made, and go on to the results with it."""
    if lang not in LANGUAGES or not is_from_our_page(request) or not has_answers(request):
        return missing(request, lang)
    edge = edge_of(request)
    question = (await form_of(request)).text("q")
    made: UUID | None = None
    with suppress(TooManyTries, SearchNotReady):  # the articles stand all the same
        made = await answering.answer(
            edge,
            node_of(edge),
            question,
            language=lang,
            actor=reader_of(request).actor,
            visitor=visitor_of(request),
        )
    return _on(lang, {"q": question[:_MOST], "answer": str(made or NONE)})


@post("/{lang:str}/search/answer/{answer_id:uuid}", include_in_schema=False)
async def judge(request: Asked, lang: FromPath[str], answer_id: FromPath[UUID]) -> Response[Any]:
    """Take a reader's word on whether an answer was right."""
    if lang not in LANGUAGES or not is_from_our_page(request):
        return missing(request, lang)
    form = await form_of(request)
    is_right, visitor = form.text("right") == "yes", visitor_of(request)
    with suppress(TooManyTries):  # thanked all the same
        async with edge_of(request).work(reader_of(request).actor) as work:
            await answering.judge(work, answer_id, is_right=is_right, visitor=visitor)
    query = {"q": form.text("q")[:_MOST], "answer": str(answer_id), "judged": "1"}
    return _on(lang, query)


def _on(lang: str, query: dict[str, str]) -> Response[None]:
    location = f"/{lang}/search?{urlencode(query)}#answer"
    headers = {"location": location, "cache-control": "no-store"}
    return Response(None, status_code=303, headers=headers)


ROUTES: list[Any] = [ask, judge]
