"""An article is one answer; it exists once and in as many languages as it was written in."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec

from fanlight.features.knowledge.render import Heading
from fanlight.kernel.i18n import languages

LANGUAGES = languages()  # of the help site, the best stand-in first


class State(StrEnum):
    """Where a translation stands on its way to readers."""

    DRAFT = "draft"
    PUBLISHED = "published"
    INTERNAL = "internal"  # for agents only
    ARCHIVED = "archived"


class CategoryName(msgspec.Struct, frozen=True, kw_only=True):
    """A category in one language."""

    name: str
    description: str = ""


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A shelf of the help center."""

    key: str  # also its address
    position: int
    icon: str  # a Lucide name
    names: dict[str, CategoryName]

    def named(self, language: str) -> CategoryName:
        """Its name in this language, or in the nearest one that it has."""
        for tag in (language, *LANGUAGES):
            if tag in self.names:
                return self.names[tag]
        return CategoryName(name=self.key.replace("-", " ").capitalize())


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """What all translations of one answer share."""

    id: UUID
    number: int
    path: str
    category: str
    slug: str
    position: int
    is_risk: bool
    related: list[str]  # slugs, or paths, as the editor wrote them


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """An article in one language."""

    article_id: UUID
    language: str
    title: str
    description: str
    tags: list[str]
    asked_as: list[str]
    source: str
    html: str
    toc: list[Heading]
    state: State
    is_derived: bool
    reviewed_on: date | None
    published_at: datetime | None
    saved_at: datetime
    import_key: str | None
    version: int  # counts saves


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """What an editor writes in one language: everything else follows from it."""

    title: str
    source: str
    description: str = ""
    tags: tuple[str, ...] = ()
    asked_as: tuple[str, ...] = ()
    reviewed_on: date | None = None

    def equals(self, saved: Translation) -> bool:
        return (
            self.title == saved.title
            and self.source == saved.source
            and self.description == saved.description
            and list(self.tags) == saved.tags
            and list(self.asked_as) == saved.asked_as
            and self.reviewed_on == saved.reviewed_on
        )


class Placing(msgspec.Struct, frozen=True, kw_only=True):
    """Where an article stands: shared by its translations."""

    path: str
    category: str
    slug: str
    position: int = 0
    is_risk: bool = False
    related: tuple[str, ...] = ()


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for articles, by the name that readers see."""

    key: str
    names: dict[str, str]
    categories: list[str] = []
    version: int = 0  # counts saves


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a path, or one part of it."""

    article: str  # slug or category/slug
    anchor: str = ""
    names: dict[str, CategoryName] = {}  # without one, the article's own title


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """Articles to read one after the other."""

    key: str
    position: int
    names: dict[str, CategoryName]
    steps: list[Step]
    version: int = 0  # counts saves


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """What editors put first where readers look: each article answers one question."""

    place: str  # key of a category, or "@home"
    articles: list[str]  # as category/slug
    version: int = 0  # counts saves


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A term in one language."""

    name: str
    definition: str
    aliases: list[str] = []
    is_derived: bool = False  # made out of zh-Hans, not written by a person


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the glossary."""

    key: str
    names: dict[str, Word]
    article: str = ""  # slug of the one with the whole story
    is_automatic: bool = True  # its first mention in an article is explained by itself
    version: int = 0  # counts saves


class LegalKind(StrEnum):
    """How a legal text looks."""

    RISK = "risk"
    NOTE = "note"


class LegalWords(msgspec.Struct, frozen=True, kw_only=True):
    """A legal text in one language; ``{brand}`` stands for the exchange's name."""

    title: str
    source: str
    html: str = ""
    is_derived: bool = False  # made out of zh-Hans, not written by a person


class LegalText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that lawyers have agreed to, kept once."""

    key: str
    kind: LegalKind
    texts: dict[str, LegalWords]
    version: int = 0  # counts saves


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """What tells rows of figures apart, or what is said of each."""

    key: str
    names: dict[str, str]


class FigureSet(msgspec.Struct, frozen=True, kw_only=True):
    """A table of figures, without the figures."""

    name: str
    titles: dict[str, str]
    row_keys: list[Column]
    columns: list[Column]
    sources: dict[str, str]  # who says so
    stale_after_s: int
    version: int = 0  # counts saves


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a table."""

    row_key: list[str]  # one value for each of the table's row keys
    column: str
    position: int = 0  # of the row
    value: Decimal | None  # None: never known; shown with the places it was given
    unit: str = ""
    as_of: datetime | None = None


def address(language: str, category: str, slug: str) -> str:
    """The address of an article on the help site."""
    return f"/{language}/a/{category}/{slug}"
