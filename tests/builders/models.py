"""A model server on loopback, written from OpenAI's published interface: embeddings and chat."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

Answer = Callable[[dict[str, Any]], Any]


class ModelServer:
    """What it was asked, and how it answers; ``status`` and ``slow_s`` make trouble."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.keys: list[str] = []
        self.answers: dict[str, Answer] = {}
        self.status = 200
        self.slow_s = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            path = head[0].split(" ")[1]
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:])}
            body = msgspec.json.decode(await reader.readexactly(int(headers["content-length"])))
            self.asked.append((path, body))
            self.keys.append(headers.get("authorization", ""))
            await asyncio.sleep(self.slow_s)
            made = msgspec.json.encode(self.answers[path.removeprefix("/v1")](body))
            writer.write(
                f"HTTP/1.1 {self.status} OK\r\ncontent-type: application/json\r\n"
                f"content-length: {len(made)}\r\nconnection: close\r\n\r\n".encode()
                + made
            )
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone
        finally:
            writer.close()

    def embeds(self, model: Callable[[list[str]], Any]) -> None:
        """Answer ``/embeddings``; in another order than asked, as the interface allows."""

        def answer(body: dict[str, Any]) -> Any:
            rows = [
                {"object": "embedding", "index": place, "embedding": [float(x) for x in vector]}
                for place, vector in enumerate(model(body["input"]))
            ]
            return {"object": "list", "model": body["model"], "data": rows[::-1]}

        self.answers["/embeddings"] = answer

    def says(self, answer: Callable[[dict[str, Any]], str]) -> None:
        """Answer ``/chat/completions`` with a text."""
        self.answers["/chat/completions"] = lambda body: {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": body["model"],
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": answer(body)},
                }
            ],
            "usage": {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940},
        }


@asynccontextmanager
async def model_server(port: int = 0) -> AsyncIterator[ModelServer]:
    made = ModelServer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", port)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    async with server:
        yield made
