"""Secrets of programs: API secrets and tokens, by their own form or by the words before them."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, nearest, within

# Forms their makers publish so that they can be found.
_SHAPED = re.compile(
    r"(?<![\w-])(?:(?:sk|rk)_(?:live|test)_[0-9a-zA-Z]{16,99}|sk-[\w-]{20,180}"
    r"|gh[opusr]_\w{36,99}|github_pat_\w{40,99}|xox[abeprs]-[\w-]{10,180}|AKIA[0-9A-Z]{16}"
    r"|glpat-[\w-]{20,64}|npm_\w{36}|AIza[\w-]{35}|SG\.[\w-]{16,32}\.[\w-]{16,64}|hf_[a-zA-Z]{34}"
    r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|whsec_[\w+/=]{24,80}|dop_v1_[0-9a-f]{64}|pypi-[\w-]{60,300}"
    r"|\d{8,10}:[\w-]{35}|eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{16,1000})(?![\w-])",
    re.ASCII,
)
# The Telegram token stands behind "bot" in addresses, where the border above would hide it.
_IN_ADDRESS = re.compile(r"(?<=/bot)\d{8,10}:[\w-]{35}(?![\w-])", re.ASCII)
_TOKEN = re.compile(r"(?<![\w/+.-])[A-Za-z0-9][\w+/-]{14,198}[\w+/]={0,2}(?![\w@])", re.ASCII)
_WORDS = re.compile(
    r"(?P<secret>api[\s_-]?secret|secret[\s_-]?(?:api[\s_-]?)?key|api[\s_-]?(?:private[\s_-]?)?key"
    r"|\bsecret\b|\bse(?:crect|cert|rcet|rect|cret[es]?|ceret)\b|client[\s_-]?secret|(?:access|auth|bot|api|refresh|bearer)[\s_-]?token|\bbearer"
    r"|密[钥鑰匙]|秘[钥鑰]|金鑰|api\s?的?\s?私[钥鑰]|访问令牌|存取權杖)"
    r"|(?P<other>\btx|\btrans|\bhash|\border|\bblock\b|public[\s_-]?key|\bid\b|request|address"
    r"|\bcase\b|version|哈希|雜湊|交易|订单|訂單|地址|公[钥鑰]|编号|編號|https?:|www\.)",
    re.ASCII,
)
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HINTS = (
    "secret",
    "secrect",
    "secert",
    "sercet",
    "serect",
    "token",
    "bearer",
    "api",
    "密钥",
    "密鑰",
    "密匙",
    "秘",
    "金鑰",
    "令牌",
)
_ADDRESS_SIZE = 42  # 0x and 20 bytes
_WHOLE = 12  # letters and digits without a break that a random token has, and a slug has not
_BITS = 2.8  # a character; random letters and digits of 16 have more, file names and words less


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    for pattern in (_SHAPED, _IN_ADDRESS) if "/bot" in passage.low else (_SHAPED,):
        for found in within(pattern, passage.text, passage.stretches, 14):
            yield SecretKind.API_SECRET, found.start(), found.end()
    if not passage.stretches or not any(hint in passage.low for hint in _HINTS):
        return
    for found in within(_TOKEN, passage.text, passage.stretches, 16):
        if not _is_random(found[0]):
            continue
        if nearest(_WORDS, passage.low, found.start()) == "secret":
            yield SecretKind.API_SECRET, found.start(), found.end()


def _is_random(token: str) -> bool:
    """Not a word, a file, a path, an address or a heading turned into a link."""
    if _UUID.fullmatch(token):
        return True
    if not any(c.isdigit() for c in token) or not any(c.isalpha() for c in token):
        return False
    if "//" in token or (token[:2].lower() == "0x" and len(token) == _ADDRESS_SIZE):
        return False
    if max(len(part) for part in re.split(r"[-_/]", token)) < _WHOLE:
        return False
    counts = Counter(token).values()
    return -sum(n / len(token) * math.log2(n / len(token)) for n in counts) >= _BITS
