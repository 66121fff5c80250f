"""An article for apps: clean HTML with whole addresses, and the same as blocks to be drawn."""

import re
from collections.abc import Iterator
from typing import Any

import nh3

from fanlight.features.knowledge.importing.html_tree import Node, grown

Block = dict[str, Any]

_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl"),
    *("dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img"),
    *("kbd", "label", "li", "mark", "ol", "p", "pre", "q", "s", "section", "small", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "time", "tr", "u"),
    *("ul", "video"),
}
_ATTRIBUTES = {
    "*": {"class", "id", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "video": {"src", "controls", "aria-label"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
    "time": {"datetime"},
}
_HEADING = re.compile(r"h([2-6])")
_SPACE = re.compile(r"\s+")
_MARKS = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic", "code": "code"}
_INLINE = {
    *("a", "abbr", "b", "br", "code", "del", "em", "i", "kbd", "label", "mark", "q", "s", "small"),
    *("span", "strong", "sub", "sup", "time", "u"),
}
_ASIDES = {"note": "note", "warn": "warning", "risk": "risk"}


def clean(html: str, *, base: str) -> str:
    """HTML of ours without drawings and controls; every address leads to the help site."""

    def whole(_: str, attribute: str, value: str) -> str:
        if attribute in {"href", "src"} and value.startswith("/"):
            return base + value
        return value

    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"svg", "script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=whole,
        link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto"},
    )


def blocks(cleaned: str) -> list[Block]:
    """What ``clean`` gave, block by block. An app may leave out kinds that it does not know."""
    return list(_blocks(grown(cleaned).children))


def _blocks(children: list[Node | str]) -> Iterator[Block]:
    waiting: list[Node | str] = []
    for child in children:
        if isinstance(child, str) or child.tag in _INLINE:
            waiting.append(child)
            continue
        yield from _paragraph(waiting)
        waiting = []
        yield from _block(child)
    yield from _paragraph(waiting)


def _paragraph(children: list[Node | str]) -> Iterator[Block]:
    spans = _spans(children)
    if spans:
        yield {"type": "paragraph", "spans": spans}


def _block(node: Node) -> Iterator[Block]:
    names = node.given.get("class", "").split()
    if heading := _HEADING.fullmatch(node.tag):
        yield {
            "type": "heading",
            "level": int(heading.group(1)),
            "id": node.given.get("id", ""),
            "text": _text(node),
        }
    elif node.tag in {"ol", "ul"}:
        yield from _list(node, "steps" in names)
    elif node.tag == "table":
        yield _table(node)
    elif node.tag == "pre":
        yield {"type": "code", "text": "".join(_strings(node)).rstrip("\n")}
    elif node.tag == "img":
        yield _image(node)
    elif node.tag == "details":
        yield _titled("question", node, "summary") | {"id": node.given.get("id", "")}
    elif node.tag == "section" and (kind := next((n for n in names if n in _ASIDES), None)):
        yield _titled("aside", node, "header") | {"kind": _ASIDES[kind]}
    elif node.tag == "section" and "plainly" in names:
        yield {"type": "plain", "blocks": list(_blocks(node.children))}
    elif "tabset" in names:
        yield {"type": "tabs", "tabs": [_tab(tab) for tab in _elements(node)]}
    elif node.tag == "figure" and "video" in names:
        yield from _video(node)
    elif node.tag == "blockquote":
        yield {"type": "quote", "blocks": list(_blocks(node.children))}
    elif node.tag == "hr":
        yield {"type": "rule"}
    elif node.tag == "p":
        yield from _pictured(node)
    else:  # a box around others: what is in it counts
        yield from _blocks(node.children)


def _pictured(node: Node) -> Iterator[Block]:
    """A paragraph; the pictures in it are blocks of their own."""
    pictures = list(node.every("img"))
    yield from (_image(picture) for picture in pictures)
    yield from _paragraph([child for child in node.children if not _is_picture(child)])


def _is_picture(child: Node | str) -> bool:
    return isinstance(child, Node) and (
        child.tag == "img" or next(child.every("img"), None) is not None
    )


def _list(node: Node, is_steps: bool) -> Iterator[Block]:
    items = [child for child in _elements(node) if child.tag == "li"]
    if not is_steps:
        said = [list(_blocks(item.children)) for item in items]
        yield {"type": "list", "ordered": node.tag == "ol", "items": said}
        return
    steps = [
        {"id": item.given.get("id", ""), "blocks": list(_blocks(item.children))} for item in items
    ]
    yield {"type": "steps", "steps": steps}


def _table(node: Node) -> Block:
    head, body = _rows(node, "thead"), _rows(node, "tbody")
    caption = next((_text(each) for each in node.every("caption")), "")
    return {"type": "table", "caption": caption, "head": head[0] if head else [], "rows": body}


def _rows(node: Node, part: str) -> list[list[str]]:
    return [
        [_text(cell) for cell in row.every("th", "td")]
        for each in node.every(part)
        for row in each.every("tr")
    ]


def _image(node: Node) -> Block:
    given = node.given
    sizes = {
        name: int(given[name]) for name in ("width", "height") if given.get(name, "").isdecimal()
    }
    return {"type": "image", "src": given.get("src", ""), "alt": given.get("alt", ""), **sizes}


def _video(node: Node) -> Iterator[Block]:
    link = next(node.every("a"), None)
    player = next(node.every("video"), None)
    if player is not None:
        title = player.given.get("aria-label", "")
        yield {"type": "video", "title": title, "url": player.given.get("src", "")}
    elif link is not None:
        title = next((_text(each) for each in link.every("strong")), "")
        yield {"type": "video", "title": title, "url": link.given.get("href", "")}
    rest = [child for child in _elements(node) if child not in (link, player)]
    yield from _blocks(list(rest))


def _titled(kind: str, node: Node, title: str) -> Block:
    head = next((child for child in _elements(node) if child.tag == title), None)
    rest = [child for child in node.children if child is not head]
    return {"type": kind, "title": _text(head) if head else "", "blocks": list(_blocks(rest))}


def _tab(node: Node) -> Block:
    name = next((_text(each) for each in node.every("label")), "")
    inside = [child for child in _elements(node) if child.tag == "div"]
    return {"title": name, "blocks": [block for each in inside for block in _blocks(each.children)]}


def _spans(children: list[Node | str]) -> list[Block]:
    """Runs of words that look alike; spaces between lines of the source are one."""
    return _trimmed([span for child in children for span in _span(child, {})])


def _span(child: Node | str, marks: Block) -> list[Block]:
    if isinstance(child, str):
        text = _SPACE.sub(" ", child)
        return [{"text": text, **marks}] if text else []
    if child.tag == "br":
        return [{"text": "\n", **marks}]
    own: Block = dict(marks)
    if child.tag in _MARKS:
        own[_MARKS[child.tag]] = True
    if child.tag == "a" and child.given.get("href"):
        own["href"] = child.given["href"]
    return [span for each in child.children for span in _span(each, own)]


def _trimmed(spans: list[Block]) -> list[Block]:
    if spans:
        spans[0]["text"] = spans[0]["text"].lstrip(" ")
        spans[-1]["text"] = spans[-1]["text"].rstrip(" ")
    return [span for span in spans if span["text"]]


def _elements(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node)]


def _strings(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _strings(child)


def _text(node: Node) -> str:
    return node.words().strip()
