"""What lies beside a folder of articles and is shared by them: terms, legal texts, and the like."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from fanlight.features.knowledge import contexts, entries, figures, glossary, legal, synonyms
from fanlight.features.knowledge.models import Figure, FigureSet, LegalText, Term
from fanlight.features.knowledge.queries.synonyms import Synonym
from fanlight.features.knowledge.why import Why
from fanlight.kernel.work import Work


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What was read."""

    terms: list[Term] = []
    legal_texts: list[LegalText] = []
    figures: list[tuple[FigureSet, list[Figure]]] = []
    same: list[Synonym] = []  # words that mean the same
    named: list[contexts.Named] = []  # by which sites ask for an article


def read(folder: Path, refuse: entries.Refuse) -> Shared:
    """The files in the folder or right above it; ``refuse`` is told what could not be taken.

    Blocks: files are opened.
    """
    found = Shared()
    for place in (folder.parent, folder):

        def named(what: str, why: Why, place: Path = place) -> None:
            refuse(f"{place.name}/{what}", why)

        for file, take in _FILES.items():
            try:
                take(found, place, named)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                named(file, Why.of(error))
    return found


_Take = Callable[[Shared, Path, entries.Refuse], None]
_FILES: dict[str, _Take] = {
    glossary.FILE: lambda found, *of: found.terms.extend(glossary.read(*of)),
    legal.FILE: lambda found, *of: found.legal_texts.extend(legal.read(*of)),
    figures.FILE: lambda found, *of: found.figures.extend(figures.read(*of)),
    synonyms.FILE: lambda found, *of: found.same.extend(synonyms.read(*of)),
    contexts.FILE: lambda found, *of: found.named.extend(contexts.read(*of)),
}
FILES = frozenset(_FILES)


async def load(work: Work, shared: Shared, *, refuse: entries.Refuse | None = None) -> None:
    """Store what was read; what is stored already and the same is left alone.

    ``refuse`` is told what cannot be stored; without it, that is raised.
    """
    await glossary.load(work, shared.terms, refuse=refuse)
    await legal.load(work, shared.legal_texts, refuse=refuse)
    await figures.load(work, shared.figures, refuse=refuse)
    await synonyms.load(work, shared.same, refuse=refuse)
    await contexts.load(work, shared.named, refuse=refuse)
