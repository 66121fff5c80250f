"""Front matter: what stands above an article's text, under the names that sites give it."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime

import msgspec
import yaml

from fanlight.features.knowledge.why import Why

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# What others call our keys: Docusaurus, Hugo, Jekyll, GitBook, VitePress.
_NAMES = {
    "title": ("title", "sidebar_label", "sidebarTitle", "linkTitle"),
    "description": ("description", "summary", "excerpt"),
    "tags": ("tags", "keywords"),
    "updated": ("updated", "lastmod", "last_updated", "published", "date"),
    "order": ("order", "sidebar_position", "weight", "nav_order"),
    "left": ("left", "aliases", "redirect_from"),
}


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """The known keys; everything else is left aside."""

    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    asked_as: tuple[str, ...] = ()
    updated: date | None = None
    is_risk: bool = False
    related: tuple[str, ...] = ()
    order: int = 0
    state: str = ""
    left: tuple[str, ...] = ()  # paths at which it stood before
    # What our own export says beyond that, so that nothing is lost on the way back.
    path: str = ""
    key: str | None = None
    category: str = ""
    slug: str = ""
    team: str = ""
    review_by: date | None = None
    source_language: str = ""
    audience: tuple[str, ...] = ()
    stage: str = ""
    publish_at: datetime | None = None
    published_at: datetime | None = None
    saved_at: datetime | None = None


class Unreadable(ValueError):
    """The file cannot be taken; the message says why, in words for the import's report."""


def read(text: str) -> tuple[Front, str]:
    """Front matter and body of one file.

    Raises:
        Unreadable: the front matter is no YAML or TOML, or no table.
    """
    text = text.lstrip("\n") if text.lstrip("\n").startswith(("---", "+++")) else text
    if found := _TOML.match(text):
        return _front(_toml(found.group(1))), text[found.end() :]
    found = _YAML.match(text)
    return (
        (Front(), text) if found is None else (_front(_yaml(found.group(1))), text[found.end() :])
    )


def _toml(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable(Why("import.why.front_toml", words=str(error))) from error


def _yaml(text: str) -> Mapping[str, object]:
    if "&" in text and re.search(r"(?m)[:\-]\s*&\w", text):
        raise Unreadable(Why("import.why.front_anchors"))  # a few of them can fill a memory
    try:
        given = yaml.load(text, Loader=_LOADER) or {}  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise Unreadable(Why("import.why.front_yaml", line=line)) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable(Why("import.why.front_yaml", line=1)) from error
    if not isinstance(given, dict):
        raise Unreadable(Why("import.why.front_table"))
    return {str(key): value for key, value in given.items()}


_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # 8 times quicker


def _front(given: Mapping[str, object]) -> Front:
    def first(name: str) -> object:
        return next((given[each] for each in _NAMES[name] if given.get(each) is not None), None)

    order = first("order")
    state = _line(given.get("state"))
    if not state and (given.get("draft") is True or given.get("published") is False):
        state = "draft"
    key = given.get("import_key")
    return Front(
        title=_line(first("title")),
        description=_line(first("description")),
        tags=_lines(_parted(first("tags"))),
        asked_as=_lines(given.get("asked_as")),
        updated=_day(first("updated")),
        is_risk=given.get("risk") is True,
        related=_lines(given.get("related")),
        order=order if isinstance(order, int) and abs(order) < 2**31 else 0,
        state=state,
        left=_lines(first("left")),
        path=_line(given.get("path")),
        key=_line(key) if key is not None else None,
        category=_line(given.get("category")) if "path" in given else "",
        slug=_line(given.get("slug")) if "path" in given else "",
        team=_line(given.get("team")),
        review_by=_day(given.get("review_by")),
        source_language=_line(given.get("source_language")),
        audience=_lines(given.get("audience")),
        stage=_line(given.get("stage")),
        publish_at=_moment(given.get("publish_at")),
        published_at=_moment(given.get("published_at")),
        saved_at=_moment(given.get("saved_at")),
    )


def _line(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _lines(value: object) -> tuple[str, ...]:
    several = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(line for each in several if (line := _line(each))))


def _parted(value: object) -> object:
    """Some sites write their tags on one line, with commas."""
    return value.split(",") if isinstance(value, str) else value


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
