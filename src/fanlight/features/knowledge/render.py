"""Turns Markdown into the safe HTML that readers get: once, when an article is saved."""

import html
import re
from collections.abc import Callable, Sequence
from functools import cache

import msgspec
import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin

from fanlight.features.knowledge.passages import Passage, passages, plain_text

VERSION = 2  # raise it when the HTML of unchanged Markdown changes: everything is rendered anew

Resolve = Callable[[str], str | None]
"""Where a link of an article leads: an address, or None when it leads nowhere."""

_ANCHOR = re.compile(r"\s*\{#([^}\s]+)\}\s*$")
_NOT_SLUG = re.compile(r"[^\w\u3400-\u9fff]+")
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|#|/(?!/))", re.IGNORECASE)
# Class of the box, icon of its head, and whether its words concern somebody's money.
_ASIDES = {
    "note": ("aside note", "info"),
    "warning": ("aside warn", "triangle-alert"),
    "risk": ("aside risk", "triangle-alert"),
}
_HEADS = {
    "note": {"en": "Note", "zh-Hans": "说明", "zh-Hant": "說明"},
    "warning": {"en": "Take care", "zh-Hans": "注意", "zh-Hant": "注意"},
    "risk": {"en": "Risk", "zh-Hans": "风险提示", "zh-Hant": "風險提示"},
}
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl"),
    *("dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "kbd"),
    *("li", "mark", "ol", "p", "pre", "q", "s", "section", "small", "span", "strong", "sub"),
    *("img", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"data-k", "colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
    "ol": {"start"},
    "details": {"open"},
    "abbr": {"title"},
    **{level: {"id"} for level in ("h2", "h3", "h4", "h5", "h6")},
    "div": {"tabindex"},
    "pre": {"tabindex"},
    "span": {"id", "lang"},
    "section": {"id"},
    "img": {"src", "alt", "width", "height", "loading"},
}
_CLASSES = {
    "section": {"aside", "note", "warn", "risk"},
    "ol": {"steps"},
    "strong": {"step"},
    "div": {"table-wrap"},
    "table": {"responsive"},
    "td": {"n"},
    "th": {"n"},
    "span": {"icon-info", "icon-triangle-alert"},
}
_ICON = re.compile(r'<span class="icon-([a-z-]+)"></span>')
# A picture of ours says its size, so that nothing shifts when it arrives.
_PICTURE = re.compile(r"/media/[0-9a-f-]{36}-(\d{1,5})x(\d{1,5})\.(?:png|jpeg|webp)")
_IMG = re.compile(r'<img((?:\s[a-z-]+="[^"]*")*)\s*/?>')
_STOP = re.compile(r"[.。:：]\s*$")
_STOP_FIRST = re.compile(r"^\s*[.。:：]\s*")
_MOST_RESPONSIVE_COLUMNS = 6  # wider tables stay tables and scroll


class Heading(msgspec.Struct, frozen=True):
    """One line of an article's table of contents."""

    level: int  # 2 or 3
    anchor: str
    text: str


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """One translation, ready for readers and for the index."""

    html: str
    toc: list[Heading]
    passages: list[Passage]
    links: dict[str, str | None]  # every address as written, and where it leads
    pictures: list[str]  # addresses of pictures that are not ours and were left out


def render(source: str, *, language: str, title: str, resolve: Resolve) -> Rendered:
    """Markdown to sanitised HTML, its table of contents and its passages."""
    tokens = _parser().parse(source)
    pictures = _without_pictures(tokens)
    tokens = _without_title(tokens, title)
    headings = _name_headings(tokens)
    _shape(tokens, language)
    links: dict[str, str | None] = {}
    raw = _parser().renderer.render(tokens, _parser().options, {})
    clean = _cleaner(_follow(resolve, links)).clean(raw)
    return Rendered(
        html=_IMG.sub(_with_address, _ICON.sub(_icon, clean)),
        toc=[heading for heading in headings if heading.level <= 3],
        passages=passages(tokens, title),
        links=links,
        pictures=pictures,
    )


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False, "typographer": False})
    parser.enable(["table", "strikethrough"])
    for name in ("note", "warning", "risk", "steps"):
        parser.use(container_plugin, name)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    return parser


def _open_table(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    # Focusable, so that a wide table can be scrolled by keyboard.
    table = renderer.renderToken(tokens, place, options, env)
    return f'<div class="table-wrap" tabindex="0">{table}'


def _close_table(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    return f"{renderer.renderToken(tokens, place, options, env)}</div>\n"


def _icon(found: re.Match[str]) -> str:
    """Trusted, so after sanitising: the page that shows the article brings the drawing."""
    return f'<svg class="i" aria-hidden="true"><use href="#i-{found.group(1)}"></use></svg>'


def _with_address(found: re.Match[str]) -> str:
    """A picture that is not ours has lost its address to the sanitiser: nothing is left of it."""
    return found.group() if ' src="' in found.group(1) else ""


def _follow(
    resolve: Resolve, links: dict[str, str | None]
) -> Callable[[str, str, str], str | None]:
    def follow(element: str, attribute: str, value: str) -> str | None:
        if element == "a" and attribute == "href":
            if value not in links:
                found = resolve(value)
                links[value] = found if found and _SAFE_ADDRESS.match(found) else None
            return links[value]
        if element == "img" and attribute == "src":
            return value if _PICTURE.fullmatch(value) else None
        return value

    return follow


def _cleaner(follow: Callable[[str, str, str], str | None]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template"},
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=follow,
        link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto", "article"},
    )


def _without_title(tokens: list[Token], title: str) -> list[Token]:
    """Drop a first heading that only repeats the title: the page already shows it."""
    if len(tokens) > 2 and tokens[0].type == "heading_open":
        words = _ANCHOR.sub("", tokens[1].content).strip()
        if tokens[0].tag == "h1" or words.casefold() == title.casefold():
            return tokens[3:]
    return tokens


def _without_pictures(tokens: list[Token]) -> list[str]:
    """Take out pictures that do not lie here: a reader's browser asks nobody but us."""
    missing: list[str] = []
    for place, token in enumerate(tokens):
        for child in token.children or []:
            if child.type != "image":
                continue
            address = str(child.attrs.get("src", ""))
            if size := _PICTURE.fullmatch(address):
                _shape_picture(tokens[place - 1 : place + 2], child, size)
            else:
                missing.append(address)
                child.type, child.tag, child.content = "text", "", ""
                child.children, child.attrs = None, {}
    return missing


def _shape_picture(around: Sequence[Token], picture: Token, size: re.Match[str]) -> None:
    """A picture with its size; alone in its paragraph it is a figure, its title the caption."""
    picture.attrs |= {"width": size.group(1), "height": size.group(2), "loading": "lazy"}
    caption = str(picture.attrs.pop("title", ""))
    opening, inline, closing = around
    if opening.type != "paragraph_open" or len(inline.children or []) != 1:
        return
    opening.tag = closing.tag = "figure"
    opening.hidden = closing.hidden = False
    if caption:
        said = f"<figcaption>{html.escape(caption)}</figcaption>"
        inline.children = [picture, Token("html_inline", "", 0, content=said)]


def _name_headings(tokens: list[Token]) -> list[Heading]:
    """Give every heading an anchor of its own, and none the first rank: that is the title's."""
    shift = 1 if any(t.type == "heading_open" and t.tag == "h1" for t in tokens) else 0
    found: list[Heading] = []
    taken: set[str] = set()
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        level = min(int(opening.tag[1]) + shift, 6)
        anchor = _take_anchor(inline)
        text = plain_text(inline)
        anchor = _unused(anchor or _NOT_SLUG.sub("-", text.lower()).strip("-") or "section", taken)
        opening.tag = closing.tag = f"h{level}"
        opening.attrSet("id", anchor)
        found.append(Heading(level, anchor, text))
    return found


def _take_anchor(inline: Token) -> str:
    """Cut ``{#anchor}`` off a heading's words."""
    for child in reversed(inline.children or []):
        if child.type == "text" and (found := _ANCHOR.search(child.content)):
            child.content = child.content[: found.start()]
            inline.content = _ANCHOR.sub("", inline.content)
            return found.group(1)
    return ""


def _unused(anchor: str, taken: set[str]) -> str:
    wanted, number = anchor, 1
    while anchor in taken:
        number += 1
        anchor = f"{wanted}-{number}"
    taken.add(anchor)
    return anchor


def _shape(tokens: list[Token], language: str) -> None:
    """Containers, tables and code in the house's own markup."""
    in_steps = 0
    for place, token in enumerate(tokens):
        if token.type == "container_steps_open":
            in_steps += 1
            token.hidden = True
        elif token.type == "container_steps_close":
            in_steps -= 1
            token.hidden = True
        elif token.type == "ordered_list_open" and in_steps and token.level <= in_steps:
            token.attrJoin("class", "steps")
        elif token.type == "list_item_open" and in_steps and token.level <= in_steps + 1:
            _shape_step(tokens[place + 1 : place + 3])
        elif token.type.startswith("container_"):
            _shape_aside(token, language)
        elif token.type == "table_open":
            _shape_table(tokens[place:])
        elif token.type in {"fence", "code_block"}:
            _shape_code(token)


def _shape_step(following: Sequence[Token]) -> None:
    """A step that opens with a bold sentence has it as its title, without the full stop."""
    inline = next((token for token in following if token.type == "inline"), None)
    children = inline.children if inline is not None and inline.children is not None else []
    if len(children) < 4 or [c.type for c in children[:1]] != ["text"] or children[0].content:
        opening = 0
    else:
        opening = 1  # the parser leaves an empty text before emphasis
    if len(children) < opening + 3 or children[opening].type != "strong_open":
        return
    closing = next(
        (place for place, child in enumerate(children) if child.type == "strong_close"), 0
    )
    words, after = children[closing - 1], children[closing + 1 : closing + 2]
    ends_inside = words.type == "text" and bool(_STOP.search(words.content))
    ends_after = (
        bool(after) and after[0].type == "text" and bool(_STOP_FIRST.match(after[0].content))
    )
    if not (ends_inside or ends_after or not after):
        return  # the sentence goes on: bold words, no title
    if ends_inside:
        words.content = _STOP.sub("", words.content)
    if ends_after:
        after[0].content = _STOP_FIRST.sub("", after[0].content)
    children[opening].attrSet("class", "step")


def _shape_aside(token: Token, language: str) -> None:
    kind = token.type.removeprefix("container_").removesuffix("_open").removesuffix("_close")
    token.type = "html_block"
    if token.nesting < 0:
        token.content = "</section>\n"
        return
    classes, icon = _ASIDES[kind]
    # A line behind the name is the box's own heading: "::: note Before you start".
    head = token.info.strip().removeprefix(kind).strip() or _HEADS[kind].get(
        language, _HEADS[kind]["en"]
    )
    token.content = (
        f'<section class="{classes}"><header><span class="icon-{icon}"></span>'
        f"{html.escape(head)}</header>\n"
    )
    token.nesting = 0


def _shape_code(token: Token) -> None:
    # Focusable, so that a long line can be scrolled by keyboard.
    code = html.escape(token.content, quote=False)
    token.type, token.content = "html_block", f'<pre tabindex="0"><code>{code}</code></pre>\n'


def _shape_table(tokens: Sequence[Token]) -> None:
    """Cells learn their column's name: on a narrow screen each row stands as pairs."""
    heads: list[str] = []
    column = 0
    table = tokens[0]
    for place, token in enumerate(tokens):
        if token.type == "th_open":
            heads.append(plain_text(tokens[place + 1]))
            token.attrSet("scope", "col")
        elif token.type == "tr_open":
            column = 0
        elif token.type == "td_open":
            if column < len(heads):
                token.attrSet("data-k", heads[column])
            column += 1
        if token.type in {"th_open", "td_open"} and "right" in str(token.attrs.pop("style", "")):
            token.attrSet("class", "n")
        if token.type == "table_close":
            break
    if len(heads) <= _MOST_RESPONSIVE_COLUMNS and all(heads):
        table.attrSet("class", "responsive")
