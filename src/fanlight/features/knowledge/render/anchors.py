"""Names for places in an article: headings, steps, questions, cards."""

import re
from collections.abc import Sequence

import msgspec
from markdown_it.token import Token

from fanlight.features.knowledge.passages import plain_text
from fanlight.features.knowledge.render.parts import Rendering

_ANCHOR = re.compile(r"\s*\{#([^}\s]+)\}\s*$")
_ANCHOR_FIRST = re.compile(r"^(\s*[.。:：]?)\s*\{#([^}\s]+)\}\s*")
_NOT_SLUG = re.compile(r"[^\w\u3400-\u9fff]+")
# Their headings are questions and cards: too many, and too small, for a table of contents.
_OWN_HEADINGS = {"faq", "walk", "plain"}


class Heading(msgspec.Struct, frozen=True):
    """One line of an article's table of contents."""

    level: int  # 2 or 3
    anchor: str
    text: str


def without_title(tokens: list[Token], title: str) -> list[Token]:
    """Drop a first heading that only repeats the title: the page already shows it."""
    if len(tokens) > 2 and tokens[0].type == "heading_open":
        words = _ANCHOR.sub("", tokens[1].content).strip()
        if tokens[0].tag == "h1" or words.casefold() == title.casefold():
            return tokens[3:]
    return tokens


def name_headings(tokens: Sequence[Token], rendering: Rendering) -> list[Heading]:
    """Give every heading an anchor of its own, and none the first rank: that is the title's.

    Returns those of the table of contents.
    """
    shift = 1 if any(t.type == "heading_open" and t.tag == "h1" for t in tokens) else 0
    found: list[Heading] = []
    open_blocks: list[str] = []
    for place, token in enumerate(tokens):
        if token.type == "container_block_open":
            open_blocks.append(token.info.strip().partition(" ")[0].lower())
        elif token.type == "container_block_close":
            open_blocks.pop()
        elif token.type == "heading_open":
            level = min(int(token.tag[1]) + shift, 6)
            heading = _named(tokens[place : place + 3], level, rendering)
            if not _OWN_HEADINGS & set(open_blocks):
                found.append(heading)
    return [heading for heading in found if heading.level <= 3]


def _named(around: Sequence[Token], level: int, rendering: Rendering) -> Heading:
    opening, inline, closing = around
    wanted = take_anchor(inline)
    text = plain_text(inline)
    wanted = wanted or _NOT_SLUG.sub("-", text.lower()).strip("-") or "section"
    anchor = rendering.anchor(wanted)
    opening.tag = closing.tag = f"h{level}"
    opening.attrSet("id", anchor)
    return Heading(level, anchor, text)


def take_anchor(inline: Token) -> str:
    """Cut ``{#anchor}`` off the end of some words."""
    for child in reversed(inline.children or []):
        if child.type == "text" and (found := _ANCHOR.search(child.content)):
            child.content = child.content[: found.start()]
            inline.content = _ANCHOR.sub("", inline.content)
            return found.group(1)
    return ""


def take_first_anchor(child: Token) -> str:
    """Cut ``{#anchor}`` off the beginning of some words; a stop before it stays."""
    if found := _ANCHOR_FIRST.match(child.content):
        child.content = found.group(1) + child.content[found.end() :]
        return found.group(2)
    return ""
