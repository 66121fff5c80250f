"""Secrets that come as a file or a set-up: a wallet's keystore, an authenticator's secret.

A keystore is a key under a password, and passwords are guessed. The secret of an authenticator
makes every code there will ever be.
"""

import base64
import binascii
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, nearest, sentence_before, within
from fanlight.kernel.secrets.talk import sign

_CIPHER = re.compile(r"[\"'“”]?(?:cipher(?:text|params)?|salt)\\{0,3}[\"'“”]?\s{0,4}[:：=]")
# The last two with a salt: the vault of a wallet in the browser.
_KEYSTORE_PART = re.compile(
    r"[\"'“”]?(?:ciphertext|kdfparams|kdf|mac|dklen|data|iv)\\{0,3}[\"'“”]?\s{0,4}[:：=]",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"[\"'“”]?ciphertext[\"'“”]?\s{0,4}[:：=]\s{0,4}[\"'“”]?(?P<value>[0-9a-f]{32,256})"
)
_BRACE = re.compile(r"[{}]")
_REACH = 3_000  # code points a keystore is long at the most
_URI = re.compile(
    r"otpauth(?:-migration)?://[^\s\"'<>]{0,400}?(?:[?&]|%3f|%26)(?:secret|data)(?:=|%3d)"
    r"(?P<value>[a-z0-9%+/=_-]{8,400})"
)
_GROUPS = re.compile(
    r"(?<![a-z0-9])(?P<value>[a-z2-7]{16,64}={0,6}"
    r"|[a-z2-7]{4}(?:[ -][a-z2-7]{4}){3,15})(?![a-z0-9])",
    re.ASCII,
)
_HINTS = (
    *("totp", "2fa", "authenticat", "google", "otp", "两步", "兩步", "谷歌", "ga key", "ga secret"),
    *("ga密", "ga 密", "ga秘", "ga金", "ga:", "ga："),
    *("验证器", "驗證器", "双重", "雙重", "二次", "authy", "身份验证", "mfa"),
)
_WORDS = re.compile(
    r"(?P<secret>(?:totp|2fa|otp|mfa|authenticator|google|\bga|set-?up|back-?up|recovery"
    r"|manual(?: entry)?|shared)[\s_-]{0,2}(?:auth(?:enticator)?\s?)?(?:secret|key|seed)"
    r"(?:\s?key)?|\bsecret(?: key)?\b|\bkey\b|\bseed\b|base32|\b(?:totp|2fa|mfa|otp"
    r"|authenticator)(?=\W{0,4}\Z)"
    r"|密[钥鑰匙]|秘[钥鑰]|金鑰|种子|種子|备份码|備份碼|备用码|備用碼)"
    r"|(?P<other>\baddress|\bhash|\btx|\bmemo\b|\border|地址|哈希|订单|訂單)",
    re.ASCII,
)
# Where nothing else says authenticator: the names of what a set-up shows beside its picture.
_SET_UP = re.compile(
    r"(?P<secret>(?:set-?up|back-?up|manual(?: entry)?|recovery)[\s_-]{0,2}(?:key|code|secret)"
    r"|\bsecret(?:[\s_-]key)?\b|(?:code|key) manually|\bscan\b(?=.{0,40}\b(?:code|key)\b)"
    r"|密[钥鑰匙]|秘[钥鑰]|金鑰|备份码|備份碼|备用码|備用碼)"
    r"|(?P<other>\bapi\b|\baddress|\bhash|\btx|\bmemo\b|\border|\bpromo|\breferral|地址|哈希"
    r"|订单|訂單)",
    re.ASCII,
)
_SHOWN = re.compile(
    r"(?<![\w/+.-])[A-Z2-7]{16}(?:[A-Z2-7]{10}|[A-Z2-7]{16}|[A-Z2-7]{36})?(?![\w/+.=-])", re.ASCII
)
# The same as a shape: letters and digits of base32, what may part groups, all else.
_SHAPE = bytes(
    120 if chr(n) in "abcdefghijklmnopqrstuvwxyz234567" else 32 if chr(n) in " -" else 46
    for n in range(256)
)
_ROW, _FOURS, _FOURS_BEHIND_A_MARK = b"x" * 16, b" xxxx" * 4, b".xxxx xxxx xxxx xxxx"
_GROUPED = (39, 19)  # 32 and 16 letters in groups of four
_CALLED = (
    "authenticat",
    "totp",
    "2fa",
    "mfa",
    "key",
    "secret",
    "seed",
    "base32",
    "密",
    "秘",
    "金鑰",
    "种子",
    "種子",
    "备",
    "備",
    "scan",
    "manual",
)
_CALLED_SIGN, _FILE_SIGN = (
    sign(*(each for each in _CALLED if each != "2fa")),
    sign("cipher", "salt", "otpauth"),
)
_LEAST_VARIETY = (
    6  # different letters: words of a sentence in base32 letters repeat, and have vowels
)


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    low = passage.low
    is_called = passage.may_tell(_CALLED_SIGN) or "2fa" in low
    if passage.may_tell(_FILE_SIGN):
        if "cipher" in low or ("salt" in low and '"iv' in low):
            yield from _keystores(passage)
        is_called = is_called or "otpauth" in low
    if not is_called:
        return
    if "otpauth" in low:
        for found in _URI.finditer(low):
            yield SecretKind.TOTP_SECRET, *found.span("value")
    lone = list(within(_SHOWN, passage.text, passage.stretches, 16)) if passage.stretches else []
    shape = b" " + low.encode("latin-1", "replace").translate(_SHAPE)
    is_row = bool(passage.stretches) and _ROW in shape
    groups = is_row or _FOURS in shape or _FOURS_BEHIND_A_MARK in shape
    if not (lone or groups) or not any(map(low.__contains__, _CALLED)):
        return
    for found in lone:
        if _is_base32(found[0]) and _is_set_up(low, found.start()):
            yield SecretKind.TOTP_SECRET, *found.span()
    is_hinted = groups and any(hint in low for hint in _HINTS)
    for found in _GROUPS.finditer(low) if groups else ():
        start, size = found.start("value"), _size(passage.text[slice(*found.span("value"))])
        if size:
            is_called = is_hinted and nearest(_WORDS, low, start) == "secret"
            value = passage.text[start : start + size]
            is_shown = not value.isalnum() and value.isupper() and _is_set_up(low, start)
            if is_called or is_shown:
                yield SecretKind.TOTP_SECRET, start, start + size


def _is_set_up(low: str, at: int) -> bool:
    return nearest(_SET_UP, low, at) == "secret" and "api" not in sentence_before(low, at)


def _keystores(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    """The whole object in braces around the cipher's words; without braces, the ciphertext.

    Braces and parts are found once: a text that repeats the words costs no more than another.
    """
    low, end = passage.low, 0
    ciphers = [found.start() for found in _CIPHER.finditer(low)]
    parts = [found.start() for found in _KEYSTORE_PART.finditer(low)]
    for at, span in zip(ciphers, _braced(low, ciphers), strict=True):
        if at < end:
            continue
        if span is not None and bisect_left(parts, span[1]) - bisect_left(parts, span[0]) >= 2:
            end = span[1]
            yield SecretKind.KEYSTORE, *span
        elif (loose := _LOOSE.match(low, at)) is not None:
            end = loose.end()
            yield SecretKind.KEYSTORE, *loose.span("value")


def _braced(low: str, places: Sequence[int]) -> list[tuple[int, int] | None]:
    """The outermost pair of braces around each place, or what is left of one that was cut off."""
    braces = [found.start() for found in _BRACE.finditer(low)]
    open_now: list[int] = []
    closed: dict[int, int] = {}
    starts: list[int | None] = []
    waiting = iter(braces)
    brace = next(waiting, None)
    for at in [*places, len(low)]:
        while brace is not None and brace < at:
            if low[brace] == "{":
                open_now.append(brace)
            elif open_now:
                closed[open_now.pop()] = brace + 1
            brace = next(waiting, None)
        first = bisect_left(open_now, at - _REACH + 1)
        starts.append(open_now[first] if first < len(open_now) else None)
    return [
        None
        if start is None
        else (start, min(closed.get(start, len(low)), start + _REACH, len(low)))
        for start in starts[:-1]
    ]


def _size(value: str) -> int:
    """How much of it is a secret: a word of four letters behind the groups is no part of it."""
    for size in (len(value), *_GROUPED):
        if size <= len(value) and _is_base32(value[:size]):
            return size
    return 0


def _is_base32(value: str) -> bool:
    """Letters and digits of base32, written in one size, that no word would be made of."""
    letters = re.sub(r"[ =-]", "", value)
    if letters not in (letters.upper(), letters.lower()) or len(set(letters)) < _LEAST_VARIETY:
        return False
    if not any(c.isdigit() for c in letters) and not letters.isupper():
        return False  # small letters alone are words until a digit stands among them
    try:
        base64.b32decode(letters.upper() + "=" * (-len(letters) % 8))
    except binascii.Error:
        return len(letters) % 8 in (1, 3, 6) and len(letters) >= 20
    return True
