"""Finds the reader for a node by its kind."""

from fanlight.exchange.chains.bitcoin import BitcoinChain
from fanlight.exchange.chains.evm import EvmChain
from fanlight.exchange.chains.rpc import Rpc
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.chains.tokens import Tickers
from fanlight.exchange.chains.tron import TronChain
from fanlight.exchange.chains.xrp import XrpChain
from fanlight.exchange.contract import Chain
from fanlight.kernel.http import OutboundHttp


def reader(node: Node, http: OutboundHttp, tickers: Tickers) -> Chain:
    """The reader of one network at this node; nothing is asked yet.

    ``tickers`` are the exchange's own for the tokens of this network.
    """
    rpc = Rpc(node, http)
    match node.kind:
        case "bitcoin":
            return BitcoinChain(node, rpc)
        case "evm":
            return EvmChain(node, rpc, tickers)
        case "tron":
            return TronChain(node, rpc, tickers)
        case "xrp":
            return XrpChain(node, rpc)
    raise ValueError(f"{node.network} is read through the exchange, at no node")
