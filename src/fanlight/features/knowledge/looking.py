"""Keys and passwords in what is kept here and nobody has said to be a sample: named, never changed.

Editors are asked as they write, and imports are looked over; what was kept before that was not.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping

from fanlight.features.knowledge import exporting
from fanlight.features.knowledge.queries import exporting as kept
from fanlight.features.trust.queries.samples import everything
from fanlight.features.trust.service.samples import Lookout
from fanlight.kernel.work import Work

_BATCH = 100


async def suspects(work: Work) -> AsyncIterator[tuple[str, str]]:
    """Place and kind of each: of articles by language, address and line, else by table.

    Raises:
        NotAllowed: the actor is no editor.
    """
    ids = await kept.ids(work)
    lookout, known = Lookout(work), await everything(work)

    def strange(texts: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [
            (f"{place}:{text.count(chr(10), 0, each.start) + 1}", each.kind)
            for place, text in texts
            for each in lookout.suspects(text)
            if each.fingerprint not in known
        ]

    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        texts = [_text("", each) for each in await kept.texts(work, some, None, None)]
        texts += [_text("drafts/", each) for each in await kept.drafts(work, some, None)]
        for found in await asyncio.to_thread(strange, texts):
            yield found
    async for name, table in exporting.tables(work):
        words = [(name, text) for text in _strings(table)]
        for place, kind in await asyncio.to_thread(strange, words):
            yield place.rpartition(":")[0], kind


def _text(prefix: str, text: kept.Whole) -> tuple[str, str]:
    """The text first, so that lines are those an editor counts."""
    beside = (text.title, text.description, *text.tags, *text.asked_as)
    place = f"{prefix}{text.language}/{text.category}/{text.slug}"
    return place, "\n\n".join((text.source, *beside))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
