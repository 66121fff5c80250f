"""Passwords: a word for it, a word that says "is", and something that can be one.

People talk about passwords far more often than they give them away, so what follows "my password
is" must look like a password (a digit or a sign among letters), or be a plain word that
ends the clause and says nothing about passwords ("wrong", "expired").
"""

import re
from collections.abc import Iterator

from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage
from fanlight.kernel.secrets.talk import sign

_NAMES = (
    r"pass[ -]?word|pas+w(?:or?|ro|rod|rd)d?\b|passowrd|passwd|pass ?phrase|pass ?code|\bpwd"
    r"|\bpswd|(?<![\w-])pw(?![\w-])"
    r"|\bpin(?: code| number)?\b|\bp/w\b|contrase[nñ]a|mot de passe|\bpasswort|\bsenha\b"
    r"|пароль|\bparola\b|\bhas[łl]o\b|\bşifrem?\b|\bwachtwoord|\bl[öo]senord|mật khẩu"
    r"|パスワード|비밀번호"
)
# What may stand in a password: signs, and the letters of Latin, Greek and Cyrillic.
_OF_VALUE = r"\x21-\x7e\u00c0-\u024f\u0370-\u03ff\u0400-\u052f"
_VALUE = (
    r"(?:[\"“'‘`「](?P<quoted>[^\"”'’`」\n⟦⟧\u4e00-\u9fff]{4,64})[\"”'’`」]"
    rf"|(?P<value>[{_OF_VALUE}]{{2,128}}))"
)
_TOLD = re.compile(
    rf"(?:{_NAMES}|(?<![\w-])pass(?=\s{{0,2}}[:=：])"
    r"|(?<![\w-])pass(?= is \S{0,24}[\d!@#$%^&*]))[\"'”]?"
    r"(?:\s?[(（][^)）\n]{1,30}[)）](?=\s?[:=：]))?"
    r"(?:\s(?:for|to|of|on|in|at)(?:\s[\w.@-]{1,40}){1,3}?|\s(?:here|now|currently|there)"
    r"|\s(?:i|we)\s(?:set|use|used|chose|have|had|put|entered|typed|tried)(?:\s\w{1,12})?)?"
    r"(?:(?:\s{1,3}(?:is|was|est|es|ist|è|é)|['’]s)\b(?:\s(?:now|still|just))?:?"
    r"|\s{0,3}(?:=>?|:|：|->)"
    r"|(?<=ド)は|(?<=호)[는은]|(?<=parola) mea:)"
    rf"\s{{0,3}}{_VALUE}",
    re.ASCII,
)
_TOLD_HAN = re.compile(
    r"(?:密[码碼]|口令|(?<![a-z])pin[码碼])[\"'”」]?\s{0,2}(?:[(（][^)）\n]{1,20}[)）])?我?"
    r"(?:[应應][该該]|一直|[现現]在|以前|原[来來]|好像|可能|都)?(?:就是|[设設](?:置"
    r"|定)?(?:[为為成]了?|的?是)|改[成为為]了?|是|为|為|係|[:：=＝])\s{0,2}[:：]?\s{0,2}"
    rf"{_VALUE}",
    re.ASCII,
)
_UNTOLD = re.compile(rf"(?:{_NAMES})\s(?:[-–—]\s|as\s)?{_VALUE}", re.ASCII)
_UNTOLD_HAN = re.compile(rf"密[码碼]\s{{0,2}}(?P<value>[{_OF_VALUE}]{{6,128}})")
_PIN = re.compile(
    r"\bpin\s(?P<value>\d{4,5})(?![.,:%/-]?\w|\s?(?:was|is|usdt?|btc|eth)\b)", re.ASCII
)
_AFTER = re.compile(
    rf"(?<![{_OF_VALUE}])(?P<value>[{_OF_VALUE}]{{6,64}})\s{{0,2}}(?:as|is|was|是|就是)\s{{0,2}}"
    rf"(?:my |the |我的|我|(?<=as )){{1,2}}(?:[a-z]{{2,12}} |登[录錄]|[资資]金"
    rf"|交易)?(?:{_NAMES}|密[码碼])",
    re.ASCII,
)
# "I set the password to Abc123": not "I forgot the password to my account".
_SET = re.compile(
    rf"(?:set|changed?|reset|updated?|made|put|switched)(?:\s\w{{1,10}}){{0,4}}\s(?:{_NAMES})"
    rf"\sto\s{_VALUE}",
    re.ASCII,
)
_SET_WORDS = ("set", "chang", "updat", "made", "put", "switch")
_BLANKS = ("${", "$(", "{{", "%(", "<")  # to be filled in
_ENDS = ".,;:?)]}>\"'`"
_TALK = re.compile(
    r"(?:wrong|right|correct|incorrect|valid|invalid|lost|forgot|forgotten|unknown|missing"
    r"|empty|blank"
    r"|null|none|true|false|strong|weak|safe|secure|unsafe|insecure|hidden|gone|stolen"
    r"|hacked|leaked"
    r"|compromised|expired?|known|same|different|new|old|long|short|good|fine|okay|required"
    r"|optional"
    r"|needed|necessary|case|not|never|always|being|too|very|only|also|really|still|already|just"
    r"|what|when|where|which|that|this|there|they|then|your|ours?|mine|with|without|from"
    r"|must|should"
    r"|cannot|can't|could|would|does|doesn't|don't|have|will|won't|please|reset|change[ds]?|page"
    r"|field|manager|hint|help|link|length|settings?|policy|recovery|saved|stored|encrypted"
    r"|hashed"
    r"|\w+(?:ed|ing|[ai]ble|[ao]ry|ive|ly))"
)
# Words without quotes: four and more that no sentence about passwords is made of.
_WORDS = re.compile(
    r"(?:my )?[a-z]{1,14}(?: [a-z]{2,14}){3,7}(?=\s{0,2}(?:$|[\n.,;!?。，；！]))", re.ASCII
)
_SENTENCE_WORDS = """
    a an am are as at and all also any again after always be been being because before but by
    can cannot could did do does done even every few for from get gets got give given had has
    have he help her here him his how i if in into is isn it its just keep keeps keeping know
    last later like login log made make me more most must need needed needs never no not
    nothing now of off ok on once one only or our out over please pls set she should since so
    some something still such than that the their them then there these they thing think this
    those to too try trying tried two type typed under until us use used using very via was
    way we well were what when where which who why will with without won work working works
    would wrong yes yet you your account accounts app change changed character characters
    check code codes customer different digits email emails enter entered error
    expired failed field file forgot forgotten hacked hidden incorrect invalid key keys length
    letter letters link list lock locked long longer manager message minimum new number
    numbers old page password passwords phone policy protected recover recovery remember
    required reset right rules safe same saved secret secure security send sent server service
    settings short site stolen strong support symbols system time times unknown update user
    username valid wallet weak website words write written
"""
_OF_SENTENCES = frozenset(_SENTENCE_WORDS.split())
_RANGE = re.compile(
    r"\d{1,3}\s?(?:-|–|~|to)\s?\d{1,3}$|\d{1,3}\s?(?:[-+]\s?)?(?:char|digit|letter|times|day"
    r"|hour|min)"
)
# With no "is" between: letters with digits or signs in them, or a long row of digits.
_MADE_UP = re.compile(r"[0-9]{6,}|(?=.{0,63}[0-9!@#$%^&*])[\w!@#$%^&*.+=?~-]{0,64}\w[\w!@#$%^&*]*")
_UNIT_AFTER = re.compile(
    r"\s{0,2}(?:位|个|個|次|天|小时|小時|分钟|分鐘|characters|digits|letters|times)"
)
_PAS = "pas"  # nearly every word for it begins so
_STARTS = ("pwd", "pswd", "pw", "pin", "p/w", "密码", "密碼", "口令")
_ABROAD = ("contrase", "mot de pas", "senha", "parola", "haslo", "wachtwoord", "losenord")
_OTHER_LETTERS = ("пароль", "パスワ", "비밀번호", "hasło", "şifre", "lösenord", "mật khẩu")
_LINK, _TO = re.compile(r" (?:as|is|was) |是"), re.compile(r"\sto\s")
_PAS_SIGN = sign(_PAS)
_SIGN = sign(*(name for name in _STARTS if name != "p/w"), " w ", *_ABROAD, *_OTHER_LETTERS)
_SET_BEFORE = 40
_BEFORE = 100  # code points before the word in which "Abc123 is my password" may begin


def find(passage: Passage) -> Iterator[tuple[SecretKind, int, int]]:
    low = passage.low
    if not passage.may_tell(_PAS_SIGN | _SIGN):
        return
    others = (*_STARTS, *_ABROAD, *_OTHER_LETTERS) if passage.may_tell(_SIGN) else ()
    for name in (_PAS, *others):
        at = low.find(name)
        while at >= 0:
            for pattern in (_TOLD, _TOLD_HAN, _UNTOLD, _UNTOLD_HAN, _PIN):
                if (found := pattern.match(low, at)) is not None:
                    yield from _given(passage, found)
            said = low[max(0, at - _SET_BEFORE) : at]
            if any(map(said.__contains__, _SET_WORDS)) and _TO.search(low, at, at + _BEFORE):
                told = _SET.search(low, at - len(said), at + _BEFORE)
                if told is not None and told.end() > at:
                    yield from _given(passage, told)
            if _LINK.search(said[-24:]) is not None:
                before = max(0, at - _BEFORE)
                if (found := _AFTER.search(low, before, at + len("passphrase"))) is not None:
                    yield from _given(passage, found)
            at = low.find(name, at + 1)


def _given(passage: Passage, found: re.Match[str]) -> Iterator[tuple[SecretKind, int, int]]:
    if found.groupdict().get("quoted"):
        if _TALK.fullmatch(found["quoted"]) is None:
            yield SecretKind.PASSWORD, *found.span("quoted")
        return
    start, end = found.span("value")
    if found.re is _TOLD and (row := _WORDS.match(passage.low, start)) is not None:
        words = row[0].removeprefix("my ").split()
        if len(words) >= 4 and not _OF_SENTENCES.intersection(words):
            yield SecretKind.PASSWORD, *row.span()
            return
    size = _size(passage.text[start:end], passage.low[end : end + 40], found.re)
    if size:
        yield SecretKind.PASSWORD, start, start + size


def _size(value: str, after: str, pattern: re.Pattern[str]) -> int:
    """How much of the value is a password; 0 when it is none."""
    whole = value
    value = re.split(r"[\"<>]", value)[0].rstrip(_ENDS)
    low = value.lower()
    if (
        len(value) < 4
        or "://" in low
        or low.startswith(_BLANKS)
        or low.startswith("www.")
        or re.search(r"\w@\w+\.\w", low)
    ):
        return 0
    after = whole[len(value) :] + after
    if _RANGE.match(low) or _UNIT_AFTER.match(after) or _TALK.fullmatch(low):
        return 0
    if pattern is _SET:
        return len(value) if _looks_made_up(value) else 0
    if pattern in (_TOLD, _TOLD_HAN):
        is_given = value.isdigit() or _looks_made_up(value)
        return len(value) if is_given or (_ends_clause(after) and value.isalpha()) else 0
    if pattern is _PIN:
        return len(value)
    if len(value) < 6 or _MADE_UP.fullmatch(value.rstrip("!")) is None:
        return 0  # "password forgotten!" cries, and tells none
    return len(value) if pattern is not _AFTER or not value.isdigit() else 0


def _looks_made_up(value: str) -> bool:
    letters = any(c.isalpha() for c in value)
    digits = any(c.isdigit() for c in value)
    signs = any(c in "!@#$%^&*_+=~|\\?" for c in value)
    return letters + digits + signs > 1


def _ends_clause(after: str) -> bool:
    return (
        re.match(r"\s*(?:$|[\n.,;:!?。，；！？)\"'”」]|(?:and|but)\b|但|怎么|請|请)", after)
        is not None
    )
