"""Numbered steps: the bold words a step opens with are its title, ``{#own}`` its anchor."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from fanlight.features.knowledge.render.anchors import take_first_anchor
from fanlight.features.knowledge.render.parts import Block, Rendering

_STOP = re.compile(r"[.。:：]\s*$")
_STOP_FIRST = re.compile(r"^\s*[.。:：]\s*")


def steps(block: Block, rendering: Rendering) -> list[Token]:
    """The numbered lists of the block are steps; a list within a step stays a list."""
    depth = 0
    for place, token in enumerate(block.inner):
        if token.type == "ordered_list_open" and depth == 0:
            token.attrJoin("class", "steps")
        elif token.type == "list_item_open" and depth == 1:
            _shape(token, block.inner[place + 1 : place + 3], rendering)
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            depth += 1
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            depth -= 1
    return block.inner


def _shape(item: Token, following: Sequence[Token], rendering: Rendering) -> None:
    inline = next((token for token in following if token.type == "inline"), None)
    children = inline.children if inline is not None and inline.children is not None else []
    # The parser leaves an empty text before emphasis.
    is_led = len(children) > 3 and children[0].type == "text" and not children[0].content
    opening = 1 if is_led else 0
    if len(children) < opening + 3 or children[opening].type != "strong_open":
        return
    closing = next(
        (place for place, child in enumerate(children) if child.type == "strong_close"), 0
    )
    words, after = children[closing - 1], children[closing + 1 : closing + 2]
    anchor = take_first_anchor(after[0]) if after and after[0].type == "text" else ""
    if anchor:
        item.attrSet("id", rendering.anchor(anchor))
    ends_inside = words.type == "text" and bool(_STOP.search(words.content))
    ends_after = (
        bool(after) and after[0].type == "text" and bool(_STOP_FIRST.match(after[0].content))
    )
    is_alone = not after or (bool(anchor) and not after[0].content.strip())
    if not (ends_inside or ends_after or is_alone):
        return  # the sentence goes on: bold words, no title
    if ends_inside:
        words.content = _STOP.sub("", words.content)
    if ends_after:
        after[0].content = _STOP_FIRST.sub("", after[0].content)
    children[opening].attrSet("class", "step")
