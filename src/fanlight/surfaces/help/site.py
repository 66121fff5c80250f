"""The help site of one process: templates, words, assets, and how a page becomes an answer."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import State
from markupsafe import Markup, escape

from fanlight.channels.adapters.email.settings import EmailSettings
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.features.knowledge.models import LANGUAGES, address
from fanlight.features.tickets.hidden import advice_on
from fanlight.kernel import i18n
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.clock import Now
from fanlight.kernel.settings import Settings
from fanlight.kernel.shelf import NotOnShelf
from fanlight.surfaces.help.banner import Banner, banner_of
from fanlight.surfaces.help.reference.shelf import file_of
from fanlight.surfaces.help.structured import Data, script_of
from fanlight.surfaces.shared.assets import Asset, has_chat, icons, module, script, stylesheet
from fanlight.surfaces.shared.bytecache import READER_COOKIE, ByteCache, stored
from fanlight.surfaces.shared.pages import HTML, SECURITY
from fanlight.surfaces.shared.reading.memory import Memory, memory_of
from fanlight.surfaces.shared.reading.reader import present_reader
from fanlight.surfaces.shared.sessions import edge_of
from fanlight.surfaces.shared.settings import HelpSettings

Asked = Request[Any, Any, State]

_KIND = "text/html"  # a Response adds the charset itself
_HERE = Path(__file__).parent
_SHEETS = (
    "shared/tokens.css",
    *(f"shared/styles/{part}.css" for part in ("elements", "controls", "parts", "blocks")),
    *(f"shared/styles/{part}.css" for part in ("reading", "talk")),
    *(
        f"help/{part}.css"
        for part in (
            "frame",
            "home",
            "article",
            "blocks",
            "search",
            "case",
            "guide",
            "news",
            "reading",
            "reference",
            "official",
            "check",
            "freeze",
        )
    ),
    "shared/styles/touch.css",
    "shared/styles/forced.css",
)
_USED_ICON = re.compile(r"#i-([a-z-]+)")
_HIDDEN = re.compile(r"⟦hidden:([a-z_]+)⟧")
_SPRITE = "<!-- icons -->"
# Kept by browsers only to be asked about: what was withdrawn is gone at the next look.
_ASK_AGAIN = "no-cache"


class Feed(NamedTuple):
    """Something that may be subscribed to."""

    title: str
    path: str
    media_type: str


class Site:
    """Everything that pages share. One a process; holds no request."""

    def __init__(
        self, settings: Settings, cache: ByteCache, memory: Memory, banner: Banner, *, now: Now
    ) -> None:
        self.brand = settings[BrandSettings]
        self.settings = settings[HelpSettings]
        self.cache = cache
        self.now = now
        zone_name = _zone_name(self.brand, now())
        self.has_chat = has_chat()
        self._templates = Environment(
            loader=FileSystemLoader([_HERE / "pages", _HERE / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(
            brand=self.brand,
            icon=icon,
            languages=LANGUAGES,
            name_of=i18n.name_of,
            called=i18n.called,
            article_address=address,
            zone_name=zone_name,
            has_chat=self.has_chat,
            has_sign_in=_has_sign_in(settings),
            has_mail_sign_in=bool(settings[EmailSettings].mailboxes),
            has_token_sign_in=bool(settings[WebchatSettings].issuer),
            has_reference=file_of(settings) is not None,
            emergency_article=self.settings.emergency,
            **{name: asset.path for name, asset in page_assets().items()},
        )
        self._templates.filters.update(
            secret_name=secret_name,
            secret_advice=advice_on,
            without_marks=_without_marks,
            size=_size,
            ld=script_of,
            og_locale=_og_locale,
            ticks=_ticks,
        )
        self._words = {tag: i18n.speaker(tag) for tag in LANGUAGES}
        self.memory = memory
        self._banner = banner

    def say(self, language: str, key: str, **params: object) -> str:
        """A sentence in a language."""
        return self._words[language](key, **params)

    def render(
        self,
        template: str,
        language: str,
        *,
        paths: Mapping[str, str],
        is_indexed: bool = True,
        leads_back: bool | None = None,
        structured: Sequence[Data] | Markup = (),
        feeds: Sequence[Feed] = (),
        card: str = "",
        section: str = "",
        **values: object,
    ) -> bytes:
        """One page.

        Args:
            paths: the address of this page in each language it exists in.
            is_indexed: whether search engines may keep it.
            leads_back: whether signing in from it leads back to it; of itself where it is indexed.
                Not where the address is a secret: it would stand in a mail.
            structured: what it says to machines, in the words of schema.org.
            feeds: what may be subscribed to here.
            card: the address of the picture that stands for it where its link is shared.
            section: which entry of the frame it belongs to; none where it is of no other.
        """
        html = self._templates.get_template(template).render(
            lang=language,
            t=self._words[language],
            day=partial(i18n.day, language, this_year=self.now().year),
            moment=partial(i18n.moment, language, now=self.now(), zone=self.brand.zone),
            month_name=partial(i18n.month, language),
            paths=paths,
            is_indexed=is_indexed,
            leads_back=is_indexed if leads_back is None else leads_back,
            structured=structured,
            feeds=feeds,
            card=card,
            section=section,
            banner=self._banner.now.get(language),
            reader=present_reader(),
            now=self.now(),
            **values,
        )
        used = dict.fromkeys(_USED_ICON.findall(html))
        return html.replace(_SPRITE, _sprite(used)).encode()

    def fragment(self, template: str, language: str, **values: object) -> Markup:
        """A part of a page that stays the same until something changes: made once, kept with it."""
        html = self._templates.get_template(template).render(
            lang=language,
            t=self._words[language],
            moment=partial(i18n.moment, language, now=self.now(), zone=self.brand.zone),
            now=self.now(),
            **values,
        )
        # Our own template, which has escaped whatever was put into it.
        return Markup(html)  # noqa: S704

    def keep(
        self, request: Asked, page: bytes, *, generation: int, lasts_s: float | None = None
    ) -> Response[bytes]:
        """Answer with a public page, and from bytes from now on.

        Args:
            generation: the cache's, read before anything on the page was.
            lasts_s: for a page that shows something of the moment.
        """
        if READER_COOKIE in request.cookies:
            return self.show(page)
        headers = {"content-type": HTML, "cache-control": _ASK_AGAIN, **SECURITY}
        if not request.scope["query_string"]:
            made = stored(page, headers=headers.items(), lasts_s=lasts_s)
            self.cache.put(request.scope["path"], made, generation=generation)
            headers["etag"] = made.etag.decode()
        return Response(page, media_type=_KIND, headers=headers)

    def show(self, page: bytes, *, status: int = 200) -> Response[bytes]:
        """Answer with a page that is one reader's alone, or of one moment: never kept."""
        # Others learn no address of ours. Not "no-referrer": a form would then come without origin.
        headers = {"cache-control": "no-store", **SECURITY, "referrer-policy": "same-origin"}
        return Response(page, status_code=status, media_type=_KIND, headers=headers)


@cache
def page_assets() -> dict[str, Asset]:
    """The sheet and the scripts of every page: by name, under addresses that change with them."""
    return {
        "sheet": stylesheet("help", _SHEETS),
        "theme": script("theme", "help/theme.js"),
        "script": script("help", "help/help.js"),
        "reading": script("reading", "help/reading.js"),
        "blocks": script("blocks", "help/blocks.js"),
        "following": script("following", "help/check.js"),
        "guard": module("guard", ("shared/wordmarks.js", "shared/secrets.js", "help/guard.js")),
        "freeze_script": script("freeze", "help/freeze.js"),
    }


def _has_sign_in(settings: Settings) -> bool:
    """Whether anybody could sign in: by the exchange's word, or by a mail that we can send."""
    chat, mail = settings[WebchatSettings], settings[EmailSettings]
    return bool(chat.issuer or mail.mailboxes)


def _zone_name(brand: BrandSettings, now: datetime) -> str:
    """The zone as people write it, e.g. UTC+8."""
    offset = now.astimezone(brand.zone).strftime("%z")
    hours, minutes = offset[:3], offset[3:]
    return f"UTC{hours[0]}{int(hours[1:])}" + (f":{minutes}" if minutes != "00" else "")


def site_of(request: Asked) -> Site:
    """The site of this process, made on first use."""
    edge = edge_of(request)
    try:
        return edge.shelf.of(Site)
    except NotOnShelf:
        edge.shelf.offer(
            Site(
                edge.shelf.of(Settings),
                edge.shelf.of(ByteCache),
                memory_of(edge),
                banner_of(edge),
                now=edge.now,
            )
        )
        return edge.shelf.of(Site)


def language_for(request: Asked, asked: str = "") -> str:
    """The language of ours for an address or, where it says nothing, for the browser."""
    return i18n.nearest(asked) or i18n.negotiate(request.headers.get("accept-language", ""))


@cache
def icon(name: str, kind: str = "") -> Markup:
    """A drawing beside a word; its lines come once, in the sprite at the page's end."""
    classes = f"i {kind}".strip()
    return Markup('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(
        classes, name if name in icons() else "book-open"
    )


def _ticks(text: str) -> Markup:
    """Words between backticks as code."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(text.split("`"))
    )


def _og_locale(language: str) -> str:
    """Language and country, as Open Graph wants them."""
    return {"en": "en_US", "zh-Hans": "zh_CN", "zh-Hant": "zh_TW"}.get(
        language, language.replace("-", "_")
    )


def secret_name(kind: str, language: str) -> str:
    return i18n.translate(language, f"help.secret.{kind}")


def _without_marks(text: str, language: str) -> str:
    """For a field that people go on writing in: what was hidden, said in their language."""

    def said(found: re.Match[str]) -> str:
        kind = secret_name(found.group(1), language)
        return i18n.translate(language, "help.secret.removed", kind=kind)

    return _HIDDEN.sub(said, text)


def _size(size_bytes: int) -> str:
    """A file's size as people read it."""
    if size_bytes < 1_000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1_000:.0f} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def _sprite(names: Mapping[str, None]) -> str:
    known = icons()
    drawn = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{known[name]}</symbol>'
        for name in names
        if name in known
    )
    return f'<svg class="sprite" aria-hidden="true">{drawn}</svg>'
