"""Takes another site's embedded components out of Markdown; their words and links are kept."""

import html
import re
import textwrap
from collections.abc import Callable

_FENCE = re.compile(r"^[ \t]*(`{3,50}|~{3,50}).*?^[ \t]*\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"(?<!`)(`{1,20})(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_ATTRIBUTES = re.compile(r"([A-Za-z][\w-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{[^}]*\})")
# A tag may break over lines and hold quoted > signs; components start with a capital letter.
_COMPONENT = re.compile(r"<(/?)([A-Z][\w.]*)((?:\"[^\"]*\"|'[^']*'|\{[^}]*\}|[^>\"'{])*?)(/?)>")
_LAYOUT = re.compile(r"</?(?:div|section|center|figure)\b[^>]*>")
_COMMENT = re.compile(r"<!--.*?-->|\{/\*.*?\*/\}", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style|iframe)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
# Attributes with code in them, on tags that we know.
_SCRIPTED = re.compile(r"(?<=[\s\w\"'}])\s{1,40}[A-Za-z]+=\{(?:\{[^{}]*\}|[^{}]*)\}(?=[^<>]*>)")
# Not behind a letter of ours or a digit, where stars are a power; nothing between them but words.
_STRONG = re.compile(r"(?<![*\\A-Za-z0-9])\*\*(?=[ \t]?[^\s*|])([^*\n|]*[^\s*|][ \t]?)\*\*(?!\*)")
_DOUBLED = re.compile(r"(?<=\w)\*{4}(?=\s)")  # closed twice
_POWER = re.compile(r"(?<=\d)\*\*(?=\d)")
_EMPHASIS = re.compile(r"\A_[ \t]?(.+?)[ \t]?_\Z")
_LETTER = re.compile(r"\w")
_MODULE = re.compile(r"^(?:import|export)\s.+?(?:;|from\s+['\"].+?['\"];?)\s*$", re.MULTILINE)
_RULER = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")
_EMOJI_MARK = re.compile(r":[a-z0-9_+-]{2,40}:")


def without_components(body: str) -> str:
    """Markdown without another site's embedded components: their words and links stay.

    Code is left alone, so an article *about* components still shows them.
    """
    return outside_code(_at_the_margin(body), _plain)


_OPENS = re.compile(r"[ \t]*<([A-Z][\w.]*|div|section|center|figure)\b[^<>]{0,400}(?<!/)>[ \t]*")
_CLOSES = re.compile(r"[ \t]*</([A-Z][\w.]*|div|section|center|figure)>[ \t]*")
_FENCES = re.compile(r"[ \t]*(?:```|~~~)")
_DEEPEST = 12  # components within one another


def _at_the_margin(body: str) -> str:
    """What a component holds is set in under its tag; without the tag that would be code.

    It goes to the margin of the tag, which may stand in a list.
    """
    lines = body.split("\n")
    is_open: list[tuple[str, int]] = []
    is_code = False
    for number, line in enumerate(lines):
        if _FENCES.match(line):
            is_code = not is_code
        elif is_code or "<" not in line:
            continue
        elif (found := _OPENS.fullmatch(line)) and len(is_open) < _DEEPEST:
            is_open.append((found[1], number + 1))
        elif (found := _CLOSES.fullmatch(line)) and is_open and is_open[-1][0] == found[1]:
            _, start = is_open.pop()
            tag = lines[start - 1]
            inner = textwrap.dedent("\n".join(lines[start:number]))
            margin = tag[: len(tag) - len(tag.lstrip())]
            lines[start:number] = textwrap.indent(inner, margin).split("\n")
    return "\n".join(lines)


def code_spans(body: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _FENCE.finditer(body)]
    free, end = [], 0
    for start, stop in [*spans, (len(body), len(body))]:
        free.append((end, start))
        end = stop
    for start, stop in free:
        spans += [match.span() for match in _CODE.finditer(body, start, stop)]
    return sorted(spans)


def _plain(text: str) -> str:
    text = _SCRIPT.sub("", _COMMENT.sub("", text))
    text = _MODULE.sub("", text)
    text = _links(text)
    text = _COMPONENT.sub(_replacement, text)
    text = _SCRIPTED.sub("", text)
    return _mended_tables(boldened(_LAYOUT.sub("\n\n", text)))


def _mended_tables(text: str) -> str:
    """A table whose ruler has more or fewer cells than its head is still meant as one."""
    lines = text.split("\n")
    for place, line in enumerate(lines[1:], 1):
        if "|" in line and _RULER.fullmatch(line) and lines[place - 1].count("|") > 1:
            cells, wanted = _cells(line), len(_cells(lines[place - 1]))
            if len(cells) != wanted:
                cells = (cells + ["---"] * wanted)[:wanted]
                lines[place] = f"| {' | '.join(cells)} |"
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def boldened(text: str) -> str:
    """Emphasis that CommonMark misses: beside Chinese letters, and with blanks inside.

    ``**先确认。**再发送``, ``**价值 (MEV)**是``, ``**更新 **了``. Pairs are read from
    the left, so what stands between two bold words is never taken for one; ``2**256`` opens none.
    """

    def mended(found: re.Match[str]) -> str:
        before, words = text[found.start() - 1 : found.start()], found.group(1)
        after = text[found.end() : found.end() + 1]
        bare = words.strip()
        closes_too_late = not _LETTER.match(bare[-1]) and _LETTER.match(after)
        opens_too_late = not _LETTER.match(bare[0]) and _LETTER.match(before)
        if bare == words and not closes_too_late and not opens_too_late:
            return found.group()
        inner = _EMPHASIS.sub(r"<em>\1</em>", bare)
        blanks = " " * (words[0] == " " and bool(before.strip())), " " * (words[-1] == " ")
        return f"{blanks[0]}<strong>{inner}</strong>{blanks[1]}"

    return _STRONG.sub(mended, _POWER.sub(r"\\*\\*", _DOUBLED.sub("**", text)))


_LINK_PAIR = re.compile(
    r"<(ButtonLink|DocLink|Link)\b((?:\"[^\"]*\"|'[^']*'|\{[^}]*\}|[^>\"'{])*)>(.*?)</\1>",
    re.DOTALL,
)


def _links(text: str) -> str:
    """Link components become Markdown links."""

    def link(found: re.Match[str]) -> str:
        given = _attributes(found.group(2))
        target, words = given.get("to") or given.get("href"), " ".join(found.group(3).split())
        return f"[{words}]({target})" if target and words else words

    return _LINK_PAIR.sub(link, text)


def _attributes(text: str) -> dict[str, str]:
    return {
        name: html.unescape(double or single)
        for name, double, single in _ATTRIBUTES.findall(text)
        if double or single
    }


def video_block(address: str, title: str = "") -> str:
    """A video behind a cover that asks before anything is fetched."""
    return f"\n\n::: video {address}\n{' '.join(title.split())}\n:::\n\n"


def _replacement(found: re.Match[str]) -> str:
    """What a component says in words: its title, its description, its video's address."""
    closing, name, attributes, _ = found.groups()
    if closing:
        return "\n\n" if name not in _INLINE else ""
    given = _attributes(attributes)
    if name == "YouTube" and "id" in given:
        address = f"https://www.youtube.com/watch?v={given['id']}"
        return video_block(address, given.get("title", ""))
    if name in _INLINE:
        return ""
    said = [f"**{given['title']}**"] if given.get("title") else []
    said += [given[key] for key in ("description", "contentPreview") if given.get(key)]
    said = [words for words in said if not _EMOJI_MARK.fullmatch(words)]
    return "\n\n" + "\n\n".join(said) + "\n\n" if said else "\n\n"


_INLINE = frozenset({"Emoji", "Translation", "Badge"})


def outside_code(body: str, change: Callable[[str], str]) -> str:
    """Markdown with everything changed that is no code."""
    kept: list[str] = []
    end = 0
    for start, stop in code_spans(body):
        kept += [change(body[end:start]), body[start:stop]]
        end = stop
    return "".join([*kept, change(body[end:])])
