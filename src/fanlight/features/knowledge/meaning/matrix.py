"""The vectors on one machine: searched exactly, among what the reader may see and nothing else.

Rows with the same language, readers and audiences lie together, so that who may see them is
settled before a single product is computed. At 200,000 passages of 384 numbers this is 300 MB of
file, mapped into memory, of which one reader's language is read.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from fanlight.features.knowledge.documents import ordinal
from fanlight.features.knowledge.meaning.embedder import Vector, Vectors
from fanlight.features.knowledge.search import Wanted

_PASSAGES = 400  # the nearest, gathered into articles
MOST_NEAR = 50  # articles


class Group(msgspec.Struct, frozen=True):
    """Rows that the same people may find."""

    language: str
    readers: tuple[str, ...]  # languages whose readers get this translation
    audience: tuple[str, ...]
    start: int
    end: int

    def is_for(self, wanted: Wanted) -> bool:
        speaks = (
            self.language == wanted.only_language
            if wanted.only_language
            else wanted.language in self.readers
        )
        return speaks and not set(self.audience).isdisjoint(wanted.audiences)


class Place(msgspec.Struct, frozen=True):
    """Where a row of the matrix comes from."""

    article: int
    language: str
    passage: int
    category: str
    audience: tuple[str, ...]
    readers: tuple[str, ...]


class Near(msgspec.Struct, frozen=True):
    """An article by the nearest of its passages."""

    article: int
    language: str
    passage: int
    shelf: int  # ordinal of its category
    cosine: float


class Matrix:
    """Vectors and where they come from."""

    def __init__(
        self, vectors: Vectors, columns: NDArray[np.int64], groups: Sequence[Group]
    ) -> None:
        self.vectors = vectors
        self.columns = columns  # article, passage, shelf
        self.groups = tuple(groups)

    def __len__(self) -> int:
        return len(self.vectors)

    def near(self, vector: Vector, wanted: Wanted, also: Iterable[int] = ()) -> list[Near]:
        """The nearest articles, best first, and those of ``also`` however far they are.

        Blocks for as long as it takes to read the reader's rows: 20 ms for 70,000.
        """
        found: list[tuple[NDArray[np.int64], Vectors, Group]] = []
        for group in self.groups:
            if group.is_for(wanted) and self.vectors.shape[1] == len(vector):
                rows = np.arange(group.start, group.end)
                found.append((rows, self.vectors[group.start : group.end] @ vector, group))
        if not found:
            return []
        rows = np.concatenate([rows for rows, _, _ in found])
        cosines = np.concatenate([cosines for _, cosines, _ in found])
        tongues = np.repeat(np.arange(len(found)), [len(rows) for rows, _, _ in found])
        best = np.argsort(-cosines, kind="stable")
        articles = self.columns[rows, 0]
        looked = [best[:_PASSAGES], best[np.isin(articles[best], list(also))]]
        nearest: dict[int, Near] = {}
        for place, picks in enumerate(looked):
            for pick in picks:
                article = int(articles[pick])
                if article in nearest or (place == 0 and len(nearest) >= MOST_NEAR):
                    continue
                _, passage, shelf = self.columns[rows[pick]]
                language = found[int(tongues[pick])][2].language
                cosine = float(cosines[pick])
                nearest[article] = Near(article, language, int(passage), int(shelf), cosine)
        return sorted(nearest.values(), key=lambda each: (-each.cosine, each.article))


def laid_out(
    places: Sequence[Place],
) -> tuple[list[int], NDArray[np.int64], list[Group]]:
    """The order of the rows, their columns, and who may find which of them."""

    def who(number: int) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        place = places[number]
        return place.language, place.readers, place.audience

    order = sorted(range(len(places)), key=lambda n: (who(n), places[n].article, places[n].passage))
    groups: list[Group] = []
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or who(order[end]) != who(order[start]):
            groups.append(Group(*who(order[start]), start, end))
            start = end
    columns = np.array(
        [(places[n].article, places[n].passage, ordinal(places[n].category)) for n in order],
        dtype=np.int64,
    ).reshape(-1, 3)
    return order, columns, groups


def built(places: Sequence[Place], vectors: Mapping[int, Vector]) -> Matrix:
    """A matrix in memory; ``vectors`` by the number of the place, and of one size."""
    known = [number for number in range(len(places)) if number in vectors]
    order, columns, groups = laid_out([places[number] for number in known])
    stacked = [vectors[known[place]] for place in order]
    width = len(stacked[0]) if stacked else 0
    return Matrix(np.array(stacked, dtype=np.float32).reshape(len(stacked), width), columns, groups)
