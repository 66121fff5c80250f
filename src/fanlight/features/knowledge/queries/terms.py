"""Where the glossary is kept: whole, for it is always read whole."""

import msgspec

from fanlight.features.knowledge.queries.making import READ_WORDS, WRITE_WORDS
from fanlight.kernel.work import Work

_TERMS = "knowledge.glossary"


class TermName(msgspec.Struct, frozen=True, kw_only=True):
    """A term in one language."""

    name: str
    definition: str
    aliases: list[str] = []


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A word that needs explaining."""

    key: str
    names: dict[str, TermName]
    article: str = ""  # slug or path of the whole story


async def terms(work: Work) -> list[Term]:
    return await work.one(list[Term], READ_WORDS, key=_TERMS) or []


async def save_terms(work: Work, found: list[Term]) -> None:
    await work.run(WRITE_WORDS, key=_TERMS, value=msgspec.json.encode(found).decode())
