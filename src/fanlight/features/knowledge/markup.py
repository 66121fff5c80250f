"""Reads an article's file: front matter apart, foreign components taken out, words kept."""

import html
import re
from datetime import date, datetime

import msgspec
import yaml

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?^[ \t]*\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_ATTRIBUTES = re.compile(r"([A-Za-z][\w-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{[^}]*\})")
# A tag may break over lines and hold quoted > signs; components start with a capital letter.
_COMPONENT = re.compile(r"<(/?)([A-Z][\w.]*)((?:\"[^\"]*\"|'[^']*'|\{[^}]*\}|[^>\"'{])*?)(/?)>")
_LAYOUT = re.compile(r"</?(?:div|section|center|figure)\b[^>]*>")
_COMMENT = re.compile(r"<!--.*?-->|\{/\*.*?\*/\}", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style|iframe)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
# Attributes with code in them, on tags that we know.
_SCRIPTED = re.compile(r"(?<=[\s\w\"'}])\s+[A-Za-z]+=\{(?:\{[^{}]*\}|[^{}]*)\}(?=[^<>]*>)")
_WIDE_MARK = "\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u2018-\u201d"
_STRONG = re.compile(r"(?<![*\\])\*\*(?=[^\s*])([^*\n]*[^\s*])\*\*(?!\*)")
_WIDE_START, _WIDE_END = re.compile(rf"[{_WIDE_MARK}]"), re.compile(rf"[{_WIDE_MARK}]\Z")
_MODULE = re.compile(r"^(?:import|export)\s.+?(?:;|from\s+['\"].+?['\"];?)\s*$", re.MULTILINE)
_RULER = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")
_EMOJI_MARK = re.compile(r":[a-z0-9_+-]{2,40}:")


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above an article's text: the known keys, everything else left aside."""

    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    asked_as: tuple[str, ...] = ()
    updated: date | None = None
    is_risk: bool = False
    related: tuple[str, ...] = ()
    order: int = 0
    state: str = ""


class Unreadable(ValueError):
    """The file cannot be taken; the message says why, in words for the import's report."""


def read(text: str) -> tuple[Front, str]:
    """Front matter and body of one file.

    Raises:
        Unreadable: the front matter is no YAML, or no table.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n")
    found = _FRONT.match(text)
    if found is None:
        return Front(), text
    try:
        given = yaml.safe_load(found.group(1)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark is not None else ""
        raise Unreadable(f"front matter is not YAML{where}") from error
    if not isinstance(given, dict):
        raise Unreadable("front matter is not a table of keys")
    return _front(given), text[found.end() :]


def _front(given: dict[object, object]) -> Front:
    order = given.get("order")
    return Front(
        title=_line(given.get("title")),
        description=_line(given.get("description")),
        tags=_lines(given.get("tags")),
        asked_as=_lines(given.get("asked_as")),
        updated=_day(given.get("updated", given.get("published"))),
        is_risk=given.get("risk") is True,
        related=_lines(given.get("related")),
        order=order if isinstance(order, int) else 0,
        state=_line(given.get("state")),
    )


def _line(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _lines(value: object) -> tuple[str, ...]:
    several = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(line for each in several if (line := _line(each))))


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def without_components(body: str) -> str:
    """Markdown without another site's embedded components: their words and links stay.

    Code is left alone, so an article *about* components still shows them.
    """
    kept: list[str] = []
    end = 0
    for code in _code_spans(body):
        kept += [_plain(body[end : code[0]]), body[code[0] : code[1]]]
        end = code[1]
    kept.append(_plain(body[end:]))
    return "".join(kept)


def _code_spans(body: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _FENCE.finditer(body)]
    free, end = [], 0
    for start, stop in [*spans, (len(body), len(body))]:
        free.append((end, start))
        end = stop
    for start, stop in free:
        spans += [match.span() for match in _CODE.finditer(body, start, stop)]
    return sorted(spans)


def _plain(text: str) -> str:
    text = _SCRIPT.sub("", _COMMENT.sub("", text))
    text = _MODULE.sub("", text)
    text = _links(text)
    text = _COMPONENT.sub(_replacement, text)
    text = _SCRIPTED.sub("", text)
    return _mended_tables(_boldened(_LAYOUT.sub("\n\n", text)))


def _mended_tables(text: str) -> str:
    """A table whose ruler has more or fewer cells than its head is still meant as one."""
    lines = text.split("\n")
    for place, line in enumerate(lines[1:], 1):
        if "|" in line and _RULER.fullmatch(line) and lines[place - 1].count("|") > 1:
            cells, wanted = _cells(line), len(_cells(lines[place - 1]))
            if len(cells) != wanted:
                cells = (cells + ["---"] * wanted)[:wanted]
                lines[place] = f"| {' | '.join(cells)} |"
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _boldened(text: str) -> str:
    """Emphasis that CommonMark misses beside Chinese marks: ``**先确认。**再发送``.

    Pairs are read from the left, so what stands between two bold words is never taken for one.
    """

    def mended(found: re.Match[str]) -> str:
        before, words = text[found.start() - 1 : found.start()], found.group(1)
        after = text[found.end() : found.end() + 1]
        closes_too_late = _WIDE_END.search(words) and re.match(r"\w", after)
        opens_too_late = _WIDE_START.match(words) and re.match(r"\w", before)
        return f"<strong>{words}</strong>" if closes_too_late or opens_too_late else found.group()

    return _STRONG.sub(mended, text)


_LINK_PAIR = re.compile(
    r"<(ButtonLink|DocLink|Link)\b((?:\"[^\"]*\"|'[^']*'|\{[^}]*\}|[^>\"'{])*)>(.*?)</\1>",
    re.DOTALL,
)


def _links(text: str) -> str:
    """Link components become Markdown links."""

    def link(found: re.Match[str]) -> str:
        given = _attributes(found.group(2))
        target, words = given.get("to") or given.get("href"), " ".join(found.group(3).split())
        return f"[{words}]({target})" if target and words else words

    return _LINK_PAIR.sub(link, text)


def _attributes(text: str) -> dict[str, str]:
    return {
        name: html.unescape(double or single)
        for name, double, single in _ATTRIBUTES.findall(text)
        if double or single
    }


def _replacement(found: re.Match[str]) -> str:
    """What a component says in words: its title, its description, its video's address."""
    closing, name, attributes, _ = found.groups()
    if closing:
        return "\n\n" if name not in _INLINE else ""
    given = _attributes(attributes)
    if name == "YouTube" and "id" in given:
        address = f"https://www.youtube.com/watch?v={given['id']}"
        return f"\n\n[{address}]({address})\n\n"
    if name in _INLINE:
        return ""
    said = [f"**{given['title']}**"] if given.get("title") else []
    said += [given[key] for key in ("description", "contentPreview") if given.get(key)]
    said = [words for words in said if not _EMOJI_MARK.fullmatch(words)]
    return "\n\n" + "\n\n".join(said) + "\n\n" if said else "\n\n"


_INLINE = frozenset({"Emoji", "Translation", "Badge"})
