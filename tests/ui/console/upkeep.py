"""Articles that want looking after: overdue, with broken links, asked for and not there."""

from datetime import date, timedelta
from uuid import UUID

from fanlight.features.knowledge import editing, flaws, placing, readers, stewards, wishes
from fanlight.features.knowledge.events import ArticleRated
from fanlight.features.knowledge.models import Text
from fanlight.features.knowledge.readers import Reason
from tests.surfaces.widget.house import House
from tests.ui.console.scene import Staff

AMISS = "Words before it.\n\n" * 40 + (
    "See [the old page](article:fees/of-long-ago) and [the limits](#no-such-part).\n\n"
    "![A form](https://cdn.elsewhere.example/form.png)\n\n"
    "Ask [the network](https://explorer.example/tx) when in doubt.\n"
)


async def published(house: House, who: Staff, title: str, source: str = "Words.\n") -> UUID:
    async with house.edge.work(who.actor) as work:
        made = await placing.create(work, language="en", title=title, category="fees")
        text = Text(title=title, source=source)
        draft = await editing.keep(work, made.id, "en", text, version=0)
        await editing.publish(work, made.id, "en", version=draft.version, over=0)
    return made.id


async def due(house: House, who: Staff, title: str, day: date, *, owner: Staff | None) -> UUID:
    """Published, and to be looked at by a day."""
    article_id = await published(house, who, title)
    async with house.edge.work(who.actor) as work:
        await stewards.review_by(work, [article_id], day)
        if owner is not None:
            owner_id = owner.agent.id
            await stewards.hand_over(
                work, [article_id], owner_id=owner_id, reviewer_id=None, team=None
            )
    return article_id


async def amiss(house: House, who: Staff, title: str = "With broken links") -> UUID:
    article_id = await published(house, who, title, AMISS)
    async with house.edge.work() as work:
        await flaws.look_over_changed(work, None)
    return article_id


async def searched(house: House, text: str, *, times: int = 1, results: int = 0) -> None:
    """Searched for in vain, now and in the weeks before."""
    async with house.edge.work() as work:
        now = work.now()
        for n in range(times):
            moment = now - timedelta(weeks=n % 5, hours=1)
            work.now = lambda at=moment: at  # type: ignore[misc]
            await readers.note_search(work, text, "en", door="site", results=results)
        work.now = lambda: now
        await wishes.gather(work, None)


async def unhelpful(house: House, article_id: UUID) -> None:
    """Three readers say that an article did not help."""
    async with house.edge.work() as work:
        for n in range(3):
            await readers.rate(
                work,
                article_id,
                "en",
                is_helpful=False,
                reason=Reason.OUTDATED,
                comment="The fee of TRON is another one by now." if n == 0 else "",
                visitor=f"{article_id}-{n}",
            )
        rated = [each for each in work.outbox if isinstance(each, ArticleRated)]
        await wishes.weigh(work, rated[-1])
