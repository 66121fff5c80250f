"""The search index of one node: tantivy fed with our own tokens, a rebuildable cache.

Each passage of a translation is one document that repeats its article's title, so that an article
scores as its best passage. Who may see it stands in the document and is asked for in the query.
"""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import tantivy

from fanlight.features.knowledge import analyzer, pinyin, spelling
from fanlight.features.knowledge.audiences import PUBLIC
from fanlight.features.knowledge.passages import Passage

SCHEMA_VERSION = 5
_HEAP_BYTES = 60_000_000


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One translation as the index takes it."""

    article: int  # the article's number, the same for all its translations
    language: str
    # The languages whose readers are served by this translation: its own, and those it stands in
    # for because the article does not exist in them.
    readers: tuple[str, ...]
    audience: str  # keys of who may find it, with spaces between; "internal" for agents only
    category: str
    title: str
    description: str = ""
    aliases: tuple[str, ...] = ()  # tags and "also asked as"
    other_titles: tuple[str, ...] = ()  # of the linked translations
    passages: list[Passage]


def _schema() -> tantivy.Schema:
    """Tokens only: texts are read from the database, which keeps the index small."""
    builder = tantivy.SchemaBuilder()
    for name in ("language", "reader", "audience", "titled", "called"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for field in ("title", "alias", "heading", "body"):
        builder.add_text_field(f"{field}_words", tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field(f"{field}_pairs", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("singles", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("other", tokenizer_name="whitespace", index_option="freq")
    for name in ("sound", "initials", spelling.FIELD):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_integer_field("article", indexed=True, fast=True)
    for name in ("passage", "tongue", "shelf"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


SCHEMA = _schema()


def ordinal(name: str) -> int:
    """A language or category as a number: the engine hands out columns of numbers only."""
    return zlib.crc32(name.encode())


def documents(entry: Entry) -> Iterable[tantivy.Document]:
    """The documents of one translation, one a passage."""
    language = entry.language
    title = analyzer.tokens(entry.title, language)
    aliases = [analyzer.tokens(alias, language) for alias in entry.aliases]
    other = [analyzer.tokens(each) for each in entry.other_titles]
    spoken = [pinyin.sounds(name) for name in (entry.title, *entry.aliases, *entry.other_titles)]
    called = {analyzer.same(alias) for alias in entry.aliases} - {""}
    pairs = dict.fromkeys(pair for each in (title, *aliases) for pair in each.pairs)
    shared: dict[str, Any] = {
        "language": language,
        "reader": " ".join(entry.readers),
        "audience": entry.audience,
        "titled": analyzer.same(entry.title),
        "called": " ".join(sorted(called)),
        "title_words": " ".join(title.words),
        "title_pairs": " ".join(title.pairs),
        "alias_words": " ".join(word for each in aliases for word in each.words),
        "alias_pairs": " ".join(pair for each in aliases for pair in each.pairs),
        "other": " ".join(token for each in other for token in (*each.words, *each.pairs)),
        "sound": " ".join(token for each in spoken for token in (*each.pairs, *each.whole)),
        "initials": " ".join(token for each in spoken for token in each.initials),
        "article": entry.article,
        "tongue": ordinal(language),
        "shelf": ordinal(entry.category),
    }
    for number, passage in enumerate(entry.passages):
        if number:  # whole names and sounds are looked for once an article
            shared |= dict.fromkeys(("titled", "called", "sound", "initials"), "")
        heading = analyzer.tokens(passage.heading, language)
        body = analyzer.tokens(passage.text, language, has_singles=False)
        if number == 0:
            said = analyzer.tokens(entry.description, language)
            body = analyzer.Tokens(
                words=said.words + body.words, pairs=said.pairs + body.pairs, singles=[]
            )
        yield tantivy.Document(
            **shared,
            heading_words=" ".join(heading.words),
            heading_pairs=" ".join(heading.pairs),
            body_words=" ".join(body.words),
            body_pairs=" ".join(body.pairs),
            singles=" ".join(title.singles + heading.singles),
            **{spelling.FIELD: _surface(entry, number, pairs)},
            passage=number,
        )


def _surface(entry: Entry, number: int, pairs: Iterable[str]) -> str:
    """What slips are mended by; ``pairs`` are those of the article's names, told once."""
    if PUBLIC not in entry.audience.split():
        return ""
    heading = entry.passages[number].heading
    if number:
        return spelling.words_of(heading)
    return " ".join([spelling.words_of(heading, entry.title, *entry.aliases), *pairs])


def create(folder: Path | None) -> tantivy.Index:
    """An empty index in a folder of its own, or in memory."""
    if folder is None:
        return _knowing_tokens(tantivy.Index(SCHEMA))
    folder.mkdir(parents=True, exist_ok=True)
    return _knowing_tokens(tantivy.Index(SCHEMA, path=str(folder), reuse=False))


def existing(folder: Path) -> tantivy.Index:
    return _knowing_tokens(tantivy.Index.open(str(folder)))


def put(index: tantivy.Index, articles: Iterable[int], entries: Iterable[Entry]) -> None:
    """Replace everything the index knows about these articles, in one commit."""
    with writing(index) as writer:
        for article in articles:
            writer.delete_documents_by_term("article", article)
        add(writer, entries)


@contextmanager
def writing(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """A writer that commits at the end; nothing is kept of a block that fails."""
    writer = index.writer(_HEAP_BYTES, 1)
    try:
        yield writer
    except BaseException:
        writer.rollback()
        raise
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def add(writer: tantivy.IndexWriter, entries: Iterable[Entry]) -> None:
    for entry in entries:
        for document in documents(entry):
            writer.add_document(document)


def _knowing_tokens(index: tantivy.Index) -> tantivy.Index:
    whitespace = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", whitespace)
    return index
