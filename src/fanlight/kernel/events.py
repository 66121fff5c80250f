"""Facts that have happened, and who reacts to them."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec

if TYPE_CHECKING:
    from fanlight.kernel.work import Work


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A fact in the past tense. Carries ids and facts, never secrets, and is never renamed."""

    __doc_section__: ClassVar[str] = "events"


E = TypeVar("E", bound=Event)
Reaction = Callable[["Work", Any], Awaitable[None]]
Concern = Callable[["Work", Any], Awaitable[bool]]


async def _always(_work: "Work", _event: Event) -> bool:
    return True


async def _never(_work: "Work", _event: Event) -> bool:
    return False


class Subscriber(msgspec.Struct, frozen=True):
    """One reaction to one kind of event; ``name`` is its address in the queue."""

    name: str
    event: type[Event]
    react: Reaction
    concerns: Concern
    at_once: Concern


_SUBSCRIBERS: dict[type[Event], list[Subscriber]] = {}
_BY_NAME: dict[str, Subscriber] = {}


def subscriber(
    event: type[E],
    *,
    when: Callable[["Work", E], Awaitable[bool]] = _always,
    at_once: Callable[["Work", E], Awaitable[bool]] = _never,
) -> Callable[[Callable[["Work", E], Awaitable[None]]], Any]:
    """Mark a function as reacting to an event. It must be safe to run twice.

    Args:
        when: asked as the event is stored, in the same transaction; what it does not concern is
            not queued for it. ``work.beside`` may hold what the event is about: then it need not
            be read again.
        at_once: tried then and there, as the desk: True where it has done all there is to do, so
            that nothing is queued. For what takes less than to queue it; what it raises undoes
            the whole.
    """

    def register(react: Callable[["Work", E], Awaitable[None]]) -> Any:
        name = f"{react.__module__.removeprefix('fanlight.')}.{react.__name__}"
        found = Subscriber(name, event, react, when, at_once)
        _BY_NAME[name] = found
        _SUBSCRIBERS.setdefault(event, []).append(found)
        return react

    return register


def subscribers_of(event: type[Event]) -> list[Subscriber]:
    """Everyone who reacts to this kind of event, in the order of registration."""
    return _SUBSCRIBERS.get(event, [])


def subscriber_named(name: str) -> Subscriber | None:
    """The reaction a queued delivery is addressed to; None when the code has gone since."""
    return _BY_NAME.get(name)


def tag_of(event: type[Event]) -> str:
    """The permanent name of an event kind, e.g. ``ticket.opened``."""
    return str(event.__struct_config__.tag)
