"""Watches every transaction of the run: a conversation is held before its ticket, never after.

See decision 8. Two transactions that take the two rows in different orders end one another; which
of them meet is chance, so the order itself is looked at, in whatever the tests do.
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache, wraps
from typing import Any, NamedTuple

import pytest

from fanlight.kernel.edge import Edge
from fanlight.kernel.work import SYSTEM, Actor, Work

_CHANGES = r"\b(?:UPDATE|DELETE\s+FROM)\s+{table}\b"
_HOLDS = r"\bFROM\s+{table}\b.*\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b(?!\s+SKIP)"
_MAKES = r"\bINSERT\s+INTO\s+{table}\b"


class Taken(NamedTuple):
    """What a statement does to the rows of the two tables."""

    makes_ticket: bool
    holds_ticket: bool
    makes_conversation: bool
    holds_conversation: bool


@cache
def taken(statement: str) -> Taken:
    def does(table: str, *patterns: str) -> bool:
        return any(
            re.search(pattern.format(table=table), statement, re.DOTALL) for pattern in patterns
        )

    # A message refers to its conversation: its row is held as well, though less firmly.
    says = does("messages", _MAKES)
    return Taken(
        does("tickets", _MAKES),
        does("tickets", _CHANGES, _HOLDS),
        does("conversations", _MAKES),
        does("conversations", _CHANGES, _HOLDS) or says,
    )


class Held:
    """The rows one transaction holds so far; those it made itself are nobody else's yet."""

    def __init__(self) -> None:
        self._own: set[object] = set()
        self._tickets: dict[object, str] = {}
        self._conversations: set[object] = set()

    def take(self, statement: str, values: dict[str, Any], found: object) -> str | None:
        """Note what was taken; the sentence to complain with when the order is the wrong one."""
        does = taken(statement)
        if does.makes_ticket or does.makes_conversation:
            self._own.add(values.get("id"))
        if does.holds_conversation:
            # By its id, or found by the thread it carries on; a note belongs to none.
            row = values.get(
                "conversation_id",
                values.get("id", getattr(found, "id", "several" if "merged" in values else None)),
            )
            if row is not None and row not in self._own | self._conversations and self._tickets:
                first = next(iter(self._tickets.values()))
                return f"{_short(first)} … and only then … {_short(statement)}"
            self._conversations.add(row)
        if does.holds_ticket:
            row = values.get("ticket_id", values.get("id", "several"))
            if row not in self._own:
                self._tickets.setdefault(row, statement)
        return None


def _short(statement: str) -> str:
    return " ".join(statement.split())[:120]


@asynccontextmanager
async def _watched(edge: Edge, actor: Actor, work: Callable[..., Any]) -> AsyncIterator[Work]:
    async with work(edge, actor) as begun:
        _held[id(begun.connection)] = Held()
        try:
            yield begun
        finally:
            _held.pop(id(begun.connection), None)


_held: dict[int, Held] = {}


def watch(patch: pytest.MonkeyPatch) -> list[str]:
    """Watch until the patch is undone; what was found out of order."""
    found: list[str] = []

    def noting(verb: Any, at: int) -> Any:
        @wraps(verb)
        async def noted(work: Work, *given: Any, **values: Any) -> Any:
            answer = await verb(work, *given, **values)
            held = _held.get(id(work.connection))
            if held is not None and (wrong := held.take(given[at], values, answer)) is not None:
                found.append(wrong)
            return answer

        return noted

    def noting_later(later: Any) -> Any:
        @wraps(later)
        def noted(work: Work, sql: str, /, **values: Any) -> None:
            later(work, sql, **values)
            held = _held.get(id(work.connection))
            if held is not None and (wrong := held.take(sql, values, None)) is not None:
                found.append(wrong)

        return noted

    work = Edge.work

    def begun(edge: Edge, actor: Actor = SYSTEM) -> Any:
        return _watched(edge, actor, work)

    patch.setattr(Edge, "work", begun)
    for name, at in (("one", 1), ("rows", 1), ("run", 0)):
        patch.setattr(Work, name, noting(getattr(Work, name), at))
    patch.setattr(Work, "later", noting_later(Work.later))
    return found
