"""Gives every box of a flow chart its place: in ranks along the flow, with few crossings.

After Sugiyama: ways that lead back are turned round, boxes put into ranks, long ways and labels get
places of their own in the ranks between, each rank is sorted by its neighbours, and then shifted so
that ways are as straight as they can be. Along the flow is ``depth``, across it is ``side``.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from fanlight.features.knowledge.render.diagram.measure import LINE, width, wrapped
from fanlight.features.knowledge.render.diagram.text import Chart, Edge, Node, Shape

_BOX_W, _LABEL_W = 156.0, 120.0  # most room for words
_PAD_X, _PAD_Y = 16.0, 11.0
_POINT = 14.0  # what the ends of a question's shape take
_GAP_SIDE = 28.0
_GAP_DEPTH, _GAP_SIDEWAYS = 22.0, 26.0
_SWEEPS = 16
_STRAIGHT = 8.0  # how much more a long way wants to be straight than a short one


class Spot(msgspec.Struct, kw_only=True):
    """A box, a label, or a bend of a long way: its middle, and the room it takes."""

    rank: int
    along: float  # size along the flow
    across: float  # size across it
    lines: list[str] = []
    node: Node | None = None
    depth: float = 0
    side: float = 0


class Way(msgspec.Struct, kw_only=True):
    """An edge with the spots it goes through, in the direction of the flow."""

    edge: Edge
    spots: list[Spot]
    is_turned: bool  # its arrow points against the flow


class Plan(msgspec.Struct, kw_only=True):
    """A flow chart with all its places."""

    is_sideways: bool
    spots: list[Spot]
    ways: list[Way]
    depth: float
    side: float


def arrange(chart: Chart) -> Plan:
    """Places for everything in a chart."""
    back = _leading_back(chart)
    ranks = _ranked(chart, back)
    spots = {node.key: _box(node, ranks[node.key], chart.is_sideways) for node in chart.nodes}
    ways = [_way(edge, spots, number in back, chart) for number, edge in enumerate(chart.edges)]
    rows = _rows(list(spots.values()), ways)
    _sort(rows, ways)
    _shift(rows, ways)
    depth = _stack(rows, chart.is_sideways)
    every = [spot for row in rows for spot in row]
    least = min(spot.side - spot.across / 2 for spot in every)
    for spot in every:
        spot.side -= least
    side = max(spot.side + spot.across / 2 for spot in every)
    return Plan(is_sideways=chart.is_sideways, spots=every, ways=ways, depth=depth, side=side)


def _leading_back(chart: Chart) -> set[int]:
    """Edges that lead to a box on the way to which they lie: without them nothing goes round."""
    out: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, edge in enumerate(chart.edges):
        out[edge.start].append((number, edge.end))
    back: set[int] = set()
    done: set[str] = set()
    for node in chart.nodes:
        if node.key in done:
            continue
        path, open_ = {node.key}, [(node.key, iter(out[node.key]))]
        while open_:
            here, left = open_[-1]
            number, there = next(left, (-1, ""))
            if number < 0:
                open_.pop()
                path.discard(here)
                done.add(here)
            elif there in path:
                back.add(number)
            elif there not in done:
                path.add(there)
                open_.append((there, iter(out[there])))
    return back


def _ends(edge: Edge, is_turned: bool) -> tuple[str, str]:
    return (edge.end, edge.start) if is_turned else (edge.start, edge.end)


def _ranked(chart: Chart, back: set[int]) -> dict[str, int]:
    """The rank of every box: one after the last that leads to it. Odd ranks are for labels."""
    into: dict[str, list[str]] = defaultdict(list)
    for number, edge in enumerate(chart.edges):
        start, end = _ends(edge, number in back)
        into[end].append(start)
    ranks: dict[str, int] = {}
    waiting = [node.key for node in reversed(chart.nodes)]
    while waiting:
        key = waiting[-1]
        missing = [before for before in into[key] if before not in ranks]
        if missing and key not in ranks:
            waiting += missing
            continue
        waiting.pop()
        ranks[key] = max((ranks[before] + 2 for before in into[key]), default=0)
    return ranks


def _box(node: Node, rank: int, is_sideways: bool) -> Spot:
    lines = wrapped(node.lines, _BOX_W)
    wide = max(map(width, lines)) + 2 * _PAD_X
    high = len(lines) * LINE + 2 * _PAD_Y
    if node.shape is Shape.ASK:
        wide += 2 * _POINT
    elif node.shape is Shape.CIRCLE:
        wide = high = max(wide, high)
    along, across = (wide, high) if is_sideways else (high, wide)
    return Spot(rank=rank, along=along, across=across, lines=lines, node=node)


def _way(edge: Edge, spots: dict[str, Spot], is_turned: bool, chart: Chart) -> Way:
    """The bends of an edge, one in each rank between; the label is the middle one."""
    first, last = (spots[key] for key in _ends(edge, is_turned))
    bends = [Spot(rank=rank, along=0, across=8) for rank in range(first.rank + 1, last.rank)]
    if edge.label and bends:
        label = bends[0 if not is_turned else -1]
        label.lines = wrapped([edge.label], _LABEL_W)
        wide, high = max(map(width, label.lines)) + 10, len(label.lines) * LINE
        label.along, label.across = (wide, high) if chart.is_sideways else (high, wide)
    return Way(edge=edge, spots=[first, *bends, last], is_turned=is_turned)


def _rows(boxes: Sequence[Spot], ways: Sequence[Way]) -> list[list[Spot]]:
    rows: dict[int, list[Spot]] = defaultdict(list)
    for spot in [*boxes, *(bend for way in ways for bend in way.spots[1:-1])]:
        rows[spot.rank].append(spot)
    return [rows[rank] for rank in sorted(rows)]


class _Neighbours:
    """Which spots each spot is joined to, one rank up and one rank down."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self.up: dict[int, list[Spot]] = defaultdict(list)
        self.down: dict[int, list[Spot]] = defaultdict(list)
        for way in ways:
            for above, below in pairwise(way.spots):
                self.down[id(above)].append(below)
                self.up[id(below)].append(above)


def _sort(rows: list[list[Spot]], ways: Sequence[Way]) -> None:
    """Put each rank in the order of its neighbours' middles, down and up, and keep the best."""
    near = _Neighbours(ways)
    best, fewest = [list(row) for row in rows], _crossings(rows, near)
    for sweep in range(_SWEEPS):
        is_down = sweep % 2 == 0
        for row in rows[1:] if is_down else rows[-2::-1]:
            places = {id(spot): place for other in rows for place, spot in enumerate(other)}
            beside = near.up if is_down else near.down

            def middle(
                spot: Spot,
                beside: dict[int, list[Spot]] = beside,
                places: dict[int, int] = places,
            ) -> float:
                found = [places[id(each)] for each in beside[id(spot)]]
                return sum(found) / len(found) if found else places[id(spot)]

            row.sort(key=middle)
        if (crossings := _crossings(rows, near)) < fewest:
            best, fewest = [list(row) for row in rows], crossings
    for row, order in zip(rows, best, strict=True):
        row[:] = order


def _crossings(rows: list[list[Spot]], near: _Neighbours) -> int:
    count = 0
    for above, below in pairwise(rows):
        places = {id(spot): place for place, spot in enumerate(below)}
        ends = [
            sorted(places[id(each)] for each in near.down[id(spot)] if id(each) in places)
            for spot in above
        ]
        flat = [end for each in ends for end in each]
        count += sum(
            1 for place, end in enumerate(flat) for later in flat[place + 1 :] if later < end
        )
    return count


def _shift(rows: list[list[Spot]], ways: Sequence[Way]) -> None:
    """Move spots towards their neighbours without changing the order within a rank."""
    near = _Neighbours(ways)
    for row in rows:
        at = 0.0
        for spot in row:
            spot.side = at + spot.across / 2
            at += spot.across + _GAP_SIDE
    for sweep in range(_SWEEPS):
        is_down, is_last = sweep % 2 == 0, sweep >= _SWEEPS - 2
        for row in rows if is_down else reversed(rows):
            wanted = []
            for spot in row:
                up, down = near.up[id(spot)], near.down[id(spot)]
                beside = [*up, *down] if is_last else (up if is_down else down) or up or down
                wanted.append(_middle(spot, beside))
            _place(row, wanted)


def _middle(spot: Spot, beside: Sequence[Spot]) -> tuple[float, float]:
    """Where a spot would like to be, and how much: long ways are to be straight."""
    pulls = [(each.side, _STRAIGHT if spot.node is each.node is None else 1.0) for each in beside]
    pull = sum(weight for _, weight in pulls)
    if not pulls:
        return spot.side, 1.0
    return sum(side * weight for side, weight in pulls) / pull, pull


def _place(row: list[Spot], wanted: list[tuple[float, float]]) -> None:
    """As near to what is wanted as the order and the room of each allow (least squares)."""
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (left.across + right.across) / 2 + _GAP_SIDE)
    groups: list[tuple[float, float, int]] = []  # mean, its weight, how many share it
    for (want, weight), offset in zip(wanted, offsets, strict=True):
        mean, heavy, count = want - offset, weight, 1
        while groups and groups[-1][0] > mean:
            before, weighed, many = groups.pop()
            mean = (before * weighed + mean * heavy) / (weighed + heavy)
            heavy, count = heavy + weighed, count + many
        groups.append((mean, heavy, count))
    shifts = [mean for mean, _, count in groups for _ in range(count)]
    for spot, offset, shift in zip(row, offsets, shifts, strict=True):
        spot.side = offset + shift


def _stack(rows: list[list[Spot]], is_sideways: bool) -> float:
    """Depths, rank by rank; how deep the whole is."""
    gap = _GAP_SIDEWAYS if is_sideways else _GAP_DEPTH
    at = 0.0
    for row in rows:
        room = max(spot.along for spot in row)
        for spot in row:
            spot.depth = at + room / 2
        at += room + gap
    return at - gap
