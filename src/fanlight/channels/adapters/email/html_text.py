"""HTML letters as plain text that reads the same: paragraphs, lists, links, quotes marked."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser

import nh3

_DROPPED = {"script", "style", "title", "template", "noscript", "object", "svg", "iframe", "select"}
_BLOCKS = frozenset(
    """address article aside center dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5
    h6 header hr main nav ol p pre section summary table tbody tfoot thead tr ul""".split()  # noqa: SIM905
)
_PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote".split()  # noqa: SIM905
)
_VOID = frozenset(
    """area base br col embed hr img input link meta param source track wbr""".split()  # noqa: SIM905
)
_KEPT = {*_BLOCKS, *_VOID, "a", "blockquote", "br", "img", "li", "td", "th", "span", "font", "b"}
_ATTRIBUTES = {"*": {"style"}, "a": {"href"}, "img": {"alt", "width"}}
_TAG = re.compile(r"<[^<>]*>")
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that close themselves, or each other: many of them are no depth.
_SHALLOW = _VOID | {"p", "li", "td", "th", "tr", "option", "dd", "dt"}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\v]+")  # not the no-break space, which is the writer's
_MAX_DEPTH = 1000
_MAX_AMPERSANDS = 100_000
_MAX_CHARS = 400_000
_MAX_MARKUP = 1_000_000  # what no one would read to its end is cut

# A block quote without a rule at its side is an indent, made with the button beside the list's.
_INDENT = re.compile(r"border\s*:\s*(?:none|0)|\bindent\b", re.IGNORECASE)


def to_text(html: str) -> str:
    """Plain text of a letter; total, also for markup that no browser would take.

    The markup is put in order first: html.parser takes ages for what is left open on purpose.
    """
    html = html[:_MAX_MARKUP]
    if is_beyond_reason(html):
        bare = unescape(_TAG.sub(" ", html))
        return "\n".join(line for each in bare.split("\n") if (line := " ".join(each.split())))
    reader = _Reader()
    reader.feed(nh3.clean(html, tags=_KEPT, attributes=_ATTRIBUTES, clean_content_tags=_DROPPED))
    reader.close()
    return reader.result()


def is_beyond_reason(html: str) -> bool:
    """Whether it is built to cost time: elements a thousand deep, ampersands without end."""
    if html.count("&") > _MAX_AMPERSANDS:
        return True
    depth = deepest = 0
    for closing, name in _TAG_NAME.findall(html):
        if name.lower() not in _SHALLOW:
            depth = depth - 1 if closing and depth else depth + (not closing)
            deepest = max(deepest, depth)
    return deepest > _MAX_DEPTH


class _Reader(HTMLParser):
    """Writes lines while tags go by; keeps no tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, Callable[[], None] | None]] = []
        self._hidden = 0
        self._quoted = 0
        self._verbatim = 0
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []
        self._size = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._block(tag)
        elif tag == "img" and not self._hidden:
            self._picture(given)
        if tag in _VOID:
            return
        undo = self._enter(tag, given)
        self._open.append((tag, undo))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        at = next((n for n in range(len(self._open) - 1, -1, -1) if self._open[n][0] == tag), None)
        if at is None:
            if tag in _BLOCKS:
                self._block(tag)
            return
        for _, undo in reversed(self._open[at:]):
            if undo is not None:
                undo()
        del self._open[at:]

    def handle_data(self, data: str) -> None:
        self.text(data)

    def text(self, data: str) -> None:
        if self._hidden or self._size > _MAX_CHARS:
            return
        self._size += len(data)
        if self._verbatim:
            first, *rest = data.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for line in rest:
                self._break()
                self._line.append(line)
            return
        data = _SPACE.sub(" ", data)
        if data.startswith(" ") and (not self._line or self._line[-1].endswith(" ")):
            data = data[1:]
        if data:
            self._line.append(data)

    def result(self) -> str:
        self._break()
        text = "\n".join(line.rstrip(" ") for line in self._lines)
        return re.sub(r"\n(?:[ \t\u00a0]*\n){2,}", "\n\n", text).replace("\u00a0", " ").strip("\n")

    def _enter(self, tag: str, given: dict[str, str]) -> Callable[[], None] | None:
        """Begin an element; the answer ends it."""
        if tag in _DROPPED or _HIDDEN.search(given.get("style", "")):
            self._hidden += 1
            return self._unhide
        if tag == "blockquote" and not _INDENT.search(given.get("style", "")):
            return self._quote()
        if tag == "a" and given.get("href"):
            self._links.append((given["href"].strip(), len(self._line)))
            return self._end_link
        if tag in ("ul", "ol"):
            self._block(tag)
            self._lists.append(0 if tag == "ol" else None)
            return self._end_list
        if tag == "li":
            self._item()
            return self._break_if_begun
        if tag == "pre":
            self._block(tag)
            self._verbatim += 1
            return self._end_verbatim
        if tag in ("td", "th"):
            if self._line:
                self._line.append("  ")
            return None
        if tag in _BLOCKS:
            self._block(tag)
            return lambda: self._block(tag)
        return None

    def _picture(self, given: dict[str, str]) -> None:
        words = given.get("alt", "").strip()
        if words and given.get("width", "") not in ("0", "1"):
            self.text(f"[{words}]")

    def _quote(self) -> Callable[[], None]:
        self._block("p")
        self._quoted += 1
        return self._unquote

    def _unquote(self) -> None:
        self._break_if_begun()
        self._quoted -= 1
        self._block("p")

    def _unhide(self) -> None:
        self._hidden -= 1

    def _end_verbatim(self) -> None:
        self._block("pre")
        self._verbatim -= 1

    def _end_list(self) -> None:
        self._lists.pop()
        self._block("ul")

    def _item(self) -> None:
        self._break_if_begun()
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        indent = "  " * max(len(self._lists) - 1, 0)
        self._line.append(f"{indent}{number + 1}. " if number is not None else f"{indent}- ")

    def _end_link(self) -> None:
        """Say where a link leads, unless its words already do."""
        href, begin = self._links.pop()
        words = "".join(self._line[begin:]).strip() if begin <= len(self._line) else ""
        bare = re.sub(r"^(?:mailto:|tel:|https?://)", "", href, flags=re.I).rstrip("/")
        shown = re.sub(r"^https?://", "", words, flags=re.I).rstrip("/")
        if href.startswith("#") or not words or shown == bare or self._hidden:
            return
        if re.match(r"https?:|mailto:", href, re.I):
            self._line.append(f" <{href}>")

    def _break_if_begun(self) -> None:
        if any(piece.strip(" ") for piece in self._line):
            self._break()
        else:
            self._line.clear()

    def _block(self, tag: str) -> None:
        self._break_if_begun()
        if tag in _PARAGRAPHS and self._lines and self._lines[-1].strip(" >"):
            self._lines.append("> " * self._quoted if self._quoted else "")

    def _break(self) -> None:
        line = "".join(self._line)
        self._lines.append("> " * self._quoted + (line if self._verbatim else line.strip(" ")))
        self._line.clear()
