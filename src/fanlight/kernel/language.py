"""Which of our languages a text is in, from its script; a prior where the text says too little."""

import functools
import re
from typing import Any

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_LETTERS = (
    400  # characters whose letters are counted: of all texts tried 200 said the same as 1,000
)
_FEW_WORDS = 3  # under so many Latin words, who writes tells more than what is written


# Words written alike in both scripts that are used in Taiwan, and letters of Cantonese.
_SAID_THERE = re.compile("登入|解析度|影片|[咗嘅唔冇喺啲佢嚟咁嗰]")
# Words that English has and its neighbours have not, with those of our trade: whoever writes so is
# known without counting letters, which costs many times as much.
_ENGLISH_TEXT_ONLY = """
    the is are my how what why when where who and not have has had does did with from this that it
    of your you been there which would should could can't won't doesn't isn't i'm any still just
    deposit withdraw withdrawal fee fees price free forgot login sign account code address order
    received missing formula cards help please support lost wrong network maker taker
    ago already another anyone anything arrived because before being between both bought buy came
    changed charge charged charges check couldn't didn't don't else ever every everything exchange
    few first found get getting given goes going gone got hadn't happen happened hasn't haven't he's
    how's i've i'd i'll instead into it's its keep keeps know like look looking looks made make
    making money months much need needed needs never new nothing now off only other our out own
    paid payment payments people pending purchase really refund refunded right said says seem
    seems she's showing shows someone something sure takes tell than that's their them there's
    these they they're things think those thought times told took track tried trying turned
    until up used using very waiting wanted wants wasn't way weeks went were weren't what's while
    without wouldn't yesterday yet you're able access after again always back if work working works
    withdrawals withdrawn deposits deposited currency currencies supported many through today
"""
_ENGLISH_ONLY = frozenset(_ENGLISH_TEXT_ONLY.split())
_ENGLISH_WORD = re.compile(r"[a-z']+")
_ENGLISH_I = " I "  # so large within a sentence nobody else writes it
_PLAINLY = 2  # characters of one script more than of the other: no text tried was told otherwise
_SURELY = 0.3  # share of such words from which on no letters are counted


@functools.cache
def _to_simplified() -> Any:
    import opencc  # its dictionaries take 20 MB: loaded on first use

    return opencc.OpenCC("t2s")


@functools.cache
def _to_traditional() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


def _changes(converter: Any, han: str) -> int:
    return sum(a != b for a, b in zip(han, converter.convert(han), strict=False))


@functools.lru_cache(30_000)
def _traditional(character: str) -> int:
    """1 for a character of the traditional script alone, -1 for one of the simplified, else 0."""
    return _changes(_to_simplified(), character) - _changes(_to_traditional(), character)


def guess(text: str, *, prior: str = "en") -> str:
    """``zh-Hans``, ``zh-Hant`` or ``en``; ``prior`` when there is too little to tell.

    Chinese is told apart by what changes when it is converted each way (OpenCC).
    """
    sample = text[:1000]
    han = "".join(_HAN.findall(sample))
    words = len(_LATIN_WORD.findall(sample))
    if len(han) >= 2 and len(han) * 2 >= words:
        balance = sum(map(_traditional, han))
        if abs(balance) < _PLAINLY:  # some characters are changed in some words only
            balance = _changes(_to_simplified(), han) - _changes(_to_traditional(), han)
        if balance == 0:
            if prior.startswith("zh"):
                return prior
            return "zh-Hant" if _SAID_THERE.search(sample) else "zh-Hans"
        return "zh-Hant" if balance > 0 else "zh-Hans"
    return "en" if words >= _FEW_WORDS else prior


# Scripts that belong to one language among those that customers write in.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")),
    ("ko", re.compile(r"[\uac00-\ud7a3\u1100-\u11ff]")),
    ("th", re.compile(r"[\u0e01-\u0e5b]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("hi", re.compile(r"[\u0904-\u0939]")),
    ("bn", re.compile(r"[\u0985-\u09b9]")),
    ("el", re.compile(r"[\u03b1-\u03c9]")),
    ("ka", re.compile(r"[\u10d0-\u10f0]")),
    ("hy", re.compile(r"[\u0561-\u0586]")),
)
_FAMILIES = (
    (re.compile(r"[\u0400-\u04ff]"), ("ru", "uk", "bg", "kk", "sr")),
    (re.compile(r"[\u0600-\u06ff]"), ("ar", "fa", "ur")),
)
_LATIN = (
    *("en", "es", "pt", "fr", "de", "it", "nl", "tr", "vi", "id", "pl", "cs", "ro", "sv", "hu"),
    *("da", "fi", "no", "ms", "tl"),
)


def detect(text: str, *, prior: str = "en") -> str:
    """The language of a text among those customers write in, BCP 47: scripts, then letter groups.

    ``guess`` answers in the desk's own languages; this one also names others.
    """
    sample = text[:1000]
    if sample.isascii():
        return _of_latin(sample, prior)
    for tag, script in _SCRIPTS:
        if len(script.findall(sample)) * 8 >= len(sample.strip()) or script.search(sample[:12]):
            return tag
    if len(_HAN.findall(sample)) >= 2:
        return guess(text, prior=prior)
    for script, tags in _FAMILIES:
        if script.search(sample):
            return _by_letters(sample, tags)
    return _of_latin(sample, prior)


def _of_latin(sample: str, prior: str) -> str:
    if _is_english(sample):
        return "en"
    if is_pinyin(sample):
        return "zh-Hans"
    words = _LATIN_WORD.findall(sample)
    return prior if len(words) < _FEW_WORDS else _by_letters(sample, _LATIN)


def _is_english(text: str) -> bool:
    """Whether so many words are English that no other language is meant."""
    words = _ENGLISH_WORD.findall(text.lower().replace("’", "'"))
    known = sum(map(_ENGLISH_ONLY.__contains__, words)) + text.count(_ENGLISH_I)
    return known >= 2 and known >= _SURELY * len(words) + 0.5


def _by_letters(text: str, tags: tuple[str, ...]) -> str:
    return str(_langid(tags).classify(text[:_LETTERS])[0])


@functools.cache
def _langid(tags: tuple[str, ...]) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(tags))
    return identifier


SYLLABLE = (  # of Mandarin in Latin letters, without tones
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|van|ai|ei|ao|ou|an|en|in|un|vn|ia|ie|iu|ua"
    r"|uo|ui|ue|ve|er|a|o|e|i|u|v))"
)
_SYLLABLE = re.compile(SYLLABLE)
_LONGEST_SYLLABLE = 6  # letters: zhuang
# Words of two readings that English has: alone they are English.
_ENGLISH_TEXT = """
    a an ban bang bin bing can chain chat china code coin die din dine ding do dong due fan
    fine gang gin go guide hang he in king lang lie line long made man me men mine my no on
    pang pen pie pin pine ping ran rang ring sang send sin sing so song sue tan tang ten than
    the then tie to wallet wang we win wine wing women
"""
_ENGLISH = frozenset(_ENGLISH_TEXT.split())


def is_pinyin(text: str) -> bool:
    """Whether Latin words are Chinese in pinyin: all syllables, and not all of them English too."""
    words = []
    for found in _LATIN_WORD.finditer(text, 0, 1000):  # most texts are done with their first word
        if (word := found[0]).isupper():
            continue
        if not _is_syllables(word.lower()):
            return False
        words.append(word.lower())
    telling = [word for word in words if word not in _ENGLISH and len(word) >= 4]
    return sum(map(len, telling)) * 2 >= sum(map(len, words)) and bool(telling)


@functools.lru_cache(10_000)  # a language has few words, and texts repeat them
def _is_syllables(word: str) -> bool:
    """Whether a word is syllables from end to end: places reached, so that no word takes long."""
    reached = {0}
    for start in range(len(word)):
        if start in reached:
            ends = range(start + 1, min(start + _LONGEST_SYLLABLE, len(word)) + 1)
            reached.update(end for end in ends if _SYLLABLE.fullmatch(word, start, end))
        elif not any(place > start for place in reached):
            return False
    return len(word) in reached
