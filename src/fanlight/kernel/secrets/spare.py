"""Spare codes for the day the phone is lost: one or a row of them, behind a word for them."""

import re
from collections.abc import Iterator

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage
from fanlight.kernel.secrets.talk import sign

_STARTS = ("back", "recover", "rescue", "scratch", "emergency", "spare")
_STARTS_HAN = ("备用", "備用", "备份", "備份", "恢复", "恢復", "救援", "还原", "還原")
# Groups of letters and digits, each code with a digit in it: 8f3k-22la, 4829 1330, GH7K2M9Q.
_CODE = (
    r"(?![12]\d{3}-\d\d-)(?=[a-z]{0,11}-?[a-z]{0,11}\d)"
    r"(?:\d{4} \d{4}(?!\d)|[a-z0-9]{4,12}(?:-[a-z0-9]{3,12}){0,4})(?![\w@%])"
)
_BETWEEN = r"(?:[\s,，、;；/|•*]|\b(?:and|or|\d{1,2}[.)])(?=\s)|和){1,6}"
_NAMED = re.compile(
    r"(?:(?:back-?up|recovery|rescue|scratch|emergency|spare)"
    r"(?:[ -](?:2fa|mfa|log-?in|account|google|auth|authenticator|security|access))?"
    r"[ -](?:codes?|keys?)"
    r"|(?:备用|備用|备份|備份|恢[复復]|救援|[还還]原)(?:[验驗][证證])?(?:代[码碼]|[码碼]|密[钥鑰]))"
    r"[\"'”」]?(?:\s?[(（][^)）\n]{1,20}[)）])?"
    r"\s{0,2}(?:(?:is|are|was|were)(?: these| as follows)?|是|[为為]|如下|below)?"
    r"[\s:：=,，(（\"'“「-]{0,4}"
    rf"(?:1[.)]\s)?(?P<row>{_CODE}(?:{_BETWEEN}{_CODE}){{0,19}})",
    re.ASCII,
)
_ONE = re.compile(_CODE, re.ASCII)
_SIGN = sign(*_STARTS, *_STARTS_HAN)


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    low = passage.low
    if not passage.may_tell(_SIGN):
        return
    for name in (*_STARTS, *_STARTS_HAN):
        at = low.find(name)
        while at >= 0:
            if (found := _NAMED.match(low, at)) is not None:
                for code in _ONE.finditer(low, *found.span("row")):
                    yield SecretKind.OTP, *code.span()
            at = low.find(name, at + 1)
