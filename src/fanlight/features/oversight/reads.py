"""Searching and paging: written down with what was found, before it is shown."""

import hmac
from typing import TypeVar

from fanlight.features.oversight import queries
from fanlight.features.oversight.models import Measure
from fanlight.features.oversight.rates import hold_to_cap
from fanlight.features.people.masks import BLIND, mask_uid
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.secrets import redact
from fanlight.kernel.work import Ask, Work

P = TypeVar("P")
_LONGEST = 200


async def searched(work: Work, text: str, hits: int) -> None:
    """The actor has looked for something. What they typed is kept without secrets and masked.

    ``mark`` is the same for the same words, whoever types them: so one can ask who looked for a
    person without the log naming that person.

    Raises:
        CapReached: more searches this hour than a lead has agreed to.
    """
    words = text.strip()[:_LONGEST]
    noted = await queries.note(
        work,
        "tickets.searched",
        "",
        Measure.SEARCHED,
        query=_covered(redact(words).text),
        mark=mark_of(work, words),
        hits=hits,
    )
    await hold_to_cap(work, Measure.SEARCHED, noted.n)


async def paged(work: Work, view: str, size: int, page: Ask[P]) -> P:
    """A further page of a list, of ``size`` rows at most: read and written down in one round trip.

    Raises:
        CapReached: more pages this hour than a lead has agreed to.
    """
    noting = queries.note(work, "tickets.paged", "", Measure.PAGED, view=view[:80], size=size)
    found, noted = await work.together(page, noting)
    await hold_to_cap(work, Measure.PAGED, noted.n)
    return found


def mark_of(work: Work, words: str) -> str:
    """A name for these words that says nothing of them without the installation's key."""
    key = work.of(Sealer).derive("oversight.searches")
    return hmac.digest(key, words.casefold().encode(), "sha256").hex()[:16]


def _covered(words: str) -> str:
    return mask_uid(words) if words.isdecimal() else BLIND.words(words)
