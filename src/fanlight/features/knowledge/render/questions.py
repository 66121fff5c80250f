"""Questions that fold (``faq``), and walk-throughs card by card (``walk``)."""

from html import escape

from markdown_it.token import Token

from fanlight.features.knowledge.passages import plain_text
from fanlight.features.knowledge.render.parts import Block, Rendering, pieces, raw


def faq(block: Block, rendering: Rendering) -> list[Token]:
    """Each heading is a question, what follows up to the next one its answer."""
    before, asked = _by_heading(block.inner)
    if not asked:
        rendering.fault("faq", "no_questions")
    made = [raw('<div class="faq">'), *before]
    for heading, answer in asked:
        anchor = escape(str(heading[0].attrs["id"]))
        made += [
            raw(f'<details class="question" id="{anchor}"><summary>'),
            heading[1],
            raw("</summary>\n"),
            *answer,
            raw("</details>\n"),
        ]
    return [*made, raw("</div>\n")]


def walk(block: Block, rendering: Rendering) -> list[Token]:
    """Each heading is the question of a card; a list of links at its end are the choices.

    In the article the cards stand one below the other; ``walks`` takes them apart again.
    """
    before, cards = _by_heading(block.inner)
    anchors = [str(heading[0].attrs["id"]) for heading, _ in cards]
    if not cards:
        rendering.fault("walk", "no_questions")
        return before
    slot = f'<div class="slot" data-slot="walk" data-name="{escape(anchors[0])}"></div>'
    made = [*before, raw(f'<section class="walk">{slot}')]
    for (heading, inner), anchor in zip(cards, anchors, strict=True):
        _choices(inner, anchors, rendering)
        heading[0].attrs.pop("id")  # the card has it
        made += [raw(f'<section class="card" id="{escape(anchor)}">'), *heading, *inner]
        made.append(raw("</section>\n"))
    return [*made, raw("</section>\n")]


def _choices(inner: list[Token], anchors: list[str], rendering: Rendering) -> None:
    """Mark the list of links at the end of a card, and look whether they lead to cards."""
    last = next(reversed(list(pieces(inner))), [])
    if not last or last[0].type != "bullet_list_open":
        return
    links = [_links(token) for token in last if token.type == "inline"]
    if any(len(found) != 1 for found in links):
        return
    last[0].attrJoin("class", "choices")
    for (link,) in links:
        if link.startswith("#") and link[1:] not in anchors:
            rendering.fault("walk", "no_card", anchor=link[1:])


def _links(inline: Token) -> list[str]:
    children = inline.children or []
    return [str(child.attrs.get("href", "")) for child in children if child.type == "link_open"]


def _by_heading(inner: list[Token]) -> tuple[list[Token], list[tuple[list[Token], list[Token]]]]:
    """What comes before the first heading; then each heading with what follows it.

    A heading without its anchor belongs to a walk-through within, which has taken it.
    """
    before: list[Token] = []
    found: list[tuple[list[Token], list[Token]]] = []
    for piece in pieces(inner):
        is_own = piece[0].type == "heading_open" and "id" in piece[0].attrs
        if is_own and plain_text(piece[1]):
            found.append((piece, []))
        elif found:
            found[-1][1].extend(piece)
        else:
            before += piece
    return before, found
