"""Tables, code and pictures in the house's own markup."""

import html
from collections.abc import Sequence

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from fanlight.features.knowledge.passages import plain_text
from fanlight.features.knowledge.render.cleaning import PICTURE
from fanlight.features.knowledge.render.parts import raw

_MOST_RESPONSIVE_COLUMNS = 6  # wider tables stay tables and scroll


def open_table(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    """Focusable, so that a wide table can be scrolled by keyboard."""
    table = renderer.renderToken(tokens, place, options, env)
    return f'<div class="table-wrap" tabindex="0">{table}'


def close_table(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    return f"{renderer.renderToken(tokens, place, options, env)}</div>\n"


def shape_table(tokens: Sequence[Token]) -> None:
    """Cells learn their column's name: on a narrow screen each row stands as pairs."""
    heads: list[str] = []
    column = 0
    table = tokens[0]
    for place, token in enumerate(tokens):
        if token.type == "th_open":
            heads.append(plain_text(tokens[place + 1]))
            if heads[-1]:
                token.attrSet("scope", "col")
            else:
                token.tag = tokens[place + 2].tag = "td"  # a corner heads nothing
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


def code(token: Token) -> Token:
    """Focusable, so that a long line can be scrolled by keyboard."""
    said = html.escape(token.content, quote=False)
    return raw(f'<div class="code"><pre tabindex="0"><code>{said}</code></pre></div>\n')


def take_pictures(tokens: Sequence[Token]) -> list[str]:
    """Take out pictures that do not lie here: a reader's browser asks nobody but us."""
    missing: list[str] = []
    for place, token in enumerate(tokens):
        for child in token.children or []:
            if child.type != "image":
                continue
            address = str(child.attrs.get("src", ""))
            if PICTURE.fullmatch(address):
                _shape_picture(tokens[place - 1 : place + 2], child, address)
            else:
                missing.append(address)
                child.type, child.tag, child.content = "text", "", ""
                child.children, child.attrs = None, {}
    return missing


def _shape_picture(around: Sequence[Token], picture: Token, address: str) -> None:
    """A picture with its size; alone in its paragraph it is a figure that leads to the whole."""
    if size := PICTURE.fullmatch(address):
        picture.attrs |= {"width": size.group(1), "height": size.group(2), "loading": "lazy"}
    caption = str(picture.attrs.pop("title", ""))
    opening, inline, closing = around
    if opening.type != "paragraph_open" or len(inline.children or []) != 1:
        return
    opening.tag = closing.tag = "figure"
    opening.hidden = closing.hidden = False
    said = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    inline.children = [
        Token("html_inline", "", 0, content=f'<a class="zoom" href="{address}">'),
        picture,
        Token("html_inline", "", 0, content=f"</a>{said}"),
    ]
