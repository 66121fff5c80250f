"""Broken links, missing pictures, links that lead out: looked for when a text changes.

The database notes which translations changed, by whichever way; a job looks at those alone, and at
the ones that link to them when what links rest on (state and anchors) is another than before.
"""

import hashlib
import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import unquote, urlsplit

from fanlight.features.knowledge.models import State
from fanlight.features.knowledge.queries import flaws as kept
from fanlight.features.knowledge.queries.flaws import Anchored, Flaw, Made, Taken
from fanlight.features.knowledge.render.cleaning import PICTURE as OURS
from fanlight.kernel.ids import read_id
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.work import Work

_BATCH = 100
_MOST = 1_000  # of one text; more is a list of links, not an article
_LONGEST = 2_000
_HREF = re.compile(r'<a\s[^>]*?href="([^"]*)"')
_ID = re.compile(r'\sid="([^"]*)"')
_OURS = re.compile(r'<img\s[^>]*?src="/media/([0-9a-f-]{36})-[^"]*"')
_ARTICLE = re.compile(r"/[A-Za-z-]+/a/([^/]+)/([^/#?]+)\Z")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)|<img\s[^>]*?src=[\"']([^\"']+)", re.IGNORECASE)


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "")[:255]
    except ValueError:  # brackets that are no address
        return ""


def foreign_pictures(source: str) -> Iterable[Flaw]:
    """Pictures that readers do not get, because they do not lie with us."""
    for found in _PICTURE.finditer(_CODE.sub("", source)):
        address = (found.group(1) or found.group(2))[:_LONGEST]
        if not address.startswith("/media/"):
            yield Flaw(kind="picture_foreign", address=address, host=_host(address))
        elif not OURS.fullmatch(address):  # another help center's name for one of its own
            yield Flaw(kind="picture_missing", address=address)


def _links(html: str) -> set[str]:
    return {unescape(found) for found in _HREF.findall(html)}


def leading_out(links: Iterable[str]) -> Iterable[Flaw]:
    for link in links:
        host = _host(link) if link.lower().startswith(("http:", "https:")) else ""
        if host:
            yield Flaw(kind="outside", address=link[:_LONGEST], host=host)


def _named(links: Iterable[str]) -> dict[Anchored, str]:
    """Parts of other articles that links name, and the link as it stands."""
    found: dict[Anchored, str] = {}
    for link in links:
        path, _, fragment = link.partition("#")
        at = _ARTICLE.match(path)
        if at and fragment:
            found[Anchored(at.group(1), at.group(2), unquote(fragment))] = link
    return found


def _face(made: Made, anchors: set[str]) -> str:
    told = "\n".join(sorted(anchors)) if made.state is State.PUBLISHED else ""
    return hashlib.sha256(f"{made.state.value}\n{told}".encode()).hexdigest()[:16]


async def _look(work: Work, made: Made) -> tuple[list[Flaw], str]:
    links = _links(made.html)
    anchors = {unescape(each) for each in _ID.findall(made.html)}
    named = _named(links)
    absent = await kept.not_there(work, list(named), made.language)
    pictures = {own: each for each in _OURS.findall(made.html) if (own := read_id(each))}
    there = await kept.known_pictures(work, list(pictures))
    found = [
        *(Flaw(kind="broken", address=each) for each in made.broken),
        *(Flaw(kind="withdrawn", address=each) for each in made.withdrawn),
        *(Flaw(kind="anchor", address=named[each]) for each in absent),
        *(
            Flaw(kind="anchor", address=link)
            for link in links
            if link.startswith("#") and len(link) > 1 and unquote(link[1:]) not in anchors
        ),
        *(
            Flaw(kind="picture_missing", address=f"/media/{name}")
            for picture, name in pictures.items()
            if picture not in there
        ),
        *foreign_pictures(made.source),
        *leading_out(links),
    ]
    return found[:_MOST], _face(made, anchors)


async def look_over(work: Work, taken: Taken) -> None:
    """Look at the links and pictures of one translation. Twice does no harm."""
    made = await kept.made(work, taken)
    if made is None:
        return
    flaws, face = await _look(work, made)
    await kept.write(work, taken, flaws)
    if face != made.face:
        await kept.show_face(work, taken, face)


@cron("knowledge.look_over", every_s=10)
@job("knowledge.look_over")
async def look_over_changed(work: Work, _: None) -> None:
    """Look at what has changed since; a second run finds nothing to look at."""
    taken = await kept.take(work, _BATCH)
    for each in taken:
        await look_over(work, each)
    if len(taken) == _BATCH:
        work.enqueue("knowledge.look_over", key="knowledge.look_over")
