"""Takes apart what people paste: a link, a domain, a mail address, a telephone number, a handle."""

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

LONGEST = 2_000  # characters; what is longer is no name
_KEPT = 512  # names read lately: one message's are asked for several times, and mails repeat them


class SourceKind(StrEnum):
    """What an official source can be."""

    DOMAIN = "domain"
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"


# Hosts on which the first part of the path is somebody's name.
_HOSTS = {
    "telegram": ("t.me", "telegram.me", "telegram.dog"),
    "x": ("x.com", "twitter.com", "mobile.twitter.com"),
    "facebook": ("facebook.com", "m.facebook.com", "fb.com", "fb.me"),
    "instagram": ("instagram.com", "instagr.am"),
    "discord": ("discord.gg", "discord.com"),
    "whatsapp": ("wa.me",),
    "line": ("line.me",),
    **{name: (f"{name}.com",) for name in ("youtube", "tiktok", "weibo", "linkedin", "reddit")},
    **{name: (f"{name}.com",) for name in ("medium", "github", "threads")},
}
PLATFORMS = {host: platform for platform, hosts in _HOSTS.items() for host in hosts}
# Parts of a path on those hosts that stand before the name.
_BEFORE_NAME = frozenset(
    ("invite", "joinchat", "s", "c", "channel", "company", "in", "user", "u", "r", "add", "p", "ti")
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff]"
)
_DOTS = re.compile("[\u3002\uff0e\uff61\u2024\u00b7\u30fb]")
_ANGLES = re.compile(r"<\s*([^<>\s]{3,320})\s*>\s*$")
_MAIL = re.compile(
    r"(?:mailto:)?(?P<local>[^\s@<>\"']{1,64})@(?P<host>[^\s@/?#<>\"']{1,255})(?:\?.*)?$",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]{1,20}:)?/{2,}", re.IGNORECASE)
# As those write who want no link made of it: evil[.]example, "box at host dot example".
_DEFANGED = re.compile(
    r"\[\.\]|\(\.\)|\{\.\}|\s?[\[({]dot[\])}]\s?|(?<=\w) dot (?=\w)", re.IGNORECASE
)
_AT = re.compile(r"\s?[\[({](?:at|@)[\])}]\s?", re.IGNORECASE)
_SPOKEN_AT = re.compile(r"([\w.+-]{1,64}) at ([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
_PHONE = re.compile(
    r"^(?:tel:)?\+?[\d\s().\u2010-\u2015-]{5,30}(?:(?:ext|x)\.?\s?\d{1,6})?$", re.IGNORECASE
)
_HOST = re.compile(r"^[^\s/@:?#\\]+\.[^\s/@:?#\\.]{2,}\.?$")
_HANDLE = re.compile(
    r"^(?:(?P<platform>[a-z]{1,12})\s?[:：/]\s?)?@?(?P<name>[^\s@/:]{2,64})$", re.IGNORECASE
)


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A value taken apart. Which fields are filled depends on the kind."""

    kind: SourceKind
    whole: str  # in one spelling: small letters, Unicode, no scheme
    host: str = ""  # of links, domains and mail addresses
    label: str = ""  # what its owner registered, without the suffix: "meridian"
    suffix: str = ""  # "com", "co.uk"
    local: str = ""  # of a mail address
    platform: str = ""  # of a handle, when it is known
    digits: str = ""  # of a telephone number
    path: str = ""  # of a link, with its query
    before_at: str = ""  # of a link: the user name in front of the host, that readers take for it
    was_encoded: bool = False  # written as xn--…

    @property
    def registered(self) -> str:
        return f"{self.label}.{self.suffix}" if self.suffix else self.label

    @property
    def below(self) -> str:
        """The labels in front of the registered name."""
        return self.host.removesuffix(self.registered).rstrip(".")


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList  # its list takes a tenth of a second to read

    return PublicSuffixList()


def has_suffix(host: str) -> bool:
    """Whether a bare host ends in something under which names are registered."""
    last = host.partition("/")[0].rstrip(".").rpartition(".")[2].lower()
    return last == "example" or bool(_suffixes().publicsuffix(last, accept_unknown=False))


def hides(text: str, name: str) -> bool:
    """Whether a name stands in a text only once what cannot be seen is taken out of it."""
    lower = text[:LONGEST].lower()
    return bool(_INVISIBLE.search(lower)) and name not in lower


def claimed(text: str) -> str:
    """Who a sender says to be in front of the address: the name in `"Desk" <box@host>`."""
    found = _ANGLES.search(cleaned(text))
    return cleaned(text)[: found.start()].strip(" \"'") if found else ""


def address_of(sender: str) -> str:
    """The address in `"Desk" <box@host>`."""
    found = _ANGLES.search(cleaned(sender))
    return found[1] if found else cleaned(sender)


def cleaned(text: str) -> str:
    """Without what cannot be seen, with one kind of dot."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text.strip()[:LONGEST]))
    text = _AT.sub("@", _DEFANGED.sub(".", _DOTS.sub(".", text)))
    spoken = _SPOKEN_AT.fullmatch(text)
    return text if spoken is None else f"{spoken[1]}@{spoken[2]}"


@lru_cache(_KEPT)
def read(text: str, kind: SourceKind | None = None) -> Name | None:
    """What this is; ``kind`` says it where the caller knows. None: it is no name of any kind."""
    text = cleaned(text)
    if found := _ANGLES.search(text):
        text = found[1]  # "Support" <somebody@else.example>
    text = text.strip("\"'“”‘’<>()[]，。、；;,「」『』【】《》（）")
    if not text:
        return None
    if kind is SourceKind.PHONE or (kind is None and _PHONE.match(text)):
        return _phone(text)
    if not _SCHEME.match(text) and (found := _MAIL.match(text)) and "/" not in found["host"]:
        return _mail(found["local"], found["host"])
    if kind is SourceKind.HANDLE and not _SCHEME.match(text) and "/" not in text:
        return _handle(text)
    if _SCHEME.match(text) or "/" in text or _HOST.match(text) or kind is SourceKind.DOMAIN:
        return _link(text)
    return _handle(text)


def _phone(text: str) -> Name | None:
    digits = "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())
    plus = text.removeprefix("tel:").startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00") if plus else digits
    if not 3 <= len(digits) <= 20:
        return None
    return Name(kind=SourceKind.PHONE, whole=("+" if plus else "") + digits, digits=digits)


def _mail(local: str, host: str) -> Name | None:
    found = _host(host)
    if found is None:
        return None
    host, label, suffix, was_encoded = found
    local = unicodedata.normalize("NFC", unquote(local)).lower()
    return Name(
        kind=SourceKind.EMAIL,
        whole=f"{local}@{host}",
        host=host,
        label=label,
        suffix=suffix,
        local=local.partition("+")[0],
        was_encoded=was_encoded,
    )


def _link(text: str) -> Name | None:
    rest = _SCHEME.sub("", text).replace("\\", "/")
    rest = rest.partition(":")[2] if rest.lower().startswith(("http:", "https:")) else rest
    try:
        parts = urlsplit("//" + rest.lstrip("/"))
        host = parts.hostname or ""
    except ValueError:
        return None
    before_at = unquote((parts.username or "") + (":" + parts.password if parts.password else ""))
    found = _host(unquote(host))
    if found is None:
        return None
    host, label, suffix, was_encoded = found
    path = unquote(
        parts.path
        + ("?" + parts.query if parts.query else "")
        + ("#" + parts.fragment if parts.fragment else "")
    )
    platform = PLATFORMS.get(host.removeprefix("www."))
    name = _name_in(parts.path) if platform else ""
    if platform and name:
        return Name(
            kind=SourceKind.HANDLE, whole=name, platform=platform, host=host, label=name, path=path
        )
    return Name(
        kind=SourceKind.DOMAIN,
        whole=host,
        host=host,
        label=label,
        suffix=suffix,
        path=path if path != "/" else "",
        before_at=before_at,
        was_encoded=was_encoded,
    )


def _name_in(path: str) -> str:
    """Whose page this is: the first part of the path that is a name."""
    parts = [part for part in unquote(path).split("/") if part]
    while len(parts) > 1 and parts[0].lower() in _BEFORE_NAME:
        parts.pop(0)
    return parts[0].lstrip("@+").lower() if parts else ""


def _handle(text: str) -> Name | None:
    found = _HANDLE.match(text)
    if found is None:
        return None
    platform = (found["platform"] or "").lower()
    name = found["name"].lower()
    known = {"tg": "telegram", "ig": "instagram", "fb": "facebook", "twitter": "x", "dc": "discord"}
    return Name(
        kind=SourceKind.HANDLE, whole=name, label=name, platform=known.get(platform, platform)
    )


def _host(host: str) -> tuple[str, str, str, bool] | None:
    """Host in Unicode, the name somebody registered, its suffix, whether it was written as xn--."""
    host = cleaned(host).strip(".").lower()
    if not host or len(host) > 255 or ".." in host:
        return None
    was_encoded = "xn--" in host
    shown = ".".join(_decoded(label) for label in host.split("."))
    ascii_host = ".".join(_encoded(label) for label in shown.split("."))
    suffix = _suffixes().publicsuffix(ascii_host, accept_unknown=True) or ""
    count = len(suffix.split(".")) if suffix else 0
    labels = shown.split(".")
    if len(labels) <= count:
        return shown, shown, "", was_encoded
    return shown, labels[-count - 1], ".".join(labels[-count:]), was_encoded


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _encoded(label: str) -> str:
    if label.isascii():
        return label
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return "x"
