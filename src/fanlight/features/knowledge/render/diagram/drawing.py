"""Draws an arranged flow chart as SVG: shapes and words with classes, no style, no script, no ids.

Colours come from the page's sheet. Where there is none, the attributes keep it readable.
"""

from html import escape
from itertools import pairwise

from fanlight.features.knowledge.render.diagram.layout import Plan, Spot, Way
from fanlight.features.knowledge.render.diagram.measure import LINE, SIZE
from fanlight.features.knowledge.render.diagram.text import Shape

_EDGE = 6.0  # around the whole, for lines and heads
_HEAD = 7.0
_PHONE = 560.0
_POINT = 14.0
_SPREAD = 22.0  # between ways that leave or reach one box
_LINE = 'fill="none" stroke="currentColor"'


def draw(plan: Plan, title: str) -> str:
    """The whole chart."""
    pen = _Pen(plan)
    wide, high = pen.at(plan.depth, plan.side)
    wide, high = wide + _EDGE, high + _EDGE
    parts = [*(pen.way(way) for way in plan.ways), *(pen.spot(spot) for spot in plan.spots)]
    # A wide one is not made so small on a phone that nobody reads it; it scrolls.
    kind = ' class="dg-wide"' if wide > _PHONE else ""
    return (
        f'<svg{kind} role="img" viewBox="0 0 {_n(wide)} {_n(high)}" width="{_n(wide)}"'
        f' height="{_n(high)}" font-size="{SIZE}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


class _Pen:
    def __init__(self, plan: Plan) -> None:
        self._is_sideways = plan.is_sideways
        self._ports = _ports(plan)

    def at(self, depth: float, side: float) -> tuple[float, float]:
        """Where a place of the plan lies on the paper."""
        x, y = (depth, side) if self._is_sideways else (side, depth)
        return x + _EDGE, y + _EDGE

    def point(self, depth: float, side: float) -> str:
        x, y = self.at(depth, side)
        return f"{_n(x)} {_n(y)}"

    def spot(self, spot: Spot) -> str:
        x, y = self.at(spot.depth, spot.side)
        across, along = spot.across / 2, spot.along / 2
        half_w, half_h = (along, across) if self._is_sideways else (across, along)
        if spot.node is None:
            return self._label(spot, x, y, half_w, half_h) if spot.lines else ""
        outline = _outline(spot.node.shape, x, y, half_w, half_h)
        return f"<g>{outline}{_words(spot.lines, x, y)}</g>"

    def _label(self, spot: Spot, x: float, y: float, half_w: float, half_h: float) -> str:
        """On a ground of its own, so that its line does not run through the words."""
        ground = (
            f'<rect class="dg-ground" x="{_n(x - half_w)}" y="{_n(y - half_h)}"'
            f' width="{_n(2 * half_w)}" height="{_n(2 * half_h)}" fill="Canvas"/>'
        )
        return f'<g class="dg-label">{ground}{_words(spot.lines, x, y)}</g>'

    def way(self, way: Way) -> str:
        start, end = self._ports[id(way)]
        first, last = way.spots[0], way.spots[-1]
        places = [(first.depth + first.along / 2, start)]
        bends = way.spots[1:-1]
        if abs(start - end) < _HEAD / 2:
            end = start  # all but straight
        is_short = len(bends) == 1 and not bends[0].lines and not way.is_turned
        for bend in [] if is_short else bends:
            # Through its rank straight, so that a label sits on an upright line.
            reach = bend.along / 2
            places += [(bend.depth - reach, bend.side), (bend.depth + reach, bend.side)]
        places.append((last.depth - last.along / 2, end))
        has_head = way.edge.has_head
        if has_head and way.is_turned:
            tip, places[0] = places[0], (places[0][0] + _HEAD, places[0][1])
        elif has_head:
            tip, places[-1] = places[-1], (places[-1][0] - _HEAD, places[-1][1])
        path = f"M{self.point(*places[0])}" + "".join(
            self._curve(here, there) for here, there in pairwise(places) if here != there
        )
        dash = ' stroke-dasharray="5 4"' if way.edge.is_dashed else ""
        thick = ' stroke-width="2.5"' if way.edge.is_thick else ""
        line = f'<path class="dg-line" {_LINE}{dash}{thick} d="{path}"/>'
        return line + self._head(tip, way.is_turned) if has_head else line

    def _curve(self, here: tuple[float, float], there: tuple[float, float]) -> str:
        if here[1] == there[1]:
            return f"L{self.point(*there)}"
        middle = (here[0] + there[0]) / 2
        return f"C{self.point(middle, here[1])} {self.point(middle, there[1])} {self.point(*there)}"

    def _head(self, tip: tuple[float, float], is_turned: bool) -> str:
        depth, side = tip
        back = depth + _HEAD if is_turned else depth - _HEAD
        points = (
            f"{self.point(depth, side)}L{self.point(back, side - _HEAD / 2)}"
            f"L{self.point(back, side + _HEAD / 2)}Z"
        )
        return f'<path class="dg-head" fill="currentColor" d="M{points}"/>'


def _ports(plan: Plan) -> dict[int, tuple[float, float]]:
    """Where each way leaves its first box and reaches its last: side by side, not in one point."""
    found: dict[int, list[float]] = {id(way): [0.0, 0.0] for way in plan.ways}
    for spot in plan.spots:
        if spot.node is None:
            continue
        for end, near in ((0, 1), (-1, -2)):
            ways = [way for way in plan.ways if way.spots[end] is spot]
            ways.sort(key=lambda way, near=near: way.spots[near].side)  # type: ignore[misc]
            is_cramped = spot.node.shape in {Shape.ASK, Shape.CIRCLE} and plan.is_sideways
            room = min(_SPREAD, spot.across * (0.25 if is_cramped else 0.6) / max(len(ways), 1))
            for place, way in enumerate(ways):
                shift = (place - (len(ways) - 1) / 2) * room
                found[id(way)][end] = spot.side + shift
    return {key: (ends[0], ends[1]) for key, ends in found.items()}


def _outline(shape: Shape, x: float, y: float, half_w: float, half_h: float) -> str:
    left, top = x - half_w, y - half_h
    if shape is Shape.ASK:
        points = (
            f"{_n(left)},{_n(y)} {_n(left + _POINT)},{_n(top)} {_n(x + half_w - _POINT)},{_n(top)}"
            f" {_n(x + half_w)},{_n(y)} {_n(x + half_w - _POINT)},{_n(y + half_h)}"
            f" {_n(left + _POINT)},{_n(y + half_h)}"
        )
        return f'<polygon class="dg-box dg-ask" {_LINE} points="{points}"/>'
    radius = {Shape.BOX: 4.0, Shape.ROUND: 12.0, Shape.END: half_h, Shape.CIRCLE: half_h}[shape]
    kind = " dg-end" if shape in {Shape.END, Shape.CIRCLE} else ""
    return (
        f'<rect class="dg-box{kind}" {_LINE} x="{_n(left)}" y="{_n(top)}"'
        f' width="{_n(2 * half_w)}" height="{_n(2 * half_h)}" rx="{_n(radius)}"/>'
    )


def _words(lines: list[str], x: float, y: float) -> str:
    first = y - (len(lines) - 1) * LINE / 2 + SIZE * 0.36
    return "".join(
        f'<text x="{_n(x)}" y="{_n(first + number * LINE)}" text-anchor="middle"'
        f' fill="currentColor">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
