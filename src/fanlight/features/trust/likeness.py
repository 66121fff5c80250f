"""How one word apes another: letters that look alike, slips of the finger, words put around it."""

from enum import StrEnum
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA

from fanlight.features.trust.skeleton import plain, skeleton
from fanlight.features.trust.vocabulary import is_word

_LABEL = 63  # octets of one label of a host, RFC 1035; longer ones lead nowhere
_SHORT, _LONG = 4, 6  # letters: a shorter name stands in ordinary words, a longer one is a name


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


def likeness(
    label: str, ours: str, *, is_name: bool = False, suffixes: tuple[str, str] | None = None
) -> tuple[Reason, ...]:
    """How a label apes one of ours; LISTED: it is the same word.

    ``suffixes`` are what stands behind the label and behind ours, where they are registered names.
    """
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
        return () if _is_chance(label, ours, suffixes) else (Reason.TYPO,)
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


_OFTEN = 200  # times in the list of words, where most plurals stand at 50, its least
# Suffixes under which anybody registers any word; at a rare one of ours, a near word is no chance.
_COMMON = frozenset(("com", "net", "org"))


def _is_chance(label: str, ours: str, suffixes: tuple[str, str] | None) -> bool:
    """Under another suffix "heaven" is no "haven", and "veridian" no "meridian"; "submit.com" is
    nobody's "summit.com", though "summits.com" may be."""
    if suffixes is None:
        return _is_another_word(label, ours)
    suffix, our_suffix = suffixes
    if is_word(label) and not label.startswith(ours):
        return suffix != our_suffix or suffix in _COMMON
    if suffix == our_suffix:
        return False
    is_other = len(label) == len(ours) and label[:1] != ours[:1]
    return (
        len(ours) < _LONG or (is_other and label[1:] == ours[1:]) or _is_another_word(label, ours)
    )


def _is_another_word(label: str, ours: str) -> bool:
    """A word of its own is nobody's slip. Ours for several is only one where people say it:
    "lanterns" is, "meridians" is not."""
    is_ours = len(ours) >= _LONG and label in {f"{ours}s", f"{ours}es"}
    return is_word(label, _OFTEN if is_ours else 1)


def _holds(label: str, bare: str, ours: str) -> bool:
    """Whether our name, or a slip of it, stands in it with more around it."""
    words = [word for word in _words(label) if word]
    if len(ours) >= _SHORT and any(word == ours for word in words) and len(words) > 1:
        return True
    if len(words) > 1 and any(
        _is_slip(word, ours) and all(is_bait(other) for other in words if other is not word)
        for word in words
    ):
        return True
    at = bare.find(ours)
    if at >= 0:
        rest = (bare[:at], bare[at + len(ours) :])
        if len(ours) >= _LONG or all(is_bait(piece) for piece in rest):
            return True
    if len(ours) < _LONG:
        return False
    for size in (len(ours), len(ours) - 1, len(ours) + 1):
        for start in range(len(bare) - size + 1):
            piece = bare[start : start + size]
            rest = (bare[:start], bare[start + size :])
            if (rest[0] or rest[1]) and _is_slip(piece, ours) and all(map(is_bait, rest)):
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


def is_bait(piece: str) -> bool:
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
