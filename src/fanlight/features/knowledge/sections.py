"""The passage of a translation that says what a passage of another one says."""

from collections.abc import Sequence

from msgspec.structs import replace

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.search import Hit
from fanlight.kernel.work import Work


async def fitted(work: Work, hits: Sequence[Hit]) -> list[Hit]:
    """Hits that were found by a translation, at the place in the reader's own that says it."""
    linked = [hit for hit in hits if hit.by is not None]
    if not linked:
        return list(hits)
    tags = {hit.language for hit in linked} | {hit.by[0] for hit in linked if hit.by}
    known = await queries.anchors(work, [hit.article for hit in linked], sorted(tags))

    def at_its_place(hit: Hit) -> Hit:
        if hit.by is None:
            return hit
        there = known.get((hit.article, hit.by[0]), [])
        here = known.get((hit.article, hit.language), [])
        return replace(hit, passage=counterpart(there, hit.by[1], here))

    return [at_its_place(hit) for hit in hits]


def counterpart(there: Sequence[str], passage: int, here: Sequence[str]) -> int:
    """Which passage here is the one there, by the anchors of both.

    The section of the same anchor; else the one in the same place, where both have as many; else
    the beginning.
    """
    if passage >= len(there) or not here:
        return 0
    anchor = there[passage]
    of_there, of_here = list(dict.fromkeys(there)), list(dict.fromkeys(here))
    if anchor not in here:
        if len(of_there) != len(of_here):
            return 0
        same = of_here[of_there.index(anchor)]
    else:
        same = anchor
    # As far into the section: one language needs fewer passages for it than the other.
    far = (passage - there.index(anchor)) * here.count(same) // there.count(anchor)
    return here.index(same) + far
