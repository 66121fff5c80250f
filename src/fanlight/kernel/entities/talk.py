"""Words of the trade: which side of an order, which network."""

import re
from collections.abc import Iterator

from fanlight.kernel.entities.kinds import EntityKind, Spot
from fanlight.kernel.entities.networks import CHAINS, named_in
from fanlight.kernel.entities.reading import Reading

_SIDE = re.compile(
    r"(?<![a-z])(?:(?P<buy>buy(?:ing)?|bought|purchased)|(?P<sell>sell(?:ing)?|sold)"
    # "How long" and "a short while" are no positions.
    r"|(?:went|go|going|gone|opened?|opening|closed?|closing|holding)\s(?:an?\s|the\s|my\s|\d+x\s)?"
    r"(?:(?P<long>long)|(?P<short>short))"
    r"|(?P<long2>long|longs|longed)(?=\s(?:positions?|orders?|trades?|contracts?"
    r"|[a-z]{2,6}[-/]?usdt?))"
    r"|(?P<short2>short|shorts|shorted)(?=\s(?:positions?|orders?|trades?|contracts?"
    r"|[a-z]{2,6}[-/]?usdt?)))(?![a-z])",
    re.ASCII,
)
_HAN_SIDE = re.compile(
    r"(?P<long3>做多|开多|開多|平多|多[单單头頭仓倉])|(?P<short3>做空|开空|開空|平空|空[单單头頭仓倉])"
    r"|(?P<buy2>买入|買入|买单|買單|限价买|限價買|市价买|市價買|(?<!购)买了|(?<!購)買了)"
    r"|(?P<sell2>卖出|賣出|卖单|賣單|卖了|賣了|限价卖|限價賣|市价卖|市價賣)"
)
_LATIN_HINTS = frozenset(
    [
        "buy",
        "buying",
        "bought",
        "purchased",
        "sell",
        "selling",
        "sold",
        "long",
        "longs",
        "longed",
        "short",
        "shorts",
        "shorted",
    ]
)
_HAN_HINTS = re.compile("[买買卖賣多空]")  # one stands in each Chinese word for a side
_HAN_BACK = 2  # code points before it in which the word may begin


def sides(read: Reading) -> Iterator[Spot]:
    if not read.words.isdisjoint(_LATIN_HINTS):
        for found in _SIDE.finditer(read.low):
            yield _side(found)
    if read.has_han:
        end = 0
        for hint in _HAN_HINTS.finditer(read.low):
            for start in range(max(end, hint.start() - _HAN_BACK), hint.start() + 1):
                if (at := _HAN_SIDE.match(read.low, start)) is not None:
                    end = at.end()
                    yield _side(at)
                    break


def _side(found: re.Match[str]) -> Spot:
    name = found.lastgroup or ""
    start, end = found.span(name)
    return Spot(kind=EntityKind.SIDE, start=start, end=end, normal=name.rstrip("23"))


def networks(read: Reading) -> Iterator[Spot]:
    for name, start, end in named_in(read):
        yield Spot(kind=EntityKind.NETWORK, start=start, end=end, chain=CHAINS[name], normal=name)
