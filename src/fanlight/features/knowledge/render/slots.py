"""Places that are filled when the article is read: legal texts, figures, the start of a walk."""

import re
from html import escape, unescape

import msgspec
from markdown_it.token import Token

from fanlight.features.knowledge.render.parts import Block, Rendering, raw

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_ONLY = 120
_SLOT = re.compile(r'<div class="slot"([^>]*)></div>')
_GIVEN = re.compile(r'data-(slot|name|only)="([^"]*)"')


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs into one place of an article."""

    kind: str  # legal, figures, walk
    name: str
    only: str = ""  # of figures: the rows that are meant


def legal(block: Block, rendering: Rendering) -> list[Token]:
    """``::: legal KEY``: the text that is kept once."""
    return _slot(block, rendering, "legal")


def figures(block: Block, rendering: Rendering) -> list[Token]:
    """``::: figures NAME USDT``: a table, or those of its rows that have these words."""
    return _slot(block, rendering, "figures")


def _slot(block: Block, rendering: Rendering, kind: str) -> list[Token]:
    name, _, only = block.words.partition(" ")
    if not _NAME.fullmatch(name):
        rendering.fault(kind, "no_name")
        return block.inner
    chosen = escape(only.strip()[:_MOST_ONLY])
    return [
        raw(
            f'<div class="slot" data-slot="{kind}" data-name="{name}" data-only="{chosen}"></div>\n'
        ),
        *block.inner,
    ]


def slots_of(html: str) -> list[tuple[re.Match[str], Slot]]:
    """The places of finished HTML, in order."""
    found: list[tuple[re.Match[str], Slot]] = []
    for place in _SLOT.finditer(html):
        given = {name: unescape(value) for name, value in _GIVEN.findall(place.group(1))}
        slot = Slot(
            kind=given.get("slot", ""), name=given.get("name", ""), only=given.get("only", "")
        )
        found.append((place, slot))
    return found
