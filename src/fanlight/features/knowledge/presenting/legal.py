"""A legal text where an article names it."""

from collections.abc import Sequence
from html import escape

from fanlight.features.knowledge.entries import best
from fanlight.features.knowledge.models import LegalKind, LegalText

_LOOKS = {
    LegalKind.RISK: ("aside risk", "triangle-alert"),
    LegalKind.NOTE: ("aside note", "info"),
}


def legal_of(text: LegalText | None, order: Sequence[str], around: str, brand: str) -> str:
    """The box with the text in the best language; nothing when no such text is kept.

    Args:
        around: the language of what stands around it.
    """
    found = best(text.texts, order) if text is not None else None
    if text is None or found is None:
        return ""
    language, words = found
    classes, icon = _LOOKS[text.kind]
    lang = f' lang="{language}"' if language != around else ""
    said = f"{escape(words.title)}</header>\n{words.html}".replace("{brand}", escape(brand))
    return (
        f'<section class="{classes}"{lang}><header><svg class="i" aria-hidden="true">'
        f'<use href="#i-{icon}"></use></svg>{said}</section>\n'
    )
