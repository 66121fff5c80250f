"""Addresses as long as anybody can send them, through the server that the desk runs."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
import uvicorn

from fanlight.app.processes.protocol import MOST_ADDRESS_BYTES, Protocol
from tests.builders.serving import served


async def _app(scope: Any, _receive: Any, send: Any) -> None:
    """Says how many letters of ``q`` have arrived."""
    found = parse_qs(scope["query_string"].decode("ascii")).get("q", [""])[0]
    said = f"{scope['path']} {found.count('充')}".encode()
    headers = [(b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": said})


@pytest.mark.parametrize("letters", [10, 7_000, 10_000, 100_000])
async def test_a_long_address_is_answered(letters: int) -> None:
    config = uvicorn.Config(_app, http=Protocol, port=0, lifespan="off", log_level="critical")
    async with served(config) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /en/search?q=" + quote("充" * letters).encode() + b" HTTP/1.1\r\n")
        writer.write(b"Host: help.example\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()

    assert answer.startswith(b"HTTP/1.1 200 ")
    path, kept = answer.rpartition(b"\r\n\r\n")[2].split()
    assert path == b"/en/search"
    assert min(letters, 400) <= int(kept) <= min(letters, MOST_ADDRESS_BYTES // 9)
