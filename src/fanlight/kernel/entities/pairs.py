"""Trading pairs: BTC/USDT, BTC-USDT, BTC_USDT, btcusdt."""

import re
from collections.abc import Iterator

from fanlight.kernel.entities.assets import CODES, QUOTES, is_base
from fanlight.kernel.entities.kinds import EntityKind, Spot
from fanlight.kernel.entities.reading import Reading

# Behind the quote may stand a mark of the symbol itself, or nothing that goes on.
_PERP = re.compile(r"[-_]?(?:PERP(?:ETUAL)?|SWAP)(?![A-Z0-9])")
_GOES_ON = re.compile(r"[A-Z0-9_/@]|[-.][A-Z0-9]", re.ASCII)
_BASE = re.compile(r"(?<![A-Z0-9@/_.-])([A-Z0-9]{2,10}?)(\s?/\s?|[-_])?\Z", re.ASCII)
_CAPITAL_RUN = re.compile("[A-Z]{3,}")
_SHORT_QUOTE = 3  # letters: btceth written small is no pair
_BACK = 14  # code points in which a base and its joint stand before the quote


def find(read: Reading) -> Iterator[Spot]:
    """Pairs by their quote; written small only with a base that is known."""
    big = read.text.upper()
    if len(big) != len(read.text):
        big = "".join(c.upper() if len(c.upper()) == 1 else c for c in read.text)
    for quote in _quotes_in(read.text, big):
        at = big.find(quote)
        while at >= 0:
            spot = _pair(read.text, big, at, quote) if at else None
            if spot is not None:
                yield spot
            at = big.find(quote, at + 1)


def _quotes_in(text: str, big: str) -> Iterator[str]:
    """Quotes worth looking for: without a joint, a short one counts in capitals only."""
    has_dollar, has_joint = "USD" in big, any(joint in big for joint in "/-_")
    capitals = "" if has_joint else " ".join(_CAPITAL_RUN.findall(text))
    for quote in QUOTES:
        if "USD" in quote:
            if has_dollar:
                yield quote
        elif has_joint or len(quote) > _SHORT_QUOTE or quote in capitals:
            yield quote


def _pair(text: str, big: str, at: int, quote: str) -> Spot | None:
    before, end = big[at - 1], at + len(quote)
    if before == " ":
        if big[at - 2 : at - 1] != "/":
            return None
    elif before.isalnum():
        if len(quote) <= _SHORT_QUOTE and not text[at:end].isupper():
            return None
    elif before not in "/-_":
        return None
    perp = _PERP.match(big, end)
    if perp is not None:
        end = perp.end()
    if _GOES_ON.match(big, end):
        return None
    found = _BASE.search(big, max(0, at - _BACK), at)
    if found is None:
        return None
    base, joint = found[1], found[2]
    start = found.start(1)
    if start and big[start - 1].isalnum() and big[start - 1].isascii():
        return None
    is_known = is_base(base)
    if base == quote or base.isdigit() or (not is_known and base.lower() in CODES):
        return None
    if joint is None:
        is_written = text[at : at + len(quote)].isupper() or len(quote) >= 4
        if not (is_known and is_written):
            return None
    elif not is_known and not (text[start:end].isupper() and quote.startswith(("USD", "FDUSD"))):
        return None
    normal = f"{base}/{quote}" + ("-PERP" if perp else "")
    return Spot(kind=EntityKind.PAIR, start=start, end=end, normal=normal)
