"""Brackets by the thousand: read as what they are, for looking for links in them takes seconds."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_MOST = 2_000  # opening brackets of one paragraph; nobody who writes links needs as many


@lru_cache(maxsize=8)  # asked at each bracket of the same paragraph
def _is_flood(text: str) -> bool:
    return text.count("[") > _MOST


def _plain_bracket(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "[!" or not _is_flood(state.src):
        return False
    if not silent:
        state.pending += state.src[state.pos]
    state.pos += 1
    return True


def hold(parser: MarkdownIt) -> None:
    """In such a paragraph no bracket opens a link or a picture."""
    parser.inline.ruler.before("link", "plain_bracket", _plain_bracket)
