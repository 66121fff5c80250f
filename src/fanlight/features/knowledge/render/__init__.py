"""Turns Markdown into the safe HTML that readers get: once, when an article is saved.

``parts`` is what blocks share, ``anchors`` names places, ``cleaning`` is the sanitiser; every block
has a module. What changes without the article is left open (``slots``), for ``presenting`` to fill.
"""

import re
from collections.abc import Callable
from functools import cache

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from fanlight.features.knowledge.passages import Passage, passages
from fanlight.features.knowledge.render import (
    asides,
    floods,
    questions,
    slots,
    steps,
    tables,
    tabs,
    video,
)
from fanlight.features.knowledge.render.anchors import Heading, name_headings, without_title
from fanlight.features.knowledge.render.cleaning import cleaner
from fanlight.features.knowledge.render.diagram import diagram
from fanlight.features.knowledge.render.parts import (
    Block,
    Fault,
    Rendering,
    Resolve,
    block_of,
    pieces,
    raw,
)

__all__ = ["VERSION", "Fault", "Heading", "Rendered", "Resolve", "render"]

VERSION = 7  # raise it when the HTML of unchanged Markdown changes: everything is rendered anew

_BLOCKS: dict[str, Callable[[Block, Rendering], list[Token]]] = {
    **dict.fromkeys(asides.NAMES, asides.aside),
    "steps": steps.steps,
    "tabs": tabs.tabs,
    "tab": tabs.stray_tab,
    "video": video.video,
    "legal": slots.legal,
    "figures": slots.figures,
    "faq": questions.faq,
    "walk": questions.walk,
}
_ICON = re.compile(r'<span class="icon-([a-z-]+)"></span>')
# Keyboards write English quotes and apostrophes straight, and readers are shown them as printed;
# Chinese marks are written as they are meant.
_WRITTEN_STRAIGHT = "en"
_IMG = re.compile(r'<img((?:\s[a-z-]+="[^"]*")*)\s*/?>')


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """One translation, ready for readers and for the index."""

    html: str
    toc: list[Heading]
    passages: list[Passage]
    links: dict[str, str | None]  # every address as written, and where it leads
    pictures: list[str]  # addresses of pictures that are not ours and were left out
    faults: list[Fault] = []  # what its writer should mend


def render(source: str, *, language: str, title: str, resolve: Resolve) -> Rendered:
    """Markdown to sanitised HTML, its table of contents and its passages."""
    rendering = Rendering(language)
    parser = _parser(language == _WRITTEN_STRAIGHT)
    tokens = parser.parse(source)
    pictures = tables.take_pictures(tokens)
    tokens = without_title(tokens, title)
    toc = name_headings(tokens, rendering)
    cut = passages(tokens, title)
    links: dict[str, str | None] = {}
    made = parser.renderer.render(_whole(tokens, rendering), parser.options, {})
    clean = cleaner(resolve, language, links).clean(made)
    clean = _IMG.sub(_with_address, _ICON.sub(_icon, clean))
    return Rendered(
        html=rendering.with_trusted(clean),
        toc=toc,
        passages=cut,
        links=links,
        pictures=pictures,
        faults=rendering.faults,
    )


@cache
def _parser(has_straight_marks: bool) -> MarkdownIt:
    options = {"html": True, "linkify": False, "typographer": has_straight_marks}
    parser = MarkdownIt("commonmark", options)
    parser.enable(["table", "strikethrough"])
    if has_straight_marks:
        parser.enable("smartquotes")
    parser.use(container_plugin, "block", validate=lambda words, _: bool(words.strip()))
    floods.hold(parser)
    parser.add_render_rule("table_open", tables.open_table)
    parser.add_render_rule("table_close", tables.close_table)
    return parser


def _whole(tokens: list[Token], rendering: Rendering) -> list[Token]:
    """The exact text and, where there is one, the plain one beside it."""
    exact: list[Token] = []
    plain: list[Token] = []
    for piece in pieces(tokens):
        block = block_of(piece)
        if block is not None and block.name == "plain":
            plain += block.inner
        else:
            exact += piece
    shaped = _shaped(exact, rendering)
    if not plain:
        return shaped
    opening = raw(f'<section class="plainly" id="{rendering.anchor("plain")}">')
    return [
        raw(f'<section class="exact" id="{rendering.anchor("exact")}">'),
        *shaped,
        raw("</section>\n"),
        opening,
        *_shaped(plain, rendering),
        raw("</section>\n"),
    ]


def _shaped(tokens: list[Token], rendering: Rendering) -> list[Token]:
    """Blocks, tables, code and terms in the house's own markup."""
    made: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type == "container_block_open":
            end = _end_of(tokens, place)
            block = block_of(tokens[place : end + 1])
            if block is not None:
                shaped = Block(block.name, block.words, _inner(block, rendering))
                made += _BLOCKS.get(block.name, asides.unknown)(shaped, rendering)
            place = end
        elif token.type == "fence" and token.info.strip().partition(" ")[0] == "diagram":
            made.append(diagram(token, rendering))
        elif token.type in {"fence", "code_block"}:
            made.append(tables.code(token))
        else:
            if token.type == "table_open":
                tables.shape_table(tokens[place:])
            for child in token.children or []:
                if child.type == "link_open" and str(child.attrs["href"]).startswith("term:"):
                    child.attrJoin("class", "term")
            made.append(token)
        place += 1
    return made


def _inner(block: Block, rendering: Rendering) -> list[Token]:
    """What stands in a block, shaped first; tabs look at their blocks themselves."""
    if block.name != "tabs":
        return _shaped(block.inner, rendering)
    made: list[Token] = []
    for piece in pieces(block.inner):
        if (tab := block_of(piece)) is not None and tab.name == "tab":
            made += [piece[0], *_shaped(tab.inner, rendering), piece[-1]]
        else:
            made += _shaped(piece, rendering)
    return made


def _end_of(tokens: list[Token], place: int) -> int:
    depth = 0
    for end in range(place, len(tokens)):
        depth += tokens[end].nesting
        if depth == 0:
            return end
    return len(tokens) - 1


def _icon(found: re.Match[str]) -> str:
    """Trusted, so after sanitising: the page that shows the article brings the drawing."""
    return f'<svg class="i" aria-hidden="true"><use href="#i-{found.group(1)}"></use></svg>'


def _with_address(found: re.Match[str]) -> str:
    """A picture that is not ours has lost its address to the sanitiser: nothing is left of it."""
    return found.group() if ' src="' in found.group(1) else ""
