"""Reads a folder of Markdown: ``<language>/**/*.md``, or one language without a folder of its own.

Everything that can be found wrong is found here, before the first row is written; a file that
cannot be taken is named with its reason while the rest is imported.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from fanlight.features.knowledge import audiences
from fanlight.features.knowledge.errors import AudienceUnknown
from fanlight.features.knowledge.importing import beside, components, dialects, front, texts
from fanlight.features.knowledge.importing.found import (
    Page,
    Plan,
    Skipped,
    Told,
    Unfit,
    at_line,
    undecoded,
)
from fanlight.features.knowledge.importing.opening import Files
from fanlight.features.knowledge.importing.pictures import Shelf
from fanlight.features.knowledge.importing.placing import UNSORTED, categories, slug, unique
from fanlight.features.knowledge.models import Placing, State, Text
from fanlight.features.knowledge.why import Why
from fanlight.kernel.i18n import nearest

MOST_BYTES = 2_000_000  # of one file; more is not an article
_DRAFTS = "drafts/"  # of our own export
_ENDS = (".md", ".markdown", ".mdx")
_FRONT_PAGES = frozenset({"index", "readme", "_index"})
_HEADING = re.compile(r"^#{1,2}\s+(.+?)\s*#*\s*(?:\{#[^}]*\})?\s*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^([^\n#>|*-][^\n]*)\n=+[ \t]*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"i18n/([^/]+)/docusaurus-plugin-content-docs/(?:current|version-[^/]+)/")


class _Place(msgspec.Struct, frozen=True):
    """Where a file lies: the folder of its language, and its path below."""

    language: str
    tree: str  # "" when the source has no folder for it
    path: str  # without its end


def language_of(folder: str) -> str | None:
    """Our tag for a language folder: ``zh``, ``zh_CN`` and ``zh-Hans`` are one; None if unknown."""
    return nearest(folder)


def read(files: Files, *, language: str | None = None) -> Plan:
    """Read everything.

    Args:
        language: of the files that lie in no language's folder; without it they are left out,
            unless there is no language's folder at all: then they are English.
    """
    named = [name for name in files.names if name.lower().endswith(_ENDS)]
    if language is None and not any(_of_language(name) for name in named):
        language = "en"
    skipped = [*files.refused, *_unknown(named, language)]
    shelf = Shelf(files)
    folders = {str(folder) for name in named for folder in PurePosixPath(name).parents}
    pages: list[Page] = []
    for name in named:
        place = _place(name, language)
        if place is None:
            continue
        try:
            pages.append(_page(files, name, place, folders, shelf, skipped))
        except UnicodeDecodeError as error:
            skipped.append(undecoded(name, error))
        except front.Unreadable as error:
            skipped.append(Skipped(at_line(name, error.line), Why.of(error)))
        except Unfit as error:
            skipped.append(Skipped(name, Why.of(error)))
        except (OSError, RecursionError):
            skipped.append(Skipped(name, Why("import.why.unread")))
    drafts = [page for page in pages if page.file.startswith(_DRAFTS)]
    pages, doubles = unique(page for page in pages if not page.file.startswith(_DRAFTS))
    found = beside.read(files, skipped)
    return Plan(
        pages=pages,
        skipped=skipped + doubles,
        categories=list(categories(pages, found.categories, is_ours=found.is_ours)),
        words=found.words,
        ways=found.ways,
        asked=found.asked,
        teams=found.teams,
        shared=found.shared,
        drafts=drafts,
        redirects=found.redirects,
        left=found.left,
        pictures=shelf,
        missing=shelf.missing,
    )


def _of_language(name: str) -> bool:
    top, slash, _ = name.partition("/")
    return bool(slash) and language_of(top) is not None


def _place(name: str, language: str | None) -> _Place | None:
    stem = name[: name.rindex(".")]
    stem = stem.removeprefix(_DRAFTS)
    top, slash, rest = stem.partition("/")
    if slash and (ours := language_of(top)) is not None:
        return _Place(ours, top, rest)
    if (found := _ELSEWHERE.match(stem)) and (ours := language_of(found.group(1))) is not None:
        return _Place(ours, found.group(1), f"docs/{stem[found.end() :]}")
    return None if language is None or found else _Place(language, "", stem)


def _unknown(named: list[str], language: str | None) -> Iterator[Skipped]:
    """Files in no language that we know, gathered by their folder."""
    tops: dict[str, int] = {}
    for name in named:
        if _place(name, language) is None:
            top, slash, _ = name.partition("/")
            tops[top + slash] = tops.get(top + slash, 0) + 1
    for top, count in tops.items():
        yield Skipped(top, Why("import.why.folder", files=count))


def _page(
    files: Files, name: str, place: _Place, folders: set[str], shelf: Shelf, notes: list[Skipped]
) -> Page:
    text = texts.decoded(files.read(name, MOST_BYTES))
    said, body = front.read(text)
    begins = text.count("\n") - body.count("\n") + 1  # the line on which the article does
    if not said.path:  # our own export needs no translation
        body = components.without_components(dialects.ours(body)).strip() + "\n"
    title = said.title or _first_heading(body)
    if not title and not said.stage:
        raise front.Unreadable(Why("import.why.no_title"), line=begins)
    if not body.strip() and not said.stage:
        raise front.Unreadable(Why("import.why.no_text"), line=begins)
    try:
        state = State(said.state) if said.state else None
    except ValueError:
        raise front.Unreadable(
            Why("import.why.state", state=said.state, states=", ".join(State)),
            line=front.line_of(text, "state"),
        ) from None
    if place.tree:
        folders = {f.removeprefix(f"{place.tree}/") for f in folders}
    notes += [
        Skipped(
            at_line(name, front.line_of(text, key)), Why("import.why.value", field=key, value=value)
        )
        for key, value in said.wrong
    ]
    audience, state = _audience(said, state, at_line(name, front.line_of(text, "audience")), notes)
    category, address = _address(place.path, folders)
    body, pictures = shelf.taken(body, name)
    return Page(
        key=said.key if said.key is not None else f"{place.tree}/{place.path}".lstrip("/"),
        file=name,
        language=place.language,
        placing=Placing(
            path=said.path or place.path,
            category=slug(said.category) if said.category else category,
            slug=slug(said.slug) if said.slug else address,
            position=said.order,
            is_risk=said.is_risk,
            related=said.related,
        ),
        text=Text(
            title=title,
            description=said.description,
            tags=said.tags,
            asked_as=said.asked_as,
            reviewed_on=said.updated,
            source=body,
        ),
        state=state,
        pictures=pictures,
        left=said.left,
        told=Told(
            team=said.team,
            review_by=said.review_by,
            source_language=said.source_language,
            audience=audience,
            stage=said.stage,
            publish_at=said.publish_at,
        )
        if said.path
        else (Told(audience=audience) if audience else None),
        published_at=said.published_at,
        saved_at=said.saved_at,
    )


def _audience(
    said: front.Front, state: State | None, place: str, notes: list[Skipped]
) -> tuple[tuple[str, ...], State | None]:
    """For whom it is written. Where nobody can tell, it is for agents alone."""
    if not said.audience:
        return (), state
    try:
        return tuple(audiences.normal(said.audience)), state
    except AudienceUnknown:
        wrong = ", ".join(said.audience)[:200]
        notes.append(Skipped(place, Why("import.why.audience", audience=wrong)))
        return (audiences.SIGNED_IN,), State.INTERNAL


def _first_heading(body: str) -> str:
    found = min(
        (match for match in (_HEADING.search(body), _UNDERLINED.search(body)) if match),
        key=lambda match: match.start(),
        default=None,
    )
    return (
        "" if found is None else re.sub(r"[*`]|\]\([^)]*\)|(?<!\w)\[", "", found.group(1)).strip()
    )


def _address(path: str, folders: set[str]) -> tuple[str, str]:
    """Category and address of a file: the first folder, and what follows it."""
    first, _, rest = path.partition("/")
    if not rest:
        # roadmap.md beside roadmap/ is that category's own first page.
        category = first if first in folders else UNSORTED
        return slug(category), slug(first)
    parts = rest.split("/")
    if parts[-1].lower() in _FRONT_PAGES:
        parts.pop()
    return slug(first), slug("-".join(parts) or first)
