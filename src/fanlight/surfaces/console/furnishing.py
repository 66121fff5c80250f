"""What articles share: shelves, terms, legal texts, figures, synonyms, old addresses."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from fanlight.features.knowledge import figures, glossary, legal, shelving, synonyms
from fanlight.features.knowledge.entries import fitting
from fanlight.features.knowledge.models import (
    CategoryName,
    Figure,
    FigureSet,
    LegalText,
    Term,
)
from fanlight.features.knowledge.queries import entries
from fanlight.features.knowledge.queries import shelving as kept
from fanlight.features.knowledge.queries import synonyms as same
from fanlight.kernel.errors import Malformed
from fanlight.kernel.work import Work
from fanlight.surfaces.console.cursors import pack, unpack
from fanlight.surfaces.shared.guards import may
from fanlight.surfaces.shared.sessions import NO_STORE

EDITORS = may("article.edit")
PUBLISHERS = may("article.publish")
_PAGE = 60
_MOST_FIGURES = 2_000  # in one paste
Version = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class ShelfForm(msgspec.Struct, frozen=True, kw_only=True):
    icon: str
    names: dict[str, CategoryName]


class NewShelfForm(ShelfForm, frozen=True, kw_only=True):
    key: str


class ChangeShelfForm(ShelfForm, frozen=True, kw_only=True):
    version: Version


class RenameForm(msgspec.Struct, frozen=True, kw_only=True):
    to: str
    version: Version


class OrderForm(msgspec.Struct, frozen=True):
    """``was``: the order that the editor saw before."""

    keys: Annotated[list[str], msgspec.Meta(max_length=500)]
    was: Annotated[list[str], msgspec.Meta(max_length=500)]


class FiguresOut(msgspec.Struct, frozen=True, kw_only=True):
    """A table with its figures."""

    of: FigureSet
    figures: list[Figure]


class PutFiguresForm(msgspec.Struct, frozen=True, kw_only=True):
    """``gone``: rows that are taken out; ``was``: the changed figures as the editor saw them."""

    figures: Annotated[list[Figure], msgspec.Meta(max_length=_MOST_FIGURES)]
    gone: Annotated[list[list[str]], msgspec.Meta(max_length=_MOST_FIGURES)] = []
    was: Annotated[list[Figure], msgspec.Meta(max_length=_MOST_FIGURES)] = []


class SynonymForm(msgspec.Struct, frozen=True, kw_only=True):
    words: Annotated[list[str], msgspec.Meta(max_length=synonyms.MOST_WORDS)]
    language: str = ""
    is_one_way: bool = False
    version: Version = 1


class SynonymPage(msgspec.Struct, frozen=True):
    rows: list[same.Synonym]
    next: str | None


class RedirectForm(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    to: str


class RedirectPage(msgspec.Struct, frozen=True):
    rows: list[kept.Redirect]
    next: str | None


class ShelfController(Controller):
    path = "/api/console/shelves"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_shelves(self, work: NamedDependency[Work]) -> list[kept.Shelf]:
        """Every category, in the order readers see, also those that are empty."""
        return await kept.shelves(work)

    @post("/", guards=[PUBLISHERS], status_code=204)
    async def add(self, data: JSONBody[NewShelfForm], work: NamedDependency[Work]) -> None:
        """A new category."""
        await shelving.add(work, data.key, icon=data.icon, names=data.names)

    @put("/order", guards=[PUBLISHERS], status_code=204)
    async def reorder(self, data: JSONBody[OrderForm], work: NamedDependency[Work]) -> None:
        """Put the categories in this order."""
        await shelving.reorder(work, clean(data.keys), was=clean(data.was))

    @put("/{key:str}", guards=[PUBLISHERS], status_code=204)
    async def change(
        self, key: FromPath[str], data: JSONBody[ChangeShelfForm], work: NamedDependency[Work]
    ) -> None:
        """Another name, description or icon."""
        await shelving.change(
            work, plain(key), icon=data.icon, names=data.names, version=data.version
        )

    @put("/{key:str}/address", guards=[PUBLISHERS], status_code=204)
    async def rename(
        self, key: FromPath[str], data: JSONBody[RenameForm], work: NamedDependency[Work]
    ) -> None:
        """Another address; the old one leads on, as do those of its articles."""
        await shelving.rename(work, plain(key), data.to, version=data.version)

    @delete("/{key:str}", guards=[PUBLISHERS])
    async def remove(
        self, key: FromPath[str], version: FromQuery[int], work: NamedDependency[Work]
    ) -> None:
        """Take an empty category away."""
        await shelving.remove(work, plain(key), version=version)


class TermController(Controller):
    path = "/api/console/terms"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_terms(self, work: NamedDependency[Work]) -> list[Term]:
        """The whole glossary: a few hundred entries at most."""
        return await entries.terms(work)

    @put("/", guards=[EDITORS])
    async def save(self, data: JSONBody[Term], work: NamedDependency[Work]) -> Term:
        """Store a term; version 0 makes one."""
        return await glossary.save(work, data)

    @delete("/{key:str}", guards=[EDITORS])
    async def remove(
        self, key: FromPath[str], version: FromQuery[int], work: NamedDependency[Work]
    ) -> None:
        """Take a term out of the glossary."""
        await glossary.remove(work, plain(key), version=version)


class LegalController(Controller):
    path = "/api/console/legal-texts"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_texts(self, work: NamedDependency[Work]) -> list[LegalText]:
        """Every legal text."""
        return await entries.legal_texts(work)

    @put("/", guards=[PUBLISHERS])
    async def save(self, data: JSONBody[LegalText], work: NamedDependency[Work]) -> LegalText:
        """Store a legal text; every page that shows it follows at once."""
        return await legal.save(work, data)

    @delete("/{key:str}", guards=[PUBLISHERS])
    async def remove(
        self, key: FromPath[str], version: FromQuery[int], work: NamedDependency[Work]
    ) -> None:
        """Take a legal text away."""
        await legal.remove(work, plain(key), version=version)

    @get("/{key:str}/uses", guards=[EDITORS])
    async def uses(self, key: FromPath[str], work: NamedDependency[Work]) -> list[kept.Use]:
        """The articles that show it."""
        fit = fitting(plain(key))
        return await kept.uses(work, "legal", fit, is_foot=fit == legal.RISK)


class FigureController(Controller):
    path = "/api/console/figures"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_sets(self, work: NamedDependency[Work]) -> list[FiguresOut]:
        """Every table with its figures."""
        sets = await entries.figure_sets(work)
        return [
            FiguresOut(of=each, figures=await entries.figures(work, each.name)) for each in sets
        ]

    @put("/", guards=[EDITORS])
    async def save_set(self, data: JSONBody[FigureSet], work: NamedDependency[Work]) -> FigureSet:
        """Store what a table is called and what its columns are; version 0 makes one."""
        return await figures.save_set(work, data)

    @delete("/{name:str}", guards=[EDITORS])
    async def remove(
        self, name: FromPath[str], version: FromQuery[int], work: NamedDependency[Work]
    ) -> None:
        """Take a table away with its figures."""
        await figures.remove_set(work, plain(name), version=version)

    @put("/{name:str}/values", guards=[EDITORS], status_code=204)
    async def put_values(
        self, name: FromPath[str], data: JSONBody[PutFiguresForm], work: NamedDependency[Work]
    ) -> None:
        """Say what figures are now, and which rows there are no longer."""
        await figures.still(work, plain(name), data.was)
        for row in data.gone:
            await figures.remove_row(work, plain(name), clean(row))
        if data.figures:
            await figures.put(work, plain(name), data.figures)

    @post("/{name:str}/confirm", guards=[EDITORS], status_code=204)
    async def confirm(self, name: FromPath[str], work: NamedDependency[Work]) -> None:
        """All known figures of a table are still true now."""
        await figures.confirm(work, plain(name))


class SynonymController(Controller):
    path = "/api/console/synonyms"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_groups(
        self, work: NamedDependency[Work], q: FromQuery[str] = "", after: FromQuery[str] = ""
    ) -> SynonymPage:
        """Groups of words that mean the same, by their first word."""
        place = unpack(after, tuple[str, UUID], ("", UUID(int=0)))
        found = await same.page(work, part=plain(q)[:60], after=place, limit=_PAGE)
        end = found[-1] if len(found) == _PAGE else None
        return SynonymPage(found, None if end is None else pack((end.words[0], end.id)))

    @post("/", guards=[EDITORS])
    async def add(self, data: JSONBody[SynonymForm], work: NamedDependency[Work]) -> same.Synonym:
        """A new group; searches follow at once."""
        return await synonyms.add(
            work, data.words, language=data.language, is_one_way=data.is_one_way
        )

    @put("/{synonym_id:uuid}", guards=[EDITORS])
    async def change(
        self, synonym_id: FromPath[UUID], data: JSONBody[SynonymForm], work: NamedDependency[Work]
    ) -> same.Synonym:
        """Other words for a group, another language or direction."""
        group = same.Synonym(
            id=synonym_id,
            words=data.words,
            language=data.language,
            is_one_way=data.is_one_way,
            version=data.version,
        )
        return await synonyms.change(work, group)

    @delete("/{synonym_id:uuid}", guards=[EDITORS])
    async def remove(self, synonym_id: FromPath[UUID], work: NamedDependency[Work]) -> None:
        """Take a group away."""
        await synonyms.remove(work, synonym_id)


class RedirectController(Controller):
    path = "/api/console/redirects"
    cache_control = NO_STORE
    tags = ["furnishing"]

    @get("/", guards=[EDITORS])
    async def list_redirects(
        self, work: NamedDependency[Work], q: FromQuery[str] = "", after: FromQuery[str] = ""
    ) -> RedirectPage:
        """Old addresses and where they lead."""
        found = await kept.redirects(work, part=plain(q)[:200], after=plain(after), limit=_PAGE)
        return RedirectPage(found, found[-1].path if len(found) == _PAGE else None)

    @post("/", guards=[PUBLISHERS], status_code=204)
    async def lead(self, data: JSONBody[RedirectForm], work: NamedDependency[Work]) -> None:
        """Lead an old address to an article."""
        await shelving.lead(work, plain(data.path), plain(data.to))

    @delete("/", guards=[PUBLISHERS])
    async def stop(self, path: FromQuery[str], work: NamedDependency[Work]) -> None:
        """An old address is nobody's again."""
        await shelving.stop_leading(work, plain(path))


def plain(text: str) -> str:
    """The text itself; PostgreSQL takes no NUL, and nobody types one. Raises Malformed."""
    if not text.isprintable():
        raise Malformed(where="text")
    return text


def clean(texts: list[str]) -> list[str]:
    return [plain(each) for each in texts]


ROUTES = [
    ShelfController,
    TermController,
    LegalController,
    FigureController,
    SynonymController,
    RedirectController,
]
