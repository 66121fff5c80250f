"""Long-lived things that work may need (blobs, channels, settings), asked for by their class."""

from typing import Any, TypeVar, cast

T = TypeVar("T")


class NotOnShelf(LookupError):
    """Nobody offered such a thing in this process: a mistake in how it was built."""


class Shelf:
    """Filled once when a process is built, read everywhere, never changed by work."""

    def __init__(self, *things: object) -> None:
        self._things: dict[type[Any], Any] = {type(thing): thing for thing in things}

    def offer(self, thing: object, *, as_kind: type[Any] | None = None) -> None:
        """Put a thing on the shelf under its class, or under the contract it keeps."""
        self._things[as_kind or type(thing)] = thing

    def of(self, kind: type[T]) -> T:
        """The thing offered under this class. Raises NotOnShelf."""
        try:
            return cast("T", self._things[kind])
        except KeyError:
            raise NotOnShelf(kind.__name__) from None
