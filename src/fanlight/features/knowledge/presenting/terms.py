"""Terms explained where they stand: the first mention of each, and those an editor has marked."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape, unescape
from urllib.parse import quote, unquote

import msgspec

from fanlight.features.knowledge.models import Term, Word

_MOST = 12  # explained by themselves in one text; more would be noise
_TAG = re.compile(r"""(<(?:"[^"]*"|'[^']*'|[^>"'])*>)""")
_NAME = re.compile(r"</?([a-z][a-z0-9]*)")
_MARKED = re.compile(r'<a [^>]*href="/[^"/]+/glossary#([^"]+)"[^>]*class="term"[^>]*>')
_MARKED_TOO = re.compile(r'<a [^>]*class="term"[^>]*href="/[^"/]+/glossary#([^"]+)"[^>]*>')
# Never in what is a name, a link or code; nor in what is no running text.
_NOT_IN = {
    *("a", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre", "kbd", "button", "svg", "summary"),
    *("label", "th", "figcaption", "header", "video"),
}
_VOID = {"br", "hr", "img", "input", "use", "track"}
_LATIN = re.compile(r"[A-Za-z0-9]")


class _Entry(msgspec.Struct, frozen=True):
    key: str
    word: Word
    is_automatic: bool


def explain(html: str, terms: Sequence[Term], *, language: str, site: str, but: str = "") -> str:
    """The HTML with its terms as links to the glossary that bring their meaning along.

    Args:
        language: of the text.
        site: the language of the page around it, in whose glossary the links lead.
        but: slug of the article itself; the term it is about is not explained in it.
    """
    entries = {
        term.key: _Entry(term.key, term.names[language], term.is_automatic)
        for term in terms
        if language in term.names
    }
    own = {term.key for term in terms if but and term.article.rpartition("/")[2] == but}
    automatic = [each for key, each in entries.items() if each.is_automatic and key not in own]
    html = _with_marked(html, entries, site)
    # Looking for a name in the whole text is quick, looking for all of them at every place is not.
    folded = unescape(html).casefold()
    mentioned = [each for each in automatic if each.word.name.casefold() in folded]
    return "".join(_explained(html, mentioned, site))


def _pattern(name: str) -> str:
    """What a mention looks like: whole words, in the plural too; names like P2P by their case."""
    said = re.escape(escape(name, quote=False))
    before = r"(?<![A-Za-z0-9])" if _LATIN.match(name) else ""
    after = r"(?![A-Za-z0-9])" if _LATIN.match(name[-1:]) else ""
    if name[1:] != name[1:].lower():
        return f"{before}{said}{after}"
    plural = "s?" if after and len(name) > 3 else ""
    return f"{before}(?i:{said}){plural}{after}"


def _with_marked(html: str, entries: dict[str, _Entry], site: str) -> str:
    def told(found: re.Match[str]) -> str:
        entry = entries.get(unquote(unescape(found.group(1))))
        return _opening(entry, site) if entry is not None else found.group()

    return _MARKED_TOO.sub(told, _MARKED.sub(told, html))


def _opening(entry: _Entry, site: str) -> str:
    return (
        f'<a class="term" href="/{site}/glossary#{quote(entry.key)}"'
        f' data-term="{escape(entry.word.name)}" data-said="{escape(entry.word.definition)}">'
    )


def _explained(html: str, entries: Sequence[_Entry], site: str) -> Iterator[str]:
    """Piece by piece: tags as they are, words with the first mention of each term linked."""
    mentions = _mentions(tuple(_pattern(entry.word.name) for entry in entries)) if entries else None
    left = dict(enumerate(entries))
    shut: list[str] = []  # open elements since the first in which nothing is explained
    room = _MOST
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            if piece.startswith('<section class="plainly"'):
                left, room = dict(enumerate(entries)), _MOST  # read instead of the other, not after
            elif marked := _MARKED_TOO.match(piece):
                left = _without(left, unquote(unescape(marked.group(1))))
            _follow(piece, shut)
            yield piece
        elif shut or mentions is None or room <= 0:
            yield piece
        else:
            done = 0
            for found in mentions.finditer(piece):
                number = int((found.lastgroup or "t0")[1:])
                if (entry := left.pop(number, None)) is None or room <= 0:
                    continue
                room -= 1
                yield piece[done : found.start()]
                yield f"{_opening(entry, site)}{found.group()}</a>"
                done = found.end()
            yield piece[done:]


def _without(left: dict[int, _Entry], key: str) -> dict[int, _Entry]:
    return {number: entry for number, entry in left.items() if entry.key != key}


def _follow(tag: str, shut: list[str]) -> None:
    found = _NAME.match(tag)
    if found is None or found.group(1) in _VOID:
        return
    name = found.group(1)
    if tag.startswith("</"):
        if shut and shut[-1] == name:
            shut.pop()
    elif shut or name in _NOT_IN or (name == "strong" and 'class="step"' in tag):
        shut.append(name)


@lru_cache(maxsize=64)
def _mentions(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """All terms at once; where two begin at one place, the longer is meant."""
    numbered = sorted(enumerate(patterns), key=lambda each: -len(each[1]))
    return re.compile("|".join(f"(?P<t{number}>{pattern})" for number, pattern in numbered))
