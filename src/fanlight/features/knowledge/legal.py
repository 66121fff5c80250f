"""Legal texts: each kept once, and shown wherever an article names it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from fanlight.features.knowledge import entries, render, traditional
from fanlight.features.knowledge.errors import EntryMoved
from fanlight.features.knowledge.links import Linker
from fanlight.features.knowledge.models import LegalKind, LegalText, LegalWords
from fanlight.features.knowledge.queries import entries as kept
from fanlight.features.knowledge.service import (
    CHANGED,
    linker_to_all,
)
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.work import Work

EDIT, PUBLISH = "article.edit", "article.publish"
RISK = "risk-warning"  # at the foot of every article that is marked as risky
FILE = "legal.toml"
_MOST_TITLE, _MOST_SOURCE = 200, 20_000


async def save(work: Work, text: LegalText) -> LegalText:
    """Store a legal text; every page that shows it follows at once.

    ``text.version`` is the one on the screen, 0 for a new text. Its HTML is made here, and zh-Hant
    out of zh-Hans where a person has written none.

    Raises:
        NotAllowed, UnknownLanguage, EntryUnfit
        EntryMoved: somebody saved it, or made one with this key, meanwhile.
    """
    needs(work.actor, EDIT)
    needs(work.actor, PUBLISH)
    fit = await _fit(work, text)
    if not await kept.save_legal_text(work, fit):
        raise EntryMoved(key=text.key)
    await audit.record(work, "legal_text.saved", f"legal:{text.key}")
    work.signal(CHANGED)
    return msgspec.structs.replace(fit, version=text.version + 1)


async def remove(work: Work, key: str, *, version: int) -> None:
    """Take a legal text away; articles that name it show nothing there. Raises EntryMoved."""
    needs(work.actor, EDIT)
    needs(work.actor, PUBLISH)
    if not await kept.remove_legal_text(work, key, version):
        raise EntryMoved(key=key)
    await audit.record(work, "legal_text.removed", f"legal:{key}")
    work.signal(CHANGED)


async def load(
    work: Work, texts: Sequence[LegalText], *, refuse: entries.Refuse | None = None
) -> None:
    """Store texts of a folder; what is stored already and the same is left alone."""
    if not texts:
        return
    needs(work.actor, EDIT)
    needs(work.actor, PUBLISH)
    have = {text.key: text for text in await kept.legal_texts(work)}
    for text in texts:
        before = have.get(text.key)
        version = 0 if before is None else before.version
        with entries.taking(FILE, text.key, refuse):
            fit = msgspec.structs.replace(await _fit(work, text), version=version)
            if fit != before:
                await kept.save_legal_text(work, fit)
                work.signal(CHANGED)


async def _fit(work: Work, text: LegalText) -> LegalText:
    entries.fitting(text.key)

    def fit(words: LegalWords) -> LegalWords:
        title = entries.measured(text.key, words.title, _MOST_TITLE, "title")
        source = entries.measured(text.key, words.source, _MOST_SOURCE, "text")
        return msgspec.structs.replace(words, title=title, source=source)

    texts = entries.in_languages(text.texts, fit)
    await entries.derive(work, texts, _derived)
    for language, words in texts.items():
        linker = await linker_to_all(work, path=f"legal/{text.key}", language=language)
        html = await asyncio.to_thread(_html, words, language, linker)
        texts[language] = msgspec.structs.replace(words, html=html)
    return msgspec.structs.replace(text, texts=texts)


def _derived(words: LegalWords, reviewed: traditional.Words) -> LegalWords:
    return LegalWords(
        title=traditional.to_traditional(words.title, reviewed),
        source=traditional.to_traditional(words.source, reviewed),
        is_derived=True,
    )


def _html(words: LegalWords, language: str, linker: Linker) -> str:
    return render.render(words.source, language=language, title=words.title, resolve=linker).html


async def render_again(work: Work) -> None:
    """Make the HTML of every text anew, after the renderer or an address has changed."""
    for text in await kept.legal_texts(work):
        fit = await _fit(work, text)
        if fit != text:
            await kept.save_legal_text(work, fit)
            work.signal(CHANGED)


class _TextFile(msgspec.Struct):
    key: str
    kind: LegalKind = LegalKind.NOTE


def read(folder: Path, refuse: entries.Refuse) -> list[LegalText]:
    """The texts of a folder's ``legal.toml``, where it has one.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: the file does not have the shape.
    """
    return entries.decoded(folder / FILE, "text", dict[str, Any], _text_of, refuse)


def _text_of(given: dict[str, Any]) -> LegalText:
    read = msgspec.convert(given, _TextFile)
    return LegalText(key=read.key, kind=read.kind, texts=entries.spoken(given, LegalWords))
