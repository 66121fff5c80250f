"""One search by words and by meaning, for every door."""

import asyncio

from msgspec.structs import replace

from fanlight.features.knowledge import analyzer
from fanlight.features.knowledge.meaning import fusing
from fanlight.features.knowledge.meaning.embedder import Embedder, NoMeaning
from fanlight.features.knowledge.meaning.keeping import Keeper
from fanlight.features.knowledge.meaning.matrix import MOST_NEAR
from fanlight.features.knowledge.meaning.settings import MeaningSettings
from fanlight.features.knowledge.meaning.sources import embedder_of
from fanlight.features.knowledge.node import SearchNode
from fanlight.features.knowledge.search import Found, Wanted
from fanlight.kernel import language
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import NotOnShelf, Shelf


class Meaning:
    """The model and the matrix of one process."""

    def __init__(self, settings: MeaningSettings, model: Embedder | None, keeper: Keeper) -> None:
        self._least = settings.least
        self._model = model
        self.keeper = keeper

    @property
    def is_on(self) -> bool:
        return self._model is not None

    async def find(self, node: SearchNode, wanted: Wanted) -> Found:
        """By words; where there is a model, a matrix and time, by meaning as well.

        While somebody types, words alone decide: the question is not whole yet.

        Raises:
            SearchNotReady: this machine has no index yet.
        """
        matrix = self.keeper.matrix() if self.is_on and not wanted.is_typing else None
        if self._model is None or matrix is None or not wanted.text.strip():
            return node.find(wanted)
        found = node.find(replace(wanted, limit=max(wanted.limit, MOST_NEAR)))
        try:
            vector = await self._model.query(wanted.text[: analyzer.MAX_QUERY_CHARACTERS])
        except NoMeaning:
            return replace(found, hits=found.hits[: wanted.limit])
        also = [hit.article for hit in found.hits]
        near = await asyncio.to_thread(matrix.near, vector, wanted, also)
        asked = language.detect(wanted.text, prior=wanted.language)
        return fusing.fuse(found, near, wanted, asked=asked, least=self._least)


def meaning_of(shelf: Shelf) -> Meaning:
    """What this process finds by meaning with, opened on first use."""
    try:
        return shelf.of(Meaning)
    except NotOnShelf:
        settings, model = shelf.of(Settings), embedder_of(shelf)
        keeper = Keeper(settings.data_dir, model.name if model else "")
        shelf.offer(Meaning(settings[MeaningSettings], model, keeper))
        return shelf.of(Meaning)
