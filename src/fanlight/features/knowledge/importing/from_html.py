"""HTML of articles becomes Markdown of ours: its blocks and words, none of its looks."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

from fanlight.features.knowledge.importing.components import boldened, outside_code
from fanlight.features.knowledge.importing.dialects import box, folded
from fanlight.features.knowledge.importing.html_tree import Node, tree

Follow = Callable[[str], str]
"""What a link of the source is with us."""
_INLINE = {
    *("a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark"),
    *(
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
    ),
    *("wbr",),
}
_MARKS = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "*"),
    **dict.fromkeys(("s", "strike", "del"), "~~"),
}
_KEPT = frozenset({"kbd", "mark", "sub", "sup"})
_SPECIAL = re.compile(r"([\\`*_\[\]<~]|&(?=#?\w+;)|(?<!\S):(?=::))")
_LINE_START = re.compile(r"^(\s*)([#>+-]|={2,}|\d{1,9}[.)])(?=\s|$|[-=]{2})", re.MULTILINE)
_WARNS = re.compile(r"warn|danger|caution|alert|error|attention|critical")
_NOTES = re.compile(
    r"\b(?:callout|note|tip|info|notice|admonition|hint|panel)\b|callout|admonition"
)
_SAID = re.compile(
    r"\A\**(note|tip|info|important|hint|warning|caution|attention|danger|注意|警告|提示|说明|說明|备注|備註)\**[:：]\**\s*",
    re.IGNORECASE,
)
_SAYS_WARNING = frozenset({"warning", "caution", "attention", "danger", "注意", "警告"})
_LANGUAGE = re.compile(r"(?:language|lang|brush:?\s*)-?([\w+#-]+)")
_ANCHOR = re.compile(r"[\w-]{1,80}")


def markdown(html: str | Node, *, follow: Follow = str) -> str:
    """The same words as Markdown; "" when there are none."""
    root = tree(html) if isinstance(html, str) else html
    text = outside_code("\n\n".join(_blocks(root.children, follow)), boldened)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n" if text.strip() else ""


def _blocks(children: Sequence[Node | str], follow: Follow) -> list[str]:
    """Children one below the other; words between them are paragraphs."""
    out: list[str] = []
    run: list[Node | str] = []

    def end_run() -> None:
        if words := _line_starts(_inline(run, follow)).strip():
            out.append(words)
        run.clear()

    for child in children:
        if isinstance(child, str) or (child.tag in _INLINE and not _holds_blocks(child)):
            run.append(child)
        else:
            end_run()
            out += [block for block in _block(child, follow) if block.strip()]
    end_run()
    return out


def _holds_blocks(node: Node) -> bool:
    return node.tag not in {"img", "br"} and any(
        isinstance(c, Node) and (c.tag not in _INLINE or _holds_blocks(c)) for c in node.children
    )


def _block(node: Node, follow: Follow) -> list[str]:
    make = _MAKERS.get(node.tag)
    if make is not None:
        return make(node, follow)
    inner = _blocks(node.children, follow)
    if inner and node.tag in {"div", "section", "aside", "p"} and _is_box(node):
        return [_boxed(node, inner)]
    return inner


def _is_box(node: Node) -> bool:
    if node.tag == "aside":
        return True
    names = node.names
    return bool(_NOTES.search(names)) or bool(re.search(r"\b(?:alert|warning|danger)\b", names))


def _boxed(node: Node, inner: list[str]) -> str:
    kind = "warning" if _WARNS.search(node.names) else "note"
    if said := _SAID.match(inner[0]):
        kind = "warning" if said.group(1).lower() in _SAYS_WARNING else kind
        inner = [inner[0][said.end() :], *inner[1:]]
    return box(kind, "", "\n\n".join(block for block in inner if block))


def _paragraph(node: Node, follow: Follow) -> list[str]:
    inner = _blocks(node.children, follow)
    return [_boxed(node, inner)] if inner and _is_box(node) else inner


def _heading(node: Node, follow: Follow) -> list[str]:
    words = " ".join(_inline(node.children, follow).split())
    for mark in ("**", "__"):
        if words.startswith(mark) and words.endswith(mark) and words.count(mark) == 2:
            words = words[2:-2]
    anchor = node.given.get("id", "")
    if not anchor:
        named = [a.given.get("name") or a.given.get("id", "") for a in node.every("a")]
        anchor = next((name for name in named if name), "")
    own = f" {{#{anchor}}}" if _ANCHOR.fullmatch(anchor) else ""
    return [f"{'#' * int(node.tag[1])} {words}{own}"] if words else []


def _list(node: Node, follow: Follow) -> list[str]:
    start = node.given.get("start", "1")
    number = int(start) if start.isdigit() and len(start) < 8 else 1
    items: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            if child.strip():
                items.append(f"- {_line_starts(_escaped(child.strip()))}")
            continue
        if child.tag in {"ul", "ol"} and items:  # a list right in a list belongs to the item above
            items[-1] += "\n" + _indented("\n".join(_list(child, follow)), "  ")
            continue
        marker = "- " if node.tag == "ul" else f"{number}. "
        inner = _blocks(child.children if child.tag == "li" else [child], follow)
        if not inner:
            continue
        is_tight = all(re.match(r"(?:[-+*]|\d+\.) ", block) for block in inner[1:])
        body = ("\n" if is_tight else "\n\n").join(inner)
        items.append(marker + _indented(body, " " * len(marker)).lstrip())
        number += 1
    is_loose = any("\n\n" in item for item in items)
    return [("\n\n" if is_loose else "\n").join(items)] if items else []


def _indented(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}" if line else "" for line in text.split("\n"))


def _quote(node: Node, follow: Follow) -> list[str]:
    inner = _blocks(node.children, follow)
    if not inner:
        return []
    if _is_box(node) or _SAID.match(inner[0]):
        return [_boxed(node, inner)]
    return ["\n".join(f"> {line}".rstrip() for line in "\n\n".join(inner).split("\n"))]


def _code(node: Node, follow: Follow) -> list[str]:  # noqa: ARG001 - code holds no links
    text = _raw(node).strip("\n")
    names = " ".join([node.names, *(each.names for each in node.every("code"))])
    found = _LANGUAGE.search(names)
    language = node.given.get("data-language") or (found.group(1) if found else "")
    fence = "`" * max(3, max((len(run) + 1 for run in re.findall(r"`{3,}", text)), default=3))
    return (
        [f"{fence}{language if _ANCHOR.fullmatch(language) else ''}\n{text}\n{fence}"]
        if text
        else []
    )


def _raw(node: Node) -> str:
    pieces: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            pieces.append(child)
        else:
            pieces.append("\n" if child.tag == "br" else _raw(child))
    return "".join(pieces)


def _table(node: Node, follow: Follow) -> list[str]:
    rows = [row for row in node.every("tr") if _belongs(node, row)]
    cells = [_cells(row, follow) for row in rows]
    lines = [line for line in cells if any(line)]
    if not lines:
        return []
    width = max(len(line) for line in lines)
    if width == 1:  # a box drawn by means of a table
        return [
            block
            for row in rows
            for c in row.children
            if isinstance(c, Node)
            for block in _blocks(c.children, follow)
        ]
    first = next(row for row, line in zip(rows, cells, strict=True) if any(line))
    has_head = any(isinstance(c, Node) and c.tag == "th" for c in first.children) or bool(
        list(node.every("thead"))
    )
    if not has_head and len(lines) == 1:
        lines = [[""] * width, *lines]
    lines = [line + [""] * (width - len(line)) for line in lines]
    table = [f"| {' | '.join(line)} |" for line in lines]
    caption = next((c.words().strip() for c in node.every("caption")), "")
    made = "\n".join([table[0], f"|{' --- |' * width}", *table[1:]])
    return [f"**{_escaped(caption)}**", made] if caption else [made]


def _belongs(table: Node, row: Node) -> bool:
    return not any(row is inner for nested in table.every("table") for inner in nested.every("tr"))


def _cells(row: Node, follow: Follow) -> list[str]:
    out: list[str] = []
    for cell in row.children:
        if isinstance(cell, str) or cell.tag not in {"td", "th"}:
            continue
        blocks = _blocks(cell.children, follow)
        text = "<br>".join(re.sub(r"\s*\\?\n\s*", "<br>", block) for block in blocks)
        text = re.sub(r"(\A|<br>)[-+*] ", r"\1• ", text)
        out.append(re.sub(r"(?<!\\)\|", r"\\|", text))
        across = cell.given.get("colspan", "1")
        out += [""] * (min(int(across), 20) - 1 if across.isdigit() else 0)
    return out


def _details(node: Node, follow: Follow) -> list[str]:
    title = next((child.words() for child in node.every("summary")), "")
    rest = [c for c in node.children if isinstance(c, str) or c.tag != "summary"]
    return [folded(title, "\n\n".join(_blocks(rest, follow))).strip("\n")]


def _figure(node: Node, follow: Follow) -> list[str]:
    caption = next((c.words().strip() for c in node.every("figcaption")), "")
    images = list(node.every("img"))
    if len(images) == 1:
        return [_image(images[0], caption)]
    return _blocks(
        [c for c in node.children if not (isinstance(c, Node) and c.tag == "figcaption")], follow
    ) + ([_escaped(caption)] if caption else [])


def _video(node: Node, follow: Follow) -> list[str]:  # noqa: ARG001 - all makers are called alike
    source = node.given.get("src") or next(
        (s.given.get("src", "") for s in node.every("source")), ""
    )
    if source.startswith("//"):
        source = f"https:{source}"
    parts = urlsplit(source)
    if parts.scheme not in {"http", "https"}:
        return []
    address = _watched(source)
    words = _escaped(node.given.get("title", "").strip() or address)
    return [f"[{words}]({address})"]


def _watched(source: str) -> str:
    """The page of a video, of the address that is set into a frame."""
    parts = urlsplit(source)
    name = parts.path.rstrip("/").rpartition("/")[2]
    if "youtube" in parts.netloc and "/embed/" in parts.path:
        return f"https://www.youtube.com/watch?v={name}"
    if parts.netloc == "player.vimeo.com":
        return f"https://vimeo.com/{name}"
    if parts.netloc == "player.bilibili.com":
        found = parse_qs(parts.query).get("bvid", [""])[0]
        return f"https://www.bilibili.com/video/{found}" if found else source
    return source


def _definitions(node: Node, follow: Follow) -> list[str]:
    out: list[str] = []
    for child in node.children:
        if isinstance(child, Node) and child.tag == "dt":
            out.append(f"**{_inline(child.children, follow).strip()}**")
        elif isinstance(child, Node):
            out += _blocks(child.children, follow)
    return out


def _rule(node: Node, follow: Follow) -> list[str]:  # noqa: ARG001 - all makers are called alike
    return ["---"]


def _nothing(node: Node, follow: Follow) -> list[str]:  # noqa: ARG001 - likewise
    return []


_MAKERS: dict[str, Callable[[Node, Follow], list[str]]] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading),
    **dict.fromkeys(("ul", "ol"), _list),
    **dict.fromkeys(("iframe", "video"), _video),
    "p": _paragraph,
    "blockquote": _quote,
    "pre": _code,
    "table": _table,
    "details": _details,
    "figure": _figure,
    "dl": _definitions,
    "hr": _rule,
    "nav": _nothing,
}


def _inline(children: Sequence[Node | str], follow: Follow) -> str:
    out = "".join(
        _escaped(re.sub(r"\s+", " ", c)) if isinstance(c, str) else _mark(c, follow)
        for c in children
    )
    return re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", out))


def _mark(node: Node, follow: Follow) -> str:
    if node.tag == "br":
        return "\\\n"
    if node.tag == "img":
        return _image(node, "")
    if node.tag in {"code", "samp", "tt"}:
        return _span(node.words())
    inner = _inline(node.children, follow)
    if node.tag == "a":
        return _link(node, inner, follow)
    if node.tag in _KEPT and inner.strip():
        return f"<{node.tag}>{inner}</{node.tag}>"
    mark = _MARKS.get(node.tag)
    bare = inner.strip(" \n")
    if (
        mark is None
        or not bare
        or "\n\n" in inner
        or bare.startswith("![")
        or bare.strip("*~") == ""
    ):
        return inner
    if bare.startswith(mark) and bare.endswith(mark) and len(bare) > 2 * len(mark):
        return inner  # bold in bold
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    bare = re.sub(r"(?:\\\n)+\Z", "", bare)
    return f"{before}{mark}{bare}{mark}{after}"


def _span(text: str) -> str:
    if not text.strip():
        return ""
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{room}{text}{room}{ticks}"


def _link(node: Node, inner: str, follow: Follow) -> str:
    target = node.given.get("href", "").strip()
    words = " ".join(inner.replace("\\\n", " ").split())
    if not target or not words or target.startswith("data:"):
        return inner
    if words.startswith("![") and re.search(r"\.(?:png|jpe?g|gif|webp)(?:\?|$)", target, re.I):
        return inner  # a picture that leads to itself
    target = follow(target)
    if re.search(r"[\s()<>]", target):
        target = "<" + target.replace("<", "%3C").replace(">", "%3E").replace("\n", "") + ">"
    return f"[{words}]({target})"


def _image(node: Node, caption: str) -> str:
    source = (node.given.get("src") or node.given.get("data-src") or "").strip()
    if not source:
        return ""
    words = " ".join(re.sub(r"[\[\]\\`]", "", node.given.get("alt", "")).split())
    if re.search(r"[\s()<>]", source):
        source = "<" + re.sub(r"[<>\n]", "", source) + ">"
    said = caption or node.given.get("title", "")
    title = ' "' + " ".join(said.replace('"', "'").split()) + '"' if said.strip() else ""
    return f"![{words}]({source}{title})"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\u00a0", " ").replace("\u200b", ""))


def _line_starts(text: str) -> str:
    """Words that would open a list, a heading or a quotation at the start of a line."""

    def kept(found: re.Match[str]) -> str:
        mark = found.group(2)
        return found.group(1) + (f"{mark[:-1]}\\{mark[-1]}" if mark[0].isdigit() else f"\\{mark}")

    return _LINE_START.sub(kept, text)
