"""Which check a ticket calls for: the console asks it for agents, the widget for customers."""

from collections.abc import Iterable
from uuid import UUID

from fanlight.features.conversations import queries as conversations
from fanlight.features.diagnostics.choosing import Suggested, by_named
from fanlight.features.guidance.keeping import guide_of, keeper_of
from fanlight.features.guidance.queries.kept import triage_of
from fanlight.features.guidance.said import Said
from fanlight.kernel.work import Work

_MESSAGES = 5  # of the customer, from the last one back


async def called_for(work: Work, ticket_id: UUID, tags: Iterable[str] = ()) -> Suggested | None:
    """By what stands in the customer's last messages, then by what the ticket is about.

    The caller has got the ticket through its own door.
    """
    said = await conversations.said_by_customer(work, ticket_id, limit=_MESSAGES)
    if not said:
        return None
    words = Said.cleaned("\n".join(said))
    triage = await triage_of(work, ticket_id)
    about = [*tags, *([triage.category.value] if triage else [])]
    # A moment after the first words nobody has read them yet: then they are understood here,
    # unless that would first have to be learned.
    if triage is None and keeper_of(work.shelf).is_ready:
        about.append((await guide_of(work)).understand(words).category.value)
    return by_named(words.named, about)
