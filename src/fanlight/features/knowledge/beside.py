"""What lies beside a folder of articles and is shared by them: terms, legal texts, and the like."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from fanlight.features.knowledge import figures, glossary, legal, synonyms
from fanlight.features.knowledge.models import Figure, FigureSet, LegalText, Term
from fanlight.features.knowledge.queries.synonyms import Synonym
from fanlight.kernel.work import Work


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What was read."""

    terms: list[Term] = []
    legal_texts: list[LegalText] = []
    figures: list[tuple[FigureSet, list[Figure]]] = []
    same: list[Synonym] = []  # words that mean the same


def read(folder: Path, refuse: Callable[[str, str], None]) -> Shared:
    """The files in the folder or right above it; ``refuse`` is told which could not be taken.

    Blocks: files are opened.
    """
    found = Shared()
    for place in (folder.parent, folder):
        for file, take in _FILES.items():
            try:
                take(found, place)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                refuse(f"{place.name}/{file}", str(error))
    return found


_FILES: dict[str, Callable[[Shared, Path], None]] = {
    "glossary.toml": lambda found, place: found.terms.extend(glossary.read(place)),
    "legal.toml": lambda found, place: found.legal_texts.extend(legal.read(place)),
    "figures.toml": lambda found, place: found.figures.extend(figures.read(place)),
    "synonyms.toml": lambda found, place: found.same.extend(synonyms.read(place)),
}


async def load(work: Work, shared: Shared) -> None:
    """Store what was read; what is stored already and the same is left alone."""
    await glossary.load(work, shared.terms)
    await legal.load(work, shared.legal_texts)
    await figures.load(work, shared.figures)
    await synonyms.load(work, shared.same)
