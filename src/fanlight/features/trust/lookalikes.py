"""Is it ours? And if not, which of ours does it ape, and how.

A name is judged by what its owner had to register, never by what stands beside it: anybody may put
our name in front of a domain of theirs, into a path, before an @.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property

import msgspec
from rapidfuzz.distance import OSA

from fanlight.features.trust.likeness import Reason, is_bait, likeness
from fanlight.features.trust.naming import LONGEST, Name, SourceKind, claimed, hides, read
from fanlight.features.trust.skeleton import skeleton


class Standing(StrEnum):
    """What a check can answer."""

    OFFICIAL = "official"
    RETIRED = "retired"  # was ours; nobody writes from there any more
    LOOK_ALIKE = "look_alike"
    UNKNOWN = "unknown"  # not ours, and like nothing of ours


class Source(msgspec.Struct, frozen=True):
    """One official source as a registry gives it."""

    kind: str
    value: str
    retired: bool = False
    state: str = ""

    @property
    def is_retired(self) -> bool:
        return self.retired or self.state == "retired"


class Judgement(msgspec.Struct, frozen=True):
    """The answer to "is it ours?"."""

    verdict: Standing
    of: str | None = None  # the official source that it is, or apes
    reasons: tuple[Reason, ...] = ()


_CLAIM = 120  # characters of a sender's name that are looked at
_TURNS = re.compile("[\u202d\u202e\u2066-\u2069]")
_Found = tuple[str, tuple[Reason, ...]]


class _Ours(msgspec.Struct, frozen=True):
    """An official source taken apart."""

    value: str
    name: Name
    is_retired: bool


class Registry:
    """What is ours, made ready to be compared with."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._ours: list[_Ours] = []
        for source in sources:
            known = _kind(source.kind)
            name = read(source.value, known)
            if name is not None:
                self._ours.append(_Ours(source.value, name, source.is_retired))

    def judge(self, text: str, kind: str | None = None) -> Judgement:
        """Say whether this is ours, was ours, apes ours, or is unknown to us."""
        text = text[: 2 * LONGEST]
        name = read(text, _kind(kind) if kind else None)
        exact = self._exact(name) if name is not None else None
        if name is None:  # a name with blanks: whoever likes calls himself "Meridian Support"
            name = _spoken(text)
        if name is None:
            return Judgement(Standing.UNKNOWN)
        if exact is not None:
            # No link of ours has letters that cannot be seen; a number is copied with some.
            if (
                name.kind is not SourceKind.PHONE
                and name.whole.isascii()
                and hides(text, name.whole)
            ):
                return Judgement(Standing.LOOK_ALIKE, exact.of, (Reason.HOMOGLYPH,))
            return exact
        apes = self._apes(name) or self._claims(text) or self._turned(text)
        if apes is not None:
            return Judgement(Standing.LOOK_ALIKE, *apes)
        return Judgement(Standing.UNKNOWN, None, self._unlisted(name))

    def _of_kind(self, kind: SourceKind) -> Iterator[_Ours]:
        return (ours for ours in self._ours if ours.name.kind is kind)

    @cached_property
    def _hosts(self) -> list[_Ours]:
        """Domains, and the hosts of mail addresses: who may write from there is us."""
        mails = list(self._of_kind(SourceKind.EMAIL))
        return [*self._of_kind(SourceKind.DOMAIN), *mails]

    def _exact(self, name: Name) -> Judgement | None:
        for ours in self._of_kind(name.kind):
            reasons = _same(name, ours.name)
            if reasons:
                verdict = Standing.RETIRED if ours.is_retired else Standing.OFFICIAL
                return Judgement(verdict, ours.value, reasons)
        return None

    def _claims(self, text: str) -> _Found | None:
        """A foreign mailbox whose owner calls himself by our name or address."""
        said = claimed(text)[:_CLAIM].lower()
        if not said:
            return None
        for ours in self._hosts:
            if ours.name.host in said or likeness(said, ours.name.label):
                return ours.value, (Reason.OTHER_HOST,)
        return None

    def _turned(self, text: str) -> _Found | None:
        """What only reads like ours because a mark turns the direction of writing."""
        if not _TURNS.search(text[:LONGEST]):
            return None
        read_back = _TURNS.sub("", text[:LONGEST])[::-1].lower()
        for ours in self._hosts:
            if ours.name.host in read_back:
                return ours.value, (Reason.HOMOGLYPH,)
        return None

    def _unlisted(self, name: Name) -> tuple[Reason, ...]:
        is_ours = name.kind in (SourceKind.EMAIL, SourceKind.DOMAIN) and any(
            _is_at(name.host, ours.name.host) for ours in self._hosts
        )
        return (Reason.NOT_LISTED,) if is_ours else ()

    def _apes(self, name: Name) -> _Found | None:
        match name.kind:
            case SourceKind.PHONE:
                return self._near_number(name)
            case SourceKind.HANDLE:
                return self._near_handle(name)
            case SourceKind.EMAIL:
                return self._near_mail(name)
            case SourceKind.DOMAIN:
                return self._near_domain(name)

    def _near_number(self, name: Name) -> _Found | None:
        for ours in self._of_kind(SourceKind.PHONE):
            least = min(len(name.digits), len(ours.name.digits))
            if (
                least >= 7
                and OSA.distance(name.digits[-10:], ours.name.digits[-10:]) <= 1 + least // 10
            ):
                return ours.value, (Reason.NEAR_NUMBER,)
        return None

    def _near_handle(self, name: Name) -> _Found | None:
        handles = list(self._of_kind(SourceKind.HANDLE))
        for ours in handles:
            if ours.name.label == name.label:
                return ours.value, (Reason.OTHER_PLATFORM,)
        found = [
            (OSA.distance(name.label, ours.name.label), ours.value, reasons)
            for ours in (*handles, *self._hosts)
            if (reasons := likeness(name.label, ours.name.label, is_name=True))
        ]
        if not found:
            return None
        _, value, reasons = min(found, key=lambda each: each[0])
        return value, reasons

    def _near_mail(self, name: Name) -> _Found | None:
        mails = list(self._of_kind(SourceKind.EMAIL))
        if any(_is_at(name.host, ours.name.host) for ours in self._hosts):
            for ours in mails:
                if (
                    ours.name.host == name.host
                    and 0 < OSA.distance(name.local, ours.name.local) <= 1
                ):
                    return ours.value, (Reason.TYPO,)
            return None
        found = self._near_domain(name)
        if found is not None:
            same = next((each.value for each in mails if each.name.local == name.local), None)
            return same or found[0], found[1]
        for ours in self._hosts:
            if ours.name.host in name.local or likeness(name.local, ours.name.label):
                return ours.value, (Reason.OTHER_HOST,)
        return None

    def _near_domain(self, name: Name) -> _Found | None:
        if any(_is_at(name.host, ours.name.host) for ours in self._hosts):
            return None
        found = [
            (ours, reasons)
            for ours in self._hosts
            if (reasons := _domain_likeness(name, ours.name))
        ]
        if not found:
            return None

        def likest(each: tuple[_Ours, tuple[Reason, ...]]) -> tuple[object, ...]:
            """Our very name under another suffix says most; a whole name in the wrong place says
            more than a slip, a long one than a short one that stands in it, one that we use than
            one that we used."""
            ours, reasons = each
            return (
                reasons[0] is not Reason.OTHER_SUFFIX,
                _WEIGHT[reasons[0]],
                ours.name.label not in name.host,
                ours.is_retired,
                -len(ours.name.label),
                OSA.distance(name.host, ours.name.host),
                ours.name.kind is SourceKind.EMAIL,
            )

        ours, reasons = min(found, key=likest)
        return ours.value, reasons


_LIKEST = (
    *(Reason.BEFORE_AT, Reason.SUBDOMAIN, Reason.PUNYCODE, Reason.HOMOGLYPH, Reason.OTHER_SUFFIX),
    *(Reason.TYPO, Reason.EXTRA_WORDS, Reason.IN_PATH),
)
_WEIGHT = {reason: n for n, reason in enumerate(_LIKEST)}


def _kind(word: str | None) -> SourceKind | None:
    known = {
        **dict.fromkeys(("domain", "url", "website", "link"), SourceKind.DOMAIN),
        **dict.fromkeys(("email", "mail"), SourceKind.EMAIL),
        **dict.fromkeys(("phone", "number"), SourceKind.PHONE),
        **dict.fromkeys(("handle", "group", "agent"), SourceKind.HANDLE),
    }
    return known.get((word or "").lower())


def _spoken(text: str) -> Name | None:
    """A name with blanks in it, as a profile shows it: "Meridian Support"."""
    squashed = "".join(text.lower().split())[:64]
    return Name(kind=SourceKind.HANDLE, whole=squashed, label=squashed) if squashed else None


# Sites on which anybody writes about anybody: a path there names whom it is about.
_TALKED_OF_ON = frozenset(
    (
        *("trustpilot.com", "wikipedia.org", "archive.org", "coinmarketcap.com", "coingecko.com"),
        *("google.com", "bing.com", "duckduckgo.com", "baidu.com", "virustotal.com", "urlscan.io"),
        *("whois.com", "scamadviser.com", "sitejabber.com", "crunchbase.com", "similarweb.com"),
        *("apple.com", "defillama.com", "cryptocompare.com", "zhihu.com", "ptt.cc", "dcard.tw"),
    )
)


def _is_at(host: str, ours: str) -> bool:
    return host == ours or host.endswith(f".{ours}")


def _same(name: Name, ours: Name) -> tuple[Reason, ...]:
    """Whether a name is this official one, to the letter."""
    match name.kind:
        case SourceKind.DOMAIN:
            if name.host.removeprefix("www.") == ours.host.removeprefix("www."):
                return (Reason.LISTED,)
            return (Reason.BELOW_OURS,) if _is_at(name.host, ours.host) else ()
        case SourceKind.EMAIL:
            return (Reason.LISTED,) if (name.local, name.host) == (ours.local, ours.host) else ()
        case SourceKind.PHONE:
            short, long = sorted((name.digits, ours.digits), key=len)
            is_same = long == short or (len(short) >= 7 and long.endswith(short.lstrip("0")))
            return (Reason.LISTED,) if is_same else ()
        case SourceKind.HANDLE:
            is_one = not (name.platform and ours.platform) or name.platform == ours.platform
            return (Reason.LISTED,) if name.label == ours.label and is_one else ()


def _domain_likeness(name: Name, ours: Name) -> tuple[Reason, ...]:
    """How a foreign domain apes one of ours."""
    before = name.before_at.lower()
    if before and (ours.host in before or likeness(before, ours.label)):
        return (Reason.BEFORE_AT,)
    dashed = ours.host.replace(".", "-")
    if f".{ours.host}." in f".{name.below}." or dashed in name.host:
        return (Reason.SUBDOMAIN,)
    reasons = likeness(name.label, ours.label, suffixes=(name.suffix, ours.suffix))
    if reasons == (Reason.LISTED,):
        return (Reason.OTHER_SUFFIX,)
    if reasons:
        return (Reason.PUNYCODE, *reasons) if name.was_encoded else reasons
    if name.below and any(likeness(label, ours.label) for label in _parts(name.below)):
        return (Reason.SUBDOMAIN,)
    # "meridian.exchange" for "meridianexchange.com": the dot moved.
    whole = f"{name.label}{name.suffix}".replace(".", "")
    if name.suffix and skeleton(whole) == skeleton(ours.label):
        return (Reason.OTHER_SUFFIX,)
    if name.registered not in _TALKED_OF_ON and _is_in_path(name.path.lower(), ours.host):
        return (Reason.IN_PATH,)
    return ()


def _is_in_path(path: str, host: str) -> bool:
    """Our host itself, or "our-host-login": the name alone may be a piece of news about us."""
    if host in path:
        return True
    dashed = host.replace(".", "-")
    if dashed not in path:
        return False
    part = next(part for part in re.split(r"[/?&#=]", path) if dashed in part or part == path)
    rest = part.partition(dashed)[::2]
    return any(rest) and all(is_bait(re.sub(r"[\W_]", "", piece)) for piece in rest)


def _parts(below: str) -> list[str]:
    return [part for part in below.split(".") if part and part != "www"]
