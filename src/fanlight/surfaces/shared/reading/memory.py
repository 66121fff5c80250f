"""Lists that many pages share, read once and forgotten whenever an article changes."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from fanlight.kernel.edge import Edge
from fanlight.kernel.shelf import NotOnShelf
from fanlight.surfaces.shared.bytecache import ByteCache

T = TypeVar("T")

_MOST = 2000  # lists; a help center has a few for each of its categories and languages


class Memory:
    """As fresh as the page cache: both are emptied by the same signal."""

    def __init__(self, cache: ByteCache) -> None:
        self._cache = cache
        self._generation = cache.generation
        self._kept: dict[object, Any] = {}

    async def of(self, key: object, read: Callable[[], Awaitable[T]]) -> T:
        """What was read under this key, or is read now. Whoever gets it must not change it."""
        if self._generation != self._cache.generation:
            self._kept.clear()
            self._generation = self._cache.generation
        if key in self._kept:
            return cast("T", self._kept[key])
        begun = self._generation
        value = await read()
        if begun == self._cache.generation and len(self._kept) < _MOST:
            self._kept[key] = value
        return value


def memory_of(edge: Edge) -> Memory:
    """The memory of this process, made on first use."""
    try:
        return edge.shelf.of(Memory)
    except NotOnShelf:
        edge.shelf.offer(Memory(edge.shelf.of(ByteCache)))
        return edge.shelf.of(Memory)
