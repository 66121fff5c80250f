"""Reads a folder of HTML pages: each page's main content, title, description and language."""

import posixpath
import re
from collections.abc import Mapping
from functools import partial
from html import unescape
from urllib.parse import unquote, urlsplit

from fanlight.features.knowledge.importing import texts
from fanlight.features.knowledge.importing.foreign import Foreign, Words, planned
from fanlight.features.knowledge.importing.found import Plan, Skipped, Unfit, at_line, undecoded
from fanlight.features.knowledge.importing.html_tree import Node, tree
from fanlight.features.knowledge.importing.opening import Files
from fanlight.features.knowledge.importing.placing import UNSORTED, slug
from fanlight.features.knowledge.why import Why
from fanlight.kernel.i18n import nearest

MOST_BYTES = 5_000_000
_ENDS = (".html", ".htm", ".xhtml")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_LANG = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_SEEN = ("img", "video", "iframe")
_BODY = re.compile(r"<(?:body|main|article)\b", re.IGNORECASE)
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_BESIDE = re.compile(r"\b(?:nav|navbar|sidebar|menu|breadcrumbs?|footer|header|toc|cookie)\b")
_CONTENT = re.compile(r"\b(?:article[-_]body|content|main|post|entry|page-body|markdown-body)\b")
_PARTS = re.compile(r"\s+[|–—·-]\s+")


def read(files: Files, mapped: Mapping[str, str], *, language: str | None = None) -> Plan:
    """Read everything; ``mapped`` leads names of folders to our keys."""
    skipped: list[Skipped] = []
    found: dict[str, Foreign] = {}
    pages = _read_all(files, skipped)
    site = _site_name([_title(page) for page in pages.values()])
    paths: dict[str, str] = {}
    for name, page in pages.items():
        tag, path = _place(name, page, language)
        if tag is None:
            place = at_line(name, _line_of(_LANG, page))
            skipped.append(Skipped(place, Why("import.why.language")))
            continue
        words = _words(name, page, site)
        if isinstance(words, Why):
            skipped.append(Skipped(at_line(name, _line_of(_BODY, page)), words))
            continue
        paths[name] = path
        found[path] = _with(found.get(path), path, tag, words, mapped)
    return planned(files, list(found.values()), {}, partial(_led, paths), skipped)


def _read_all(files: Files, skipped: list[Skipped]) -> dict[str, str]:
    pages: dict[str, str] = {}
    for name in files.names:
        if name.lower().endswith(_ENDS):
            try:
                pages[name] = _decoded(files.read(name, MOST_BYTES))
            except UnicodeDecodeError as error:
                skipped.append(undecoded(name, error))
            except (Unfit, OSError) as error:
                skipped.append(Skipped(name, Why.of(error)))
    return pages


def _words(name: str, page: str, site: str) -> Words | Why:
    """What the page says, or why it is no article."""
    body = _main(tree(page))
    title = _without_site(_title(page), site) or next(
        (h.words().strip() for h in body.every("h1", "h2")), ""
    )
    if not title:
        return Why("import.why.no_title")
    if not body.words().strip() and not any(body.every(*_SEEN)):
        return Why("import.why.field", field="body")
    stem = name[: name.rindex(".")]
    return Words(
        file=name,
        key=stem,
        title=title,
        html=body,
        description=_description(page),
        left=tuple(dict.fromkeys((f"/{name}", f"/{stem}".removesuffix("/index")))),
    )


def _with(
    before: Foreign | None, path: str, tag: str, words: Words, mapped: Mapping[str, str]
) -> Foreign:
    """The article with one more language."""
    first, slash, rest = path.partition("/")
    shelf = next((mapped[each] for each in (first, slug(first)) if slash and each in mapped), "")
    return Foreign(
        path=path,
        shelf=shelf or (slug(first) if slash else UNSORTED),
        position=0,
        words={**({} if before is None else before.words), tag: words},
        slug=slug(rest.removesuffix("/index").replace("/", "-"))
        if slash and rest != "index"
        else slug(first),
    )


def _led(paths: Mapping[str, str], address: str, file: str, links: Mapping[str, str]) -> str:
    """Where a link to another page of the folder leads here."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return address
    asked = unquote(parts.path)
    place = (
        asked.strip("/")
        if asked.startswith("/")
        else posixpath.normpath(posixpath.join(posixpath.dirname(file), asked))
    )
    for each in (place, f"{place}.html", f"{place}.htm", f"{place}/index.html"):
        if each in paths and paths[each] in links:
            return links[paths[each]] + (f"#{parts.fragment}" if parts.fragment else "")
    return address


def _decoded(content: bytes) -> str:
    """As the page says of itself, when it is no UTF-8."""
    said = _CHARSET.search(content[:2048])
    try:
        return texts.decoded(content)
    except UnicodeDecodeError:
        if said is None:
            raise
        try:
            return content.decode(said.group(1).decode("ascii"))
        except LookupError:
            return content.decode("utf-8")


def _place(name: str, page: str, language: str | None) -> tuple[str | None, str]:
    stem = name[: name.rindex(".")]
    top, slash, rest = stem.partition("/")
    if slash and (ours := nearest(top)) is not None:
        return ours, rest
    said = _LANG.search(page[:5000])
    return (nearest(said.group(1)) if said else language or "en"), stem


def _line_of(mark: re.Pattern[str], page: str) -> int:
    """Where it stands; the first line when it does not."""
    found = mark.search(page)
    return page.count("\n", 0, found.start()) + 1 if found else 1


def _title(page: str) -> str:
    found = _TITLE.search(page[:200_000])
    return " ".join(unescape(re.sub(r"<[^>]*>", "", found.group(1))).split()) if found else ""


def _site_name(titles: list[str]) -> str:
    """What most titles end with: the name of the site, not of the page."""
    ends: dict[str, int] = {}
    for title in titles:
        parts = _PARTS.split(title)
        if len(parts) > 1:
            ends[parts[-1]] = ends.get(parts[-1], 0) + 1
    best = max(ends, key=lambda end: ends[end], default="")
    return best if best and ends[best] > 1 and ends[best] * 2 > len(titles) else ""


def _without_site(title: str, site: str) -> str:
    parts = _PARTS.split(title)
    if len(parts) > 1 and parts[-1] == site:
        return title[: title.rindex(site)].rstrip(" |–—·-")
    return title


def _description(page: str) -> str:
    for meta in _META.findall(page[:200_000]):
        if re.search(r"name\s*=\s*[\"']?description\b", meta, re.IGNORECASE):
            found = re.search(r"content\s*=\s*(\"[^\"]*\"|'[^']*')", meta, re.IGNORECASE)
            return " ".join(unescape(found.group(1)[1:-1]).split())[:400] if found else ""
    return ""


def _main(root: Node) -> Node:
    """What the page is about, without what stands around it on every page."""
    mains = list(root.every("main")) or [
        n for n in root.every("div", "section") if n.given.get("role") == "main"
    ]
    if not mains:
        articles = list(root.every("article"))
        mains = articles if len(articles) == 1 else []
    if not mains:
        mains = [n for n in root.every("div", "section") if _CONTENT.search(n.names)][:1]
    return _without_beside(mains[0] if mains else root)


def _without_beside(node: Node) -> Node:
    kept: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str):
            kept.append(child)
        elif child.tag not in {"nav", "footer"} and not (
            child.tag in {"div", "header", "ul", "section"} and _BESIDE.search(child.names)
        ):
            kept.append(_without_beside(child))
    return Node(node.tag, node.given, kept)
