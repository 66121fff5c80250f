"""What the blocks of an article share while one text is rendered."""

import re
import secrets
from collections.abc import Callable, Iterator, Sequence

import msgspec
from markdown_it.token import Token

from fanlight.kernel import i18n

Resolve = Callable[[str], str | None]
"""Where a link of an article leads: an address, or None when it leads nowhere."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a text that cannot be shown as meant, for whoever writes it."""

    block: str
    code: str  # its sentence is ``kb.fault.<code>``
    params: dict[str, str] = {}

    def said(self, language: str) -> str:
        """The sentence for its writer."""
        return i18n.translate(language, f"kb.fault.{self.code}", **self.params)


class Rendering:
    """One text on its way to HTML."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.faults: list[Fault] = []
        self.taken: set[str] = set()  # anchors
        self._numbers: dict[str, int] = {}  # the last number given to anchors of one name
        self.tabs = 0  # groups so far
        self._nonce = secrets.token_hex(12)
        self._kept: list[str] = []

    def say(self, key: str, **params: object) -> str:
        """A sentence in the article's language."""
        return i18n.translate(self.language, key, **params)

    def fault(self, block: str, code: str, **params: object) -> None:
        told = {name: str(value) for name, value in params.items()}
        self.faults.append(Fault(block=block, code=code, params=told))

    def trusted(self, html: str) -> str:
        """A mark for HTML of our own making, which goes round the sanitiser.

        Nobody can write the mark: it holds a number that is drawn anew for each rendering.
        """
        self._kept.append(html)
        return f"{self._nonce}.{len(self._kept) - 1}."

    def with_trusted(self, clean: str) -> str:
        """Every mark replaced by what it stands for."""

        def put(mark: re.Match[str]) -> str:
            return marks.sub(put, self._kept[int(mark[1])])  # what is kept may hold marks itself

        marks = re.compile(rf"{self._nonce}\.(\d+)\.")
        return marks.sub(put, clean)

    def anchor(self, wanted: str) -> str:
        """This anchor, or the next one like it that is free."""
        free, number = wanted, self._numbers.get(wanted, 1)
        while free in self.taken:
            number += 1
            free = f"{wanted}-{number}"
        self._numbers[wanted] = number  # or a thousand equal headings would be a million looks
        self.taken.add(free)
        return free


class Block(msgspec.Struct, frozen=True):
    """A container of Markdown: ``::: name words`` around what stands in it."""

    name: str
    words: str
    inner: list[Token]


def raw(html: str) -> Token:
    """HTML in the stream of tokens; it goes through the sanitiser like everything else."""
    return Token("html_block", "", 0, content=html)


def pieces(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens cut into whole elements: a paragraph, a list, a container."""
    piece: list[Token] = []
    depth = 0
    for token in tokens:
        piece.append(token)
        depth += token.nesting
        if depth == 0:
            yield piece
            piece = []
    if piece:
        yield piece


def block_of(piece: Sequence[Token]) -> Block | None:
    """The container that a piece is; None when it is something else."""
    if piece[0].type != "container_block_open":
        return None
    name, _, words = piece[0].info.strip().partition(" ")
    return Block(name.lower(), words.strip(), list(piece[1:-1]))
