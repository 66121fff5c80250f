"""The words of ``phrases.toml`` as patterns: where an answer ends and a quote begins."""

import html
import re
import tomllib
from importlib.resources import files

_TABLES: dict[str, dict[str, list[str]]] = tomllib.loads(
    (files(__package__) / "phrases.toml").read_text("utf-8")
)


def _words(table: str) -> str:
    """All phrases of a table, the longest first, so that none hides behind its beginning."""
    words = {word for words in _TABLES[table].values() for word in words}
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _devices() -> str:
    device = f"(?:{_words('device_words')})"
    return "|".join(
        pattern.replace("{device}", device)
        for patterns in _TABLES["devices"].values()
        for pattern in patterns
    )


_VERB = rf"(?:(?<!\w)(?:{_words('verbs')})(?!\w)|{_words('verbs_unspaced')})"
VERB = re.compile(_VERB, re.IGNORECASE)
VERB_LAST = re.compile(rf"{_VERB}\s*$", re.IGNORECASE)

# How an attribution begins. Only used to find its first line, never to believe in it.
OPENER = re.compile(
    r"[\s>*_\u200e\u200f\u202a-\u202e-]*(?:"
    r"(?:On|At|Am|Le|El|Em|Il|Op|Den|På|W dniu|Dnia|Dne|Dňa|În|Στις|На|Vào|Pada|Pe|A|Al|في|بتاريخ|"
    r"בתאריך|ב-|در|ในวันที่|Dana|Il giorno)\s.*\d"
    r"|(?:在|于|於)\s?\d{4}"
    r"|\d{1,4}\s?[-./年년]\s?\d{1,2}"
    r"|\d{1,2}\.?\s\w{3,}\.?,?\s\d{4}"
    r"|\w{2,12}[.,]{1,2}\s\d{1,2}\.?\s)"  # вт, 5 мар. · ti 5. maalisk.
)
# The same in the middle of a line, for programs that forgot the line break.
MID_OPENER = re.compile(
    r"\bOn\s(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|"
    r"Nov|Dec)[a-z]*[,.]?\s|\d{1,4}[-/ ])|(?<=[\s。！？.!?])在\s?\d{4}\s?[-年/]"
)
DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[:.時时시h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}\s?[月월]"
)
MAIL_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]*\w")
BRACKETED_ADDRESS = re.compile(r"[<(\[＜（]\s*(?:mailto:)?[^<>()]{0,80}@[^<>()\s]+")

_RULE = r"[-_=*—–－─━#|+]"
DIVIDER = re.compile(rf"[\s>]*{_RULE}{{2,}}\s*(?:{_words('dividers')})\s*:?{_RULE}*\s*", re.I)
REPLY_ABOVE = re.compile(rf".{{0,40}}(?:{_words('reply_above')}).{{0,40}}", re.IGNORECASE)
ANSWERS_BELOW = re.compile(rf"(?<![a-z])(?:{_words('answers_below')})(?![a-z])", re.IGNORECASE)
DISCLAIMER = re.compile(rf"[\s*_\[(【（]*(?:{_words('disclaimers')})", re.IGNORECASE)
FORWARDED = re.compile(
    rf"\s*(?:{_RULE}{{2,}}\s*(?:{_words('forwards_dashed')})|(?:{_words('forwards')}))", re.I
)
FORWARD_SUBJECT = re.compile(rf"\s*(?:{_words('forward_subjects')})\s*[:：]", re.IGNORECASE)

_MEANING = {word: meaning for meaning, words in _TABLES["labels"].items() for word in words}
_LABEL_LINE = re.compile(
    r"[\s>*|_]*([^\W\d][^:：|*\n]{0,24}?)\s*(?:\*{1,2}\s*[:：]|[:：]\s*\*{0,2}|\|)\s*(.*)"
)

DEVICE = re.compile(rf"[\s>*_|–—-]{{0,10}}(?:{_devices()})\s*", re.IGNORECASE)
SIGN_OFF = re.compile(rf"\s*(?:{_words('sign_offs')})\s*[,.!，。！、~～-]*\s*", re.IGNORECASE)

# What people write about their case, never below their name: such lines are no signature.
CASE_FACT = re.compile(
    r"0x[0-9a-f]{6,}|[0-9a-f]{24,}|\b(?:bc1|tb1|[13])[a-z0-9]{20,}|\bT[a-z0-9]{30,}"
    r"|\buid\b|tx\s?(?:id|hash)|\bhash\b|order|ticket|\bcase\b|amount|memo|\btag\b|deposit|withdraw"
    r"|wallet|network|account|订单|訂單|单号|單號|工单|工單|金额|金額|地址|哈希|充值|提币|提幣|提现|提現"
    r"|交易|账号|帳號|账户|帳戶|入金|出金|주문|입금|출금|[?？](?:\s|$)|https?://\S+/tx/"
    r"|^\W{0,3}(?:p\.?\s?){1,2}s\W|^\s*(?:附言|又及|补充|補充|另外|还有|還有)"
    r"|\d\s?(?:usdt|usdc|btc|eth|trx|bnb|sol|xrp|usd|eur|cny)\b",
    re.IGNORECASE,
)


def unescaped(line: str) -> str:
    """Without the entities that some programs leave in what they send as plain text."""
    return html.unescape(line).replace("\xa0", " ") if "&" in line else line


def header_label(line: str) -> tuple[str, str] | None:
    """(meaning, value) of a line such as ``*From:* Mei`` or ``发件人：Mei``."""
    match = _LABEL_LINE.fullmatch(unescaped(line))
    if match is None:
        return None
    meaning = _MEANING.get(" ".join(match[1].lower().split()))
    return (meaning, match[2].strip(" |*")) if meaning else None
