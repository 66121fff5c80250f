"""Draws the screenshots that customers of the demo attach: small, legible, and of nothing real."""

import io
from collections.abc import Mapping, Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

SIZE = (480, 300)
_PAPER, _CARD, _INK, _SOFT, _LINE = "#eef1f3", "#ffffff", "#1b2a33", "#6b7a84", "#dfe5e8"

# Title, the colour of its mark, and rows of a label and what stands behind it (with slots).
_KINDS: Mapping[str, tuple[str, str, Sequence[tuple[str, str]]]] = {
    "sent-tron": (
        "Sent",
        "#1c7c54",
        [("Amount", "{usdt} USDT"), ("Network", "TRON"), ("To", "{tronshort}"), ("At", "{clock}")],
    ),
    "sent-bep20": (
        "Sent",
        "#1c7c54",
        [("Amount", "{usdt} USDT"), ("Network", "BEP20"), ("To", "{evmshort}"), ("At", "{clock}")],
    ),
    "sent-xrp": (
        "Withdrawal completed",
        "#1c7c54",
        [("Amount", "{xrp} XRP"), ("Tag", "none"), ("Hash", "{hashshort}"), ("At", "{clock}")],
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
    "liquidated": (
        "Position closed by liquidation",
        "#b3372f",
        [("Order", "{order}"), ("Contract", "BTC perpetual, long"), ("Leverage", "{leverage}x")],
    ),
    "refused": (
        "Order refused",
        "#b3372f",
        [("Type", "Limit, sell"), ("Time", "{clock}"), ("Filled", "0.00")],
    ),
    "photo-refused": (
        "Photo not accepted",
        "#b3372f",
        [("Document", "Front side"), ("Submitted", "{clock}"), ("Result", "Send it again")],
    ),
    "mail": (
        "Action required on your account",
        "#b7791f",
        [("From", "security@{domain}"), ("Received", "{clock}"), ("Link", "{domain}/verify")],
    ),
    "crash": (
        "The app has stopped",
        "#b3372f",
        [("Version", "6.2.0"), ("Time", "{clock}"), ("Times today", "{count}")],
    ),
    "bank-eur": (
        "Transfer receipt",
        "#0f5f73",
        [("Amount", "{eur} EUR"), ("Reference", "{order}"), ("Executed", "{clock}")],
    ),
    "bank-sgd": (
        "Account statement",
        "#0f5f73",
        [("Debit 1", "{sgd} SGD"), ("Debit 2", "{sgd} SGD"), ("Reference", "{order}")],
    ),
    "bank-cny": (
        "Transfer receipt",
        "#0f5f73",
        [("Amount", "{cny} CNY"), ("Reference", "{order}"), ("At", "{clock}")],
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
