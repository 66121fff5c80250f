"""Front matter: what stands above an article's text, under the names that sites give it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import msgspec
import yaml

from fanlight.features.knowledge.why import Why

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_AT = re.compile(r" \(at line (\d+), column \d+\)")
_DATE = re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b")
_ANCHOR = re.compile(r"(?m)[:\-]\s*&\w")
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
    wrong: tuple[tuple[str, str], ...] = ()  # keys whose value says nothing, with it


class Unreadable(ValueError):
    """The file cannot be taken; the message says why, in words for the import's report."""

    def __init__(self, why: Why, *, line: int = 1) -> None:
        super().__init__(why)
        self.line = line


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


def line_of(text: str, key: str) -> int:
    """Where a key of the front matter stands in the file."""
    found = re.search(rf"(?m)^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[:=]", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _toml(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at, words = _AT.search(str(error)), _AT.sub("", str(error))
        line = int(at.group(1)) + 1 if at else 1  # below the line of marks
        raise Unreadable(Why("import.why.front_toml", words=words), line=line) from error


def _yaml(text: str) -> Mapping[str, object]:
    if "&" in text and (anchor := _ANCHOR.search(text)):
        line = text.count("\n", 0, anchor.end()) + 2
        # A few of them can fill a memory.
        raise Unreadable(Why("import.why.front_anchors"), line=line)
    try:
        given = yaml.load(text, Loader=_LOADER) or {}  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise Unreadable(Why("import.why.front_yaml", line=line), line=line) from error
    except (RecursionError, ValueError) as error:
        line = _dated(text)
        raise Unreadable(Why("import.why.front_yaml", line=line), line=line) from error
    if not isinstance(given, dict):
        raise Unreadable(Why("import.why.front_table"), line=2)
    return {str(key): value for key, value in given.items()}


def _dated(text: str) -> int:
    """The line with a date that no calendar has: YAML refuses it without saying where."""
    for number, line in enumerate(text.split("\n"), 2):
        if (found := _DATE.search(line)) and _day(found[0]) is None:
            return number
    return 1


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
        wrong=tuple(_wrong(given)),
    )


def _wrong(given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Keys of dates and numbers with a value that is none; it is left out, and that is said."""
    for key in (*_NAMES["updated"], "review_by"):
        said = given.get(key)
        if said not in (None, "", True, False) and _day(said) is None:
            yield key, _line(said)
    for key in ("publish_at", "published_at", "saved_at"):
        said = given.get(key)
        if said not in (None, "") and _moment(said) is None:
            yield key, _line(said)
    for key in _NAMES["order"]:
        said = given.get(key)
        if said is not None and not isinstance(said, int | float):
            yield key, _line(said)


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
