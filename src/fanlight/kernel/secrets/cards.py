"""Payment card numbers: issuer, length and check digit, and no word that says order or hash."""

import re
from collections.abc import Iterator

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, nearest, sentence_after, within
from fanlight.kernel.secrets.talk import sign

_NUMBER = re.compile(
    r"(?<![\w.,/#-])(?:\d(?:[ \u2010-\u2015-]{0,2}\d){12,18}|\d{4}(?:\.\d{4}){3})"
    r"(?![\w/]|[.,]\d|-\w)",
    re.ASCII,
)
# Issuer ranges as the networks publish them: how a number starts, how long it may be.
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|64[4-9]\d|65\d{2})\d{12}"  # Discover
    r"|62\d{14,17}"  # UnionPay
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners Club
    r"|220[0-4]\d{12}"  # Mir
    r"|(?:50|5[6-9]|6[0-9])\d{11,17}"  # Maestro
)
_GROUPS = re.compile(
    r"\d{4}(?:\D{1,2}\d{4}){2,3}(?:\D\d{1,4})?|\d{4}\D\d{6}\D\d{4,5}|\d{6}\D\d{8,13}"
)
_PLAIN_SIZES = (15, 16)  # without a word and without groups only the commonest lengths count
_WORDS = re.compile(
    r"(?P<card>\bc(?:ar|ra)ds?\b|\btarjeta\b|\bcarte\b|\bvisa\b"
    r"|master ?card|\bamex\b|american express|union ?pay|maestro"
    r"|\bcc\b|\bpan\b|卡号|卡號|银行卡|銀行卡|信用卡|借记卡|金融卡|儲蓄卡|储蓄卡|银联|銀聯|[的张張]卡)"
    r"|(?P<other>\btrades?\b|\bslip\b|\breceipt|\border|\btx|\btrans|\bhash|\buid\b|\bid\b|\bref(?:erence)?\b|ticket|tracking|invoice|\bimei\b"
    r"|\baccount\b|\bmemo\b|\btag\b|\bcase\b|phone|\bblock\b|timestamp|\biban\b"
    r"|订单|訂單|单号|單號|委托|委託|交易|哈希|流水|编号|編號|工单|工單|快递|快遞|手机|手機|身份证|身分證)",
    re.ASCII,
)
_CARD_AFTER = re.compile(
    r"[\s\"'”」,，(（]{0,3}(?:this is|is|这是|這是|是)?\s?(?:the |my |我的)?"
    r"(?:visa |bank |credit |debit |master)?(?:card|visa\b|银行卡|銀行卡|信用卡|卡号|卡號)"
    r"|.{0,24}\b(?:cvv|cvc|exp(?:iry|ires)?)\b",
    re.ASCII,
)
_CVV = re.compile(
    r"(?<![0-9a-z_])(?:cvv2?|cvc2?|card security code|卡片安全码|卡片安全碼)"
    r"(?: code| number)?[)）]?\s{0,2}(?:is|was|[:：=]|是|为|為)?\s{0,2}(\d{3,4})"
    r"(?![0-9a-z%]|[.,]\d)"
)
_CVV_SIGN = sign("cv", "安全", "security code")


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    for found in within(_NUMBER, passage.text, passage.numbers, 13):
        if _is_card(passage.low, found):
            yield SecretKind.CARD, found.start(), found.end()
    if passage.may_tell(_CVV_SIGN):
        for found in _CVV.finditer(passage.low):
            yield SecretKind.CARD, *found.span(1)


def _is_card(low: str, found: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", found[0])
    if _ISSUERS.fullmatch(digits) is None or not is_luhn_right(digits):
        return False
    called = nearest(_WORDS, low, found.start())
    if called is None and _CARD_AFTER.match(sentence_after(low, found.end())):
        called = "card"
    if called is not None:
        return called == "card"
    if _GROUPS.fullmatch(found[0]):
        return True
    return len(digits) in _PLAIN_SIZES and found[0] == digits


def is_luhn_right(digits: str) -> bool:
    """ISO/IEC 7812-1: the check digit at the end."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
