"""Secrets of programs: API secrets and tokens, by their own form or by the words before them."""

import math
import re
from collections.abc import Iterator

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, nearest, within
from fanlight.kernel.secrets.talk import sign

# Forms their makers publish so that they can be found.
_SHAPED = re.compile(
    r"(?<![\w-])(?:(?:sk|rk)_(?:live|test)_[0-9a-zA-Z]{16,99}|sk-[\w-]{20,180}"
    r"|gh[opusr]_\w{36,99}|github_pat_\w{40,99}|xox[abeprs]-[\w-]{10,180}|AKIA[0-9A-Z]{16}"
    r"|glpat-[\w-]{20,64}|npm_\w{36}|AIza[\w-]{35}|SG\.[\w-]{16,32}\.[\w-]{16,64}|hf_[a-zA-Z]{34}"
    r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|whsec_[\w+/=]{24,80}|dop_v1_[0-9a-f]{64}"
    r"|pypi-[\w-]{60,300}"
    r"|\d{8,10}:[\w-]{35}|[A-Za-z0-9][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,40}"
    r"|eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{16,1000})(?![\w-])",
    re.ASCII,
)
# The Telegram token stands behind "bot" in addresses, where the border above would hide it.
_IN_ADDRESS = re.compile(r"(?<=/bot)\d{8,10}:[\w-]{35}(?![\w-])", re.ASCII)
_TOKEN = re.compile(r"(?<![\w/+.-])[A-Za-z0-9][\w+/-]{14,198}[\w+/]={0,2}(?![\w@])", re.ASCII)
_WORDS = re.compile(
    r"(?P<secret>api[\s_-]?secret|secret[\s_-]?(?:(?:api|access)[\s_-]?)?key"
    r"|api[\s_-]?(?:private[\s_-]?)?key"
    r"|(?<![a-z])secret(?![a-z])|client[\s_-]?secret|(?:access|auth|bot|api|refresh|bearer)[\s_-]?token|\bbearer"
    r"|hmac\.new\(|createhmac\("
    r"|密[钥鑰匙]|秘[钥鑰]|金鑰|api\s?的?\s?私[钥鑰]|访问令牌|存取權杖)"
    r"|(?P<own>private[\s_-]?key|私[钥鑰匙])"
    r"|(?P<other>\btx|\btrans|\bhash|\border|\bblock\b|public[\s_-]?key|\bid\b|request|address"
    r"|\bcase\b|version|哈希|雜湊|交易|订单|訂單|地址|公[钥鑰]|编号|編號|https?:|www\.)",
    re.ASCII,
)
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HINTS = (
    "secret",
    "hmac",
    "token",
    "bearer",
    "api",
    "密钥",
    "密鑰",
    "密匙",
    "秘",
    "private",
    "私",
    "金鑰",
    "令牌",
)
_MISTYPED = re.compile(r"s(?<!\w.)[secrt]{3,7}\b")  # the letters of "secret" in any order
_SIGN = sign(*_HINTS, re.compile("s[secrt]{3,7}"))
_ADDRESS_SIZE = 42  # 0x and 20 bytes
_LONG = 50  # letters and digits: more than any chain's address in letters of both sizes has
_WHOLE = 12  # letters and digits without a break that a random token has, and a slug has not
_BITS = 2.8  # a character; random letters and digits of 16 have more, file names and words less

# Base64 has slashes among its letters: it is more varied than a path, and large inside words.
_BITS_BASE64 = 4.4
_UPPER_INSIDE = re.compile(r"[a-z][A-Z]\w*[0-9]|[0-9]\w*[a-z][A-Z]")


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    if not passage.stretches:
        return
    for pattern in (_SHAPED, _IN_ADDRESS) if "/bot" in passage.low else (_SHAPED,):
        for found in within(pattern, passage.text, passage.stretches, 14):
            yield SecretKind.API_SECRET, found.start(), found.end()
    if not passage.may_tell(_SIGN):
        return
    tokens = list(within(_TOKEN, passage.text, passage.stretches, 16))
    if not tokens or not _is_hinted(passage.low):
        return
    for found in tokens:
        if not _is_random(found[0]):
            continue
        called = nearest(_WORDS, passage.low, found.start())
        if called == "secret" or (called == "own" and _is_no_address(found[0])):
            yield SecretKind.API_SECRET, found.start(), found.end()


def _is_hinted(low: str) -> bool:
    return any(map(low.__contains__, _HINTS)) or _MISTYPED.search(low) is not None


def _is_no_address(token: str) -> bool:
    """The private part of a program's pair of keys; "the private key of TXyz…" names none."""
    return len(token) >= _LONG and token not in (token.lower(), token.upper())


def _is_random(token: str) -> bool:
    """Not a word, a file, a path, an address or a heading turned into a link."""
    if _UUID.fullmatch(token):
        return True
    if not any(c.isdigit() for c in token) or not any(c.isalpha() for c in token):
        return False
    if "//" in token or (token[:2].lower() == "0x" and len(token) == _ADDRESS_SIZE):
        return False
    shares = [token.count(letter) / len(token) for letter in set(token)]
    bits = -sum(share * math.log2(share) for share in shares)
    if max(len(part) for part in re.split(r"[-_/]", token)) < _WHOLE:
        return "/" in token and bits >= _BITS_BASE64 and _UPPER_INSIDE.search(token) is not None
    return bits >= _BITS
