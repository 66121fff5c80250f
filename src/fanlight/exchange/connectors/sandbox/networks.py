"""The invented exchange's table of assets and networks."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from fanlight.exchange.facts import Network


class _File(msgspec.Struct, frozen=True):
    network: list[Network]


@cache
def networks() -> Mapping[str, Network]:
    """Every asset on every network, by ``"asset network"``."""
    file = Path(__file__).with_name("networks.toml")
    table = msgspec.toml.decode(file.read_bytes(), type=_File).network
    return {f"{each.asset} {each.network}": each for each in table}


@cache
def chains() -> Mapping[str, str]:
    """The chain of each network. Also of one that is known, though no asset is taken on it."""
    return {each.network: each.chain for each in networks().values()} | {"Polygon": "evm"}


@cache
def block_s() -> Mapping[str, float]:
    """Mean time between two blocks of each network, in seconds."""
    return {each.network: each.block_s for each in networks().values()} | {"Polygon": 2.0}
