"""Draws the screenshots that customers of the demo attach: small, legible, and of nothing real."""

import io
from collections.abc import Mapping, Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

SIZE = (480, 300)
_PAPER, _CARD, _INK, _SOFT, _LINE = "#eef1f3", "#ffffff", "#1b2a33", "#6b7a84", "#dfe5e8"

# Title, the colour of its mark, and rows of a label and what stands behind it (with slots).
_KINDS: Mapping[str, tuple[str, str, Sequence[tuple[str, str]]]] = {
    "deposit": (
        "Sent",
        "#1c7c54",
        [("Amount", "{usdt} USDT"), ("Network", "TRON"), ("To", "{tronshort}"), ("At", "{clock}")],
    ),
    "withdrawal": (
        "Withdrawal pending",
        "#b7791f",
        [("Asset", "ETH"), ("Amount", "{eth}"), ("Network fee", "{fee} USDT"), ("At", "{clock}")],
    ),
    "explorer": (
        "Transaction confirmed",
        "#1c7c54",
        [("Hash", "{hashshort}"), ("Status", "Success"), ("Block time", "{clock}")],
    ),
    "order": (
        "Order",
        "#0f5f73",
        [("Order", "{order}"), ("Pair", "BTC/USDT"), ("Price", "{price}"), ("State", "Open")],
    ),
    "error": (
        "The request was refused",
        "#b3372f",
        [("Time", "{clock}"), ("Step", "Verification"), ("Tries", "{count}")],
    ),
    "bank": (
        "Transfer receipt",
        "#0f5f73",
        [("Amount", "{eur} EUR"), ("Reference", "{order}"), ("Value date", "{clock}")],
    ),
}
KINDS = frozenset(_KINDS)


def rows(kind: str) -> tuple[tuple[str, str], ...]:
    """What stands on a picture, slots still open. Raises KeyError for an unknown kind."""
    return tuple(_KINDS[kind][2])


def draw(kind: str, filled: Sequence[tuple[str, str]]) -> bytes:
    """The picture as PNG."""
    title, mark, _ = _KINDS[kind]
    picture = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((16, 16, SIZE[0] - 16, SIZE[1] - 16), radius=14, fill=_CARD)
    pen.ellipse((36, 38, 56, 58), fill=mark)
    pen.text((70, 36), title, font=_font(22), fill=_INK)
    for number, (label, value) in enumerate(filled):
        top = 84 + 46 * number
        pen.line((36, top, SIZE[0] - 36, top), fill=_LINE)
        pen.text((36, top + 12), label, font=_font(17), fill=_SOFT)
        pen.text((SIZE[0] - 36, top + 12), value, font=_font(17), fill=_INK, anchor="ra")
    whole = io.BytesIO()
    picture.save(whole, "PNG", optimize=True)
    return whole.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
