"""Cuts an article into passages by heading: what is searched, quoted and highlighted."""

import html
import re
from collections.abc import Sequence

import msgspec
from markdown_it.token import Token

# About 780 Latin or 260 Chinese characters: measured best, see docs/decisions.
_ROOM = 780
_HAN_WIDTH = 3
_TAG = re.compile(r"<[^<>]*>")  # no second "<": a row of them would be read to its end from each
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_SPACE = re.compile(r"\s+")
# What a block says beside the text in it; other blocks have names and addresses there.
_NAMELESS = {"video", "figures", "legal", "tab", "tabs", "steps", "faq", "walk", "plain"}
_CAPTIONS = re.compile(r"captions[ .]?[\w-]*\s*:\s*/media/\S+")
_STOPS = re.compile(r"[.!?;:,。！？；：，、…·][\"'”’」』)）]*\Z")
_SENTENCE = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+")


class Passage(msgspec.Struct, frozen=True):
    """A piece of an article under one heading, as plain text."""

    anchor: str  # "" before the first heading
    heading: str
    text: str


def plain_text(token: Token) -> str:
    """The words of an inline token, without any markup."""
    said: list[str] = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            said.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            said.append("\n")
    return _one_line(html.unescape(_TAG.sub("", "".join(said))))


def _one_line(text: str) -> str:
    # A line end between two Chinese characters is no space.
    text = re.sub(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\n(?=[\u2e80-\u9fff\uff00-\uffef])", "", text)
    return _SPACE.sub(" ", text).strip()


def passages(tokens: Sequence[Token], title: str) -> list[Passage]:
    """The passages of a parsed article in reading order; at least one, even of an empty article."""
    found: list[Passage] = []
    anchor, heading, waiting = "", "", list[str]()
    cells: list[str] | None = None
    plain = -1  # depth of the part in plain words, while inside
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            waiting.append(" · ".join(cell for cell in cells if cell))
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(plain_text(token))
        elif token.type == "heading_open":
            _add(found, anchor, heading, waiting)
            anchor, heading = str(token.attrs.get("id", "")), plain_text(tokens[place + 1])
            waiting = []
        elif token.type == "inline" and tokens[place - 1].type != "heading_open":
            waiting.append(_CAPTIONS.sub("", plain_text(token)).strip())
        elif token.type in {"fence", "code_block"}:
            waiting.append(_code(token))
        elif token.type == "container_block_open":
            name, _, words = token.info.strip().partition(" ")
            if name == "plain":
                _add(found, anchor, heading, waiting)
                anchor, heading, waiting, plain = "plain", "", [], token.level
            elif name not in _NAMELESS:
                waiting.append(_one_line(words))
        elif token.type == "html_block" and token.tag == "":
            waiting.append(_one_line(html.unescape(_TAG.sub(" ", token.content))))
        elif token.type == "container_block_close" and token.level == plain:
            _add(found, anchor, heading, waiting)
            anchor, heading, waiting, plain = "", "", [], -1
    _add(found, anchor, heading, waiting)
    return found or [Passage("", "", title)]


def _code(token: Token) -> str:
    """Code as it is; of a diagram what it shows: words of its boxes make no sentence to quote."""
    name, _, words = token.info.strip().partition(" ")
    return _one_line(words if name == "diagram" else token.content)


def _add(found: list[Passage], anchor: str, heading: str, blocks: list[str]) -> None:
    """Fill passages up to the measure; a section without text of its own is kept by its heading."""
    room, waiting = _ROOM, list[str]()
    for block in [piece for text in blocks for piece in _pieces(text)]:
        if waiting and width(block) > room:
            found.append(Passage(anchor, heading, _joined(waiting)))
            room, waiting = _ROOM, []
        waiting.append(block)
        room -= width(block)
    if waiting or heading:
        found.append(Passage(anchor, heading, _joined(waiting)))


def _joined(blocks: Sequence[str]) -> str:
    """Blocks in one row; one that ends without a stop (a cell, a point) is told from the next."""
    said = ""
    for block in filter(None, blocks):
        if said and _STOPS.search(said):
            said += " "
        elif said:
            said += "；" if _WIDE.match(said[-1]) else "; "
        said += block
    return said


def _pieces(text: str) -> list[str]:
    """A block that fits stays whole; a longer one is cut at sentences, then anywhere."""
    if not text:
        return []
    if width(text) <= _ROOM:
        return [text]
    pieces: list[str] = []
    line = ""
    for sentence in _SENTENCE.split(text):
        if line and width(line) + width(sentence) > _ROOM:
            pieces.append(line)
            line = ""
        line = f"{line} {sentence}".strip() if line and line[-1].isascii() else line + sentence
        while width(line[: _ROOM * 2 + 1]) > _ROOM * 2:
            pieces.append(line[:_ROOM])
            line = line[_ROOM:]
    return [*pieces, line] if line else pieces


def width(text: str) -> int:
    """The length of a text in Latin characters: a Chinese one says as much as three."""
    return len(text) + (_HAN_WIDTH - 1) * len(_WIDE.findall(text))
