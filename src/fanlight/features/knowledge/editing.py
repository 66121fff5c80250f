"""Working on a text until readers get it: drafts, review, schedule, publishing, going back.

A draft lies beside the text that readers have and touches nothing of theirs until it is published.
"""

from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from fanlight.features.knowledge import queries, service
from fanlight.features.knowledge.drafts import Draft, Line, Origin, Stage
from fanlight.features.knowledge.errors import (
    ArticleMoved,
    ArticleNotFound,
    ArticleTooLong,
    ArticleUntitled,
    DraftMoved,
    NotInReview,
    ReasonMissing,
    SecondPersonNeeded,
    TimePassed,
    UnknownLanguage,
)
from fanlight.features.knowledge.models import LANGUAGES, Article, Placing, State, Text, Translation
from fanlight.features.knowledge.queries import editing as kept
from fanlight.features.knowledge.render import Rendered
from fanlight.features.knowledge.settings import KnowledgeSettings
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import NOBODY, Work

log = structlog.get_logger(__name__)

EDIT, PUBLISH = "article.edit", "article.publish"
MOST_CHARACTERS = 200_000
MOST_WHY = 1_000
_SHORT = 400  # of a title, a description, one tag
_MANY = 40  # tags, and ways an article is asked for


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an editor of one language sees."""

    line: Line
    language: str
    draft: Draft | None
    translation: Translation | None  # what readers have, or had
    origin: Origin | None  # what it is translated from

    def present(self) -> Text:
        """The words as they stand: the draft's, else the readers', else none."""
        if self.draft is not None:
            return self.draft.text()
        if self.translation is not None:
            return text_of(self.translation)
        return Text(title="", source="")


def text_of(saved: Translation) -> Text:
    return Text(
        title=saved.title,
        source=saved.source,
        description=saved.description,
        tags=tuple(saved.tags),
        asked_as=tuple(saved.asked_as),
        reviewed_on=saved.reviewed_on,
    )


async def read(work: Work, article_id: UUID, language: str) -> Edited:
    """An article in one language, as its editors see it.

    Raises:
        NotAllowed: the actor is no editor.
        ArticleNotFound, UnknownLanguage
    """
    needs(work.actor, EDIT)
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language, languages=list(LANGUAGES))
    line = await kept.line(work, article_id)
    have = {each.language: each for each in await queries.translations(work, article_id)}
    return Edited(
        line=line,
        language=language,
        draft=await kept.draft_of(work, article_id, language),
        translation=have.get(language),
        origin=await kept.origin(work, line, language),
    )


async def keep(
    work: Work, article_id: UUID, language: str, text: Text, *, version: int, over: int = 0
) -> Draft:
    """Store the words being worked on; the same words again change nothing.

    Args:
        version: of the draft on the screen; 0 begins one.
        over: version of the readers' text it was begun from; asked for when it begins.

    Raises:
        DraftMoved: somebody else saved it meanwhile.
        ArticleMoved: what readers have is newer than what this was begun from.
        ArticleTooLong
    """
    edited = await read(work, article_id, language)
    _measure(text)
    draft = edited.draft
    if draft is None:
        if version:
            raise DraftMoved(article_id=article_id, language=language)
        begun_from = 0 if edited.translation is None else edited.translation.version
        if begun_from != over:
            raise ArticleMoved(article_id=article_id)
        begun = _begun(article_id, language, text, over, work.now())
        return await kept.save_draft(work, begun.written_by(work.actor.id))
    if draft.version != version:
        raise DraftMoved(article_id=article_id, language=language)
    if draft.text() == msgspec.structs.replace(text, reviewed_on=None):
        return draft
    return await kept.save_draft(work, draft.with_text(text).written_by(work.actor.id))


def _begun(article_id: UUID, language: str, text: Text, based_on: int, now: datetime) -> Draft:
    return Draft(
        article_id=article_id,
        language=language,
        title=text.title,
        description=text.description,
        tags=list(text.tags),
        asked_as=list(text.asked_as),
        source=text.source,
        stage=Stage.WRITING,
        publish_at=None,
        based_on=based_on,
        saved_at=now,
        saved_by=NOBODY,
        version=0,
    )


def _measure(text: Text) -> None:
    """Raises ArticleTooLong."""
    several = (text.title, text.description, *text.tags, *text.asked_as)
    too_many = max(len(text.tags), len(text.asked_as)) > _MANY
    if len(text.source) > MOST_CHARACTERS or too_many or any(len(one) > _SHORT for one in several):
        raise ArticleTooLong(most=MOST_CHARACTERS, short=_SHORT)


async def drop(work: Work, article_id: UUID, language: str, *, version: int) -> None:
    """Forget the draft: what readers have is what there is. Raises DraftMoved."""
    draft = await _draft(work, article_id, language, version)
    await kept.drop_draft(work, draft)


async def _draft(work: Work, article_id: UUID, language: str, version: int) -> Draft:
    needs(work.actor, EDIT)
    draft = await kept.draft_of(work, article_id, language)
    if draft is None or draft.version != version:
        raise DraftMoved(article_id=article_id, language=language)
    return draft


async def set_stage(
    work: Work, article_id: UUID, language: str, stage: Stage, *, version: int
) -> Draft:
    """Hand a draft to review, or take it back; a schedule it had is off.

    Raises:
        DraftMoved: somebody else saved it meanwhile.
        ArticleUntitled: there is nothing to review yet.
    """
    draft = await _draft(work, article_id, language, version)
    if stage is not Stage.REVIEW:
        return await kept.save_draft(work, draft.at_stage(stage))
    _whole(draft)
    return await kept.save_draft(work, draft.asked_for_review())


async def send_back(
    work: Work, article_id: UUID, language: str, why: str, *, version: int
) -> Draft:
    """Whoever reviewed a draft says what is not right yet; its authors read it and write on.

    Raises:
        NotAllowed, DraftMoved
        NotInReview: nobody has asked for it.
        ReasonMissing: without words its authors would have to guess.
    """
    draft = await _draft(work, article_id, language, version)
    if draft.stage is not Stage.REVIEW:
        raise NotInReview
    why = redact(why).text.strip()[:MOST_WHY]
    if not why:
        raise ReasonMissing
    await audit.record(work, "article.sent_back", f"article:{article_id}", language=language)
    return await kept.save_draft(work, draft.returned_by(work.actor.id, why))


async def schedule(
    work: Work, article_id: UUID, language: str, at: datetime, *, version: int
) -> Draft:
    """Have a draft published at a time; writing on in it takes it off the schedule.

    Raises:
        NotAllowed: the actor may not publish.
        TimePassed: the time does not lie ahead.
        DraftMoved, ArticleUntitled, SecondPersonNeeded
    """
    needs(work.actor, PUBLISH)
    draft = await _draft(work, article_id, language, version)
    _whole(draft)
    _second_person(work, draft)
    if at <= work.now():
        raise TimePassed
    return await kept.save_draft(work, draft.at_stage(Stage.SCHEDULED, at))


def _second_person(work: Work, draft: Draft) -> None:
    """Raises SecondPersonNeeded where two persons are asked for, and one wrote all of it."""
    if needs_second(work, draft):
        raise SecondPersonNeeded


def needs_second(work: Work, draft: Draft | None) -> bool:
    """Whether the actor wrote it alone, or would by beginning it, and here that is not enough."""
    is_asked = work.of(Settings)[KnowledgeSettings].two_persons
    return is_asked and (draft is None or set(draft.authors) == {work.actor.id})


def _whole(draft: Draft) -> None:
    if not draft.title.strip() or not draft.source.strip():
        raise ArticleUntitled


async def publish(
    work: Work,
    article_id: UUID,
    language: str,
    *,
    version: int,
    over: int,
    state: State = State.PUBLISHED,
) -> None:
    """Give readers the draft, or agents alone with ``State.INTERNAL``.

    Args:
        version: of the draft on the screen.
        over: version of the readers' text on the screen, which this one replaces; 0 for none.

    Raises:
        NotAllowed: the actor may not publish.
        DraftMoved: somebody else wrote in the draft meanwhile.
        ArticleMoved: readers have a newer text than the one on the screen.
        SecondPersonNeeded: two persons are asked for, and the actor wrote it alone.
        ArticleUntitled
    """
    needs(work.actor, PUBLISH)
    draft = await _draft(work, article_id, language, version)
    _whole(draft)
    _second_person(work, draft)
    have = {each.language: each for each in await queries.translations(work, article_id)}
    saved = have.get(language)
    if (0 if saved is None else saved.version) != over:
        raise ArticleMoved(article_id=article_id)
    text = draft.text(reviewed_on=work.now().date())
    article = await queries.get_article(work, article_id)
    await service.save(work, placing_of(article), language, text, state=state)
    await kept.drop_draft(work, draft)
    if saved is None:
        # Others may have linked to it before it was there.
        work.enqueue("knowledge.mend_links", article.id, key=f"knowledge.mend_links:{article.id}")
    await _record(work, "article.published", article_id, language, state=state)


def placing_of(article: Article) -> Placing:
    return Placing(
        path=article.path,
        category=article.category,
        slug=article.slug,
        position=article.position,
        is_risk=article.is_risk,
        related=tuple(article.related),
    )


async def set_state(work: Work, article_id: UUID, language: str, state: State) -> None:
    """Withdraw what readers have, keep it for agents, archive it, or give it back to them.

    Raises:
        NotAllowed, ArticleNotFound, ArticleMoved
    """
    needs(work.actor, PUBLISH)
    have = {each.language: each for each in await queries.translations(work, article_id)}
    if language not in have:
        raise ArticleNotFound(article_id=article_id, language=language)
    await service.set_state(work, article_id, language, state)
    for each in have.values():
        await kept.rebase_draft(work, article_id, each.language, before=each.version)
    await _record(work, "article.state_set", article_id, language, state=state)


async def confirm(work: Work, article_id: UUID, language: str) -> None:
    """The source has changed, and the translation is right all the same.

    Raises:
        ArticleNotFound: there is no such translation, or it is the source.
    """
    edited = await read(work, article_id, language)
    if edited.origin is None or edited.translation is None:
        raise ArticleNotFound(article_id=article_id, language=language)
    await kept.set_source_at(work, article_id, language, edited.origin.saved_at)


async def render(work: Work, edited: Edited) -> Rendered:
    """The words as they stand, by the renderer that makes readers' pages."""
    article = await queries.get_article(work, edited.line.id)
    return await service.rendered(work, article, edited.language, edited.present())


@cron("knowledge.publish_due", every_s=15)
@job("knowledge.publish_due")
async def publish_due(work: Work, _: None) -> None:
    """Publish what was scheduled for now. Twice does no harm: a published draft is gone.

    A text that readers got meanwhile is not overwritten unseen: the draft goes back to review.
    """
    for draft in await kept.due(work):
        try:
            await publish(
                work,
                draft.article_id,
                draft.language,
                version=draft.version,
                over=draft.based_on,
            )
        except ArticleMoved:
            await kept.save_draft(work, draft.at_stage(Stage.REVIEW))
            log.warning("schedule_overtaken", article_id=str(draft.article_id))


async def _record(
    work: Work, action: str, article_id: UUID, language: str, *, state: State
) -> None:
    await audit.record(work, action, f"article:{article_id}", language=language, state=state.value)
