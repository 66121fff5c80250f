"""Numbers that people call something: account ids, orders, error codes.

The word decides, and it stands before the number or right behind it. So each number is looked at
once, with the few words around it.
"""

import re
from collections.abc import Iterator

from fanlight.kernel.entities.kinds import EntityKind, Spot
from fanlight.kernel.entities.reading import Reading

_MARKS = r"[\s\"'“”「」【】\[:：=＝#＃№,，()（）*_`>{}-]"
_IS = (
    rf"{_MARKS}{{0,6}}(?:(?:is|was|are|no\.?|number|num|ref|id|code|got|with|号码|號碼|号"
    rf"|號|编号|編號|码|碼|为|為|是|叫|了|提示){_MARKS}{{0,5}}){{0,3}}\Z"
)
_UID = re.compile(
    r"(?:(?<![a-z0-9])(?:u\.?i\.?d|user ?-?id|user ?no|account ?(?:id|number|no\.?)|acct ?id"
    r"|member ?id|customer ?id|client ?id|my id)"
    r"|用户 ?(?:id|编号|号)|用戶 ?(?:id|編號|號)|使用者 ?id|账[户号] ?(?:id|uid)"
    r"|帳[戶號] ?(?:id|uid)"
    r"|(?P<loose>账号|帳號|账户|帳戶)|会员 ?(?:id|号)|會員 ?(?:id|號)|客户 ?(?:id|号)"
    r"|客戶 ?(?:id|號)|(?:我的|本人) ?id)" + _IS
)
# "orders 123456789 and 987654321": what the first number is called, the second is too.
_ANOTHER = re.compile(
    r"(?:[a-z]{0,4}-?\d{5,24}\s{0,2}(?:,|，|、|/|&|and|or|和|跟|与|與"
    r"|及)\s{0,2}(?:and\s)?){1,3}\Z"
)
_UID_AFTER = re.compile(
    r"\s{0,2}(?:[(（]\s?(?:my )?uid\s?[)）]"
    r"|(?:is|as|是)\s?(?:my |the |我的|我)\s?(?:uid|user id|账号|帳號|用户 ?id|用戶 ?id|id\b))"
)
_ORDER = re.compile(
    r"(?:(?<![a-z0-9])(?:(?:client[ _-]?|orig[ _-]?)?orders?(?:[ _-]?(?:link[ _-]?)?(?:id|no"
    r"|number|num|ref))?|oid|trade[ _-]?id|order#"
    r"|(?:withdraw(?:al)?|deposit|transfer|transaction|conversion)(?:[ _-]?(?:id|no\.?|number"
    r"|order))?)"
    r"|(?:订单|訂單|委托单?|委託單?|挂单|掛單|交易单|交易單|提现单|提現單|提领单|提領單|提币单"
    r"|提幣單|充值单|充值單|儲值單|成交)(?:编号|編號|号|號|id)?(?:码"
    r"|碼)?"
    r"|单号|單號|委托编号|委託編號)" + _IS
)
_ORDER_AFTER = re.compile(
    r"\s{0,2}(?:[(（]\s?order|(?:is|是)\s?(?:my |the |我的)?\s?(?:order (?:id|no|number)"
    r"|订单号|訂單號|单号|單號)"
    r"|(?:这|這)(?:个|個|笔|筆|张|張)?(?:订单|訂單|委托|委託|单|單))"
)
_ERROR = re.compile(
    r"(?:(?<![a-z0-9])(?:(?P<sure>error|err|http|status[ _-]?code|failure"
    r"|reject(?:ion|ed)?)[ _-]?(?:codes?|no\.?"
    r"|number|msg|message|status)?"
    r"|(?:status|response|return|result|api|server)[ _-]?(?:codes?|error|status)?"
    r"|(?P<code>codes?))"
    r"|(?P<han>错误(?:码|代码|号|提示|信息)?|錯誤(?:碼|代碼|號|提示|訊息)?|报错(?:码|代码"
    r"|信息)?|報錯|返回(?:码|代码)?|回傳(?:碼)?|状态码"
    r"|狀態碼)"
    r"|代码|代碼|提示)" + _IS
)
_IN_ERROR_TALK = re.compile(r"err|fail|reject|api|http|错|錯|失败|失敗|接口")
_ERROR_FORM = re.compile(r"-\d{3,6}|[a-z]{1,5}[-_]?\d{3,6}|\d{3,6}")
_BARE_ERROR = re.compile(r"-(?:1\d{3}|2\d{3}|4\d{3}|5\d{3,4})")
# Names with an underscore that interfaces give to refusals; and the form of Kraken's.
_ERROR_AFTER = re.compile(r"\s{0,2}(?:errors?|错误|錯誤|报错|報錯)(?![a-z])")
_NAMED = re.compile(
    r"(?<![A-Za-z0-9_])(?:ERR|ERROR|INSUFFICIENT|INVALID|UNAUTHORIZED|ORDER|MARGIN|ACCOUNT"
    r"|API|MIN"
    r"|MAX|TOO|EXCEED|FILTER"
    r"|UNKNOWN|REJECT|RATE|LIMIT|PRICE|LOT|SIGNATURE|TIMESTAMP|BALANCE|KYC|WITHDRAW|RISK"
    r"|POSITION)(?:_[A-Z0-9]{2,24}){1,6}(?![A-Za-z0-9_])"
    r"|(?<!\w)E(?:API|Order|General|Funding|Service|Trade|Account|Query"
    r"|Session):[A-Z][a-z]+(?: [a-z]+){0,3}"
)
_UNIT = re.compile(
    r"\s{0,2}(?:usdt?|usdc|btc|eth|bnb|sol|xrp|trx|u\b|个|個|枚|笔|筆|张|張|元|块|次|天"
    r"|小时|小時|分钟|分鐘|倍|刀|[万萬亿億]"
    r"|hours?|days?|min|times|orders?|people|%|\$)"
)
_DATE = re.compile(r"(?:19|20)\d{2}(?:[-_/.]\d{1,2}){1,2}|20\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])")
_PHONE = re.compile(r"1[3-9]\d{9}")
_STANDARD = re.compile(r"(?:trc|erc|bep|spl|brc)[-_]?\d{1,4}", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)
# Words that stand before their number without a space: UID38291744.
_GLUED = ("uid", "id", "order", "error", "err", "code")
_BEFORE, _AFTER = 44, 24  # code points in which the word for a number is looked for
_LEAST_ORDER = 6  # characters; shorter ones are counts and amounts
_UIDS = range(5, 21)
_STATUSES = range(400, 600)


def find(read: Reading) -> Iterator[Spot]:
    low = read.low
    for figure in read.figures:
        start, digit, end = figure
        before = low[max(0, start - _BEFORE) : start]
        spot = _called(low, before, start, digit, end)
        if spot is not None:
            yield spot
    if "_" in low or ("E" in read.text and ":" in low):
        for found in _NAMED.finditer(read.text):
            yield Spot(kind=EntityKind.ERROR_CODE, start=found.start(), end=found.end())


def _called(low: str, before: str, start: int, digit: int, end: int) -> Spot | None:
    """What the words around call this token, if they call it anything."""
    token = low[start:end]
    if low[start:digit].rstrip("-_") in _GLUED:
        before, start, token = before + low[start:digit], digit, low[digit:end]
    is_number = token.isdigit()
    if is_number and len(token) in _UIDS:
        called = _UID.search(before) or _UID.search(_ANOTHER.sub("", before))
        if called is not None and not (called["loose"] and _PHONE.fullmatch(token)):
            return Spot(kind=EntityKind.UID, start=start, end=end)
        if _UID_AFTER.match(low, end, end + _AFTER):
            return Spot(kind=EntityKind.UID, start=start, end=end)
    if len(token) >= _LEAST_ORDER and _is_order(low, before, token, end):
        return Spot(kind=EntityKind.ORDER_ID, start=start, end=end)
    return _error(low, before, token, start, digit, end)


def _is_order(low: str, before: str, token: str, end: int) -> bool:
    if _ID.fullmatch(token) is None or sum(map(str.isdigit, token)) < 3:
        return False
    if _DATE.fullmatch(token) or _STANDARD.fullmatch(token) or _UNIT.match(low, end):
        return False
    another = _ANOTHER.sub("", before)
    return (
        _ORDER.search(before) is not None
        or (another != before and _ORDER.search(another) is not None)
        or (_ORDER_AFTER.match(low, end, end + _AFTER) is not None)
    )


def _error(low: str, before: str, token: str, start: int, digit: int, end: int) -> Spot | None:
    if start == digit and before.endswith("-") and not _IS_WORD.match(before[-2:-1]):
        # The sign belongs to the code.
        start, token, before = start - 1, "-" + token, before[:-1]
    if _ERROR_FORM.fullmatch(token) is None or _UNIT.match(low, end):
        return None
    if _STANDARD.fullmatch(token):
        return None
    spot = Spot(kind=EntityKind.ERROR_CODE, start=start, end=end)
    called = _ERROR.search(before)
    if called is None and _ERROR_AFTER.match(low, end, end + _AFTER):
        is_status = token.isdigit() and len(token) == 3
        return spot if not is_status or int(token) in _STATUSES else None
    if called is None:
        # A minus and four digits is how exchanges number their errors; nobody writes a loss so.
        is_bare = _BARE_ERROR.fullmatch(token) and not before.rstrip().endswith(_SUMS)
        return spot if is_bare else None
    if token.isdigit():
        if len(token) == 3 and int(token) not in _STATUSES:
            return None
        around = low[max(0, start - 50) : end + 30]
        if not (called["sure"] or called["han"]) and not _IN_ERROR_TALK.search(around):
            return None
    return spot


_IS_WORD = re.compile("[a-z0-9]")
_SUMS = (*"0123456789+=)%", "pnl", "profit", "loss", "balance", "盈亏", "盈虧", "余额", "餘額")
