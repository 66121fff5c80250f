"""What to write next: searches answered badly, articles that did not help, questions agents answer
by hand. Counted as it happens into rows of their own, so that the list costs the same with a
hundred searches and with a hundred thousand."""

import asyncio
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from fanlight.features.knowledge import editing, placing
from fanlight.features.knowledge.errors import (
    AddressTaken,
    ReasonMissing,
    WishNotFound,
    WishSettled,
)
from fanlight.features.knowledge.events import ArticleRated
from fanlight.features.knowledge.models import LANGUAGES, Article, Text
from fanlight.features.knowledge.queries import categories, get_article
from fanlight.features.knowledge.queries import wishes as kept
from fanlight.features.knowledge.queries.wishes import Counted, Wish
from fanlight.features.knowledge.traditional import SIMPLIFIED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.events import subscriber
from fanlight.kernel.ids import new_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.language import guess
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import Work

EDIT = "article.edit"
WEEKS = 12  # that count, and that the little curves show
_BATCH = 2_000
_TIME_TO_OPEN = timedelta(minutes=30)
_ONCE_DAYS = 28  # what one reader wanted once is forgotten after so many days
_SEARCHES_DAYS = 90
_FAILED, _SHARE = 3, 1 / 3  # so many readers, and that part of them, whom an article did not help
_MOST_TEXT = 200


class Kind(StrEnum):
    """What tells us that an answer is missing."""

    NO_RESULT = "no_result"
    NO_CLICK = "no_click"  # something was found, and nobody opened it
    OTHER_SCRIPT = "other_script"  # asked in pinyin, Traditional or English, where we have none
    BAD_FEEDBACK = "bad_feedback"
    UNCITED = "uncited"  # solved by a person who sent no article


def week_of(at: datetime | date) -> date:
    """The Monday of a time."""
    day = at.date() if isinstance(at, datetime) else at
    return day - timedelta(days=day.weekday())


def since(now: datetime) -> datetime:
    """From when on things count."""
    return now - timedelta(weeks=WEEKS)


def mondays(now: datetime) -> list[str]:
    """The weeks that count, the present one last."""
    last = week_of(now)
    return [(last - timedelta(weeks=ago)).isoformat() for ago in reversed(range(WEEKS))]


def key_of(text: str) -> str:
    """What two people type alike, up to width, case and spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:_MOST_TEXT]


def kind_of(search: kept.Search) -> Kind | None:
    """What a search tells us; None when it was answered."""
    if search.is_foreign or (search.results == 0 and _script(search) != search.language):
        return Kind.OTHER_SCRIPT
    if search.results == 0:
        return Kind.NO_RESULT
    return None if search.is_opened else Kind.NO_CLICK


def _script(search: kept.Search) -> str:
    """In which language it was typed: pinyin on a Chinese page is Latin, so it counts as other."""
    typed = guess(search.text, prior=search.language)
    if typed == search.language and typed.startswith("zh"):
        letters = [c for c in search.text if c.isalpha()]
        # Codes such as ERC20 are written alike everywhere; words have small letters.
        has_words = sum(c.islower() for c in search.text) >= 4
        return "en" if letters and has_words and all(c.isascii() for c in letters) else typed
    return typed


def count(searches: Iterable[kept.Search]) -> list[Counted]:
    """What was wanted, by week, each once with how often."""
    found: dict[tuple[str, str, str, date], list[kept.Search]] = {}
    for each in searches:
        kind, key = kind_of(each), key_of(each.text)
        if kind is not None and key:
            place = (kind.value, each.language, key, week_of(each.searched_at))
            found.setdefault(place, []).append(each)
    return [
        Counted(
            kind=kind,
            language=language,
            key=key,
            text=many[-1].text[:_MOST_TEXT],
            week=week,
            times=len(many),
            since=many[0].searched_at,
            latest=many[-1].searched_at,
        )
        # In one order everywhere, so that two nodes do not wait for each other in a ring.
        for (kind, language, key, week), many in sorted(found.items())
    ]


@cron("knowledge.gather_searches", every_s=60)
@job("knowledge.gather_searches")
async def gather(work: Work, _: None) -> None:
    """Count searches that were answered badly. A second run finds them counted."""
    found = await kept.to_gather(work, before=work.now() - _TIME_TO_OPEN, limit=_BATCH)
    if not found:
        return
    # The dictionaries that tell scripts apart load for a moment: not on the loop.
    for each in await asyncio.to_thread(count, found):
        await kept.add(work, each)
    await kept.gathered(work, [each.id for each in found])
    if len(found) == _BATCH:
        work.enqueue("knowledge.gather_searches", key="knowledge.gather_searches")


@subscriber(ArticleRated)
async def weigh(work: Work, event: ArticleRated) -> None:
    """Count what readers say of an article anew; told twice, it comes to the same."""
    if event.is_helpful:
        return
    said = await kept.verdicts(work, event.article_id, event.language, after=since(work.now()))
    if said is None or said.since is None or said.latest is None:
        return
    if said.failed < _FAILED or said.failed < _SHARE * (said.failed + said.helped):
        return
    counted = Counted(
        kind=Kind.BAD_FEEDBACK,
        key=str(event.article_id),
        language=event.language,
        text=said.title[:_MOST_TEXT],
        article_id=event.article_id,
        week=week_of(said.latest),
        times=said.failed,
        since=said.since,
        latest=said.latest,
    )
    weeks = {date.fromisoformat(day): times for day, times in said.weeks.items()}
    await kept.replace(work, counted, weeks)


async def note_uncited(
    work: Work, ticket_id: UUID, *, subject: str, tags: Sequence[str], language: str, at: datetime
) -> None:
    """A ticket was solved and its customer was sent no article; told twice, it counts once.

    It counts for each of its tags; without any, for its subject, secrets taken out.
    """
    said = [*tags] or [redact(subject).text]
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    for text in sorted({each.strip()[:_MOST_TEXT] for each in said} - {""}):
        counted = Counted(
            kind=Kind.UNCITED,
            key=key_of(text),
            language=spoken,
            text=text,
            week=week_of(at),
            times=1,
            since=at,
            latest=at,
        )
        await kept.add(work, counted, ticket_id=ticket_id)


async def _open(work: Work, wish_id: UUID) -> Wish:
    needs(work.actor, EDIT)
    wish = await kept.get(work, wish_id)
    if wish is None:
        raise WishNotFound
    return wish


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """Where an editor goes on."""

    article_id: UUID
    language: str


async def write(work: Work, wish_id: UUID, *, category: str) -> Begun:
    """Make a draft of it: titled and asked for as readers did, or the words that did not help.

    Args:
        category: where a new article begins; "" is the first one.

    Raises:
        NotAllowed, WishNotFound, CategoryNotFound
        WishSettled: somebody has taken or dismissed it.
    """
    wish = await _open(work, wish_id)
    if wish.state != "open":
        raise WishSettled
    article_id, language = wish.article_id, wish.language
    if article_id is None:
        article_id = (await _begin(work, wish, category)).id
    elif wish.kind == Kind.BAD_FEEDBACK:
        language = await _revise(work, article_id, language)
    await get_article(work, article_id)
    await kept.settle(work, wish_id, "taken", article_id=article_id)
    await audit.record(work, "wish.taken", f"article:{article_id}", kind=wish.kind)
    return Begun(article_id=article_id, language=language)


async def _revise(work: Work, article_id: UUID, language: str) -> str:
    """Make a draft of what readers have, in the language somebody wrote; which one it is.

    What is being worked on already stays as it is.
    """
    edited = await editing.read(work, article_id, language)
    if edited.draft is not None or edited.translation is None:
        return language
    if edited.translation.is_derived:  # its words are mended where they come from
        return await _revise(work, article_id, SIMPLIFIED)
    over = edited.translation.version
    await editing.keep(work, article_id, language, edited.present(), version=0, over=over)
    return language


async def _begin(work: Work, wish: Wish, category: str) -> Article:
    if not category:
        shelves = await categories(work)
        category = shelves[0].key if shelves else ""
    place = {"language": wish.language, "title": wish.text, "category": category}
    try:
        article = await placing.create(work, **place)
    except AddressTaken:  # one of this name is there: the new one gets an address to be changed
        article = await placing.create(work, **place, slug=f"article-{new_id().hex[-8:]}")
    asked = (wish.text,) if wish.kind != Kind.UNCITED else ()
    text = Text(title=wish.text[:1].upper() + wish.text[1:], source="", asked_as=asked)
    await editing.keep(work, article.id, wish.language, text, version=0)
    return article


async def dismiss(work: Work, wish_id: UUID, reason: str) -> None:
    """Take it off the list, and say why. Raises WishNotFound, ReasonMissing."""
    wish = await _open(work, wish_id)
    reason = reason.strip()[:_MOST_TEXT]
    if not reason:
        raise ReasonMissing
    await kept.settle(work, wish_id, "dismissed", reason=reason)
    await audit.record(work, "wish.dismissed", f"wish:{wish_id}", kind=wish.kind)


async def reopen(work: Work, wish_id: UUID) -> None:
    """Put it on the list again. Raises WishNotFound."""
    wish = await _open(work, wish_id)
    await kept.settle(work, wish_id, "open")
    await audit.record(work, "wish.reopened", f"wish:{wish_id}", kind=wish.kind)


@cron("knowledge.forget_wishes", every_s=86_400)
@job("knowledge.forget_wishes")
async def forget(work: Work, _: None) -> None:
    """Old weeks and old searches go. Twice does no harm."""
    now = work.now()
    await kept.forget(
        work,
        before=week_of(now - timedelta(weeks=WEEKS)),
        once_before=now - timedelta(days=_ONCE_DAYS),
    )
    await kept.forget_searches(work, now - timedelta(days=_SEARCHES_DAYS))
