"""Asks a node over HTTP: JSON-RPC 2.0 as Bitcoin Core and Geth speak it, or plain JSON."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog

from fanlight.exchange.chains.settings import Node
from fanlight.exchange.contract import ExchangeDown
from fanlight.kernel.http import HttpTrouble, OutboundHttp

log = structlog.get_logger(__name__)

_NOT_LET_IN = frozenset((401, 403))  # said without a body that would fit
MAX_BYTES = 16 * 2**20  # a block's worth of logs at most


class Refused(Exception):
    """The node said no: its own number, see the protocol."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Error(msgspec.Struct):
    code: int


class _Answer(msgspec.Struct):
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: _Error | None = None


class Rpc:
    """One node. Nothing of its address or its answer is logged."""

    def __init__(self, node: Node, http: OutboundHttp) -> None:
        self._node = node
        self._http = http.allowing((urlsplit(node.url).hostname or "",))

    async def call(self, kind: Any, method: str, *params: object) -> Any:
        """What the node answers, read as ``kind``.

        Raises:
            Refused: it understood and said no.
            ExchangeDown: no answer, or none that fits.
        """
        asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            answer = await self._http.post(
                self._node.url, json=asked, headers=self._headers(), limit_bytes=MAX_BYTES
            )
            if answer.status_code in _NOT_LET_IN:
                raise self._down(method, f"{answer.status_code}: it does not let us in")
            said = msgspec.json.decode(answer.content, type=_Answer)
            if said.error is None and answer.status_code == 200:
                return msgspec.json.decode(said.result, type=kind)
        except (HttpTrouble, OSError, msgspec.DecodeError, RecursionError) as trouble:
            raise self._down(method, _told(trouble)) from None
        if said.error is None:
            raise self._down(method, str(answer.status_code))
        raise Refused(said.error.code)

    async def post(self, kind: Any, path: str, body: object) -> Any:
        """What a node without JSON-RPC's envelope answers. Raises ExchangeDown."""
        try:
            answer = await self._http.post(
                self._node.url.rstrip("/") + path,
                json=body,
                headers=self._headers(),
                limit_bytes=MAX_BYTES,
            )
            if answer.status_code == 200:
                return msgspec.json.decode(answer.content, type=kind)
        except (HttpTrouble, OSError, msgspec.DecodeError, RecursionError) as trouble:
            raise self._down(path, _told(trouble)) from None
        raise self._down(path, str(answer.status_code))

    def misunderstood(self, method: str, no: Refused | None = None) -> ExchangeDown:
        """What the protocol knows no reason for."""
        return self._down(method, str(no.number) if no is not None else "does not fit")

    def _down(self, method: str, reason: str) -> ExchangeDown:
        log.warning("chain.no_answer", network=self._node.network, method=method, reason=reason)
        return ExchangeDown(question=self._node.network, reason=reason)

    def _headers(self) -> dict[str, str]:
        node, known = self._node, ""
        if node.cookie_file:
            # Written anew at every start of the node, so it is read at every call.
            try:
                known = Path(node.cookie_file).read_text("ascii").strip()
            except (OSError, UnicodeError):
                raise self._down("cookie_file", "its cookie_file cannot be read") from None
        elif node.user:
            known = f"{node.user}:{node.password}"
        said = {"authorization": f"Basic {base64.b64encode(known.encode()).decode()}"}
        return {**node.headers, **(said if known else {})}


def _told(trouble: Exception) -> str:
    """Why no answer came; of a node's own words nothing is repeated."""
    return str(trouble) if isinstance(trouble, HttpTrouble) else type(trouble).__name__
