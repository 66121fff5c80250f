"""Where the links of an article lead: to the articles of this help center, or out of it."""

import posixpath
import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote, urlsplit
from uuid import UUID

import msgspec

from fanlight.features.knowledge.models import Article, address

# The end of a file's name, and a folder's front page.
_FILE = re.compile(
    r"\.(?:md|mdx|markdown|html?)\Z|(?:/(?:index|readme))(?:\.\w+)?/?\Z", re.IGNORECASE
)
_OUTSIDE = ("http:", "https:", "mailto:")


class Target(msgspec.Struct, frozen=True):
    """An article that can be linked to."""

    id: UUID
    category: str
    slug: str

    @classmethod
    def of(cls, article: Article) -> "Target":
        return cls(article.id, article.category, article.slug)


def names_of(link: str, path: str) -> list[str]:
    """What a link may mean, best first: paths and slugs of articles; nothing when it leads out.

    ``path`` is that of the article in which the link stands.
    """
    if link.startswith(("#", "//")) or link.lower().startswith(_OUTSIDE):
        return []
    parts = urlsplit(link)
    if parts.scheme == "article":
        return [parts.path.strip("/")] if parts.path.strip("/") else []
    if parts.scheme or parts.netloc:
        return []
    asked = _FILE.sub("", unquote(parts.path))
    if asked.startswith("/"):
        asked = asked.strip("/")
        # Some sites put the language in front, and lists of pictures behind another root.
        without_language = asked.partition("/")[2]
        return [name for name in (asked, without_language) if name]
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), asked)).strip("/")
    return [beside] if asked and not beside.startswith("..") else []


class Linker:
    """Answers ``Resolve`` for one translation, and remembers what it answered.

    A link to a folder that is a category leads to that category's page.
    """

    def __init__(
        self,
        targets: Mapping[str, Target],
        *,
        path: str,
        language: str,
        categories: Collection[str] = (),
    ) -> None:
        self._targets = targets
        self._categories = categories
        self._path = path
        self._language = language
        self.found: dict[str, UUID | None] = {}  # links to ourselves; None leads nowhere

    def __call__(self, link: str) -> str | None:
        names = names_of(link, self._path)
        if not names:
            is_ours = not (link.startswith("#") or link.lower().startswith(_OUTSIDE))
            if is_ours:
                self.found[link] = None
            return None if is_ours else link
        for name in names:
            if name in self._targets:
                target = self._targets[name]
                self.found[link] = target.id
                fragment = urlsplit(link).fragment
                page = address(self._language, target.category, target.slug)
                return f"{page}#{fragment}" if fragment else page
        for name in names:
            if name in self._categories:
                return f"/{self._language}/c/{name}"
        self.found[link] = None
        return None


def targets_of(articles: list[Article]) -> dict[str, Target]:
    """Articles by every name under which a link may ask for them."""
    known: dict[str, Target] = {}
    for article in articles:
        target = Target.of(article)
        known.setdefault(article.slug, target)
        known.setdefault(f"{article.category}/{article.slug}", target)
    # A full path is never ambiguous, so it goes before a slug of the same spelling.
    known.update({article.path: Target.of(article) for article in articles})
    return known
