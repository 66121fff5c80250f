"""Times as people write them, in ISO 8601 as far as they say it; nothing is guessed.

``2026-05-01T14:30+08:00`` when all is said, ``--05-01`` without a year, ``T14:30`` for an hour
alone. "Yesterday" and "just now" are times too, but without a clock they have no normal form.
"""

import re
from collections.abc import Iterator
from datetime import date

from fanlight.kernel.entities.kinds import EntityKind, Spot
from fanlight.kernel.entities.reading import Reading

_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d{1,6})?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?\b)?"
)
_HAN_CLOCK = (
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜裡|半夜|今早|昨晚|今晚)?\s?"
    r"(?P<hour>[01]?\d|2[0-3]|十[一二]|[零一二两兩三四五六七八九十])\s?"
    r"(?:[:：](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?|[点點时時](?:(?P<half>半)"
    r"|(?P<han_minute>[0-5]?\d)\s?分?)?(?!间|間))"
)
_ZONE = (
    r"(?:\s?(?P<zone>z\b|(?:utc|gmt)\s?[+-]\s?\d{1,2}(?::?\d{2})?|utc|gmt|[+-]\d{2}:\d{2}"
    r"|北京时间|台北時間|cst|est|pst|cet|hkt|sgt|jst)(?![a-z]))?"
)
_FULL = re.compile(
    r"(?<![\w.,/-])(?P<year>20\d{2})(?:[-/.]|\s?年\s?)(?P<month>1[0-2]|0?[1-9])(?:[-/.]"
    r"|\s?月\s?)(?P<day>3[01]|[12]\d|0?[1-9])(?:\s?[日号號])?"
    rf"(?:(?:\s?(?:at |t)?\s?|,\s?|，)(?:{_CLOCK.replace('(?P<', '(?P<c_')}"
    rf"|{_HAN_CLOCK.replace('(?P<', '(?P<h_')}){_ZONE})?(?![\w/]|-\d)",
    re.ASCII,
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WORDED = re.compile(
    r"(?<![\w])(?:(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s(?:of\s)?"
    + _NAME
    + r"|"
    + _NAME.replace("?P<name>", "?P<name2>")
    + r"\s(?P<day2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?)"
    r"(?:,?\s(?P<year>20\d{2}))?"
    rf"(?:(?:\sat\s|,\s?|\s|\saround\s){_CLOCK.replace('(?P<', '(?P<c_')}{_ZONE})?(?![\w%]|\.\d)",
    re.ASCII,
)
_HAN_DAY = re.compile(
    r"(?<!\d)(?P<month>1[0-2]|0?[1-9])\s?月\s?(?P<day>3[01]|[12]\d|0?[1-9])\s?[日号號]?"
    rf"(?:\s?{_HAN_CLOCK})?(?!\d)",
    re.ASCII,
)
_RELATIVE = (
    r"(?:today|yesterday|tonight|this (?:morning|afternoon|evening)|last (?:night|week|month|monday"
    r"|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:on )?(?:monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday)(?: (?:morning|night|evening|afternoon))?|just now|(?:about "
    r"|around )?(?:\d{1,3}|an?|one|two|three|four|five|six|half an|several|a few) (?:minutes?|mins?"
    r"|hours?|hrs?|days?|weeks?|months?) ago"
    r"|昨天|昨日|今天|今日|前天|大前天|刚刚|剛剛|刚才|剛才|方才|昨晚|今早|今晚|今晨"
    r"|上[个個]?(?:周|週|星期|礼拜|禮拜)[一二三四五六日天]?|(?:这|這"
    r"|本)(?:周|週|星期)[一二三四五六日天]|(?:周|週|星期)[一二三四五六日天]|上[个個]?月|(?:\d{1,3}"
    r"|[一二两兩三四五六七八九十半几幾]{1,2})\s?(?:个|個)?(?:分钟|分鐘|小时|小時|钟头|鐘頭"
    r"|天|周|週|星期|月)(?:之)?前)"
)
_SOMEWHEN = re.compile(
    rf"(?<![a-z]){_RELATIVE}"
    rf"(?:(?:\s?(?:at|around|about)?\s?|，|,\s?|的)?(?:{_CLOCK.replace('(?P<', '(?P<c_')}"
    rf"|{_HAN_CLOCK.replace('(?P<', '(?P<h_')}|(?:at |around )?(?P<c2_hour>1[0-2]"
    rf"|[1-9])\s?(?P<c2_half>[ap])\.?m\b)(?!\d)|(?P<part>\s?(?:凌晨|早上|上午|中午|下午"
    rf"|傍晚|晚上|夜里"
    rf"|夜裡)))?(?![a-z])",
    re.ASCII,
)
_ALONE = re.compile(
    rf"(?<![\w.,:/+-]){_CLOCK}{_ZONE}(?![\w:/])|(?<![\w.,:])(?P<hour2>1[0-2]"
    rf"|[1-9])\s?(?P<half2>[ap])\.?m\b",
    re.ASCII,
)
_HAN_ALONE = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜裡"
    r"|半夜)\s?(?P<hour>[01]?\d|2[0-3]|十[一二]"
    r"|[一二两兩三四五六七八九十])\s?[点點时時:：](?:(?P<half>半)"
    r"|(?P<minute>[0-5]?\d)\s?分?)?(?!\d)",
    re.ASCII,
)
_CLOCKED = re.compile(r"\d{1,2}(?:[:：]|\s?[ap]\.?m)")
# Where a relative time begins, or, of "… ago" and "…前", where it ends.
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LATIN_STARTS = frozenset(("today", "yesterday", "tonight", "just", "last", "this", "ago", *_DAYS))
_HAN_COUNTS = re.compile("[一二两兩三四五六七八九十半几幾](?=[个個分小钟鐘天周週星月十])")
_HAN_STARTS = re.compile("[昨今刚剛方上这這本周週星礼禮大前]")
_STARTS = ("tonight", "just now", "last ", "this ")
_DAY_STARTS = tuple(word[: -len("day")] for word in ("today", "yesterday", *_DAYS))
_AGO = 26  # code points in which "about 3 hours ago" begins before its end
_FULL_MONTHS = "january february march april june july august september october november december"
_MONTH_WORDS = frozenset((*_MONTHS, *_FULL_MONTHS.split(), "sept"))
_HAN_CLOCK_HINT = re.compile("[点點午晚晨早]")
_HAN_HOURS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "兩": 2,
    "十一": 11,
    "十二": 12,
}
_AFTERNOON = ("下午", "傍晚", "晚上", "夜里", "夜裡", "昨晚", "今晚")
_OFFSETS = {
    **dict.fromkeys(("z", "utc", "gmt"), "Z"),
    **dict.fromkeys(("北京时间", "台北時間", "hkt", "sgt"), "+08:00"),
    "jst": "+09:00",
}


def find(read: Reading) -> Iterator[Spot]:
    """Times by all their readings; overlaps are settled by the engine, the longest first."""
    low = read.low
    for figure in read.figures:
        start = figure.digit
        following = low[start : start + 8]
        if following.startswith("20") and (found := _FULL.match(low, start)):
            yield _spot(found, _day(found["year"], found["month"], found["day"]), _hour(found))
        elif "月" in following[:4] and (found := _HAN_DAY.match(low, start)):
            yield _spot(found, _day(None, found["month"], found["day"]), _han_hour(found, ""))
        if _CLOCKED.match(following) and (found := _ALONE.match(low, start)):
            hour, half = found["hour"] or found["hour2"], found["half"] or found["half2"]
            clock = _clock(int(hour), found["minute"] or "00", found["second"], half)
            yield _spot(found, None, clock + _zone(found["zone"]))
    if not read.words.isdisjoint(_MONTH_WORDS):
        yield from _worded(read)
    yield from _relative(read)
    if read.has_han and _HAN_CLOCK_HINT.search(low):
        for found in _HAN_ALONE.finditer(low):
            yield _spot(found, None, _han_hour(found, ""))


def _relative(read: Reading) -> Iterator[Spot]:
    """Yesterday at 3 pm, two hours ago, 昨天下午三点."""
    low = read.low
    starts: list[int] = []
    if not read.words.isdisjoint(_LATIN_STARTS):
        starts += _latin_starts(low)
        at = low.find(" ago")
        while at >= 0:
            begin = max(0, at - _AGO)
            starts += [found.start() for found in _SOMEWHEN.finditer(low, begin, at + 4)]
            at = low.find(" ago", at + 4)
    if read.has_han:
        starts += [found.start() for found in _HAN_STARTS.finditer(low)]
        starts += [figure.digit for figure in read.figures]
        starts += [found.start() for found in _HAN_COUNTS.finditer(low)]
    for start in sorted(set(starts)):
        if found := _SOMEWHEN.match(low, start):
            yield Spot(kind=EntityKind.TIME, start=found.start(), end=found.end())


def _latin_starts(low: str) -> Iterator[int]:
    for word in _STARTS:
        at = low.find(word)
        while at >= 0:
            if not _is_letter(low[at - 1 : at]):
                yield at
            at = low.find(word, at + 1)
    at = low.find("day")
    while at >= 0:
        if low.endswith(_DAY_STARTS, 0, at):
            yield from _day_starts(low, at)
        at = low.find("day", at + 1)


def _day_starts(low: str, at: int) -> Iterator[int]:
    """Where the word begins whose "day" stands here, or the "on" before it."""
    for word in _DAY_STARTS:
        start = at - len(word)
        if low.endswith(word, 0, at) and not _is_letter(low[max(0, start - 1) : start]):
            yield start
            if low.endswith("on ", 0, start) and not _is_letter(low[max(0, start - 4) : start - 3]):
                yield start - 3


def _is_letter(character: str) -> bool:
    return "a" <= character <= "z"


def _worded(read: Reading) -> Iterator[Spot]:
    """1 May 2026, May 1st at 3:30 pm."""
    for found in _WORDED.finditer(read.low):
        name = found["name"] or found["name2"]
        is_bare = found["name2"] and not (found["c_hour"] or found["year"])
        if name == "may" and is_bare and read.text[found.start()] != "M":
            continue  # "may 3 people …"
        month = str(_MONTHS.index(name[:3]) + 1)
        yield _spot(found, _day(found["year"], month, found["day"] or found["day2"]), _hour(found))


def _spot(found: re.Match[str], day: str | None, hour: str) -> Spot:
    start, end = found.span()
    while end > start and found.string[end - 1] in " ,，":
        end -= 1
    normal = None
    if day is not None or hour:
        normal = (day or "") + hour
    return Spot(kind=EntityKind.TIME, start=start, end=end, normal=normal or None)


def _day(year: str | None, month: str, day: str) -> str | None:
    if year is None:
        return f"--{int(month):02}-{int(day):02}"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _hour(found: re.Match[str]) -> str:
    given = found.groupdict()
    if given.get("c_hour"):
        clock = _clock(int(found["c_hour"]), found["c_minute"], found["c_second"], found["c_half"])
        return clock + _zone(given.get("zone"))
    if given.get("h_hour"):
        return _han_hour(found, "h_") + _zone(given.get("zone"))
    return ""


def _han_hour(found: re.Match[str], prefix: str) -> str:
    given = found.groupdict()
    hour = given.get(f"{prefix}hour")
    if not hour:
        return ""
    number = int(hour) if hour.isdigit() and hour.isascii() else _HAN_HOURS.get(hour, 0)
    if (given.get(f"{prefix}part") or "") in _AFTERNOON and number < 12:
        number += 12
    minute = given.get(f"{prefix}minute") or given.get(f"{prefix}han_minute") or "0"
    if given.get(f"{prefix}half"):
        minute = "30"
    return _clock(number, minute, given.get(f"{prefix}second"), None)


def _clock(hour: int, minute: str, second: str | None, half: str | None) -> str:
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return f"T{hour:02}:{int(minute):02}" + (f":{second}" if second else "")


def _zone(given: str | None) -> str:
    if not given:
        return ""
    if given in _OFFSETS:
        return _OFFSETS[given]
    found = re.search(r"([+-])\s?(\d{1,2}):?(\d{2})?", given)
    return f"{found[1]}{int(found[2]):02}:{found[3] or '00'}" if found else ""
