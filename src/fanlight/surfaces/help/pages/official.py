"""What is officially ours, and a field that says of any link, address or number whether it is."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from fanlight.features.knowledge.models import LANGUAGES
from fanlight.features.trust.models import Kind, Official, State
from fanlight.features.trust.queries import official as queries
from fanlight.features.trust.service import signing
from fanlight.features.trust.service.checking import Answer, check
from fanlight.kernel.errors import Malformed, TooManyTries
from fanlight.kernel.limits import spend
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import Work
from fanlight.surfaces.help.forms import form_of
from fanlight.surfaces.help.pages.missing import missing
from fanlight.surfaces.help.site import Asked, site_of
from fanlight.surfaces.shared.reading.visitors import visitor_of
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.works import VISITOR

EXAMPLES = ("/{lang}/official",)

WELL_KNOWN = "/.well-known/fanlight-official.json"
CHECKS_PER_TEN_MINUTES = 60  # of one house; a person pastes a few, a program thousands
_MOST_BODY = 2 * 2**20
_LONGEST = 4_000  # characters of a value that are read: links and addresses are shorter
_LASTS_S = 60.0


class Shelf(msgspec.Struct, frozen=True):
    """All sources of one kind."""

    kind: Kind
    sources: list[Official]


@get("/{lang:str}/official", include_in_schema=False)
async def show(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """The list, and the empty field."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    generation = site.cache.generation
    async with edge_of(request).reading(VISITOR) as work:
        page = await _page(request, work, lang, None)
    return site.keep(request, page, generation=generation, lasts_s=_LASTS_S)


@post("/{lang:str}/official", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def judge(request: Asked, lang: FromPath[str]) -> Response[bytes]:
    """Judge what was pasted. It changes nothing, so any page may post it; it is never in an
    address, where it would lie in histories and logs."""
    if lang not in LANGUAGES:
        return missing(request, lang)
    site = site_of(request)
    form = await form_of(request)
    value = redact(form.text("value")[:_LONGEST]).text
    try:
        async with edge_of(request).work(VISITOR) as work:
            answer = await judged(request, work, value, door="page") if value else None
            page = await _page(request, work, lang, answer, value=value)
    except TooManyTries as refusal:
        minutes = -(-int(str(refusal.params.get("retry_after_s", 60))) // 60)
        async with edge_of(request).reading(VISITOR) as work:
            page = await _page(request, work, lang, None, value=value, minutes=minutes)
        return site.show(page, status=429)
    return site.show(page)


async def judged(request: Asked, work: Work, value: str, *, door: str) -> Answer:
    """An answer, counted against whoever asks. Raises TooManyTries."""
    key = f"official.check:{visitor_of(request)}"
    await spend(work, key, limit=CHECKS_PER_TEN_MINUTES, window_s=600)
    return await check(work, value, door=door)


@get(WELL_KNOWN, include_in_schema=False)
async def document(request: Asked) -> Response[bytes]:
    """The registry, signed."""
    async with edge_of(request).reading(VISITOR) as work:
        body = await signing.document(work)
    headers = {
        "cache-control": "public, max-age=300",
        "access-control-allow-origin": "*",  # it is for every program that wants to check
        "x-content-type-options": "nosniff",
    }
    return Response(body, media_type="application/json", headers=headers)


async def _page(
    request: Asked,
    work: Work,
    lang: str,
    answer: Answer | None,
    *,
    value: str = "",
    minutes: int = 0,
) -> bytes:
    sources = await queries.sources(work)
    standing = [each for each in sources if each.state is State.OFFICIAL]
    return site_of(request).render(
        "official.html",
        lang,
        paths={tag: f"/{tag}/official" for tag in LANGUAGES},
        section="official",
        is_indexed=answer is None and not minutes,
        answer=answer,
        value=value[:2000],
        minutes=minutes,
        shelves=_shelves(standing),
        retired=[each for each in sources if each.state is State.RETIRED],
        key=signing.public_key(work.of(Sealer)),
        well_known=WELL_KNOWN,
    )


def _shelves(sources: list[Official]) -> list[Shelf]:
    shelves = [Shelf(kind, [each for each in sources if each.kind is kind]) for kind in Kind]
    return [shelf for shelf in shelves if shelf.sources]


class CheckForm(msgspec.Struct, frozen=True):
    """A link, a mail address, a number, a handle, an agent's id, a message's reference."""

    value: str


class OfficialOut(msgspec.Struct, frozen=True, kw_only=True):
    """A source of ours as the answer names it."""

    kind: str
    platform: str
    value: str
    state: str


class CheckOut(msgspec.Struct, frozen=True, kw_only=True):
    """``official`` means that it belongs to us. Whoever sends can still claim any address."""

    kind: str
    value: str
    verdict: str
    reasons: list[str]
    of: OfficialOut | None
    note: str

    @classmethod
    def of_answer(cls, answer: Answer, note: str) -> "CheckOut":
        of = answer.of
        return cls(
            kind=answer.asked,
            value=answer.shown,
            verdict=answer.verdict,
            reasons=[reason.value for reason in answer.reasons],
            of=None
            if of is None
            else OfficialOut(kind=of.kind, platform=of.platform, value=of.value, state=of.state),
            note=note,
        )


@post("/api/help/official/check", tags=["help"], status_code=200, request_max_body_size=_MOST_BODY)
async def check_api(request: Asked) -> CheckOut:
    """Say whether a value is official, retired, a look-alike, or unknown to us."""
    try:
        asked = msgspec.json.decode(await request.body(), type=CheckForm)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed(where="value") from None
    async with edge_of(request).work(VISITOR) as work:
        value = redact(asked.value[:_LONGEST]).text
        answer = await judged(request, work, value, door="api")
    return CheckOut.of_answer(answer, site_of(request).say("en", "help.official.forged"))


ROUTES: list[Any] = [show, judge, document, check_api]
