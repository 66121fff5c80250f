"""Look-alikes as thieves register them: by rules of their own, not by those that find them."""

import random
from collections.abc import Iterator

KEYS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh",
    "u": "yij", "i": "uok", "o": "ipl", "p": "ol", "a": "qsz", "s": "adwx",
    "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jlim",
    "l": "kop", "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn",
    "n": "bhjm", "m": "njk",
}  # fmt: skip
GLYPHS = {
    "a": "аáàâäạă", "b": "ḃƀ", "c": "сçć", "d": "ԁđḍ", "e": "еéèêẹ", "g": "ɡğ",
    "h": "һḥ", "i": "іíìị1l", "j": "јĵ", "k": "ķк", "l": "ӏ1iḷ", "m": "ṃм",
    "n": "ñńṇ", "o": "о0óòọ", "p": "рṗ", "q": "ԛ", "r": "ṛг", "s": "ѕśṣ5",
    "t": "ťṭ", "u": "υúùụ", "v": "ѵṿ", "w": "ẉŵ", "x": "хẋ", "y": "уýỵ",
    "z": "źẓ",
}  # fmt: skip
WORDS = (
    *(
        "login",
        "support",
        "secure",
        "wallet",
        "verify",
        "help",
        "service",
        "app",
        "exchange",
        "bonus",
    ),
    *("kefu", "official", "account", "airdrop", "claim", "vip", "cn", "pro", "trade", "safe"),
)
SUFFIXES = ("net", "org", "io", "co", "cc", "top", "xyz", "vip", "info", "app", "com.cn", "co.uk")
HOSTS = (
    "secure-pages.io",
    "account-check.top",
    "pages.dev",
    "web.app",
    "github.io",
    "cdn-host.net",
)


def apes(label: str, suffix: str, roll: random.Random) -> Iterator[tuple[str, str]]:
    """Rule and address, one of each rule."""
    at = roll.randrange(1, len(label))
    letter = label[at]
    yield "omission", f"{label[:at]}{label[at + 1 :]}.{suffix}"
    yield "repetition", f"{label[:at]}{letter}{label[at:]}.{suffix}"
    yield "neighbour", f"{label[:at]}{roll.choice(KEYS[letter])}{label[at + 1 :]}.{suffix}"
    yield "insertion", f"{label[:at]}{roll.choice(KEYS[letter])}{label[at:]}.{suffix}"
    swap = next((n for n in range(at, len(label)) if label[n] != label[n - 1]), None)
    if swap is not None:
        swapped = label[: swap - 1] + label[swap] + label[swap - 1] + label[swap + 1 :]
        yield "transposition", f"{swapped}.{suffix}"
    glyph = roll.choice(GLYPHS[letter])
    strange = f"{label[:at]}{glyph}{label[at + 1 :]}"
    yield "homoglyph", f"{strange}.{suffix}"
    yield "punycode", f"{strange.encode('idna').decode()}.{suffix}"
    yield "other suffix", f"{label}.{roll.choice([one for one in SUFFIXES if one != suffix])}"
    word = roll.choice(WORDS)
    yield "word behind", f"{label}-{word}.{roll.choice(SUFFIXES)}"
    yield "word before", f"{word}{label}.{roll.choice(SUFFIXES)}"
    yield "hyphen", f"{label[:at]}-{label[at:]}.{suffix}"
    yield "sub-domain", f"{label}.{suffix}.{roll.choice(HOSTS)}"
    yield "label below", f"{label}-{word}.{roll.choice(HOSTS)}"
    yield "before at", f"https://{label}.{suffix}@{roll.choice(HOSTS)}/{word}"
    yield "www joined", f"www{label}.{suffix}"
    yield "number", f"{label}{roll.randrange(1, 999)}.{suffix}"
    yield "suffix joined", f"{label}{suffix.replace('.', '')}.{roll.choice(SUFFIXES)}"
    yield "two slips", f"{label[:at]}{letter}{label[at:]}-{word}.{suffix}"
    yield "free mail", f"{label}.{word}@gmail.com"
    yield "mail", f"support@{label}-{word}.{suffix}"
