"""A mail as a person reads it: one text in order, lines flowed together again."""

import re

from fanlight.channels.adapters.email import html_text
from fanlight.channels.adapters.email.model import Body, Mail

_MARKUP = re.compile(r"\s*<(?:!doctype html|html|body|div|p)\b", re.IGNORECASE)
_QUOTES = re.compile(r">*")


def text_of(mail: Mail) -> str:
    """The letter's text; where a program left the plain part empty, the one of its HTML."""
    text = "\n".join(_text(body) for body in mail.bodies)
    if not text.strip() and mail.htmls:
        return "\n".join(map(html_text.to_text, mail.htmls))
    return text


def _text(body: Body) -> str:
    if body.is_html or _MARKUP.match(body.content):
        return html_text.to_text(body.content)
    if body.is_flowed:
        return flowed(body.content, is_space_deleted=body.is_space_deleted)
    return body.content


def flowed(text: str, *, is_space_deleted: bool) -> str:
    """Lines of ``format=flowed`` joined again (RFC 3676, section 4.5)."""
    out: list[str] = []
    open_depth: int | None = None  # of the line before, if it goes on
    for line in text.split("\n"):
        marks = _QUOTES.match(line)
        depth = marks.end() if marks else 0
        words = line[depth:].removeprefix(" ")
        if open_depth == depth and words != "-- ":
            out[-1] += words
        else:
            out.append(f"{'>' * depth} {words}" if depth else words)
        goes_on = words.endswith(" ") and words != "-- "
        open_depth = depth if goes_on else None
        if goes_on and is_space_deleted:
            out[-1] = out[-1][:-1]
    return "\n".join(out)
