"""One-time codes: digits that someone calls a code, and no amount, time, order or error."""

import re
from collections.abc import Iterator

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import (
    AHEAD,
    Passage,
    sentence_after,
    sentence_before,
    within,
)
from fanlight.kernel.secrets.talk import sign

_SIX = re.compile(
    r"(?:(?<![\w.,/#$€£¥￥+@⟦-])|(?<=\bg-))(?<!\d:)(\d{6}|\d{3}[ -]\d{3})"
    r"(?![\w%/:@]|[.,:-]\d|\s?[$€£¥￥%]|-\w)",
    re.ASCII,
)
# Read out digit by digit.
_APART = re.compile(
    r"(?<![\w.,/#$€£¥￥+@⟦-])\d(?:([ -])\d)(?:\1\d){4}(?![\w%/:@]|[.,:-]\d|\s\d|-\w)", re.ASCII
)
_OTHER_SIZES = re.compile(
    r"(?<![\w.,/#$€£¥￥+@⟦-])(?<!\d:)(\d{4}[ -]\d{4}|\d{4,5}|\d{7,8})(?![\w%/:@]|[.,:-]\d|-\w)",
    re.ASCII,
)
_STRONG = (
    r"(?:verif(?:ication|y)|authenticat(?:or|ion)|auth|security|log-?in|sign-?in"
    r"|confirmation|sms|text"
    r"|e-?mail|phone|google|ga|2fa|two[ -]factor|mfa|one[ -]time|access|totp|otp|[68][ -]digit)"
    r"[ -](?:pass ?)?(?:codes?|token)|\b(?:six|6|four|4|eight|8)[ -]digits\b"
    r"|one[ -]time (?:password|pin)|passcode|\b(?:t?otp|2fa|mfa)\b"
    r"|google auth(?:enticator)?|\bauthenticator\b"
    r"|\b(?:back-?up|recovery|rescue) codes?\b"
    r"|\b(?:pin|codes?) (?:from|by|via|in|on) (?:the |my |an? )?(?:sms|text|e-?mail|phone"
    r"|app|message)"
    r"|\bsms(?= says?\b| said\b)|短信(?=收到)|簡訊(?=收到)"
    r"|[验驗][证證][码碼]|校[验驗][码碼]|[动動][态態](?:[码碼]|口令|密[码碼])"
    r"|[短简簡][信讯訊][码碼]"
    r"|\bga(?=[:：])|(?:二次|[两兩]步|[双雙]重)[验驗][证證][码碼]?"
    r"|谷歌(?:[验驗][证證])?[码碼]?|(?:sms|e-?mail|phone) verification(?: code)?"
    r"|\bverification(?=[:：])|\bver[a-z]{4,10}n cod(?:e|es)?\b|code de v[eé]rification"
    r"|c[oó]digo de verificaci[oó]n|best[aä]tigungscode|код подтверждения|認証コード|인증 ?번호"
    r"|一次性(?:密[码碼]|口令)|[认認][证證][码碼]|[确確][认認][码碼]|安全[码碼]"
)
_WEAK = r"\bcodes?\b"
_OTHER = (
    r"(?:error|err|zip|postal|post|promo|referral|invit\w+|coupon|discount|voucher|gift|card"
    r"|country|area"
    r"|dialing|bank|branch|sort|swift|qr|bar|source|status|response|return|result|reason|currency"
    r"|product|item|fund|stock|tracking|order|api|http|exit|reference|redeem|tax|merchant)"
    r"[ _-]?codes?|\bpin[ -]?codes?"
    r"|\buid\b|\buser ?id\b|\bids?\b|\border|\bticket|\bcase\b|\btx|\bref(?:erence)?\b"
    r"|\bblock\b|\bheight|\bmemo\b"
    r"|\btag\b|\bamount|\bprice|\bbalance|\bvolume|\bphone|\bnumber\b|\bline\b|\berror"
    r"|\b(?:such as|for example|e\.g\.|like)\s$|[比例譬]如$"
    r"|\b(?:sent|send|withdrew|withdraw|deposit\w*|bought|sold|paid|pay|lost|transfer\w*"
    r"|received)\s$"
    r"|\b(?:since|until|from|before|after|in|at|about|around|nearly|over|than|for)\s$"
    r"|错误[码碼]|錯誤[码碼]|邮编|郵遞|郵編|[邀推][请請荐薦][码碼]|优惠[码碼]|優惠[码碼]"
    r"|[订訂][单單]|[单單][号號]"
    r"|工[单單]|[编編][号號]|金[额額]|价格|價格|余[额額]|餘額|手[机機]|电话|電話"
    r"|[转轉提充][了出币幣入值账賬]"
    r"|区块|區塊|代[码碼]|股票|基金|尾[号號]|返回[码碼]|状态[码碼]|狀態碼"
)
_WORDS = re.compile(f"(?P<other>{_OTHER})|(?P<strong>{_STRONG})|(?P<weak>{_WEAK})", re.ASCII)
_UNIT = re.compile(
    r"\s{0,2}(?:usdt?|usdc|btc|eth|sats?|satoshi|trx|bnb|sol|xrp|eur|cny|rmb|hkd|twd|jpy"
    r"|dollars?|euros?"
    r"|coins?|tokens?|contracts?|times|people|users|customers|seconds|minutes|hours|days"
    r"|blocks?|k\b|m\b"
    r"|transactions?|confirmations?|usd"
    r"|[元块塊个個枚张張次倍人秒分天年月日点點笔筆万萬亿億美])"
)
# A code right behind the word for it, with only these words between.
_GLUE = re.compile(
    r"[\s\"'“”「」:：=,，()（）>-]*(?:(?:is|was|are|it's|its|['’]s|now|says?|said|shows?"
    r"|showed|reads?|this|the"
    r"|one|number|got|i|me|my|just|here|received|sent|to|you|gave|give|given|told|tell|and"
    r"|so|him|her|them|he|she|they|it|that|which|app|entered|typed|used|tried"
    r"|for(?: [a-z]{2,12}(?=\W))?"
    r"|by|via|on|in|email|mail|phone|login|withdrawal|binding|your|account|google|from|sms"
    r"|today|again|及|是|为|為|就是|显示|顯示|如下|给你|給你"
    r"|我|的|收到|器|刚刚|剛剛|输入|輸入|了|填|係|系|码|碼|验证"
    r"|驗證)[\s\"'“”「」:：=,，()（）>-]*){0,8}"
)
_AFTER = re.compile(
    r"(?:</[a-z]{1,8}>|\*{1,2})?[\s\"'”」,，(（-]{0,4}(?:to (?:verify|confirm|log ?in"
    r"|sign in|authenticate)\b|(?:(?:this is"
    r"|that is|it is|is|was|这是|這是|就是|是|为|為|[这這](?:个|個)|as|from|that's|it's)\s{0,2}"
    r"|(?<=, )(?=the |my )|(?<=[(（]))"
    r"(?:the |my |your |our |a |an |我的|我|您的|你的|收到的|刚收到的){0,2}"
    rf"(?:[a-z.]{{2,16}} )?(?:{_STRONG}|(?:login |sms )?code\b))",
    re.ASCII,
)
# "Just got 553331 by sms", "我输入了375923，提示验证码错误", "让我把292267发给他，是什么码".
_CAME = re.compile(
    r"(?:\b(?:got|get|received|sent(?: me)?|entered|typed|tried|used|put|gave)(?: (?:in|the"
    r"|a|this))?"
    r"|[收输輸填][到入写寫]?[了的]?是?|[发發傳传][来來给給]?(?:我|了)?|把)[\s:：\"“「]{0,3}$"
)
_ITS_WAY = re.compile(
    r"[\s\"”」]{0,3}(?:(?:by|via|from|through|in|on) (?:an? |the |my )?"
    r"(?:sms|text|e-?mail|authenticator|google auth|phone|app\b)"
    r"|(?:[发發]给|[发發]給|告[诉訴]|[报報][给給]|念[给給])"
    r"|[，,、 ]{0,2}[\u4e00-\u9fff]{0,6}?(?:[验驗][证證][码碼]|[校动動][验驗态態]?[码碼]|code\b)"
    r"|[，,] ?(?:but )?(?:it |the )?(?:code|sms)\b)"
)
_API_TALK = re.compile(
    r"\bapi\b|\berror|\bmsg\b|\bhttp|\bresponse|\breturn|\bjson\b|接口|错误|錯誤|报错"
)
_GIVEN = re.compile(
    r"\b(?:is|was|received|got|sent me|entered|typed|tried|used|here|gave|told)\b"
    r"|收到|输入|輸入|[是为為：:]"
)
# Small letters and cheap to look for: nearly every message is done with after these.
_LATIN_HINTS = (
    *(
        "code",
        "verif",
        "one-time",
        "one time",
        "to log",
        "to sign",
        "to conf",
        "to auth",
        "otp",
        "2fa",
    ),
    *(
        "sms",
        "by text",
        "pin from",
        "mfa",
        " digit",
        "-digit",
        "authenticat",
        "google auth",
        "ga:",
        "on cod",
        "vérif",
        "подтвер",
        "認証コ",
        "인증",
    ),
)
_HAN_HINTS = (
    *("验证", "驗證", "校验", "校驗", "动态", "動態", "信码", "訊碼", "訊码", "信碼", "短信收"),
    *("簡訊收", "一次性", "认码", "認碼", "证码", "證碼", "安全码", "安全碼", "谷歌", "二次"),
    *("步验", "步驗", "重验", "重驗", "么码", "麼碼"),
)
# "2fa" is looked for itself: pieces of hashes end so.
_SIGN = sign(
    *(each for each in _LATIN_HINTS if each not in ("pin from", "2fa")), "pin ", *_HAN_HINTS
)
_NEAR = 72  # code points before the digits in which such a word must stand, and half of it after


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    low = passage.low
    if not passage.numbers or not (passage.may_tell(_SIGN) or "2fa" in low):
        return
    # A wider look around each number first: hardly any is talked of as a code.
    numbers = [span for span in passage.numbers if _is_talked_of(low, span[0], span[1] + AHEAD)]
    for found in within(_SIX, low, numbers, 6):
        if _is_talked_of(low, *found.span()) and _is_code(low, *found.span(1)):
            yield SecretKind.OTP, *found.span()
    for found in within(_APART, low, numbers, 11):
        if _is_talked_of(low, *found.span()) and _is_code(low, *found.span()):
            yield SecretKind.OTP, *found.span()
    for found in within(_OTHER_SIZES, low, numbers, 4):
        if not _is_talked_of(low, *found.span()) or _UNIT.match(low, found.end()):
            continue
        if _called(sentence_before(low, found.start())[-_NEAR:]) == ("strong", True):
            yield SecretKind.OTP, *found.span()


def _is_talked_of(low: str, start: int, end: int) -> bool:
    """A cheap look, before the dear ones, for a word that could be about these digits."""
    return _is_hinted(low[max(0, start - _NEAR) : end + _NEAR // 2])


def _is_hinted(low: str) -> bool:
    if any(map(low.__contains__, _LATIN_HINTS)):
        return True
    return not low.isascii() and any(map(low.__contains__, _HAN_HINTS))


def _is_code(low: str, start: int, end: int) -> bool:
    if _UNIT.match(low, end):
        return False
    after, before = sentence_after(low, end), sentence_before(low, start)[-_NEAR:]
    if _AFTER.match(after) or (_CAME.search(before) and _ITS_WAY.match(after)):
        return True
    called, is_close = _called(before)
    if called is None and not before.strip(" \t\"'“「-*>"):
        # Alone on its line: the line above may say what it is.
        above = low[max(0, start - 80) : start].rstrip(" \t\r\n\"'“「-*>")
        called, is_close = _called(above.rpartition("\n")[2])
    if called == "strong":
        return is_close or _is_given(before)
    if called == "weak":
        return is_close and not _API_TALK.search(low[max(0, start - 80) : end + 80])
    return False


def _called(before: str) -> tuple[str | None, bool]:
    """What the nearest word calls the digits behind it, and whether it stands right before them."""
    words = list(_WORDS.finditer(before))
    if not words:
        return None, False
    return words[-1].lastgroup, _GLUE.fullmatch(before, words[-1].end()) is not None


def _is_given(before: str) -> bool:
    """The word stands further off, but someone says that it came, or hands it over."""
    return _GIVEN.search(before[-48:]) is not None
