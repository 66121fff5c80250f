"""A model behind an endpoint that speaks OpenAI's embeddings interface."""

import asyncio
import hashlib
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec
import numpy as np

from fanlight.features.knowledge.meaning.embedder import (
    MOST_CHARACTERS,
    NoMeaning,
    Vector,
    Vectors,
    of_length_one,
)
from fanlight.features.knowledge.meaning.settings import MeaningSettings
from fanlight.kernel.http import HttpTrouble, OutboundHttp
from fanlight.kernel.secrets import redact

_MOST_BYTES = 32 * 2**20
_PATIENCE_S = 60.0  # of a batch of passages


class _Row(msgspec.Struct, frozen=True):
    embedding: list[float]
    index: int


class _Answer(msgspec.Struct, frozen=True):
    data: list[_Row]


class Endpoint:
    """``POST {url}/embeddings``; secrets are taken out of questions before they leave."""

    def __init__(self, settings: MeaningSettings, http: OutboundHttp) -> None:
        self._settings = settings
        self._http = http.allowing([urlsplit(settings.url).netloc.rpartition("@")[2]])
        seen = f"{settings.url}\n{settings.query_prefix}\n{settings.passage_prefix}"
        self.name = f"endpoint/{settings.model}/{hashlib.sha256(seen.encode()).hexdigest()[:16]}"

    async def query(self, text: str) -> Vector:
        said = self._settings.query_prefix + redact(text[:MOST_CHARACTERS]).text
        found = await self._ask([said], within_s=self._settings.deadline_ms / 1000)
        return np.asarray(found[0], dtype=np.float32)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        prefix = self._settings.passage_prefix
        return await self._ask(
            [prefix + text[:MOST_CHARACTERS] for text in texts], within_s=_PATIENCE_S
        )

    async def _ask(self, texts: list[str], *, within_s: float) -> Vectors:
        key = self._settings.key
        try:
            async with asyncio.timeout(within_s):
                answer = await self._http.post(
                    f"{self._settings.url.rstrip('/')}/embeddings",
                    json={"model": self._settings.model, "input": texts},
                    headers={"authorization": f"Bearer {key}"} if key else {},
                    limit_bytes=_MOST_BYTES,
                )
        except (TimeoutError, HttpTrouble) as error:
            raise NoMeaning(type(error).__name__) from None
        if answer.status_code != 200:
            raise NoMeaning(f"status {answer.status_code}")
        return _vectors(answer.content, len(texts))

    async def close(self) -> None:
        """The pool is the process's own."""


def _vectors(content: bytes, wanted: int) -> Vectors:
    """The rows in our order, all of one length. Raises NoMeaning."""
    try:
        rows = sorted(msgspec.json.decode(content, type=_Answer).data, key=lambda row: row.index)
    except (msgspec.MsgspecError, RecursionError):
        raise NoMeaning("not an answer with embeddings") from None
    if [row.index for row in rows] != list(range(wanted)):
        raise NoMeaning("not one vector for each text")
    if len({len(row.embedding) for row in rows}) != 1 or not rows[0].embedding:
        raise NoMeaning("vectors of different lengths")
    return of_length_one(np.array([row.embedding for row in rows], dtype=np.float32))
