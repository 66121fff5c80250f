"""Tabs: one way to read out of several, such as web and app. Works without a script."""

from html import escape

from markdown_it.token import Token

from fanlight.features.knowledge.render.parts import Block, Rendering, block_of, pieces, raw


def tabs(block: Block, rendering: Rendering) -> list[Token]:
    """``:::: tabs`` with ``::: tab Web`` inside; whatever else stands in it comes before them.

    Radio buttons choose: arrows move between them, and a page needs no script to show one.
    """
    before: list[Token] = []
    found: list[Block] = []
    for piece in pieces(block.inner):
        tab = block_of(piece)
        if tab is not None and tab.name == "tab":
            found.append(tab)
        else:
            before += piece
    if not found:
        rendering.fault("tabs", "no_tabs")
        return before
    rendering.tabs += 1
    made = [raw('<div class="tabset">')]
    for number, tab in enumerate(found, 1):
        made += _tab(tab, number, rendering)
    return [*before, *made, raw("</div>\n")]


def _tab(tab: Block, number: int, rendering: Rendering) -> list[Token]:
    group = f"tabs-{rendering.tabs}"
    name = escape(tab.words or str(number))
    checked = " checked" if number == 1 else ""
    pick = rendering.trusted(
        f'<input type="radio" name="{group}" id="{group}-{number}"{checked}>'
        f'<label for="{group}-{number}">{name}</label>'
    )
    return [
        raw(f'<div class="tab">{pick}<div class="tab-panel">'),
        *tab.inner,
        raw("</div></div>\n"),
    ]


def stray_tab(block: Block, rendering: Rendering) -> list[Token]:
    """A tab outside tabs: its words, under its name."""
    rendering.fault("tab", "tab_alone")
    return [raw(f"<p><strong>{escape(block.words)}</strong></p>\n"), *block.inner]
