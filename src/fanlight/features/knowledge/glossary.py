"""The glossary: words that customers may not know, and what they mean."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from fanlight.features.knowledge import entries, traditional
from fanlight.features.knowledge.errors import EntryMoved
from fanlight.features.knowledge.models import Term, Word
from fanlight.features.knowledge.queries import entries as kept
from fanlight.features.knowledge.service import CHANGED
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

EDIT = "article.edit"
FILE = "glossary.toml"
_MOST_NAME, _MOST_DEFINITION, _MOST_ALIASES = 120, 800, 20


async def save(work: Work, term: Term) -> Term:
    """Store a term; ``term.version`` is the one on the screen, 0 for a new one.

    Where zh-Hant has no words of its own they are made out of zh-Hans.

    Raises:
        NotAllowed, UnknownLanguage, EntryUnfit
        EntryMoved: somebody saved it, or made one with this key, meanwhile.
    """
    needs(work.actor, EDIT)
    fit = await _fit(work, term)
    if not await kept.save_term(work, fit):
        raise EntryMoved(key=term.key)
    await audit.record(work, "term.saved", f"term:{term.key}")
    work.signal(CHANGED)
    return msgspec.structs.replace(fit, version=term.version + 1)


async def remove(work: Work, key: str, *, version: int) -> None:
    """Take a term out of the glossary. Raises EntryMoved."""
    needs(work.actor, EDIT)
    if not await kept.remove_term(work, key, version):
        raise EntryMoved(key=key)
    await audit.record(work, "term.removed", f"term:{key}")
    work.signal(CHANGED)


async def load(work: Work, terms: Sequence[Term], *, refuse: entries.Refuse | None = None) -> None:
    """Store terms of a folder; what is stored already and the same is left alone."""
    needs(work.actor, EDIT)
    have = {term.key: term for term in await kept.terms(work)}
    for term in terms:
        before = have.get(term.key)
        version = 0 if before is None else before.version
        with entries.taking(FILE, term.key, refuse):
            fit = msgspec.structs.replace(await _fit(work, term), version=version)
            if fit != before:
                await kept.save_term(work, fit)
                work.signal(CHANGED)


async def _fit(work: Work, term: Term) -> Term:
    entries.fitting(term.key)

    def fit(word: Word) -> Word:
        return Word(
            name=entries.measured(term.key, word.name, _MOST_NAME, "name"),
            definition=entries.measured(term.key, word.definition, _MOST_DEFINITION, "text"),
            aliases=[each.strip() for each in word.aliases if each.strip()][:_MOST_ALIASES],
            is_derived=word.is_derived,
        )

    names = entries.in_languages(term.names, fit)
    await entries.derive(work, names, _derived)
    return msgspec.structs.replace(term, names=names)


def _derived(word: Word, words: traditional.Words) -> Word:
    return Word(
        name=traditional.to_traditional(word.name, words),
        definition=traditional.to_traditional(word.definition, words),
        aliases=[traditional.to_traditional(each, words) for each in word.aliases],
        is_derived=True,
    )


class _TermFile(msgspec.Struct):
    key: str
    article: str = ""
    automatic: bool = True


def read(folder: Path, refuse: entries.Refuse) -> list[Term]:
    """The terms of a folder's ``glossary.toml``, where it has one.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: the file does not have the shape.
    """
    return entries.decoded(folder / FILE, "term", dict[str, Any], _term_of, refuse)


def _term_of(given: dict[str, Any]) -> Term:
    read = msgspec.convert(given, _TermFile)
    return Term(
        key=read.key,
        names=entries.spoken(given, Word),
        article=read.article,
        is_automatic=read.automatic,
    )
