"""Public pages as bytes: made once, answered in front of the application, forgotten on a change."""

import asyncio
import gzip
import hashlib
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from fanlight.kernel.live.contract import LiveBus

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

READER_COOKIE = "fanlight_reader"
"""Of customers who are signed in on the help site: no page of theirs comes out of the cache."""
_PERSONAL = READER_COOKIE.encode() + b"="
_MOST_BYTES = 64_000_000
_WORTH_PACKING = 600  # bytes; below, gzip saves no packet


class Stored(msgspec.Struct, frozen=True):
    """An answer with everything that can be known beforehand."""

    etag: bytes
    plain: bytes
    packed: bytes | None
    headers: Headers
    packed_headers: Headers
    expires_at: float | None  # on the monotonic clock


def stored(
    body: bytes, *, headers: Iterable[tuple[str, str]], lasts_s: float | None = None
) -> Stored:
    """Make an answer ready: its tag, its packed form, its headers as bytes."""
    etag = b'"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
    # mtime 0: the same page packs to the same bytes on every node
    packed = gzip.compress(body, 6, mtime=0) if len(body) > _WORTH_PACKING else None
    fixed = [(name.lower().encode(), value.encode()) for name, value in headers]
    fixed += [(b"etag", etag), (b"vary", b"accept-encoding")]
    return Stored(
        etag=etag,
        plain=body,
        packed=packed,
        headers=[*fixed, (b"content-length", str(len(body)).encode())],
        packed_headers=[
            *fixed,
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(packed or b"")).encode()),
        ],
        expires_at=None if lasts_s is None else time.monotonic() + lasts_s,
    )


class ByteCache:
    """Answers by path. What is put after a change that it did not see yet is not kept."""

    def __init__(self, *, most_bytes: int = _MOST_BYTES) -> None:
        self.generation = 0
        self._answers: dict[str, Stored] = {}
        self._most_bytes = most_bytes
        self._bytes = 0

    def get(self, path: str) -> Stored | None:
        found = self._answers.get(path)
        if found is None or found.expires_at is None or found.expires_at > time.monotonic():
            return found
        self._drop(path)
        return None

    def put(self, path: str, answer: Stored, *, generation: int) -> None:
        """Keep an answer made when ``generation`` was read; the oldest make room for it."""
        if generation != self.generation:
            return
        self._drop(path)
        self._answers[path] = answer
        self._bytes += _weight(answer)
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._answers)))

    def clear(self) -> None:
        self.generation += 1
        self._answers.clear()
        self._bytes = 0

    def _drop(self, path: str) -> None:
        found = self._answers.pop(path, None)
        if found is not None:
            self._bytes -= _weight(found)

    async def follow(self, live: LiveBus, topic: str, *, at_most_s: float = 60) -> None:
        """Empty the cache at every signal of a topic, until cancelled.

        Also after ``at_most_s`` without one: a signal may be lost, a page must not stay wrong.
        """
        async with live.listen(topic) as signals:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(at_most_s):
                        await anext(signals)
                self.clear()


def _weight(answer: Stored) -> int:
    return len(answer.plain) + len(answer.packed or b"")


class Front:
    """Stands before the application and answers what lies in the cache or never changes."""

    def __init__(self, application: Application, cache: ByteCache) -> None:
        self._application = application
        self._cache = cache
        self._fixed: dict[str, Stored] = {}

    def always(self, path: str, answer: Stored) -> None:
        """Answer this path from bytes as long as the process lives: assets, the loader."""
        self._fixed[path] = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            path = scope["path"]
            found = self._fixed.get(path)
            if found is None and not scope["query_string"] and not _is_personal(scope):
                found = self._cache.get(path)
            if found is not None:
                await answer(scope, send, found)
                return
            if scope["method"] == "HEAD":
                scope, send = {**scope, "method": "GET"}, _without_body(send)
        if "\x00" in scope.get("path", ""):
            # No address of ours holds it, and PostgreSQL refuses it in text.
            scope = {**scope, "path": scope["path"].replace("\x00", "")}
        await self._application(scope, receive, send)


def _is_personal(scope: Scope) -> bool:
    """Whether a caller says that somebody is signed in; whether it is true is found out later."""
    return any(
        name == b"authorization" or (name == b"cookie" and _PERSONAL in value)
        for name, value in scope["headers"]
    )


def _without_body(send: Send) -> Send:
    """HEAD is GET without its body (RFC 9110, 9.3.2), so every page has it."""

    async def send_head(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


async def answer(scope: Scope, send: Send, found: Stored) -> None:
    """Send an answer as this request can take it: whole, packed, or "you have it already"."""
    is_packed = False
    for name, value in scope["headers"]:
        if name == b"if-none-match" and found.etag in value:
            await send(
                {"type": "http.response.start", "status": 304, "headers": found.headers[:-1]}
            )
            await send({"type": "http.response.body", "body": b""})
            return
        if name == b"accept-encoding":
            is_packed = found.packed is not None and b"gzip" in value
    headers = found.packed_headers if is_packed else found.headers
    body = found.packed if is_packed else found.plain
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    is_head = scope["method"] == "HEAD"
    await send({"type": "http.response.body", "body": b"" if is_head else body})
