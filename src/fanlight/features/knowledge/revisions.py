"""What readers have had: kept versions, the words that changed between two, going back to one."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from uuid import UUID

import msgspec

from fanlight.features.knowledge import editing
from fanlight.features.knowledge.drafts import Draft, Version
from fanlight.features.knowledge.queries import editing as kept
from fanlight.kernel.work import Work

# A Latin word, one Chinese character, a run of blanks, a line's end or one mark.
_TOKEN = re.compile(r"[^\W_\u2e80-\u9fff]+|\n|[^\S\n]+|.", re.DOTALL)
_MOST_TOKENS = 3000  # of a changed block, compared word by word; longer ones are shown whole


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Piece(msgspec.Struct, frozen=True):
    """A stretch of two texts laid over one another."""

    change: Change
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Two texts as one: what stayed, what came, what went, by words. Slow for long ones."""
    pieces: list[Piece] = []
    for piece in _by_lines(before, after):
        if pieces and pieces[-1].change is piece.change:
            pieces[-1] = Piece(piece.change, pieces[-1].text + piece.text)
        elif piece.text:
            pieces.append(piece)
    return pieces


def _by_lines(before: str, after: str) -> Iterator[Piece]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        went, came = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            yield Piece(Change.SAME, came)
        else:
            yield from _by_words(went, came)


def _by_words(went: str, came: str) -> Iterator[Piece]:
    old, new = _TOKEN.findall(went), _TOKEN.findall(came)
    if not old or not new or len(old) + len(new) > _MOST_TOKENS:
        yield Piece(Change.REMOVED, went)
        yield Piece(Change.ADDED, came)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Change.SAME, "".join(new[c:d]))
        else:
            yield Piece(Change.REMOVED, "".join(old[a:b]))
            yield Piece(Change.ADDED, "".join(new[c:d]))


async def versions(work: Work, article_id: UUID, language: str) -> Sequence[Version]:
    """Every kept version, the latest first. Raises NotAllowed."""
    return await kept.versions(work, article_id, language)


async def version(work: Work, article_id: UUID, language: str, number: int) -> Draft:
    """One kept version. Raises NotAllowed, ArticleNotFound."""
    return await kept.version(work, article_id, language, number)


async def restore(
    work: Work, article_id: UUID, language: str, number: int, *, version: int, over: int
) -> Draft:
    """Make a kept version the draft; readers get it when it is published.

    Args:
        version: of the draft on the screen; 0 when there is none.
        over: version of the readers' text on the screen.

    Raises:
        NotAllowed, ArticleNotFound, DraftMoved, ArticleMoved
    """
    found = await kept.version(work, article_id, language, number)
    return await editing.keep(work, article_id, language, found.text(), version=version, over=over)
