"""The contract of whatever turns texts into vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # one row a text, each of length 1
Vector = NDArray[np.float32]

MOST_CHARACTERS = 2000  # of a text; models read about 512 tokens of it


class NoMeaning(Exception):
    """No vector came: late, dead, or not what was promised. Searching goes on by words alone."""


class Embedder(Protocol):
    """A model, wherever it runs."""

    name: str
    """Which model it is: vectors of different names are never compared."""

    async def query(self, text: str) -> Vector:
        """The vector of a question, within the deadline. Raises NoMeaning."""
        ...

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages; takes as long as it takes. Raises NoMeaning."""
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...


def of_length_one(vectors: Vectors) -> Vectors:
    """The same directions; a cosine is then a product. Raises NoMeaning for what has none."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths)) or np.any(lengths < 1e-9):
        raise NoMeaning("a vector without direction")
    return np.asarray(vectors / lengths, dtype=np.float32)
