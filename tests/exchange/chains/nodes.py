"""Nodes that answer as the published interfaces say: Bitcoin Core's RPC, Ethereum's JSON-RPC.

Each holds a small chain of its own, refuses who does not prove who they are, and answers errors
with the numbers of its protocol.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx2

from fanlight.exchange.chains.nodes import reader
from fanlight.exchange.chains.settings import Node
from fanlight.exchange.contract import Chain
from fanlight.kernel.http import OutboundHttp


class RpcError(Exception):
    def __init__(self, code: int, message: str = "") -> None:
        self.code, self.message = code, message


class FakeNode(httpx2.AsyncBaseTransport):
    """JSON-RPC over HTTP with a name and a password."""

    user, password = "desk", "quietly"
    fails_with = 500
    """The status that goes with an error: Bitcoin Core says 500, Geth 200."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.said: Callable[[str], httpx2.Response | None] = lambda _: None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        known = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {known}":
            return httpx2.Response(401)
        asked = json.loads(await request.aread())
        self.calls.append(asked["method"])
        instead = self.said(asked["method"])
        if instead is not None:
            return instead
        try:
            verb = getattr(self, asked["method"], None)
            if verb is None:
                raise RpcError(-32601, "Method not found")
            result = verb(*asked["params"])
        except RpcError as error:
            body = {"result": None, "error": {"code": error.code, "message": error.message}}
            return httpx2.Response(self.fails_with, json=body | {"id": asked["id"]})
        return httpx2.Response(200, json={"result": result, "error": None, "id": asked["id"]})

    def connected(self, **given: Any) -> Chain:
        """A reader that asks this node."""
        http = OutboundHttp(allowed=(), transport=self)
        said = {"url": "http://node.example:8332", "user": self.user, "password": self.password}
        return reader(Node(**said | given), http, self.tokens)

    async def tokens(self) -> dict[str, str]:
        return {}


class FakeBitcoin(FakeNode):
    """Bitcoin Core 28: blocks, a pool of what waits, and perhaps a wallet and an index."""

    def __init__(self, *, has_index: bool = True, has_wallet: bool = False) -> None:
        super().__init__()
        self.has_index, self.has_wallet = has_index, has_wallet
        self.height = 870_000
        self.mined: dict[str, tuple[dict[str, Any], int]] = {}
        self.pool: dict[str, tuple[dict[str, Any], float]] = {}
        self.wallet: dict[str, dict[str, Any]] = {}

    def getblockcount(self) -> int:
        return self.height

    def getrawtransaction(self, txid: str, verbose: bool) -> dict[str, Any]:
        assert verbose is True
        if txid in self.pool:
            return self.pool[txid][0]
        if txid in self.mined and self.has_index:
            raw, height = self.mined[txid]
            return raw | {
                "blockhash": f"{height:064x}",
                "confirmations": self.height - height + 1,
                "time": 1_795_000_000,
                "blocktime": 1_795_000_000,
            }
        raise RpcError(-5, "No such mempool transaction. Use -txindex or provide a block hash")

    def gettransaction(self, txid: str, watchonly: bool, verbose: bool) -> dict[str, Any]:
        if not self.has_wallet:
            raise RpcError(-18, "No wallet is loaded")
        if txid not in self.wallet:
            raise RpcError(-5, "Invalid or non-wallet transaction id")
        return self.wallet[txid]

    def getblockheader(self, blockhash: str) -> dict[str, Any]:
        return {"hash": blockhash, "height": int(blockhash, 16), "time": 1_795_000_000}

    def getmempoolentry(self, txid: str) -> dict[str, Any]:
        if txid not in self.pool:
            raise RpcError(-5, "Transaction not in mempool")
        return {"vsize": 141, "fees": {"base": self.pool[txid][1], "ancestor": 0.1}}

    def estimatesmartfee(self, blocks: int) -> dict[str, Any]:
        return {"feerate": 0.00012, "blocks": blocks}


def raw_bitcoin(txid: str, *outs: tuple[float, str]) -> dict[str, Any]:
    """A decoded transaction as ``getrawtransaction`` writes it, with a note beside its coins."""
    vout = [
        {
            "value": value,
            "n": n,
            "scriptPubKey": {"asm": "0 …", "hex": "0014", "address": to, "type": "witness_v0"},
        }
        for n, (value, to) in enumerate(outs)
    ]
    note = {"value": 0.0, "n": len(outs), "scriptPubKey": {"asm": "OP_RETURN", "type": "nulldata"}}
    return {"txid": txid, "hash": txid, "size": 222, "vsize": 141, "vin": [], "vout": [*vout, note]}


class FakeEthereum(FakeNode):
    """Geth: transactions, their receipts, and what a debugger sees of them."""

    fails_with = 200

    def __init__(self) -> None:
        super().__init__()
        self.height = 21_500_000
        self.sent: dict[str, dict[str, Any]] = {}
        self.receipts: dict[str, dict[str, Any]] = {}
        self.traces: dict[str, dict[str, Any]] = {}
        self.places: dict[str, int] = {}
        self.listed: dict[str, str] = {}

    async def tokens(self) -> dict[str, str]:
        return self.listed

    def eth_blockNumber(self) -> str:  # noqa: N802
        return hex(self.height)

    def eth_getTransactionByHash(self, tx: str) -> dict[str, Any] | None:  # noqa: N802
        return self.sent.get(tx)

    def eth_getTransactionReceipt(self, tx: str) -> dict[str, Any] | None:  # noqa: N802
        return self.receipts.get(tx)

    def eth_getBlockByNumber(self, number: str, full: bool) -> dict[str, Any]:  # noqa: N802
        assert full is False
        return {"number": number, "timestamp": hex(1_795_000_000), "baseFeePerGas": hex(10**10)}

    def eth_call(self, call: dict[str, str], block: str) -> str:
        assert (call["data"], block) == ("0x313ce567", "latest")
        if call["to"].lower() not in self.places:
            raise RpcError(3, "execution reverted")
        return f"0x{self.places[call['to'].lower()]:064x}"

    def debug_traceTransaction(self, tx: str, how: dict[str, str]) -> dict[str, Any]:  # noqa: N802
        assert how == {"tracer": "callTracer"}
        if tx not in self.traces:
            raise RpcError(-32601, "the method debug_traceTransaction does not exist")
        return self.traces[tx]
