"""HTML as a small tree: well-formed by the sanitiser first, so that any input gives one."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec
import nh3

_VOID = frozenset({"img", "br", "hr", "input", "col", "source", "track", "wbr", "embed"})
_DEEPEST = 60  # deeper ones are laid flat: nothing that people write goes so far
# The sanitiser looks through all that is open at every tag, so thousands of them take minutes.
_MOST_OPEN = 500
_MARK = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>", re.IGNORECASE)
# Nobody has to close these: they do not lie in each other.
_CLOSE_THEMSELVES = _VOID | {
    *("p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "meta", "link"),
}
_TAGS = {
    *(
        "a",
        "abbr",
        "article",
        "aside",
        "b",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "cite",
    ),
    *("code", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "iframe", "img", "ins"),
    *("kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section", "small"),
    *("span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "time", "tr", "tt", "u", "ul", "var", "video", "source"),
}
_ATTRIBUTES = {
    "*": {"class", "id", "role"},
    "a": {"href", "title", "name"},
    "img": {"src", "alt", "title", "data-src"},
    "iframe": {"src", "title"},
    "video": {"src", "title"},
    "source": {"src"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "pre": {"data-language"},
}
_GONE = {
    *("script", "style", "object", "svg", "math", "template", "noscript", "form", "button"),
    *("select", "textarea", "head", "title"),
}


class Node(msgspec.Struct):
    """One element."""

    tag: str
    given: dict[str, str] = {}
    children: list["Node | str"] = []

    @property
    def names(self) -> str:
        """Its classes and its id, in one line."""
        return f"{self.given.get('class', '')} {self.given.get('id', '')}".lower()

    def every(self, *tags: str) -> Iterator["Node"]:
        """The elements below with one of these tags."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags:
                    yield child
                yield from child.every(*tags)

    def words(self) -> str:
        """Its text, on one line."""
        pieces = [c if isinstance(c, str) else c.words() for c in self.children]
        return re.sub(r"\s+", " ", "".join(pieces))


def tree(html: str) -> Node:
    """The tree of a page or a piece of one, without scripts, forms and styles."""
    clean = nh3.clean(
        _not_too_deep(html),
        tags=_TAGS,
        clean_content_tags=_GONE - _TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "data", "tel"},
        link_rel=None,
    )
    return grown(clean)


def _not_too_deep(html: str) -> str:
    """Without the tags that would open more than people ever do; their text stays."""
    if html.count("<") <= _MOST_OPEN:
        return html
    still_open = 0

    def kept(mark: re.Match[str]) -> str:
        nonlocal still_open
        if mark[2].lower() in _CLOSE_THEMSELVES:
            return mark[0]
        still_open = max(still_open + (-1 if mark[1] else 1), 0)
        return "" if still_open > _MOST_OPEN and not mark[1] else mark[0]

    return _MARK.sub(kept, html)


def grown(clean: str) -> Node:
    """The tree of HTML that a sanitiser has closed already."""
    builder = _Builder()
    builder.feed(clean)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root", {}, [])
        self._open = [self.root]
        self._flat: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, [])
        if tag in _VOID:
            self._open[-1].children.append(node)
        elif len(self._open) > _DEEPEST:
            self._flat.append(tag)
        else:
            self._open[-1].children.append(node)
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self._flat:
            self._flat.pop()
        elif tag not in _VOID and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
