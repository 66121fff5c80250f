"""Who looks after articles: owners, reviewers, days by which somebody looks, and acts on many."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from fanlight.features.knowledge import editing
from fanlight.features.knowledge.errors import TooMany
from fanlight.features.knowledge.models import State
from fanlight.features.knowledge.queries import editing as drafts
from fanlight.features.knowledge.queries import listing
from fanlight.features.knowledge.queries import stewards as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.knowledge.settings import KnowledgeSettings
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries import agents
from fanlight.kernel import audit
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

EDIT, PUBLISH = "article.edit", "article.publish"
MOST = 200  # articles in one act
_COUNTED_DAYS = 28


async def hand_over(
    work: Work,
    article_ids: Sequence[UUID],
    *,
    owner_id: UUID | None,
    reviewer_id: UUID | None,
    team: str | None,
) -> None:
    """Say who looks after articles, who is asked before readers get a text, whose name they read.

    Raises:
        NotAllowed, TooMany
        AgentNotFound: one of them works here no longer.
    """
    needs(work.actor, EDIT)
    ids = few(article_ids)
    for each in (owner_id, reviewer_id):
        if each is not None:
            await agents.get_agent(work, each)
    await kept.hand_over(work, ids, owner_id=owner_id, reviewer_id=reviewer_id, team=team)
    work.signal(CHANGED)
    for each in ids:
        await audit.record(
            work, "article.handed_over", f"article:{each}", owner=owner_id, reviewer=reviewer_id
        )


def few(article_ids: Sequence[UUID]) -> list[UUID]:
    """The ids, each once and in one order. Raises TooMany."""
    ids = sorted(set(article_ids))
    if len(ids) > MOST:
        raise TooMany(most=MOST)
    return ids


async def still_true(work: Work, article_ids: Sequence[UUID], *, until: date | None = None) -> date:
    """Somebody has looked, and they are true: readers see today's day, and the next day is set.

    Returns the next day.

    Args:
        until: the next day; without one, so many days ahead as ``knowledge.review_days`` says.

    Raises:
        NotAllowed, TooMany
    """
    needs(work.actor, EDIT)
    ids = few(article_ids)
    ahead = timedelta(days=work.of(Settings)[KnowledgeSettings].review_days)
    today = work.now().date()
    until = until or today + ahead
    await kept.still_true(work, ids, today=today, until=until)
    work.signal(CHANGED)
    for each in ids:
        await audit.record(work, "article.still_true", f"article:{each}")
    return until


async def review_by(work: Work, article_ids: Sequence[UUID], day: date | None) -> None:
    """By when somebody looks at these articles. Raises NotAllowed, TooMany."""
    needs(work.actor, EDIT)
    for each in few(article_ids):
        await drafts.set_review_by(work, each, day)


async def set_state(work: Work, article_ids: Sequence[UUID], state: State) -> int:
    """Withdraw, keep for agents, archive or give back every language that readers had; how many.

    Raises:
        NotAllowed, TooMany
        ArticleMoved: somebody saved one at the same moment; nothing is changed.
    """
    needs(work.actor, PUBLISH)
    changed = 0
    for each in few(article_ids):
        line = await drafts.line(work, each)
        for standing in line.standings:
            if standing.state is not None and not standing.is_derived:
                changed += standing.state is not state
                await editing.set_state(work, each, standing.language, state)
    return changed


@cron("knowledge.count_facts", every_s=600)
@job("knowledge.count_facts")
async def count_facts(work: Work, _: None) -> None:
    """Count how articles did in the last weeks. Twice does no harm."""
    await work.run(listing.COUNT, since=work.now() - timedelta(days=_COUNTED_DAYS))
