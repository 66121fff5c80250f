"""Amounts with their asset, and prices: numbers that people put a coin to; and coins alone."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from fanlight.kernel.entities.assets import (
    CODES,
    NAMES,
    SIGNS,
    TICKERS,
    WORDLIKE,
    code_of,
)
from fanlight.kernel.entities.kinds import EntityKind, Spot
from fanlight.kernel.entities.reading import Reading

Span = tuple[int, int]

# 1,234.5; 1 234.5; 1.234,50 as on the continent; 1234.5; .5
_NUMBER = (
    r"\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+(?![\d.,]\d)|\d+)"
    r"(?:\.\d+)?|\.\d+"
)
_PLAIN = re.compile(r"\d+", re.ASCII)
_CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}", re.ASCII)
_HAN_NUMBER = "半(?=[个個枚颗顆])|[零〇一二两兩三四五六七八九十百千万萬亿億]{1,12}"
_SCALES = {
    "k": 3, "m": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "thousand": 3,
    "百": 2, "千": 3, "万": 4, "萬": 4, "w": 4, "百万": 6, "百萬": 6, "千万": 7, "千萬": 7,
    "亿": 8, "億": 8,
}  # fmt: skip
_LONGEST = 24  # characters: nobody owns more, and arithmetic stays exact
_SURE_SCALES = ("w", "k", "million", "thousand", "billion")
_BY_LENGTH = sorted(_SCALES, key=len, reverse=True)
_LATIN_SCALE = "|".join(scale for scale in _BY_LENGTH if scale.isascii())
_HAN_SCALE = "|".join(scale for scale in _BY_LENGTH if not scale.isascii())
_NUMBERED = re.compile(
    r"(?:(?<![\w.,:/@#-])|(?<=\d-)|(?<=\s-)|(?<=^-))(?P<symbol>us\$|hk\$|nt\$|a\$|[$€£¥￥₿₮]\s?)?"
    rf"(?P<number>{_NUMBER}|(?<![\d零一二三四五六七八九十])(?:{_HAN_NUMBER}))"
    rf"(?:\s?(?P<scale>{_LATIN_SCALE})(?![a-z0-9])|\s?(?P<han_scale>{_HAN_SCALE}))?",
    re.ASCII,
)
# Behind the number: a counting word, then Latin letters or Chinese ones that may be a unit.
_UNIT = re.compile(
    r"\s{0,2}(?:个|個|枚|颗|顆|多个?|整|[余餘]个?)?\s?(?:(?P<latin>us\$|[a-z0-9]{1,10})(?!/[a-z])|(?P<han>[\u4e00-\u9fff]{1,4}))",
    re.ASCII,
)
_HAN_UNITS_BY_SIZE = [
    frozenset(word for word in CODES if not word.isascii() and len(word) == size)
    for size in range(5)
]
_HAN_RUN = re.compile("[一二两兩三四五六七八九十百千]+|半(?=[个個枚颗顆])")
_SIGN = re.compile(r"(?:us\$|hk\$|nt\$|a\$|[$€£¥￥₿₮]\s?)\Z")
_ASSET_BEFORE = re.compile(r"(?<![a-z0-9/])(?P<unit>[a-z0-9]{1,6}|us\$)[\s:：]{0,2}$")
_PRICE_BEFORE = re.compile(
    r"(?:\b(?:price[ds]?|entry|avg\.?|average|stop(?:-loss)?|take-?profit|trigger|limit"
    r"|liq(?:uidat(?:ed|ion))?|mark|index|filled|executed|strike|tp|sl)"
    r"(?: (?:price|order|it|them|all|fill|at|of|is|was|set|to|loss|profit)){0,4}|\bat(?: (?:a"
    r"|the))?(?: price(?: of)?)?|@"
    r"|(?:价格?|價格?|价位|價位|均价|均價|成本价?|成本價?|开仓价|開倉價|强平价|強平價"
    r"|触发价?|觸發價?|止损价?|停損價?|止盈价?|停利價?|限价|限價|挂单?|掛單?"
    r"|市价|標記價|标记价|成交价?|成交價?|单价|單價|爆仓价|爆倉價)(?:格|位|单|單|设|設|在"
    r"|到|是|为|為|了){0,3})"
    r"[\s:：=,，约約~≈]{0,4}(?:around |about |approximately )?(?:us)?[$¥￥€£]?\s?$"
)
_PRICE_HINT = re.compile(
    r"p(?:ric|rof)|entry|a[vt]|stop|trig|limit|liq|mark|index|fill|exec|strike|[ts][pl]|@|[价價挂掛成]|[止停限]"
)
_AMOUNT_HINT = re.compile(
    r"amo|quan|qty|tot|sum|depo|with|sen[dt]|tran|paid|rec|cred|b[ou]|s[eo]l|mov|lost"
    r"|[额額数數总總共充值提转轉帳入出汇匯买買卖賣到收打损損]"
)
_PRICE_AFTER = re.compile(
    r"\s{0,2}(?:的价格|的價格|的价位|的價位|的?市价|的?限价|的?限價|这个价|這個價|价位"
    r"|價位|(?:per (?:coin|btc|eth|token|share"
    r"|unit)|each|apiece)\b|一[个個枚])"
)
_FROM = re.compile(r"(?:以|在|于|於|按)\s?$")
_AMOUNT_BEFORE = re.compile(
    r"(?:\b(?:amount|quantity|qty|total|sum|deposit(?:ed|ing)?|withdr(?:ew|aw|awn|awal|awing)|sent"
    r"|send|sending|transfer(?:red|ring)?|paid|received|credited|bought|buy|sold|sell|moved?|lost)"
    r"(?: (?:of|is|was|about|around|exactly|only|for|my|out|a|total|me))*"
    r"|(?:金额|金額|数量|數量|数额|數額|总共|總共|一共|充值?|儲值|提现|提現|提领|提領|提币"
    r"|提幣|转账?|轉帳?|轉賬|入金|出金|汇款?|匯款?|买入?|買入?|卖出?"
    r"|賣出?|到账|到帳|损失|損失|收到|打)(?:了|是|为|為|大概|大约|大約|约|約|共|的){0,3})"
    r"[\s:：=,，]{0,3}$"
)
_NO_AMOUNT_AFTER = re.compile(
    r"\s{0,2}(?:%|％|percent|x\b|倍"
    r"|[天日月年号號点點时時分秒岁位次人笔筆家种種条條步级級件层層名遍小]|周|週|星期"
    r"|hours?|hrs?|minutes?"
    r"|mins?|seconds?|secs?|days?|weeks?|months?|years?|times|confirm\w*|blocks?|digits?|"
    r"steps?|people|users|(?:st|nd|rd|th)\b|个(?:小时|月|确认|区块|人|问题|账户|地址"
    r"|工作日|星期)|個(?:小時|月|確認|區塊|人|問題"
    r"|帳戶|地址|工作日|星期)|[:：]\d|[-/]\d|(?:a|p)\.?m\b|gwei)"
)
_CALLED = re.compile(
    r"(?:uid|\bid|order|订单|訂單|单号|單號|error|code|错误|錯誤|报错|tag|memo|标签|標籤|#"
    r"|no\.?|phone|手机|手機|电话|電話|版本"
    r"|version|\bv|trc|erc|bep|step|chapter|block|区块|區塊|height)[\s:：=#号號码碼为為是-]{0,4}$"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_CAPITALS = re.compile(r"[A-Z1][A-Z0-9]{1,5}(?![A-Za-z0-9@_]|[.:]/|\.[a-z]|-\d)", re.ASCII)
# A look behind in the pattern itself would be taken at every letter of a text.
_GLUED_BEFORE = re.compile(r"[A-Za-z0-9/@.#_-]", re.ASCII)
_WORD_ON = re.compile(r"[a-z0-9@_]|\.[a-z]", re.ASCII)
_WELL_KNOWN = (
    "btc eth usdt usdc bnb sol xrp trx doge ltc bch ada avax matic shib pepe atom xlm xmr etc"
)
# Names written small that stand for a coin wherever they stand.
_SMALL = {
    name: CODES[name]
    for name in (*_WELL_KNOWN.split(), *NAMES)
    if name.isascii() and name not in WORDLIKE and len(name) > 1
}
_HAN_NAMES = sorted(
    (name for name in CODES if not name.isascii() and len(name) > 1), key=len, reverse=True
)
_HAN_COIN = re.compile("[币幣饼餅坊元圆圓镑鎊金]")
_TAKEN_NETWORK = re.compile(r"\s?(?:network|chain|mainnet|网络|網路|链|鏈|主网|主網)")
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


class _Sum(NamedTuple):
    """A number, its unit if it has one, and where all of it stands."""

    start: int
    end: int
    number: str
    scale: str | None
    symbol: str | None
    unit: str | None


def amounts(read: Reading) -> Iterator[Spot]:
    """Amounts and prices: a number with its asset, or with a word that says what it is."""
    low, end = read.low, 0
    for start in _beginnings(read):
        if start < end:
            continue
        found = _sum(low, start)
        if found is None:
            continue
        end = found.end
        spot = _amount(low, found)
        if spot is not None:
            yield spot


def _beginnings(read: Reading) -> list[int]:
    """Where an amount may begin: at a number, or at the sign of a currency before it."""
    low = read.low
    starts = [figure.digit for figure in read.figures]
    if read.has_han:
        starts = sorted([*starts, *(found.start() for found in _HAN_RUN.finditer(low))])
    begun = []
    for start in starts:
        if low[start - 1 : start] == ".":
            start -= 1
        sign = _SIGN.search(low, max(0, start - 4), start)
        begun.append(start if sign is None else sign.start())
    return begun


def _sum(low: str, start: int) -> _Sum | None:
    found = _NUMBERED.match(low, start)
    if found is None:
        return None
    end, scale, symbol = found.end(), found["scale"] or found["han_scale"], found["symbol"]
    unit, unit_end = _unit(low, end)
    if " " in found["number"] and unit is None:
        found = _PLAIN.match(low, start)  # "5 500": two numbers, unless an asset follows
        if found is None:
            return None
        return _Sum(start, found.end(), found[0], None, None, None)
    if scale and scale.isascii() and scale not in _SURE_SCALES and not (unit or symbol):
        scale, end = None, found.end("number")  # "3 m" may be metres, months, minutes
    elif unit is None and scale is None and low[end : end + 1].isalpha() and low[end].isascii():
        return None  # a number glued to letters is a name: 1inch, 5g
    return _Sum(start, unit_end if unit else end, found["number"], scale, symbol, unit)


def _unit(low: str, at: int) -> tuple[str | None, int]:
    """The asset's name right behind a number, and where it ends."""
    found = _UNIT.match(low, at)
    if found is None:
        return None, at
    if (latin := found["latin"]) is not None:
        return (latin, found.end()) if latin in CODES and latin != "not" else (None, at)
    han = found["han"]
    for size in range(len(han), 0, -1):
        if han[:size] in _HAN_UNITS_BY_SIZE[size]:
            return han[:size], found.start("han") + size
    return None, at


def _amount(low: str, found: _Sum) -> Spot | None:
    start, end, number = found.start, found.end, found.number
    before = low[max(0, start - 48) : start]
    if found.unit is None and (_NO_AMOUNT_AFTER.match(low, end) or _CALLED.search(before[-18:])):
        return None
    asset = _asset_of(found.unit, found.symbol)
    if found.unit in _COUNTERS and len(number) == 1 and not number.isascii():
        return None  # 一块 is "together", 二元 "of two"
    if found.unit == "u" and low[end : end + 1] in ("盘", "盾", "s", "本"):
        return None
    if asset is None:
        ahead = _ASSET_BEFORE.search(before[-10:])
        if ahead is not None and _is_coin(ahead["unit"]):
            asset = code_of(ahead["unit"])
            size = len(before[-10:]) - ahead.start("unit")
            start, before = start - size, before[:-size]
    value = _decimal(number, found.scale)
    if value is None or (asset is None and not number.isascii()):
        return None
    is_price = _says_price(low, before, start, end)
    if asset is None and not is_price and not _is_said(before, number):
        return None
    normal = f"{value:f}" + (f" {asset}" if asset else "")
    kind = EntityKind.PRICE if is_price else EntityKind.AMOUNT
    return Spot(kind=kind, start=start, end=end, normal=normal)


def _is_said(before: str, number: str) -> bool:
    """Whether a bare number is called an amount, and is no year and no id."""
    if _YEAR.fullmatch(number) or (len(number) > 9 and "." not in number):
        return False
    return _AMOUNT_HINT.search(before) is not None and _AMOUNT_BEFORE.search(before) is not None


def _says_price(low: str, before: str, start: int, end: int) -> bool:
    if _PRICE_AFTER.match(low, end):
        return True
    found = _PRICE_BEFORE.search(before) if _PRICE_HINT.search(before) else None
    if found is None:
        return (
            _FROM.search(before) is not None
            and re.match(
                r"\s{0,2}(?:的价|的價|买|買|卖|賣|成交|开|開|平|挂|掛|价|價)", low[end : end + 6]
            )
            is not None
        )
    if found[0].lstrip().startswith("at") and not low[start : start + 3].startswith(_SYMBOLS):
        # "at 14:30", "at 3 pm" never came here; "at 65,000" is a price where somebody trades.
        return _TRADE.search(low[max(0, start - 80) : start]) is not None
    return True


_COUNTERS = ("元", "块", "塊")
_SYMBOLS = ("$", "us$", "€", "£", "¥", "￥")
_TRADE = re.compile(
    r"buy|bought|sell|sold|long|short|order|fill|open|close|entry|limit|stop|position|liquidat"
    r"|price|trad|executed"
)


def _asset_of(unit: str | None, symbol: str | None) -> str | None:
    if unit is not None:
        return code_of(unit)
    if symbol:
        sign = symbol.strip()
        return {"us$": "USD", "hk$": "HKD", "nt$": "TWD", "a$": "AUD"}.get(sign) or SIGNS.get(sign)
    return None


def _is_coin(word: str) -> bool:
    return (word.upper() in TICKERS and word not in WORDLIKE) or word in (
        "usd",
        "eur",
        "cny",
        "us$",
    )


def _decimal(number: str, scale: str | None) -> Decimal | None:
    if len(number) > _LONGEST:
        return None
    try:
        value = Decimal(_latin(number)) if number.isascii() else Decimal(_han(number))
    except (InvalidOperation, ValueError):
        return None
    return (value * 10 ** _SCALES[scale] if scale else value).normalize()


def _latin(number: str) -> str:
    """With a point before the fraction and nothing between thousands."""
    if _CONTINENTAL.fullmatch(number):
        number = number.replace(".", "").replace(",", ".")
    return number.replace(",", "").replace(" ", "")


def _han(number: str) -> Decimal | int:
    """一万二千, 两百, 三十五: as people say it; a lone trailing digit is of the next lower unit."""
    if number == "半":
        return Decimal("0.5")
    total = section = digit = 0
    last = 1
    for character in number:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
            last = 1 if character in "零〇" else last
        elif character in _HAN_UNITS:
            last = _HAN_UNITS[character]
            section += (digit or 1) * last
            digit = 0
        else:
            last = _HAN_MYRIADS[character]
            total = (
                (total + (section + digit or 1)) * last
                if total < last
                else total + (section + digit) * last
            )
            section = digit = 0
    if digit and last >= 100:
        digit *= last // 10  # 一万二 is 12,000
    return total + section + digit


def assets(read: Reading, taken: bytearray) -> Iterator[Spot]:
    """Coins and currencies that stand by themselves: in capitals, or by a name nobody mistakes."""
    text, low = read.text, read.low
    for found in _CAPITALS.finditer(text):
        code = CODES.get(found[0].lower())
        if code is None or ((start := found.start()) and _GLUED_BEFORE.match(text, start - 1)):
            continue
        if _is_free(low, found.span(), taken):
            yield _asset(*found.span(), code)
    names = sorted(read.words & _SMALL.keys())
    if read.has_han and _HAN_COIN.search(low):
        names += _HAN_NAMES
    for name in names:
        at = low.find(name)
        while at >= 0:
            span = (at, at + len(name))
            is_written = not name.isascii() or _is_word(low, *span)
            if is_written and not text[slice(*span)].isupper() and _is_free(low, span, taken):
                taken[span[0] : span[1]] = b"\x01" * len(name)
                yield _asset(*span, CODES[name])
            at = low.find(name, span[1])


def _is_word(low: str, start: int, end: int) -> bool:
    before = low[start - 1 : start] if start else ""
    return not (before.isalnum() and before.isascii()) and _WORD_ON.match(low, end) is None


def _is_free(low: str, span: Span, taken: bytearray) -> bool:
    """Not a part of something else, and not the name of its network."""
    return taken.find(1, *span) < 0 and _TAKEN_NETWORK.match(low, span[1]) is None


def _asset(start: int, end: int, code: str) -> Spot:
    return Spot(kind=EntityKind.ASSET, start=start, end=end, normal=code)
