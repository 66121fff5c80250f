"""Finds the reader for a node by its kind."""

from fanlight.exchange.chains.bitcoin import BitcoinChain
from fanlight.exchange.chains.evm import EvmChain, Tokens
from fanlight.exchange.chains.rpc import Rpc
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.contract import Chain
from fanlight.kernel.http import OutboundHttp


def reader(node: Node, http: OutboundHttp, tokens: Tokens) -> Chain:
    """The reader of one network at this node; nothing is asked yet."""
    rpc = Rpc(node, http)
    if node.kind == "bitcoin":
        return BitcoinChain(node, rpc)
    return EvmChain(node, rpc, tokens)
