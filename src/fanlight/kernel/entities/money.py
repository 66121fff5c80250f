"""Trading pairs, amounts with their asset, and prices: numbers that people put a coin to."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from fanlight.kernel.entities.assets import (
    CODES,
    CURRENCIES,
    NAMES,
    QUOTES,
    SIGNS,
    TICKERS,
    WORDLIKE,
    code_of,
    is_base,
)
from fanlight.kernel.entities.kinds import EntityKind, Spot
from fanlight.kernel.secrets.passage import Passage

Span = tuple[int, int]

# Behind the quote may stand a mark of the symbol itself, or nothing that goes on.
_PERP = re.compile(r"[-_]?(?:PERP(?:ETUAL)?|SWAP)(?![A-Z0-9])")
_GOES_ON = re.compile(r"[A-Z0-9_/@]|[-.][A-Z0-9]", re.ASCII)
_BASE = re.compile(r"(?<![A-Z0-9@/_.-])([A-Z0-9]{2,10}?)(\s?/\s?|[-_])?\Z", re.ASCII)
_BACK = 14  # code points in which a base and its joint stand before the quote
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_HAN_NUMBER = "[零〇一二两兩三四五六七八九十百千万萬亿億]{1,12}"
_SCALES = {
    "k": 3, "m": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "thousand": 3,
    "百": 2, "千": 3, "万": 4, "萬": 4, "w": 4, "百万": 6, "百萬": 6, "千万": 7, "千萬": 7,
    "亿": 8, "億": 8,
}  # fmt: skip
_SURE_SCALES = ("w", "k", "million", "thousand", "billion")
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_UNITS = sorted((re.escape(word) for word in CODES), key=len, reverse=True)
_AMOUNT = re.compile(
    r"(?<![\w.,:/@#-])(?P<symbol>us\$|hk\$|nt\$|a\$|[$€£¥￥₿₮]\s?)?"
    rf"(?P<number>{_NUMBER}|(?<![\d零一二三四五六七八九十])(?:{_HAN_NUMBER}))"
    rf"(?:\s?(?P<scale>{_SCALE})(?![a-z0-9]))?"
    r"(?:\s{0,2}(?:个|個|枚|颗|顆|多个?|整|[余餘]个?)?\s?"
    rf"(?P<unit>{'|'.join(_UNITS)})(?![a-z0-9]|/[a-z]))?",
    re.ASCII,
)
_RUN = re.compile(r"\.?[0-9][0-9.,]*|[一二两兩三四五六七八九十百千]+")
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
_CAPITALS = re.compile(
    r"(?<![A-Za-z0-9/@.#_-])[A-Z1][A-Z0-9]{1,5}(?![A-Za-z0-9@_]|[.:]/|\.[a-z]|-\d)", re.ASCII
)
_WORD_ON = re.compile(r"[a-z0-9@_]|\.[a-z]", re.ASCII)
_WELL_KNOWN = (
    "btc eth usdt usdc bnb sol xrp trx doge ltc bch ada avax matic shib pepe atom xlm xmr etc"
)
# Names written small that stand for a coin wherever they stand.
_SMALL = tuple(
    (name, CODES[name])
    for name in sorted(
        (*_WELL_KNOWN.split(), *NAMES, *(word for word in CURRENCIES if not word.isascii())),
        key=len,
        reverse=True,
    )
    if name not in WORDLIKE and len(name) > 1 and "-" not in name and name != "刀"
)
_TAKEN_NETWORK = re.compile(r"\s?(?:network|chain|mainnet|网络|網路|链|鏈|主网|主網)")
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


def pairs(passage: Passage) -> Iterator[Spot]:
    """BTC/USDT, BTC-USDT, BTC_USDT, btcusdt; written small only with a base that is known."""
    big = passage.text.upper()
    if len(big) != len(passage.text):
        big = "".join(c.upper() if len(c.upper()) == 1 else c for c in passage.text)
    for quote in QUOTES:
        at = big.find(quote)
        while at >= 0:
            spot = _pair(passage.text, big, at, quote) if at else None
            if spot is not None:
                yield spot
            at = big.find(quote, at + 1)


def _pair(text: str, big: str, at: int, quote: str) -> Spot | None:
    if not (big[at - 1].isalnum() or big[at - 1] in "/-_ "):
        return None
    end = at + len(quote)
    perp = _PERP.match(big, end)
    if perp is not None:
        end = perp.end()
    if _GOES_ON.match(big, end):
        return None
    found = _BASE.search(big, max(0, at - _BACK), at)
    if found is None:
        return None
    base, joint = found[1], found[2]
    start = found.start(1)
    if start and big[start - 1].isalnum() and big[start - 1].isascii():
        return None
    is_known = is_base(base)
    if base == quote or base.isdigit() or (not is_known and base.lower() in CODES):
        return None
    if joint is None:
        is_written = text[at : at + len(quote)].isupper() or len(quote) >= 4
        if not (is_known and is_written):
            return None
    elif not is_known and not (text[start:end].isupper() and quote.startswith(("USD", "FDUSD"))):
        return None
    normal = f"{base}/{quote}" + ("-PERP" if perp else "")
    return Spot(kind=EntityKind.PAIR, start=start, end=end, normal=normal)


def amounts(passage: Passage) -> Iterator[Spot]:
    """Amounts and prices: a number with its asset, or with a word that says what it is."""
    low = passage.low
    end = 0
    for start in _beginnings(low):
        if start < end:
            continue
        found = _AMOUNT.match(low, start)
        if found is None:
            continue
        end = found.end()
        spot = _amount(low, found)
        if spot is not None:
            yield spot


def _beginnings(low: str) -> Iterator[int]:
    """Where an amount may begin: at a number, or at the sign of a currency before it."""
    for found in _RUN.finditer(low):
        start = found.start()
        sign = _SIGN.search(low, max(0, start - 4), start)
        yield start if sign is None else sign.start()


def _amount(low: str, found: re.Match[str]) -> Spot | None:
    start, end = found.span()
    number, scale, unit = found["number"], found["scale"], found["unit"]
    if scale and scale.isascii() and scale not in _SURE_SCALES and not (unit or found["symbol"]):
        scale, end = None, found.end("number")  # "3 m" may be metres, months, minutes
    before = low[max(0, start - 48) : start]
    if unit is None and (_NO_AMOUNT_AFTER.match(low, end) or _CALLED.search(before)):
        return None
    asset = _asset_of(unit, found["symbol"])
    if unit == "u" and low[end : end + 1] in ("盘", "盾", "s", "本"):
        return None
    if asset is None:
        ahead = _ASSET_BEFORE.search(before)
        if ahead is not None and _is_coin(ahead["unit"]):
            asset = code_of(ahead["unit"])
            start -= len(before) - ahead.start("unit")
            before = before[: ahead.start("unit")]
    is_price = _says_price(low, before, start, end)
    value = _decimal(number, scale)
    if value is None:
        return None
    if asset is None and not is_price:
        is_said = _AMOUNT_BEFORE.search(before) is not None and number.isascii()
        if not is_said or _is_plain_year(number) or (len(number) > 9 and "." not in number):
            return None
    if not number.isascii() and asset is None:
        return None
    normal = f"{value:f}" + (f" {asset}" if asset else "")
    kind = EntityKind.PRICE if is_price else EntityKind.AMOUNT
    return Spot(kind=kind, start=start, end=end, normal=normal)


def _is_plain_year(number: str) -> bool:
    return _YEAR.fullmatch(number) is not None


def _says_price(low: str, before: str, start: int, end: int) -> bool:
    if _PRICE_AFTER.match(low, end):
        return True
    found = _PRICE_BEFORE.search(before)
    if found is None:
        return (
            _FROM.search(before) is not None
            and re.match(
                r"\s{0,2}(?:的价|的價|买|買|卖|賣|成交|开|開|平|挂|掛|价|價)", low[end : end + 6]
            )
            is not None
        )
    if found[0].lstrip().startswith("at"):
        # "at 14:30", "at 3 pm" never came here; "at 65,000" is a price where somebody trades.
        return _TRADE.search(low[max(0, start - 80) : start]) is not None
    return True


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
    try:
        value = Decimal(number.replace(",", "")) if number.isascii() else Decimal(_han(number))
    except (InvalidOperation, ValueError):
        return None
    if scale:
        value = value * 10 ** _SCALES[scale]
    # Written out: 1E+4 is nobody's amount.
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _han(number: str) -> int:
    """一万二千, 两百, 三十五: as people say it; a lone trailing digit is of the next lower unit."""
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


def assets(passage: Passage, taken: list[Span]) -> Iterator[Spot]:
    """Coins and currencies that stand by themselves: in capitals, or by a name nobody mistakes."""
    text, low = passage.text, passage.low
    for found in _CAPITALS.finditer(text):
        code = CODES.get(found[0].lower())
        if code is not None and _is_free(low, found.span(), taken):
            yield _asset(*found.span(), code)
    taken = list(taken)
    for name, code in _SMALL:
        at = low.find(name)
        while at >= 0:
            span = (at, at + len(name))
            is_written = not name.isascii() or _is_word(low, *span)
            if is_written and not text[slice(*span)].isupper() and _is_free(low, span, taken):
                taken.append(span)
                yield _asset(*span, code)
            at = low.find(name, span[1])


def _is_word(low: str, start: int, end: int) -> bool:
    before = low[start - 1 : start] if start else ""
    return not (before.isalnum() and before.isascii()) and _WORD_ON.match(low, end) is None


def _is_free(low: str, span: Span, taken: list[Span]) -> bool:
    """Not a part of something else, and not the name of its network."""
    is_apart = all(end <= span[0] or span[1] <= start for start, end in taken)
    return is_apart and _TAKEN_NETWORK.match(low, span[1]) is None


def _asset(start: int, end: int, code: str) -> Spot:
    return Spot(kind=EntityKind.ASSET, start=start, end=end, normal=code)
