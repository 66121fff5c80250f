"""Runs every recogniser over a text in bounded pieces, and settles which reading counts where."""

from collections.abc import Callable, Iterable, Iterator

from fanlight.kernel.entities import money, numbers, onchain, pairs, talk, times
from fanlight.kernel.entities.kinds import Entity, EntityKind, Spot
from fanlight.kernel.entities.reading import Reading, reading
from fanlight.kernel.secrets.passage import read

CORE = 8_000  # code points for which one pass is responsible
MARGIN = 400  # read on each side, so that words around a thing at the border are seen
# Where two read the same characters, the surer one counts; of one rank the longer, then the first.
_RANK = {
    EntityKind.ADDRESS: 0,
    EntityKind.TX_HASH: 0,
    EntityKind.ORDER_ID: 1,
    EntityKind.UID: 1,
    EntityKind.PAIR: 2,
    EntityKind.ERROR_CODE: 3,
    EntityKind.PRICE: 4,
    EntityKind.AMOUNT: 4,
    EntityKind.TIME: 5,
    EntityKind.NETWORK: 6,
    EntityKind.SIDE: 7,
    EntityKind.ASSET: 8,
}


_OBJECTS = frozenset(kind for kind, rank in _RANK.items() if rank <= _RANK[EntityKind.UID])


def recognise(text: str) -> tuple[Entity, ...]:
    """Everything named in a text that an exchange knows, in order, none overlapping another.

    Secrets are not looked for here: a text is redacted before it comes, and a marker is a wall.
    """
    return _pieces(text, _settled)


def objects_in(text: str) -> tuple[Entity, ...]:
    """Addresses, transactions, orders and accounts alone: nothing else outranks one of them."""
    return _pieces(text, _objects)


def addresses_in(text: str) -> list[str]:
    """The addresses among them alone: nothing else that is recognised outranks one."""
    return [each.value for each in _pieces(text, _addresses)]


def _objects(read: Reading) -> list[Spot]:
    found = [*onchain.find(read, list(talk.networks(read))), *numbers.find(read)]
    kept = _apart(bytearray(len(read.low)), found)
    return sorted((spot for spot in kept if spot.kind in _OBJECTS), key=lambda spot: spot.start)


def _addresses(read: Reading) -> list[Spot]:
    if not onchain.may_hold(read):
        return []
    found = _apart(bytearray(len(read.low)), onchain.find(read, list(talk.networks(read))))
    return sorted(
        (spot for spot in found if spot.kind is EntityKind.ADDRESS), key=lambda spot: spot.start
    )


def _pieces(text: str, look: Callable[[Reading], list[Spot]]) -> tuple[Entity, ...]:
    if len(text) <= CORE + 2 * MARGIN:
        return tuple(_piece(text, 0, look))
    found: list[Entity] = []
    for core in range(0, len(text), CORE):
        start = max(0, core - MARGIN)
        for entity in _piece(text[start : core + CORE + MARGIN], start, look):
            if core <= entity.start < core + CORE and (not found or entity.start >= found[-1].end):
                found.append(entity)
    return tuple(found)


def _piece(text: str, offset: int, look: Callable[[Reading], list[Spot]]) -> Iterator[Entity]:
    passage = read(text, numbers=False)
    for spot in look(reading(passage)):
        start, end = passage.span(spot.start, spot.end)
        yield Entity(
            kind=spot.kind,
            value=text[start:end],
            start=offset + start,
            end=offset + end,
            chain=spot.chain,
            normal=spot.normal,
            checksum=spot.checksum,
        )


def _settled(read: Reading) -> list[Spot]:
    """Of the readings that overlap, the surest one."""
    named = list(talk.networks(read))
    taken = bytearray(len(read.low))  # a byte a place: long texts hold thousands of things
    kept = _apart(
        taken,
        [
            *named,
            *onchain.find(read, named),
            *numbers.find(read),
            *pairs.find(read),
            *money.amounts(read),
            *times.find(read),
            *talk.sides(read),
        ],
    )
    kept += money.assets(read, taken)
    return sorted(kept, key=lambda spot: spot.start)


def _apart(taken: bytearray, readings: Iterable[Spot]) -> list[Spot]:
    """The surest of those that overlap; their places are marked as taken."""
    kept: list[Spot] = []
    order = sorted(readings, key=lambda spot: (_RANK[spot.kind], spot.start - spot.end, spot.start))
    for spot in order:
        if taken.find(1, spot.start, spot.end) < 0:
            taken[spot.start : spot.end] = b"\x01" * (spot.end - spot.start)
            kept.append(spot)
    return kept
