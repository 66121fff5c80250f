"""Other tools' Markdown becomes ours: boxes, tabs, folded parts, footnotes, includes.

Known are GitHub, GitBook, VitePress, Docusaurus, MkDocs, Hugo and Jekyll. Code is left alone.
"""

import html
import re
import textwrap
from collections.abc import Callable
from urllib.parse import quote

from fanlight.features.knowledge.importing.components import code_spans, video_block

_KINDS = {
    **dict.fromkeys(
        (
            *("note", "tip", "info", "important", "success", "hint", "abstract", "summary"),
            *("question", "example", "quote", "check", "todo", "seealso", "secondary"),
            *("primary", "tldr"),
        ),
        "note",
    ),
    **dict.fromkeys(
        ("warning", "caution", "attention", "danger", "error", "failure", "bug", "warn", "alert"),
        "warning",
    ),
    "risk": "risk",
}
# Containers of our own, whose words stay as they are.
_OURS = frozenset(["steps", "legal", "tabs", "tab", "video", "figures", "faq", "plain", "walk"])
_COLONS = re.compile(r"^[ \t]*(:{3,})", re.MULTILINE)
_HELD = re.compile(r"\x02(\d+)\x03")
_CONTAINER = re.compile(r"^([ \t]*)(:{3,})[ \t]*(.*?)[ \t]*$")
_NAME = re.compile(r"([A-Za-z][\w-]*)[ \t]*(?:\{[^}]*\})?[ \t]*(?:\[(.*)\])?[ \t]*(.*)")
_ALERT = re.compile(r"^[ \t]{0,3}>[ \t]*\[!(\w+)\][-+]?[ \t]*(.*)$")
_ADMONITION = re.compile(
    r"^([ \t]*)(!!!|\?\?\?\+?|===)[ \t]+(?:([\w -]*?)[ \t]*)?(?:\"([^\"]*)\")?[ \t]*$"
)


_GITBOOK_TABS = re.compile(r"\{%\s*tabs\s*%\}(.*?)\{%\s*endtabs\s*%\}", re.DOTALL)
_GITBOOK_TAB = re.compile(r"\{%\s*tab\s+title=\"([^\"]*)\"\s*%\}(.*?)\{%\s*endtab\s*%\}", re.DOTALL)
_JSX_TABS = re.compile(r"<Tabs\b[^>]*>((?:(?!<Tabs\b).)*?)</Tabs>", re.DOTALL)
_JSX_TAB = re.compile(
    r"<TabItem\b[^>]*?\blabel=[\"']([^\"']*)[\"'][^>]*>(.*?)</TabItem>", re.DOTALL
)


def ours(text: str) -> str:
    """The same words in our own blocks."""
    held: list[str] = []

    def hold(piece: str) -> str:
        held.append(piece)
        return f"\x02{len(held) - 1}\x03"

    text = re.sub("[\x02\x03]", "", text)
    pieces: list[str] = []
    end = 0
    for start, stop in code_spans(text):
        pieces += [text[end:start], hold(text[start:stop])]
        end = stop
    text = "".join([*pieces, text[end:]])
    for change in _CHANGES:
        text = change(text)
    return _HELD.sub(lambda found: held[int(found.group(1))], text)


def box(kind: str, title: str, body: str) -> str:
    """One of our boxes around Markdown."""
    colons = "::::" if re.search(r"^[ \t]*:::", body, re.MULTILINE) else ":::"
    return f"{colons} {f'{kind} {title}'.strip()}\n{body.strip(chr(10))}\n{colons}"


def folded(title: str, body: str) -> str:
    """A part that opens when its title is asked for."""
    words = html.escape(title.strip(" *") or "…", quote=False)
    return f"\n<details><summary>{words}</summary>\n\n{body.strip(chr(10))}\n\n</details>\n"


def _tabs(text: str, one: re.Pattern[str]) -> str:
    """Tabs of ours; each has a colon more than what stands in it, so that it ends where it does."""
    tabs: list[tuple[str, str]] = one.findall(text)
    if not tabs or one.sub("", text).strip():
        return text  # words beside the tabs would be lost
    inner = max((len(run) for _, body in tabs for run in _COLONS.findall(body)), default=2)
    tab, outer = ":" * (inner + 1), ":" * (inner + 2)
    parts = [
        f"{tab} tab {title.strip() or number}\n{textwrap.dedent(body).strip(chr(10))}\n{tab}"
        for number, (title, body) in enumerate(tabs, 1)
    ]
    return "\n\n" + "\n".join([f"{outer} tabs", *parts, outer]) + "\n\n"


def _jsx_tabs(text: str) -> str:
    """Docusaurus."""
    return _JSX_TABS.sub(lambda found: _tabs(found.group(1), _JSX_TAB), text)


def _gitbook(text: str) -> str:
    def hint(found: re.Match[str]) -> str:
        kind = _KINDS.get(found.group(1) or "info", "note")
        return f"\n{box(kind, '', found.group(2))}\n"

    def embed(found: re.Match[str]) -> str:
        return f"\n[{found.group(1)}]({found.group(1)})\n"

    text = re.sub(
        r"[ \t]*\{%\s*hint(?:\s+style=\"(\w+)\")?\s*%\}(.*?)\{%\s*endhint\s*%\}",
        hint,
        text,
        flags=re.S,
    )
    text = re.sub(r"\{%\s*(?:embed|file)\s+(?:url|src)=\"([^\"]+)\"[^%]*%\}", embed, text)
    text = _GITBOOK_TABS.sub(lambda found: _tabs(found.group(1), _GITBOOK_TAB), text)
    text = re.sub(r"\{%\s*tab\s+title=\"([^\"]*)\"\s*%\}", r"\n**\1**\n", text)
    return re.sub(
        r"\{%\s*(?:raw|endraw|code|endcode|tabs|endtabs|endtab|endembed|endfile|content-ref"
        r"|endcontent-ref|swagger|endswagger|stepper|endstepper|step|endstep|columns|endcolumns"
        r"|column|endcolumn|include|if|else|endif|assign|for|endfor|highlight|endhighlight"
        r"|comment|endcomment|openapi|endopenapi|link|post_url)\b[^%]*%\}",
        "",
        text,
    )


def _hugo(text: str) -> str:
    def video(found: re.Match[str]) -> str:
        site, name = found.group(1), found.group(2)
        address = (
            f"https://www.youtube.com/watch?v={name}"
            if site == "youtube"
            else f"https://vimeo.com/{name}"
        )
        return video_block(address)

    def figure(found: re.Match[str]) -> str:
        given = dict(re.findall(r"(\w+)=\"([^\"]*)\"", found.group(1)))
        words = given.get("alt") or given.get("caption") or ""
        return f"\n![{words}]({given['src']})\n" if given.get("src") else ""

    def notice(found: re.Match[str]) -> str:
        said = f"{found.group(1)} {found.group(2)}"
        kind = next((_KINDS[w] for w in re.findall(r"\w+", said.lower()) if w in _KINDS), "note")
        title = re.search(r"title=\"([^\"]*)\"", said)
        return f"\n{box(kind, title.group(1) if title else '', found.group(3))}\n"

    text = re.sub(r"\{\{[<%]\s*(youtube|vimeo)\s+(?:id=)?\"?([\w-]+)\"?.*?[>%]\}\}", video, text)
    text = re.sub(r"\{\{[<%]\s*(?:rel)?ref\s+\"?([^\"\s>]+)\"?\s*[>%]\}\}", r"\1", text)
    text = re.sub(r"\{\{[<%]\s*figure\s+(.*?)[>%]\}\}", figure, text, flags=re.S)
    text = re.sub(
        r"\{\{[<%]\s*(notice|alert|callout|admonition|hint|tip|note|warning)\b(.*?)[>%]\}\}(.*?)"
        r"\{\{[<%]\s*/\s*\1\s*[>%]\}\}",
        notice,
        text,
        flags=re.S,
    )
    return re.sub(r"\{\{[<%].*?[>%]\}\}", "", text, flags=re.S)


def _kramdown(text: str) -> str:
    """Attributes of Jekyll, tables of contents, variables of templates."""
    text = re.sub(r"^[ \t]*\{:[^}\n]*\}[ \t]*$", "", text, flags=re.M)
    text = re.sub(r"(?<=[)\w*`])\{:[^}\n]*\}", "", text)
    text = re.sub(
        r"^[ \t]*(?:\[\[_?toc_?\]\]|\[toc\]|\$\{toc\}|<!-- toc -->)[ \t]*$",
        "",
        text,
        flags=re.M | re.I,
    )
    return re.sub(r"\{\{\s*[\w.$|\"' -]+\s*\}\}", "", text)


def _spaceless(address: str) -> str:
    """An address as it may stand in Markdown."""
    return quote(address.strip(), safe="/:?#[]@!$&'*+,;=%~.-_")


def _wiki(text: str) -> str:
    return re.sub(
        r"(?<![!\[])\[\[([^\]|\n]+)(?:\|([^\]\n]+))?\]\](?!\()",
        lambda m: f"[{m.group(2) or m.group(1)}]({_spaceless(m.group(1))})",
        text,
    )


def _alerts(text: str) -> str:
    """``> [!NOTE]`` and the quoted lines that follow."""
    out: list[str] = []
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        found = _ALERT.match(lines[place])
        kind = _KINDS.get(found.group(1).lower()) if found else None
        if found is None or kind is None:
            out.append(lines[place])
            place += 1
            continue
        body: list[str] = []
        place += 1
        while place < len(lines) and lines[place].lstrip().startswith(">"):
            body.append(re.sub(r"^[ \t]{0,3}>[ \t]?", "", lines[place]))
            place += 1
        out += ["", box(kind, found.group(2), "\n".join(body)), ""]
    return "\n".join(out)


def _admonitions(text: str) -> str:
    """MkDocs: ``!!! note "Title"`` with what is indented below; ``???`` folded; ``===`` a tab."""
    if not re.search(r"^[ \t]*(?:!!!|\?\?\?|===)[ \t]", text, re.M):
        return text
    out: list[str] = []
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        found = _ADMONITION.match(lines[place])
        if found is None or (found.group(2) == "===" and found.group(4) is None):
            out.append(lines[place])
            place += 1
            continue
        indent = len(found.group(1).expandtabs(4))
        body: list[str] = []
        place += 1
        while place < len(lines):
            line = lines[place].expandtabs(4)
            if line.strip() and len(line) - len(line.lstrip()) < indent + 4:
                break
            body.append(line[indent + 4 :])
            place += 1
        inner = _admonitions("\n".join(body))
        out += ["", *(found.group(1) + line for line in _admonition(found, inner).split("\n")), ""]
    return "\n".join(out)


def _admonition(found: re.Match[str], body: str) -> str:
    mark, kinds, title = found.group(2), (found.group(3) or "").lower().split(), found.group(4)
    if mark == "===":
        return f"**{title}**\n\n{body.strip(chr(10))}"
    if mark.startswith("???"):
        return folded(title or (kinds[0].capitalize() if kinds else ""), body)
    kind = next((_KINDS[each] for each in kinds if each in _KINDS), "note")
    return box(kind, title or "", body)


def _containers(text: str) -> str:
    """``:::tip[Title]``, ``::: details Title``: ours, folded, or taken off."""
    out: list[str] = []
    closings: list[tuple[int, str]] = []
    for line in text.split("\n"):
        found = _CONTAINER.match(line)
        if found is None:
            out.append(line)
            continue
        indent, colons, info = found.groups()
        if not info:
            if closings:
                # An inner one that was never closed is closed with the outer.
                while len(closings) > 1 and closings[-1][0] < len(colons):
                    out.append(closings.pop()[1])
                out.append(closings.pop()[1])
            continue
        opening, closing = _container(indent, colons, info)
        out.append(opening)
        closings.append((len(colons), closing))
    out += [closing for _, closing in reversed(closings)]
    return "\n".join(out)


def _container(indent: str, colons: str, info: str) -> tuple[str, str]:
    named = _NAME.fullmatch(info)
    name = named.group(1).lower() if named else ""
    if name in _OURS:
        return f"{indent}{colons} {info}", f"{indent}{colons}"
    title = (named.group(2) or named.group(3) or "").strip() if named else ""
    if name == "details":
        words = html.escape(title or "…", quote=False)
        return f"\n<details><summary>{words}</summary>\n", "\n</details>\n"
    if name in _KINDS:
        return f"{indent}{colons} {f'{_KINDS[name]} {title}'.strip()}", f"{indent}{colons}"
    return (f"\n{indent}**{title}**\n" if title else ""), ""


def _footnotes(text: str) -> str:
    """``[^1]`` becomes a raised number, and its words a list at the end."""
    notes: dict[str, str] = {}

    def note(found: re.Match[str]) -> str:
        lines = [line.strip() for line in found.group(2).split("\n")]
        notes[found.group(1)] = " ".join(line for line in lines if line)
        return ""

    text = re.sub(
        r"^\[\^([^\]\s]+)\]:[ \t]*((?:.*)(?:\n(?:[ \t]{2,}\S.*))*)\n?", note, text, flags=re.M
    )
    numbers: dict[str, int] = {}

    def mark(found: re.Match[str]) -> str:
        if found.group(1) not in notes:
            return ""
        return f"<sup>{numbers.setdefault(found.group(1), len(numbers) + 1)}</sup>"

    text = re.sub(r"\[\^([^\]\s]+)\]", mark, text)
    if not numbers:
        return text
    said = "\n".join(f"{number}. {notes[name]}" for name, number in numbers.items())
    return f"{text.rstrip()}\n\n---\n\n{said}\n"


def _pictures(text: str) -> str:
    """``<img>`` outside tables becomes a picture of Markdown, so that it is found and kept."""

    def picture(found: re.Match[str]) -> str:
        given = dict(re.findall(r"(\w+)\s*=\s*[\"']([^\"'{}]*)[\"']", found.group(0)))
        words = re.sub(r"[\[\]\\]", "", html.unescape(given.get("alt", "")))
        source = given.get("src", "").strip()
        if not source:
            return ""
        return f"\n\n![{words}]({_spaceless(source)})\n\n"

    parts = re.split(r"(<table\b(?:(?!<table\b).)*?</table>)", text, flags=re.S | re.I)
    return "".join(
        part
        if place % 2
        else re.sub(r"<img\b(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>", picture, part, flags=re.I)
        for place, part in enumerate(parts)
    )


_CHANGES: tuple[Callable[[str], str], ...] = (
    _gitbook,
    _hugo,
    _kramdown,
    _alerts,
    _admonitions,
    _containers,
    _jsx_tabs,
    _footnotes,
    _wiki,
    _pictures,
)
