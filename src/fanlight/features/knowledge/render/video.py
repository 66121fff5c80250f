"""Videos: those of others behind a cover that asks first, our own with captions and transcript."""

import re
from html import escape
from urllib.parse import urlsplit

from markdown_it.token import Token

from fanlight.features.knowledge.render.parts import Block, Rendering, raw
from fanlight.kernel import i18n

CLIP = re.compile(r"/media/[0-9a-f-]{36}\.(?:mp4|webm)")
CAPTIONS = re.compile(r"/media/[0-9a-f-]{36}\.vtt")
_CAPTION_LINE = re.compile(r"captions(?:[ .]([A-Za-z-]{2,10}))?\s*:\s*(\S+)\s*$")


def video(block: Block, rendering: Rendering) -> list[Token]:
    """``::: video ADDRESS``, its title in the first line, then words on it or the transcript."""
    address = block.words.split(" ")[0]
    title, tracks, inner = _taken_apart(block.inner)
    title = title or rendering.say("kb.block.video")
    if CLIP.fullmatch(address):
        return _own(address, title, tracks, inner, rendering)
    host = _host(address)
    if host is None:
        if address:
            rendering.fault("video", "video_address", address=address[:200])
        else:
            rendering.fault("video", "no_video")
        return [raw(f"<p><strong>{escape(title)}</strong></p>\n"), *inner]
    return [
        raw(
            f'<figure class="video"><a class="cover" href="{escape(address)}">'
            f'<span class="icon-play"></span><strong>{escape(title)}</strong>'
            f'<span class="meta">{escape(rendering.say("kb.block.video_elsewhere", host=host))}'
            "</span></a>"
        ),
        *_caption(inner),
        raw("</figure>\n"),
    ]


def _host(address: str) -> str | None:
    """Whose site a video lies on; None where the address is none we lead to."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if parts.scheme == "https" and host else None


def _own(
    address: str,
    title: str,
    tracks: list[tuple[str, str]],
    inner: list[Token],
    rendering: Rendering,
) -> list[Token]:
    if not tracks:
        rendering.fault("video", "no_captions")
    heard = "".join(
        f'<track kind="captions" src="{source}" srclang="{tag}" label="{escape(i18n.name_of(tag))}"'
        f"{' default' if number == 0 else ''}>"
        for number, (tag, source) in enumerate(_best_first(tracks, rendering.language))
    )
    # Metadata alone: whoever does not watch it does not fetch it.
    player = rendering.trusted(
        f'<video controls playsinline preload="metadata" aria-label="{escape(title)}"'
        f' src="{address}">{heard}</video>'
    )
    transcript: list[Token] = []
    if inner:
        said = escape(rendering.say("kb.block.transcript"))
        transcript = [
            raw(f'<details class="transcript"><summary>{said}</summary>'),
            *inner,
            raw("</details>"),
        ]
    return [
        raw(f'<figure class="video">{player}<figcaption>{escape(title)}</figcaption>'),
        *transcript,
        raw("</figure>\n"),
    ]


def _best_first(tracks: list[tuple[str, str]], language: str) -> list[tuple[str, str]]:
    named = [(tag or language, source) for tag, source in tracks]
    return sorted(named, key=lambda track: track[0] != language)


def _caption(inner: list[Token]) -> list[Token]:
    return [raw("<figcaption>"), *inner, raw("</figcaption>")] if inner else []


def _taken_apart(inner: list[Token]) -> tuple[str, list[tuple[str, str]], list[Token]]:
    """Title, captions (language, address), and the rest.

    The title is the first line; captions are named in it or in any later paragraph.
    """
    title = ""
    tracks: list[tuple[str, str]] = []
    rest: list[Token] = []
    for number, token in enumerate(inner):
        if token.type != "inline" or token.level - inner[0].level != 1:
            rest.append(token)
            continue
        is_first = number == 1
        kept: list[list[Token]] = []
        for line in _lines(token.children or []):
            said = "".join(child.content for child in line)
            found = _CAPTION_LINE.match(said)
            if found and CAPTIONS.fullmatch(found.group(2)):
                tag = i18n.nearest(found.group(1)) if found.group(1) else ""
                tracks.append((tag or "", found.group(2)))
            elif is_first and not kept and not title and inner[0].type == "paragraph_open":
                title = said.strip()
            else:
                kept.append(line)
        token.children = _joined(kept)
        rest.append(token)
    return title, tracks, _without_empty(rest)


def _joined(lines: list[list[Token]]) -> list[Token]:
    return [
        token
        for number, line in enumerate(lines)
        for token in [*([Token("softbreak", "br", 0)] if number else []), *line]
    ]


def _without_empty(tokens: list[Token]) -> list[Token]:
    """Without paragraphs of which nothing is left."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        last = kept[-3:]
        if [each.type for each in last] == ["paragraph_open", "inline", "paragraph_close"] and (
            not last[1].children
        ):
            del kept[-3:]
    return kept


def _lines(children: list[Token]) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            lines.append([])
        else:
            lines[-1].append(child)
    return lines
