"""Get in touch: one form, answered by a person, followed on the ticket's own page."""

import re
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.guidance.doors import doors_now
from fanlight.features.guidance.models import Category
from fanlight.features.knowledge import queries as knowledge
from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.knowledge.node import preference
from fanlight.features.knowledge.walks import Taken, cards, way
from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.ids import new_token
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import SYSTEM, Work
from fanlight.surfaces.help.advising import mailbox_of, wishes_in_words
from fanlight.surfaces.help.forms import Form, form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.pages.walk import steps_of
from fanlight.surfaces.help.sending import Letter, send
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.help.writing import Looked, Refused, look_over
from fanlight.surfaces.shared.reading.outline import Step, outline
from fanlight.surfaces.shared.reading.reader import reader_of
from fanlight.surfaces.shared.sessions import edge_of, is_from_our_page

EXAMPLES = (
    "/{lang}/contact",
    "/{lang}/contact?q=deposit&article=deposits-withdrawals/missing-memo",
)

_SENTENCE_END = re.compile(r"[。！？\n]|[.!?](?=\s|$)")
_LONGEST_SUBJECT = 80  # characters
_MOST_BODY = 64 * 2**20


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer did before writing; shown to them, and sent along."""

    article: str = ""  # category/slug
    title: str = ""
    step: str = ""  # its anchor
    step_name: str = ""
    searched: str = ""
    walk: str = ""  # the cards of a walk-through that led here
    walked: list[Taken] = []


@get("/{lang:str}/contact", include_in_schema=False)
async def ask(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The empty form, and the other ways."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    asked = request.query_params
    context = await _context(
        request,
        lang,
        asked.get("article", ""),
        asked.get("q", ""),
        step=asked.get("step", ""),
        walk=asked.get("walk", ""),
    )
    return await _page(request, lang, context, _EMPTY)


_EMPTY = Looked(text="", name="", email="", files=[], refused={}, secrets=())


@post("/{lang:str}/contact", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def write(request: Asked, lang: FromPath[str]) -> Response[Any]:
    """Take a message; with something wrong in it, give it back with what is wrong."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    form = await form_of(request)
    context = await _context(
        request,
        lang,
        form.text("article"),
        form.text("searched"),
        step=form.text("step"),
        walk=form.text("walk"),
    )
    looked = look_over(form, needs_email=True, most_files=site.settings.max_files)
    if not is_from_our_page(request):
        looked = _with(looked, "form", Refused("help.contact.not_our_page"))
    topic = form.text("topic")
    if form.text("from") == "guide":
        # On the way here from the guide: filled in, to be completed and sent.
        kept = _with_words(looked, mailbox_of(reader_of(request)))
        return await _page(request, lang, context, kept, topic=topic, about=form.text("about"))
    if looked.refused:
        about = form.text("about")
        return await _page(request, lang, context, looked, topic=topic, about=about, status=422)
    try:
        path = await _send(request, lang, form, topic, context, looked)
    except TooManyTries as refusal:
        minutes = -(-int(str(refusal.params.get("retry_after_s", 60))) // 60)
        looked = _with(looked, "form", Refused("help.contact.too_many", {"count": minutes}))
        return await _page(request, lang, context, looked, topic=topic, status=429)
    return Response(None, status_code=303, headers={"location": path, "cache-control": "no-store"})


def _with_words(looked: Looked, email: str) -> Looked:
    """Only a form without words has nothing to complete; a secret was taken out before."""
    return msgspec.structs.replace(_EMPTY, text=looked.text, email=email)


def _with(looked: Looked, field: str, refused: Refused) -> Looked:
    return msgspec.structs.replace(looked, refused={field: refused} | looked.refused)


async def _send(
    request: Asked, lang: str, form: Form, topic: str, context: Context, looked: Looked
) -> str:
    """Through the front door; the address of the ticket's page."""
    async with edge_of(request).reading(SYSTEM) as work:
        categories = {category.key for category in await knowledge.categories(work)}
    letter = Letter(
        key=form.key,
        text=await _text(request, lang, context, looked),
        subject=subject_of(looked.text),
        topic=topic if topic in categories else "",
        category=Category.said(form.text("about")),
    )
    # The same form twice: its first sending has led on already.
    return await send(request, lang, letter, looked) or f"/{lang}/contact"


def subject_of(text: str) -> str | None:
    """The first sentence, when it is short enough to be a name; else the desk finds one."""
    first = _SENTENCE_END.split(text.strip(), maxsplit=1)[0].strip()
    return first if 4 <= len(first) <= _LONGEST_SUBJECT else None


async def _text(request: Asked, lang: str, context: Context, looked: Looked) -> str:
    """The customer's words and, below a line, what they did before, as the form told them."""
    site, before = site_of(request), await wishes_in_words(request, lang)
    if context.title:
        before.append(site.say(lang, "help.contact.read_before", title=context.title))
    if context.step_name:
        before.append(site.say(lang, "help.contact.step_failed", step=context.step_name))
    before += [f"{each.question} → {each.answer}" for each in context.walked]
    if context.searched:
        before.append(site.say(lang, "help.contact.searched_before", text=context.searched))
    return "\n".join([looked.text, "", "--", *before]) if before else looked.text


async def _context(
    request: Asked, lang: str, article: str, searched: str, *, step: str, walk: str
) -> Context:
    """Only an article that exists, a step it has, and a search without secrets come along."""
    searched = redact(" ".join(searched.replace("\x00", "").split())[:1000]).text[:200]
    if not article or len(article) > 200 or "\x00" in article:
        return Context(searched=searched)
    async with edge_of(request).reading(reader_of(request).actor) as work:
        lines = await knowledge.lines_named(work, [article], preference(lang))
        if not lines:
            return Context(searched=searched)
        known = await _step(work, lines[0], step, lang)
        walked = await _walked(work, lines[0], walk, lang)
    return Context(
        article=article,
        title=lines[0].title,
        step=known.anchor if known else "",
        step_name=f"{known.number}. {known.name}" if known else "",
        searched=searched,
        walk=walk[:1000] if walked else "",
        walked=walked,
    )


async def _walked(work: Work, line: knowledge.Line, walk: str, lang: str) -> list[Taken]:
    """The questions of a walk-through that were answered on the way here."""
    if not walk:
        return []
    text = await knowledge.reading(work, line.category, line.slug, preference(lang))
    return way(cards(text.html), steps_of(walk))


async def _step(work: Work, line: knowledge.Line, anchor: str, lang: str) -> Step | None:
    if not anchor:
        return None
    text = await knowledge.reading(work, line.category, line.slug, preference(lang))
    return outline(text.html).step(anchor)


async def _page(
    request: Asked,
    lang: str,
    context: Context,
    looked: Looked,
    *,
    topic: str = "",
    about: str = "",
    status: int = 200,
) -> Response[bytes]:
    site = site_of(request)
    order = preference(lang)
    async with edge_of(request).reading(reader_of(request).actor) as work:
        categories = await knowledge.categories(work)
        emergency = await knowledge.lines_named(work, [site.settings.emergency], order)
        ways = await doors_now(work, site.now(), has_chat=site.has_chat)
    page = site.render(
        "contact.html",
        lang,
        paths={tag: f"/{tag}/contact" for tag in LANGUAGES},
        section="contact",
        is_indexed=status == 200 and not looked.text,
        leads_back=True,
        key=new_token(),
        context=context,
        looked=looked,
        topic=topic or context.article.partition("/")[0],
        chosen=Category.said(about) or "",
        wishes=await wishes_in_words(request, lang),
        topics=[(each.key, each.named(lang).name) for each in categories],
        emergency=next(iter(emergency), None),
        ways=ways,
        most_files=site.settings.max_files,
    )
    return site.show(page, status=status)


ROUTES: list[Any] = [ask, write]
