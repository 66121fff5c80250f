"""The glossary: words that need explaining, each in a sentence or two, in every language."""

import asyncio
from pathlib import Path

import msgspec

from fanlight.features.knowledge import queries
from fanlight.features.knowledge.queries import terms as kept
from fanlight.features.knowledge.queries.terms import Term, TermName
from fanlight.features.knowledge.service import CHANGED, SIMPLIFIED, TRADITIONAL
from fanlight.features.knowledge.traditional import Words, to_traditional
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work


async def save(work: Work, terms: list[Term]) -> None:
    """Store the whole glossary; Traditional names follow from Simplified ones where none is given.

    Raises:
        NotAllowed: the actor is no editor.
    """
    needs(work.actor, "article.edit")
    words = await queries.traditional_words(work)
    # The dictionaries of the conversion load for a second: not on the loop.
    whole = await asyncio.to_thread(lambda: [_with_traditional(term, words) for term in terms])
    if whole != await kept.terms(work):
        await kept.save_terms(work, whole)
        work.signal(CHANGED)


def _with_traditional(term: Term, words: Words) -> Term:
    simplified = term.names.get(SIMPLIFIED)
    if simplified is None or TRADITIONAL in term.names:
        return term
    made = TermName(
        name=to_traditional(simplified.name, words),
        definition=to_traditional(simplified.definition, words),
        aliases=[to_traditional(alias, words) for alias in simplified.aliases],
    )
    return msgspec.structs.replace(term, names=term.names | {TRADITIONAL: made})


class _Entry(msgspec.Struct, rename={"hans": "zh-Hans", "hant": "zh-Hant"}):
    key: str
    article: str = ""
    en: TermName | None = None
    hans: TermName | None = None
    hant: TermName | None = None

    def term(self) -> Term:
        told = {"en": self.en, SIMPLIFIED: self.hans, TRADITIONAL: self.hant}
        names = {tag: name for tag, name in told.items() if name is not None}
        return Term(key=self.key, names=names, article=self.article)


class _File(msgspec.Struct):
    term: list[_Entry] = []


def read(file: Path) -> list[Term]:
    """The terms of a ``glossary.toml``; none when there is no such file.

    Raises:
        msgspec.MsgspecError: it does not have the shape.
    """
    if not file.is_file():
        return []
    return [entry.term() for entry in msgspec.toml.decode(file.read_bytes(), type=_File).term]
