"""Is it ours? And if not, which of ours does it ape, and how.

A name is judged by what its owner had to register, never by what stands beside it: anybody may put
our name in front of a domain of theirs, into a path, before an @.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files

import msgspec
from rapidfuzz.distance import OSA

from fanlight.features.trust.naming import LONGEST, Name, SourceKind, claimed, hides, read
from fanlight.features.trust.skeleton import plain, skeleton


class Standing(StrEnum):
    """What a check can answer."""

    OFFICIAL = "official"
    RETIRED = "retired"  # was ours; nobody writes from there any more
    LOOK_ALIKE = "look_alike"
    UNKNOWN = "unknown"  # not ours, and like nothing of ours


class Reason(StrEnum):
    """Why: public words, translated where people read them."""

    LISTED = "listed"
    BELOW_OURS = "below_ours"  # a sub-domain of a domain of ours
    NOT_LISTED = "not_listed"  # at our domain, but no address we publish
    HOMOGLYPH = "homoglyph"
    PUNYCODE = "punycode"
    TYPO = "typo"
    EXTRA_WORDS = "extra_words"
    OTHER_SUFFIX = "other_suffix"
    SUBDOMAIN = "subdomain"
    BEFORE_AT = "before_at"
    IN_PATH = "in_path"
    OTHER_PLATFORM = "other_platform"
    OTHER_HOST = "other_host"  # our name in front of somebody else's @
    NEAR_NUMBER = "near_number"


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
_LABEL = 63  # octets of one label of a host, RFC 1035; longer ones lead nowhere
_TURNS = re.compile("[\u202d\u202e\u2066-\u2069]")
_SHORT, _LONG = 4, 6  # letters: a shorter name stands in ordinary words, a longer one is a name
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
        if name is None:
            name = _spoken(text)
        if name is None:
            return Judgement(Standing.UNKNOWN)
        exact = self._exact(name)
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
            if ours.name.host in said or _likeness(said, ours.name.label):
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
            if (reasons := _likeness(name.label, ours.name.label, is_name=True))
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
            if ours.name.host in name.local or _likeness(name.local, ours.name.label):
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
            """A whole name in the wrong place says more than a slip, a long one than a short one
            that stands in it, one that we use than one that we used."""
            ours, reasons = each
            return (
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
    if before and (ours.host in before or _likeness(before, ours.label)):
        return (Reason.BEFORE_AT,)
    dashed = ours.host.replace(".", "-")
    if f".{ours.host}." in f".{name.below}." or dashed in name.host:
        return (Reason.SUBDOMAIN,)
    reasons = _likeness(name.label, ours.label)
    if reasons == (Reason.LISTED,):
        return (Reason.OTHER_SUFFIX,)
    if reasons:
        return (Reason.PUNYCODE, *reasons) if name.was_encoded else reasons
    if name.below and any(_likeness(label, ours.label) for label in _parts(name.below)):
        return (Reason.SUBDOMAIN,)
    # "meridian.exchange" for "meridianexchange.com": the dot moved.
    whole = f"{name.label}{name.suffix}".replace(".", "")
    if name.suffix and skeleton(whole) == skeleton(ours.label):
        return (Reason.OTHER_SUFFIX,)
    if ours.host in name.path.lower():
        return (Reason.IN_PATH,)
    return ()


def _parts(below: str) -> list[str]:
    return [part for part in below.split(".") if part and part != "www"]


def _likeness(label: str, ours: str, *, is_name: bool = False) -> tuple[Reason, ...]:
    """How a label apes one of ours; LISTED: it is the same word."""
    label = label[:_LABEL]
    if label == ours:
        return (Reason.LISTED,) if not is_name else (Reason.EXTRA_WORDS,)
    seen, mine = plain(label), plain(ours)
    bare, base = _bare(seen), _bare(mine)
    if bare == base:
        is_foreign = seen != label.lower()
        return (Reason.HOMOGLYPH,) if is_foreign else (Reason.EXTRA_WORDS,)
    if skeleton(label) == skeleton(ours):
        return (Reason.HOMOGLYPH,)
    if _is_slip(bare, base) or _is_slip(skeleton(label), skeleton(ours)):
        return (Reason.TYPO,)
    if _holds(seen, bare, base) or _holds(seen, skeleton(label), skeleton(ours)):
        return (Reason.EXTRA_WORDS,)
    return ()


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _is_slip(text: str, ours: str) -> bool:
    """As many slips as a hurried eye passes over in a word of this length."""
    if len(ours) < _SHORT:
        return False
    allowed = 2 if len(ours) >= 9 else 1
    is_swapped = sorted(text[:2]) == sorted(ours[:2])
    if len(ours) == _SHORT and text[:1] != ours[:1] and not is_swapped:
        return False
    return 0 < OSA.distance(text, ours, score_cutoff=allowed) <= allowed


def _holds(label: str, bare: str, ours: str) -> bool:
    """Whether our name, or a slip of it, stands in it with more around it."""
    words = [word for word in _words(label) if word]
    if len(ours) >= _SHORT and any(word == ours for word in words) and len(words) > 1:
        return True
    if len(words) > 1 and any(
        _is_slip(word, ours) and all(_is_bait(other) for other in words if other is not word)
        for word in words
    ):
        return True
    at = bare.find(ours)
    if at >= 0:
        rest = (bare[:at], bare[at + len(ours) :])
        if len(ours) >= _LONG or all(_is_bait(piece) for piece in rest):
            return True
    if len(ours) < _LONG:
        return False
    for size in (len(ours), len(ours) - 1, len(ours) + 1):
        for start in range(len(bare) - size + 1):
            piece = bare[start : start + size]
            rest = (bare[:start], bare[start + size :])
            if (rest[0] or rest[1]) and _is_slip(piece, ours) and all(map(_is_bait, rest)):
                return True
    return False


def _words(label: str) -> list[str]:
    """A label in its words: marks and digits part them."""
    return "".join(c if c.isalpha() else " " for c in label).split()


@cache
def _bait() -> frozenset[str]:
    """Words of the trade: login, support, wallet."""
    lines = files("fanlight.features.trust").joinpath("bait.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _is_bait(piece: str) -> bool:
    """Nothing, digits, or words of the trade in a row: "login", "vip2024", "supportteam"."""
    piece = piece.strip("0123456789")
    if not piece:
        return True
    reach = {0}
    for end in range(1, len(piece) + 1):
        if any(
            start in reach and piece[start:end] in _bait() for start in range(max(0, end - 12), end)
        ):
            reach.add(end)
    return len(piece) in reach
