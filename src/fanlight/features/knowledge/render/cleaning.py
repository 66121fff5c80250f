"""The sanitiser: which elements, attributes and addresses reach a reader, and nothing else."""

import re
from collections.abc import Callable
from urllib.parse import quote

import nh3

from fanlight.features.knowledge.render.parts import Resolve

_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|#|/(?!/))", re.IGNORECASE)
# A picture of ours says its size, so that nothing shifts when it arrives.
PICTURE = re.compile(r"/media/[0-9a-f-]{36}-(\d{1,5})x(\d{1,5})\.(?:png|jpeg|webp)")
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl"),
    *("dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "kbd"),
    *("li", "mark", "ol", "p", "pre", "q", "s", "section", "small", "span", "strong", "sub"),
    *("img", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"data-k", "colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
    "ol": {"start"},
    "details": {"open", "id"},
    "abbr": {"title"},
    **{level: {"id"} for level in ("h2", "h3", "h4", "h5", "h6")},
    "div": {"tabindex", "data-slot", "data-name", "data-only"},
    "pre": {"tabindex"},
    "span": {"id", "lang"},
    "section": {"id"},
    "li": {"id"},
    "img": {"src", "alt", "width", "height", "loading"},
}
_CLASSES = {
    "a": {"term", "zoom", "cover"},
    "section": {"aside", "note", "warn", "risk", "walk", "card", "plainly", "exact"},
    "ol": {"steps"},
    "ul": {"choices"},
    "strong": {"step"},
    "div": {"table-wrap", "code", "slot", "tabset", "tab", "tab-panel", "faq"},
    "details": {"question", "transcript"},
    "figure": {"video"},
    "table": {"responsive"},
    "td": {"n"},
    "th": {"n"},
    "span": {"icon-info", "icon-triangle-alert", "icon-play", "meta"},
}


def cleaner(resolve: Resolve, language: str, links: dict[str, str | None]) -> nh3.Cleaner:
    """A sanitiser that follows links and writes down in ``links`` where each leads."""
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template"},
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=_follow(resolve, language, links),
        link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto", "article", "term", "contact"},
    )


def _follow(
    resolve: Resolve, language: str, links: dict[str, str | None]
) -> Callable[[str, str, str], str | None]:
    def follow(element: str, attribute: str, value: str) -> str | None:
        if element == "a" and attribute == "href":
            if (own := _own(value, language)) is not None:
                return own
            if value not in links:
                found = resolve(value)
                links[value] = found if found and _SAFE_ADDRESS.match(found) else None
            return links[value]
        if element == "img" and attribute == "src":
            return value if PICTURE.fullmatch(value) else None
        return value

    return follow


def _own(link: str, language: str) -> str | None:
    """The address of what is no article: a term, the way to a person, a picture of ours."""
    scheme, _, rest = link.partition(":")
    if scheme == "term":
        return f"/{language}/glossary#{quote(rest)}"
    if scheme == "contact":
        return f"/{language}/contact"
    return link if PICTURE.fullmatch(link) else None
