"""The search index of one node: tantivy fed with our own tokens, a rebuildable cache.

It has two halves. ``heads`` holds one document a translation: titles, other names, sounds.
``passages`` holds one for each piece of its text. Apart, a title stands once however long its
article is, and what is rare among titles is not weighed by how rare it is in texts. Who may see it
stands in every document of both, and is asked for in every query.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import msgspec
import tantivy

from fanlight.features.knowledge.documents import Entry, Texts, texts_of

SCHEMA_VERSION = 7
# Of a half while it is written. What is held in memory becomes one segment, and a search asks each
# segment: so much holds a hundred thousand translations.
_HEAP_BYTES = 60_000_000

HEADS = ("title", "alias", "other", "singles", "exact", "sound", "initials", "surface")
PASSAGES = ("heading", "body")
# Said in three of an article's other names, a word counts more; elsewhere once is as good as often.
COUNTED = ("alias",)
_HEAD_NUMBERS = ("article", "tongue", "shelf")
_PASSAGE_NUMBERS = (*_HEAD_NUMBERS, "passage")


def _schema(fields: Iterable[str], numbers: Iterable[str]) -> tantivy.Schema:
    """Tokens only: texts are read from the database, which keeps the index small."""
    builder = tantivy.SchemaBuilder()
    for name in ("seen_by", *fields):
        kept = "freq" if name in COUNTED else "basic"
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=kept)
    for name in numbers:
        builder.add_integer_field(name, indexed=name == "article", fast=True)
    return builder.build()


HEAD_SCHEMA = _schema(HEADS, _HEAD_NUMBERS)
PASSAGE_SCHEMA = _schema(PASSAGES, _PASSAGE_NUMBERS)


class Index(msgspec.Struct, frozen=True):
    """Both halves, always changed together."""

    heads: tantivy.Index
    passages: tantivy.Index

    def reload(self) -> None:
        self.heads.reload()
        self.passages.reload()


class Snapshot:
    """One state of both halves, as one question sees it; what was looked up is not asked twice."""

    def __init__(self, index: Index) -> None:
        self.heads = index.heads.searcher()
        self.passages = index.passages.searcher()
        self._said: dict[str, bool] = {}

    def says(self, token: str) -> bool:
        """Whether any article has this word or pair of characters."""
        found = self._said.get(token)
        if found is None:
            found = self._said[token] = any(
                half.doc_freq(field, token)
                for half, field in (
                    (self.passages, "body"),
                    (self.heads, "title"),
                    (self.heads, "alias"),
                    (self.passages, "heading"),
                )
            )
        return found

    def frequency(self, token: str) -> int:
        """In how many passages it stands."""
        return self.passages.doc_freq("body", token)


class Writer(msgspec.Struct, frozen=True):
    """Writes both halves; nothing is seen of it before ``commit``."""

    index: Index
    heads: tantivy.IndexWriter
    passages: tantivy.IndexWriter

    @classmethod
    def of(cls, index: Index) -> Self:
        """One thread for each half: what it holds in memory becomes one segment."""
        return cls(
            index,
            index.heads.writer(_HEAP_BYTES, 1),
            index.passages.writer(_HEAP_BYTES, 1),
        )

    def add_all(self, texts: Iterable[Texts]) -> None:
        for each in texts:
            self.heads.add_document(tantivy.Document(**each.head))
            for passage in each.passages:
                self.passages.add_document(tantivy.Document(**each.shared, **passage))

    def forget(self, article: int) -> None:
        for half in (self.heads, self.passages):
            half.delete_documents_by_term("article", article)

    def commit(self) -> None:
        """Takes seconds after a build: it blocks until smaller segments are one."""
        for half in (self.heads, self.passages):
            half.commit()
        for half in (self.heads, self.passages):
            half.wait_merging_threads()
        self.index.reload()

    def rollback(self) -> None:
        for half in (self.heads, self.passages):
            half.rollback()


def create(folder: Path | None) -> Index:
    """An empty index in a folder of its own, or in memory."""
    return Index(
        _created(folder and folder / "heads", HEAD_SCHEMA),
        _created(folder and folder / "passages", PASSAGE_SCHEMA),
    )


def _created(folder: Path | None, schema: tantivy.Schema) -> tantivy.Index:
    if folder is None:
        return _knowing_tokens(tantivy.Index(schema))
    folder.mkdir(parents=True, exist_ok=True)
    return _knowing_tokens(tantivy.Index(schema, path=str(folder), reuse=False))


def existing(folder: Path) -> Index:
    return Index(
        *(_knowing_tokens(tantivy.Index.open(str(folder / half))) for half in ("heads", "passages"))
    )


def put(index: Index, articles: Iterable[int], entries: Iterable[Entry]) -> None:
    """Replace everything the index knows about these articles; nothing when it fails."""
    writer = Writer.of(index)
    try:
        for article in articles:
            writer.forget(article)
        writer.add_all(texts_of(entry) for entry in entries)
    except BaseException:
        writer.rollback()
        raise
    writer.commit()


def _knowing_tokens(index: tantivy.Index) -> tantivy.Index:
    whitespace = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", whitespace)
    return index
