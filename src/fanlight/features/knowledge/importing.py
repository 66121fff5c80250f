"""Imports a folder of Markdown: ``DIR/<language>/**/*.md``, again and again without harm.

The way is plan, then write: everything that can be found wrong is found before the first row is
written, and a file that cannot be taken is named with its reason while the rest is imported.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from fanlight.features.knowledge import beside, guides, markup, queries, service
from fanlight.features.knowledge.models import (
    Category,
    CategoryName,
    Placing,
    State,
    Team,
    Text,
)
from fanlight.features.knowledge.models import Path as Way
from fanlight.kernel.i18n import nearest
from fanlight.kernel.work import Work

_MAX_BYTES = 2_000_000  # of one file; more is not an article
_UNSORTED = "general"  # the category of what lies in no folder
_HEADING = re.compile(r"^#{1,2}\s+(.+?)\s*(?:\{#[^}]*\})?\s*$", re.MULTILINE)
_SLUG = re.compile(r"[^\w-]+")
Progress = Callable[[int, int], None]
"""Told how many of how many files are done."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One file, read and understood."""

    key: str  # its place in the folder, language in front, without .md
    language: str
    placing: Placing
    text: Text
    state: State | None  # as its front matter says; None: as the caller says


class Skipped(msgspec.Struct, frozen=True):
    """A file that was not taken, and why."""

    file: str
    reason: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an import will do."""

    pages: list[Page]
    skipped: list[Skipped]
    categories: list[Category]
    words: dict[str, str] | None  # the reviewed zh-Hant list, where the folder brings one
    ways: list[Way] = []  # paths through the articles
    teams: list[Team] = []  # who answers for them
    shared: beside.Shared = beside.Shared()  # terms, legal texts, figures


class Report(msgspec.Struct, kw_only=True):
    """What an import did."""

    read: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = []
    broken_links: list[tuple[str, str]] = []  # file, link
    missing_pictures: list[tuple[str, str]] = []  # file, picture


def language_of(folder: str) -> str | None:
    """Our tag for a language folder: ``zh``, ``zh_CN`` and ``zh-Hans`` are one; None if unknown."""
    return nearest(folder)


def plan(folder: Path) -> Plan:
    """Read everything below a folder. Blocks: files are opened.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    pages: list[Page] = []
    skipped: list[Skipped] = []
    for tree in sorted(path for path in folder.iterdir() if path.is_dir()):
        language = language_of(tree.name)
        files = sorted(tree.rglob("*.md"))
        if language is None:
            if files:
                why = f"no language we know; {len(files)} files left out"
                skipped.append(Skipped(f"{tree.name}/", why))
            continue
        for file in files:
            try:
                pages.append(_page(file, tree, language))
            except (markup.Unreadable, OSError, UnicodeDecodeError) as error:
                skipped.append(Skipped(str(file.relative_to(folder)), _why(error)))
    pages, doubles = _without_doubles(pages)
    known, words = _beside(folder, skipped)
    ways, teams = _guides(folder, skipped)
    shared = beside.read(folder, lambda file, why: skipped.append(Skipped(file, why)))
    return Plan(
        pages=pages,
        skipped=skipped + doubles,
        categories=list(_categories(pages, known)),
        words=words,
        ways=ways,
        teams=teams,
        shared=shared,
    )


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 (byte {error.start})"
    if isinstance(error, OSError):
        return error.strerror or "cannot be read"
    return str(error)


def _page(file: Path, tree: Path, language: str) -> Page:
    if file.stat().st_size > _MAX_BYTES:
        raise markup.Unreadable(f"larger than {_MAX_BYTES // 1_000_000} MB")
    front, body = markup.read(file.read_text("utf-8"))
    body = markup.without_components(body).strip() + "\n"
    heading = _HEADING.search(body)
    title = front.title or (heading.group(1) if heading else "")
    if not title:
        raise markup.Unreadable("neither a title nor a heading")
    if not body.strip():
        raise markup.Unreadable("no text")
    path = file.relative_to(tree).with_suffix("").as_posix()
    category, slug = _place(path, tree)
    try:
        state = State(front.state) if front.state else None
    except ValueError:
        raise markup.Unreadable(f"state {front.state!r} is none of {', '.join(State)}") from None
    return Page(
        key=f"{tree.name}/{path}",
        language=language,
        placing=Placing(
            path=path,
            category=category,
            slug=slug,
            position=front.order,
            is_risk=front.is_risk,
            related=front.related,
        ),
        text=Text(
            title=title,
            description=front.description,
            tags=front.tags,
            asked_as=front.asked_as,
            reviewed_on=front.updated,
            source=body,
        ),
        state=state,
    )


def _place(path: str, tree: Path) -> tuple[str, str]:
    """Category and address of a file: the first folder, and what follows it."""
    first, _, rest = path.partition("/")
    if not rest:
        # roadmap.md beside roadmap/ is that category's own first page.
        category = first if (tree / first).is_dir() else _UNSORTED
        return _slug(category), _slug(first)
    rest = rest.removesuffix("/index").removesuffix("/README")
    return _slug(first), _slug(rest.replace("/", "-"))


def _slug(text: str) -> str:
    return _SLUG.sub("-", text.lower()).strip("-") or "page"


def _without_doubles(pages: list[Page]) -> tuple[list[Page], list[Skipped]]:
    """Two files for one place (``zh/x.md``, ``zh_CN/x.md``; ``a/b.md``, ``a-b.md``): the first."""
    kept: list[Page] = []
    doubles: list[Skipped] = []
    by_path: dict[tuple[str, str], str] = {}
    by_address: dict[tuple[str, str], str] = {}
    for page in pages:
        placing = page.placing
        same = by_path.setdefault((placing.path, page.language), page.key)
        address = by_address.setdefault((placing.category, placing.slug), placing.path)
        if same != page.key:
            doubles.append(Skipped(f"{page.key}.md", f"the same place as {same}.md"))
        elif address != placing.path:
            doubles.append(Skipped(f"{page.key}.md", f"the same address as {address}.md"))
        else:
            kept.append(page)
    return kept, doubles


class _CategoryFile(msgspec.Struct):
    key: str
    order: int
    icon: str
    name: dict[str, str]
    description: dict[str, str] = {}


class _Categories(msgspec.Struct):
    category: list[_CategoryFile]


def _beside(
    folder: Path, skipped: list[Skipped]
) -> tuple[dict[str, Category], dict[str, str] | None]:
    """``categories.toml`` and ``zh-hant.toml``, in the folder or right above it."""
    known: dict[str, Category] = {}
    words: dict[str, str] | None = None
    for place in (folder.parent, folder):
        try:
            known |= _read_categories(place / "categories.toml")
            words = _read_words(place / "zh-hant.toml") or words
        except (msgspec.MsgspecError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            skipped.append(Skipped(f"{place.name}/*.toml", str(error)))
    return known, words


def _guides(folder: Path, skipped: list[Skipped]) -> tuple[list[Way], list[Team]]:
    """``paths.toml`` and ``teams.toml``, in the folder or right above it."""
    ways: list[Way] = []
    teams: list[Team] = []
    for place in (folder.parent, folder):
        try:
            more_ways, more_teams = guides.read(place)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            skipped.append(Skipped(f"{place.name}/*.toml", str(error)))
        else:
            ways += more_ways
            teams += more_teams
    return ways, teams


def _read_categories(file: Path) -> dict[str, Category]:
    if not file.is_file():
        return {}
    read = msgspec.toml.decode(file.read_bytes(), type=_Categories)
    return {
        each.key: Category(
            key=each.key,
            position=each.order,
            icon=each.icon,
            names={
                tag: CategoryName(name=name, description=each.description.get(tag, ""))
                for tag, name in each.name.items()
            },
        )
        for each in read.category
    }


def _read_words(file: Path) -> dict[str, str] | None:
    if not file.is_file():
        return None
    return {
        wrong: right
        for key, table in tomllib.loads(file.read_text("utf-8")).items()
        for wrong, right in (table.items() if isinstance(table, dict) else [(key, table)])
        if isinstance(right, str)
    }


def _categories(pages: Iterable[Page], known: dict[str, Category]) -> Iterator[Category]:
    """The categories in use: as written down, else named after their folder."""
    used = dict.fromkeys(page.placing.category for page in pages)
    for number, key in enumerate(used):
        if key in known:
            yield known[key]
        else:
            name = key.replace("-", " ").capitalize()
            yield Category(
                key=key,
                position=1000 + number,
                icon="book-open",
                names={"en": CategoryName(name=name)},
            )


async def carry_out(
    work: Work, planned: Plan, *, publish: bool, progress: Progress | None = None
) -> Report:
    """Write what was planned; what is stored already and unchanged is left alone.

    Args:
        publish: published at once; otherwise new articles are drafts and others keep their state.
    """
    report = Report(read=len(planned.pages), skipped=list(planned.skipped))
    have = {category.key for category in await queries.categories(work)}
    for category in planned.categories:
        # A category that editors keep is not renamed after a folder.
        if category.key not in have or category.position < 1000:
            await service.save_category(work, category)
    if planned.words is not None:
        await service.save_traditional_words(work, planned.words)
    for team in planned.teams:
        await guides.save_team(work, team)
    for way in planned.ways:
        await guides.save_path(work, way)
    placings = {page.placing.path: page.placing for page in reversed(planned.pages)}
    shifted = await _place_all(work, list(placings.values()))
    targets = await service.all_targets(work)
    states = await queries.states(work)
    for done, page in enumerate(planned.pages, 1):
        before = states.get((page.placing.path, page.language), State.DRAFT)
        outcome = await service.save(
            work,
            placings[page.placing.path],
            page.language,
            page.text,
            state=page.state or (State.PUBLISHED if publish else before),
            import_key=page.key,
            targets=targets,
        )
        report.changed += outcome.is_changed
        report.unchanged += not outcome.is_changed
        report.missing_pictures += [(f"{page.key}.md", each) for each in outcome.missing_pictures]
        if progress is not None:
            progress(done, len(planned.pages))
    for article_id in shifted:
        await service.mend_links(work, article_id)
    await beside.load(work, planned.shared)  # last: legal texts may link to the articles
    keys = [page.key for page in planned.pages]
    report.broken_links = [
        (f"{each.import_key}.md", each.address) for each in await queries.broken_links(work, keys)
    ]
    return report


async def _place_all(work: Work, placings: Sequence[Placing]) -> list[UUID]:
    """All places before any text, so that links find their targets whatever the files' order.

    Returns the articles whose links in *other* articles must be made anew: those that moved, and
    one of the new ones (it stands for all, since every broken link is looked at).
    """
    have = {article.path: article for article in await queries.all_articles(work)}
    shifted: list[UUID] = []
    is_mending = False
    for placing in placings:
        article = await queries.place_article(work, placing)
        before = have.get(placing.path)
        if before is None:
            if have and not is_mending:
                shifted.append(article.id)
                is_mending = True
        elif (before.category, before.slug) != (article.category, article.slug):
            shifted.append(article.id)
    return shifted
