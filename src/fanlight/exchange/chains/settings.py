"""Which networks can be read, and at which of the exchange's own nodes."""

from typing import ClassVar, Literal
from urllib.parse import urlsplit

import msgspec

from fanlight.kernel.settings import Section


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One network and where it is read."""

    network: str
    """Its name in the exchange's table, e.g. `Bitcoin`."""

    kind: Literal["exchange", "bitcoin", "evm", "tron", "xrp"]
    """The protocol of the node: Bitcoin Core's, Ethereum's, java-tron's, rippled's; each also of
    networks like it. `exchange` asks the connected exchange's own index instead."""

    url: str = ""
    """Where the node is asked, e.g. `http://10.0.0.7:8332`."""

    user: str = ""
    """For a node that asks for a name and a password."""

    password: str = ""
    """The password that goes with it."""

    cookie_file: str = ""
    """Instead of them: the file in which Bitcoin Core writes both at its start."""

    headers: dict[str, str] = {}
    """Headers a node or the proxy before it asks for."""

    asset: str = ""
    """The network's own coin, e.g. `BTC`, `ETH`, `BNB`."""

    traces: bool = False
    """`evm`: the node offers `debug_traceTransaction`, by which transfers inside contracts are
    found."""

    def __post_init__(self) -> None:
        if self.kind == "exchange":
            return
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{self.network}: url is no address")
        if not self.asset:
            raise ValueError(f"{self.network}: asset is not set")


class ChainSettings(Section, frozen=True, kw_only=True):
    """The networks that this desk can read for itself."""

    section: ClassVar[str] = "chains"

    nodes: tuple[Node, ...] = ()
    """One for each network, e.g. `[{network = "Bitcoin", kind = "bitcoin", asset = "BTC", url =
    "http://127.0.0.1:8332", cookie_file = "/var/lib/bitcoind/.cookie"}]`."""

    timeout_s: float = 5.0
    """How long a node may take to answer, in seconds."""
