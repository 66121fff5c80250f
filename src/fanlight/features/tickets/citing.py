"""Which articles an answer leads to: what was answered without one is what to write next."""

import re
from uuid import UUID

from fanlight.features.conversations import queries as conversations
from fanlight.features.knowledge import queries as knowledge
from fanlight.features.knowledge import wishes
from fanlight.features.knowledge.models import Article
from fanlight.features.knowledge.queries import editing
from fanlight.features.tickets import queries
from fanlight.features.tickets.events import AgentAnswered, TicketSolved
from fanlight.features.tickets.models import Status
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.events import subscriber
from fanlight.kernel.jobs import job
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_PAUSE_S = 120
_MOST = 20  # of one answer; who links more sends a list, not an answer


@subscriber(AgentAnswered)
async def note_citations(work: Work, event: AgentAnswered) -> None:
    """Remember the articles an answer links to. Twice is once: message and article are the key."""
    message = await conversations.get_message(work, event.message_id)
    for language, category, slug in addresses_in(
        message.text, work.of(Settings)[BrandSettings].help_url
    ):
        article = await _article_at(work, category, slug)
        if article is not None:
            await work.run(
                queries.CITE,
                message_id=message.id,
                article_id=article.id,
                ticket_id=message.ticket_id,
                language=language,
                agent_id=event.agent_id,
                at=message.created_at,
            )


@subscriber(TicketSolved)
async def weigh_later(work: Work, event: TicketSolved) -> None:
    """Look in a while whether the answers led to an article: that of the last one may be on its
    way. Told twice, it is looked at once."""
    work.enqueue(
        "tickets.note_uncited",
        event.ticket_id,
        key=f"tickets.note_uncited:{event.ticket_id}",
        delay_s=_PAUSE_S,
    )


@job("tickets.note_uncited")
async def note_uncited(work: Work, ticket_id: UUID) -> None:
    """A question that a person answered without an article is one that may want writing."""
    ticket = await queries.get_ticket(work, ticket_id)
    if ticket.status is not Status.SOLVED or ticket.answered_at is None:
        return
    if await work.one(bool, queries.IS_CITED, ticket_id=ticket_id):
        return
    await wishes.note_uncited(
        work,
        ticket_id,
        subject=ticket.subject,
        tags=ticket.tags,
        language=ticket.language,
        at=ticket.solved_at or work.now(),
    )


def addresses_in(text: str, help_url: str) -> list[tuple[str, str, str]]:
    """Language, category and slug of every article of this help site that a text links to."""
    # Chinese sets no space after an address, so that it ends where its letters do.
    address = re.compile(
        re.escape(help_url) + r"/([A-Za-z-]{2,12})/a/([A-Za-z0-9_-]+)/([A-Za-z0-9_-]+)"
    )
    return list(dict.fromkeys(address.findall(text)))[:_MOST]


async def _article_at(work: Work, category: str, slug: str) -> Article | None:
    """The article of an address, also of one that it has left since."""
    named = await knowledge.articles_named(work, [f"{category}/{slug}"])
    here = [each for each in named if (each.category, each.slug) == (category, slug)]
    return here[0] if here else await editing.now_at(work, category, slug)
