"""What the desk itself has said that words are about: the guide learns from it."""

from fanlight.features.guidance.models import Urgency
from fanlight.features.guidance.queries import kept
from fanlight.features.tickets.models import Priority
from fanlight.kernel.work import Work

_MOST = 5_000  # tickets learned from, the latest; more is slower and hardly better
_LONGEST = 2_000  # characters

URGENCY = {
    Priority.URGENT: Urgency.URGENT,
    Priority.HIGH: Urgency.HIGH,
    Priority.NORMAL: Urgency.NORMAL,
    Priority.LOW: Urgency.LOW,
}


async def of_the_desk(work: Work) -> list[dict[str, str]]:
    """Tickets whose category an agent chose, and customers' corrections that a lead took.

    What customers alone say is no label: whoever floods us would teach the guide.
    """
    said = await work.rows(kept.Label, kept.LABELS, limit=_MOST)
    taken = await work.rows(kept.Taken, kept.TAKEN, limit=_MOST)
    found = [
        _example(each.text, each.category, URGENCY[Priority(each.priority)]) for each in said
    ] + [_example(each.text, each.category, each.urgency) for each in taken]
    return [each for each in found if each["text"]]


def _example(text: str, category: str, urgency: str) -> dict[str, str]:
    words = text.strip()[:_LONGEST]
    return {"text": words, "category": str(category), "urgency": str(urgency)}
