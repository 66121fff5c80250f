"""Takes the walk of an article apart again: cards, their choices, and the way somebody came.

The HTML is our own, made by ``render.questions``: a section of cards, each with an anchor, a
heading, its text, and at its end the choices, if it has any.
"""

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

_WALK = '<section class="walk"'
_EDGE = re.compile(r"<(/?)section\b([^>]*)>")
_CARD = re.compile(r'class="card" id="([^"]+)"')
_HEAD = re.compile(r"<h\d[^>]*>(.*?)</h\d>\s*", re.DOTALL)
_CHOICES = re.compile(r'<ul class="choices">(.*?)</ul>\s*\Z', re.DOTALL)
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
MOST_STEPS = 30  # of a way through a walk; longer ones go in circles


class Choice(msgspec.Struct, frozen=True):
    """An answer to a card's question."""

    words: str
    card: str  # the card it leads to; empty: it leads out of the walk
    url: str  # where it leads when it leads out


class Card(msgspec.Struct, frozen=True):
    """One question of a walk."""

    id: str
    question: str
    body: str  # HTML, already safe
    choices: list[Choice]


class Taken(msgspec.Struct, frozen=True):
    """A step of the way that somebody came: what was asked, what they chose."""

    card: str
    question: str
    answer: str


def cards(article_html: str) -> dict[str, Card]:
    """The cards of an article's walk in order, by their anchors; none when it has no walk."""
    start = article_html.find(_WALK)
    if start < 0:
        return {}
    inner = article_html[start : _end(article_html, start)]
    parts = list(_parts(inner))
    known = {name for name, _ in parts}
    return {name: _card(name, part, known) for name, part in parts}


def _end(text: str, start: int) -> int:
    """Behind the section that begins here."""
    depth = 0
    for found in _EDGE.finditer(text, start):
        depth += -1 if found[1] else 1
        if depth == 0:
            return found.end()
    return len(text)


def _parts(inner: str) -> Iterator[tuple[str, str]]:
    """Anchor and inner HTML of each card."""
    for found in _EDGE.finditer(inner):
        name = _CARD.search(found[2])
        if name is not None and not found[1]:
            end = _end(inner, found.start())
            yield html.unescape(name[1]), inner[found.end() : end - len("</section>")]


def _card(name: str, part: str, known: set[str]) -> Card:
    head = _HEAD.search(part)
    body = part[head.end() :] if head else part
    listed = _CHOICES.search(body)
    return Card(
        id=name,
        question=_words(head[1]) if head else name,
        body=body[: listed.start()] if listed else body,
        choices=[_choice(link, known) for link in _LINK.finditer(listed[1])] if listed else [],
    )


def _choice(link: re.Match[str], known: set[str]) -> Choice:
    url = html.unescape(link[1])
    anchor = url.rpartition("#")[2] if "#" in url else ""
    card = anchor if anchor in known else ""
    return Choice(_words(link[2]), card, "" if card else url)


def _words(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def way(walk: dict[str, Card], steps: Sequence[str]) -> list[Taken]:
    """What was asked and chosen on the way along these cards; it ends where it makes no sense."""
    taken: list[Taken] = []
    for here, there in pairwise(steps[:MOST_STEPS]):
        card = walk.get(here)
        chosen = next((each for each in card.choices if each.card == there), None) if card else None
        if card is None or chosen is None:
            break
        taken.append(Taken(card.id, card.question, chosen.words))
    return taken
