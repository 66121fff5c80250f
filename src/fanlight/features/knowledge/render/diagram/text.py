"""Reads flow charts: the part of Mermaid's language that people know by heart.

``A[Text] -->|label| B{Question}``, in chains; ``TD`` or ``LR`` in the first line; ``%%`` comments.
"""

import re
from enum import StrEnum

import msgspec

MOST_NODES, MOST_EDGES, MOST_LABEL = 60, 120, 160


class Unreadable(Exception):
    """A line that says nothing we could draw."""

    def __init__(self, why: str, line: int = 0, part: str = "") -> None:
        super().__init__(why, line, part)
        self.why = why  # direction, line, many, long, loop, empty
        self.line = line
        self.part = part[:60]


class Shape(StrEnum):
    """What a node is drawn as."""

    BOX = "box"
    ROUND = "round"
    END = "end"
    ASK = "ask"
    CIRCLE = "circle"


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One box, with its words line by line."""

    key: str
    shape: Shape
    lines: list[str]


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """One way from box to box."""

    start: str
    end: str
    label: str = ""
    is_dashed: bool = False
    is_thick: bool = False
    has_head: bool = True


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A flow chart as written."""

    is_sideways: bool
    nodes: list[Node]
    edges: list[Edge]


_HEAD = re.compile(r"(?:flowchart|graph)?\s*(TD|TB|LR)\s*;?\s*$", re.IGNORECASE)
_KEY = re.compile(r"\s*([A-Za-z0-9_\u3400-\u9fff]+(?:-[A-Za-z0-9_\u3400-\u9fff]+)*)")
# The longest opening first: ([ is no ( with something in it.
_SHAPES = (
    ("([", "])", Shape.END),
    ("((", "))", Shape.CIRCLE),
    ("[", "]", Shape.BOX),
    ("(", ")", Shape.ROUND),
    ("{", "}", Shape.ASK),
)
_LINK = re.compile(
    r"\s*(?:(?P<open>--|==|-\.)\s+(?P<said>[^|\n]*?)\s+(?P<close>-->|---|==>|===|\.->|\.-)"
    r"|(?P<plain>-->|---|==>|===|-\.->|-\.-))(?:\s*\|(?P<label>[^|\n]*)\|)?"
)
_BREAK = re.compile(r"<br\s*/?>|\\n", re.IGNORECASE)


def read(source: str) -> Chart:
    """Lines to nodes and edges. Raises Unreadable."""
    reader = _Reader()
    for number, line in enumerate(source.splitlines(), 1):
        text = line.partition("%%")[0].strip().rstrip("; ")
        if text:
            reader.take(text, number)
    return reader.chart()


class _Reader:
    def __init__(self) -> None:
        self._is_sideways = False
        self._nodes: dict[str, Node] = {}
        self._edges: list[Edge] = []
        self._is_first = True

    def take(self, text: str, line: int) -> None:
        is_first, self._is_first = self._is_first, False
        if is_first and (head := _HEAD.match(text)):
            self._is_sideways = head.group(1).upper() == "LR"
            return
        if is_first and text.lower().startswith(("flowchart", "graph")):
            raise Unreadable("direction", line, text)
        here, place = self._node(text, 0, line)
        while place < len(text):
            link = _LINK.match(text, place)
            if link is None:
                raise Unreadable("line", line, text[place:].strip())
            there, place = self._node(text, link.end(), line)
            self._join(here, there, link, line)
            here = there

    def _node(self, text: str, place: int, line: int) -> tuple[str, int]:
        found = _KEY.match(text, place)
        if found is None:
            raise Unreadable("line", line, text[place:].strip() or text)
        key, place = found.group(1), found.end()
        for opening, closing, shape in _SHAPES:
            if text.startswith(opening, place):
                end = text.find(closing, place + len(opening))
                if end < 0:
                    raise Unreadable("line", line, text[place:])
                words = text[place + len(opening) : end].strip().strip('"').strip()
                self._add(key, words, shape, line)
                return key, end + len(closing)
        if key not in self._nodes:
            self._add(key, key, Shape.BOX, line)
        return key, place

    def _add(self, key: str, words: str, shape: Shape, line: int) -> None:
        if len(words) > MOST_LABEL:
            raise Unreadable("long", line, words)
        lines = [part.strip() for part in _BREAK.split(words) if part.strip()]
        self._nodes[key] = Node(key=key, shape=shape, lines=lines or [key])
        if len(self._nodes) > MOST_NODES:
            raise Unreadable("many", line)

    def _join(self, here: str, there: str, link: re.Match[str], line: int) -> None:
        if here == there:
            raise Unreadable("loop", line, here)
        kind = link.group("plain") or link.group("close")
        opening = link.group("open") or kind
        label = (link.group("label") or link.group("said") or "").strip().strip('"')
        if len(label) > MOST_LABEL:
            raise Unreadable("long", line, label)
        self._edges.append(
            Edge(
                start=here,
                end=there,
                label=label,
                is_dashed="." in opening,
                is_thick="=" in opening,
                has_head=kind.endswith(">"),
            )
        )
        if len(self._edges) > MOST_EDGES:
            raise Unreadable("many", line)

    def chart(self) -> Chart:
        if not self._nodes:
            raise Unreadable("empty")
        return Chart(
            is_sideways=self._is_sideways, nodes=list(self._nodes.values()), edges=self._edges
        )
