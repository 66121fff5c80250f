"""Boxes beside the text: notes, warnings, risks."""

import html

from markdown_it.token import Token

from fanlight.features.knowledge.render.parts import Block, Rendering, raw

# Class of the box, and icon of its head.
_KINDS = {
    "note": ("aside note", "info"),
    "warning": ("aside warn", "triangle-alert"),
    "risk": ("aside risk", "triangle-alert"),
}
# What other sites call them.
_ALSO = {"tip": "note", "info": "note", "caution": "warning", "danger": "warning"}
NAMES = (*_KINDS, *_ALSO)


def aside(block: Block, rendering: Rendering) -> list[Token]:
    """A line behind the name is the box's own heading: ``::: note Before you start``."""
    kind = _ALSO.get(block.name, block.name)
    classes, icon = _KINDS[kind]
    head = html.escape(block.words or rendering.say(f"kb.block.{kind}"))
    opening = (
        f'<section class="{classes}"><header><span class="icon-{icon}"></span>{head}</header>\n'
    )
    return [raw(opening), *block.inner, raw("</section>\n")]


def unknown(block: Block, rendering: Rendering) -> list[Token]:
    """A block that we do not know gives its words."""
    rendering.fault(block.name[:40], "unknown_block", name=block.name[:40])
    said = [raw(f"<p><strong>{html.escape(block.words)}</strong></p>\n")] if block.words else []
    return [*said, *block.inner]
