"""Pictures that stand for a page where its link is shared: the title, set large, on our paper."""

import hashlib
import io
import re
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630  # what every service that shows cards asks for
VERSION = 1  # raise it when the drawing changes: every card is made anew
_FONT = Path(__file__).with_name("fonts") / "NotoSansSC-Bold.woff2"
_PAPER, _INK, _SECOND, _BRAND, _LAMP, _LINE = (
    "#f5f8f8",
    "#142122",
    "#435051",
    "#015461",
    "#e0a030",
    "#c5cccd",
)
_EDGE = 84
_ROOM = WIDTH - 2 * _EDGE
_SIZES = (72, 64, 56, 48)  # the largest at which the title fits
_MOST_LINES = 3
_LEADING = 1.32
# A piece that no line may break: a Latin word, or one Chinese character with the marks behind it.
_PIECE = re.compile(
    r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]+\s*"
    r"|[\u300a\u3008\u300c\u300e\u3010\uff08\u201c]*[\u2e80-\u9fff\uf900-\ufaff]"
    r"[\u3001\u3002\u300b\u3009\u300d\u300f\u3011\uff09\uff0c\uff1a\uff1b\uff01\uff1f\u201d]*\s*"
    r"|."
)


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is said on a card."""

    title: str
    shelf: str  # above the title
    house: str  # whose help center
    host: str

    def mark(self) -> str:
        """Another one when anything drawn is another."""
        said = "\n".join((str(VERSION), self.title, self.shelf, self.house, self.host))
        return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


def card_address(category: str, slug: str, language: str) -> str:
    """Where the picture of one translation is."""
    return f"/cards/{language}/{category}/{slug}.png"


def draw(card: Card) -> bytes:
    """A PNG. Takes a tenth of a second: never on the loop.

    What the font cannot write is left out; a title that has such signs is not set at all.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 20, HEIGHT), fill=_BRAND)
    pen.text((_EDGE, 74), _writable(card.house), font=_font(34), fill=_INK)
    pen.line((_EDGE, HEIGHT - 112, WIDTH - _EDGE, HEIGHT - 112), fill=_LINE, width=2)
    pen.text((_EDGE, HEIGHT - 86), _writable(card.host), font=_font(28), fill=_SECOND)
    _fanlight(pen, WIDTH - _EDGE - 60, HEIGHT - 92)
    if card.title and _writable(card.title) == card.title:
        size, lines = _fitting(card.title)
        height = len(lines) * size * _LEADING
        top = (HEIGHT - 112 + 150 - height) / 2
        pen.text((_EDGE, top - 62), _writable(card.shelf), font=_font(30), fill=_BRAND)
        for number, line in enumerate(lines):
            pen.text((_EDGE, top + number * size * _LEADING), line, font=_font(size), fill=_INK)
    kept = io.BytesIO()
    # A few flat colours: a palette makes a third of the bytes and no eye sees it.
    image.quantize(64, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _fanlight(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """Three panes over a sill; the middle one is lit."""
    for start, colour in ((180, _BRAND), (242, _LAMP), (304, _BRAND)):
        pen.pieslice((left, top, left + 60, top + 60), start, start + 56, fill=colour)
    pen.ellipse((left + 20, top + 20, left + 40, top + 40), fill=_PAPER)
    pen.rectangle((left - 4, top + 31, left + 64, top + 36), fill=_BRAND)


def _fitting(title: str) -> tuple[int, list[str]]:
    """The largest size at which a title fits, and its lines; the longest are cut."""
    for size in _SIZES:
        lines = _lines(title, size)
        # One sign alone on the last line looks lost; the next size has room for it.
        if len(lines) <= _MOST_LINES and (len(lines) == 1 or len(lines[-1]) > 2):
            return size, lines
    size, lines = _SIZES[-1], _lines(title, _SIZES[-1])[:_MOST_LINES]
    while _font(size).getlength(lines[-1] + "…") > _ROOM:
        lines[-1] = lines[-1][:-1]
    return size, [*lines[:-1], lines[-1].rstrip() + "…"]


def _lines(title: str, size: int) -> list[str]:
    lines = [""]
    for piece in _PIECE.findall(title):
        if _font(size).getlength((lines[-1] + piece).rstrip()) <= _ROOM or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.strip() for line in lines]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size)


def _writable(text: str) -> str:
    return "".join(sign for sign in text if _has(sign))


@lru_cache(maxsize=20_000)
def _has(sign: str) -> bool:
    """Whether the font can write it: what it cannot is drawn as an empty box."""
    return sign.isspace() or bytes(_font(20).getmask(sign)) != bytes(
        _font(20).getmask("\U0010fffd")
    )
