"""HTML letters made safe to show: no script, no remote picture, every link with its true target."""

import re
from html import escape, unescape
from urllib.parse import urlsplit

import msgspec
import nh3

from fanlight.channels.adapters.email.html_text import is_beyond_reason

MAX_CHARS = 1_000_000  # beyond that only the plain text is shown

_TAGS = set(
    """a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em figcaption
    figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike
    strong sub sup table tbody td tfoot th thead tr tt u ul wbr""".split()  # noqa: SIM905
)
_EMPTIED = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "ol": {"start", "type"},
}
# Colours and sizes stay out: letters are read in our own light or dark, at our own size.
_STYLES = {"text-align", "font-weight", "font-style", "text-decoration", "white-space"}
_PICTURE = re.compile(r"(?:cid:[^\s\"'<>]{1,250}|data:image/(?:png|jpeg|gif|webp);base64,[\w+/=]*)")
_MAX_DATA_CHARS = 400_000
_LINK = re.compile(r'<a\b([^>]*?)\bhref="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_LOOKS_LIKE_ADDRESS = re.compile(
    r"(?:https?://)?((?:[\w-]+\.)+[a-z\u0080-\uffff]{2,})(?:[/:?#]\S*)?", re.IGNORECASE
)


class Cleaned(msgspec.Struct, frozen=True):
    """A letter for the sandbox, and what was kept from loading."""

    html: str
    blocked_pictures: int


def clean(html: str) -> Cleaned | None:
    """Safe HTML, with ``cid:`` pictures still named so; None when the letter is beyond reason."""
    if len(html) > MAX_CHARS or is_beyond_reason(html):
        return None
    blocked = 0

    def only_own(tag: str, name: str, value: str) -> str | None:
        nonlocal blocked
        if tag == "img" and name == "src":
            if len(value) <= _MAX_DATA_CHARS and _PICTURE.fullmatch(value):
                return value
            blocked += 1
            return None
        return None if tag != "img" and value.startswith(("cid:", "data:")) else value

    safe = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_EMPTIED,
        attributes=_ATTRIBUTES,
        attribute_filter=only_own,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Cleaned(_LINK.sub(_with_target, safe), blocked)


def _with_target(link: re.Match[str]) -> str:
    """The link, and behind it in plain sight the host it really leads to.

    The host stands there unless the words of the link are that address already; where the words
    name *another* address, the mark says so, for that is how people are sent to thieves.
    """
    href, words = unescape(link[2]), " ".join(unescape(_TAG.sub("", link[4])).split())
    target = _host(href)
    if not target:
        return link[0]
    named = _LOOKS_LIKE_ADDRESS.fullmatch(words)
    claimed = _host(f"https://{named[1]}") if named else None
    if claimed == target or words.lower() == target:
        return link[0]
    kind = "link-target link-lies" if claimed else "link-target"
    return f'{link[0]} <span class="{kind}">{escape(target)}</span>'


def _host(url: str) -> str:
    """The host of a web address or of a mailbox, as it is looked up: letters of other scripts
    that look like Latin ones show their true form."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "?"
    if parts.scheme == "mailto":
        return parts.path.partition("?")[0].lower()
    host = (parts.hostname or "").removeprefix("www.")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
