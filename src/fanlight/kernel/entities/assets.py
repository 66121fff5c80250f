"""Assets and currencies as people call them, each by its code: the list stands beside this file."""

import tomllib
from importlib.resources import files

_LIST = tomllib.loads(files("fanlight.kernel.entities").joinpath("assets.toml").read_text("utf-8"))


def _by_name(table: dict[str, list[str]]) -> dict[str, str]:
    return {name: code for code, names in table.items() for name in names}


TICKERS: frozenset[str] = frozenset(_LIST["codes"])
WORDLIKE: frozenset[str] = frozenset(_LIST["wordlike"])
QUOTES: tuple[str, ...] = tuple(_LIST["quotes"])
NAMES = _by_name(_LIST["names"])
CURRENCIES = _by_name(_LIST["currencies"])
SIGNS = _by_name(_LIST["signs"])
CODES = {**{ticker.lower(): ticker for ticker in TICKERS}, **CURRENCIES, **NAMES}


def code_of(word: str) -> str | None:
    """The code of an asset or currency by any of its names."""
    return CODES.get(word.lower())


def is_base(word: str) -> bool:
    """Whether a word in front of a quote currency makes a trading pair."""
    return word.upper() in TICKERS
