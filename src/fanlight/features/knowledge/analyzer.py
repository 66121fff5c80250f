"""Turns text into search tokens: one analyzer for articles and questions, in every language.

A stock tokenizer finds nothing for most Chinese questions, so ours is a house matter: words of a
segmenter *and* character pairs, Latin words by their stem, codes exactly as written. The index
remembers ``VERSION``; raise it with every change that alters a token, and every node rebuilds.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Protocol

import msgspec

VERSION = 3

MAX_QUERY_CHARACTERS = 400  # what stands behind is ignored: nobody types it, and it costs
_MAX_TOKEN = 40  # a hash is found whole; anything longer is not a word

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_KANA_HANGUL = "\u3040-\u30ff\uac00-\ud7af"
_HAS_HAN = re.compile(f"[{_HAN}]")
# A code such as -1021 keeps its sign; BEP-20 and eth_sendRawTransaction are one thing with parts.
_LATIN = re.compile(
    rf"(?<!\w)-\d+|[^\W_{_HAN}{_KANA_HANGUL}]+(?:['’_./+-][^\W_{_HAN}{_KANA_HANGUL}]+)*"
)
_SYLLABLES = re.compile(f"[{_KANA_HANGUL}]+")
_PARTS = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+")
_JOINTS = re.compile(r"['’_./+-]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# Characters that glue words and carry no meaning: a pair with one of them says nothing.
_PARTICLES = "的了吗呢吧啊着么之与和及或是在把被给就都也很"
_SINGLE = re.compile(f"(?![{_PARTICLES}])[{_HAN}]")
# Looking ahead, so that pairs overlap.
_PAIR = re.compile(f"(?=((?![{_PARTICLES}])[{_HAN}](?![{_PARTICLES}])[{_HAN}]))")
# Written differently in Taiwan and Hong Kong, and left alone by OpenCC: one thing in this trade.
_VARIANTS = (("乙太", "以太"), ("帐", "账"), ("甚么", "什么"), ("脸书", "facebook"))
_SNOWBALL = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
    "ru": "russian",
    "tr": "turkish",
}
# Words that every article has say nothing about any: left out on both sides.
_STOP_EN = frozenset(
    word
    for line in (
        "a about an and are as at be by can do does for from has have how i if in into is it its",
        "me more my of on or our so that the their them then there these this those to was we",
        "were what when where which who why will with you your",
    )
    for word in line.split()
)
_STOP_HAN = frozenset(
    word
    for line in (
        "怎么 如何 什么 为什么 怎样 怎么办 为何 哪些 哪里 哪个 可以 能否 是否 关于 有关 更多 请问",
        "我们 你们 这个 那个 一个 如果 但是 因为 所以 以及 并且 或者",
    )
    for word in line.split()
)


# Words of talk: people ask with them, and the others tell what for. Articles say them seldom, so by
# their rarity they would weigh the most; they stay in the index, for titles have some.
_TALK_EN = """
    able actually again all almost already also always another any anybody anyone anything anyway
    around ask away back because been before being between both bring came cannot cant come could
    day did didnt different done dont each else enough even ever every everybody everyone
    everything explain find gave get give go goes going gone good got great guy had happen
    happened hello help here him his hour im instead isnt its ive just keep kind know later let
    like little look lot made make man many may maybe mean might most much must need never nice
    nobody normal not nothing now off ok one only other our out over people person please possible
    put quite really right said same saw say see seem seen shall she should show showed since some
    somebody someone something sometimes somewhere soon still such sure take tell than thank thing
    think though thought together told too took tried true try trying until up upon us use used
    using usually very wait want wanted way went wheres while whole within without wont work
    worked working works would yes yesterday yet
"""
_TALK_HAN = """
    还是 还有 还能 还要 一直 自己 一下 一点 一些 一样 一般 现在 刚才 刚刚 时候 知道 觉得 看到 看看
    看见 听说 告诉 发现 需要 应该 可能 能不能 可不可以 不能 不会 不是 没有 没法 不了 不要 不用
    已经 然后 但是 不过 或者 如果 还没 就是 只是 都是 这样 那样 这里 那里 这么 那么 有人 别人 人家
    大家 东西 事情 问题 情况 办法 原因 意思 怎么回事 怎么样 有没有 是不是 好像 为啥 咋办 干嘛 求助
    帮忙 麻烦 谢谢 你好 想要 想问 起来 出来 回来 过来 过去 进来 进去 上去 下来 下去 以后 之后 以前
    之前 后来 里面 上面 下面 真的 其实 只有 所有 好几 很多 太多 直接 到底 究竟 是否 老是 总是 经常
    用的 说的 我的 你的
"""


class Tokens(msgspec.Struct, frozen=True):
    """One text as the index sees it. Order is kept, repeats count."""

    words: list[str]  # Latin stems, codes, Chinese words of two characters and more
    pairs: list[str]  # neighbouring characters of Chinese, Japanese, Korean
    singles: list[str]  # single characters: a weak last resort


class _Segmenter(Protocol):
    def cut(self, text: str, /) -> list[str]: ...
    def cut_for_search(self, text: str, /) -> list[str]: ...


class _Converter(Protocol):
    def convert(self, text: str, /) -> str: ...


class _Stemmer(Protocol):
    def stemWords(self, words: list[str], /) -> list[str]: ...  # noqa: N802 - the library's name


@cache
def _segmenter() -> _Segmenter:
    import rjieba  # loads a dictionary of some 20 MB: only where Chinese is met

    segmenter: _Segmenter = rjieba
    return segmenter


@cache
def _to_simplified() -> _Converter:
    import opencc  # tw2sp: with Taiwan's own words; plain t2s loses a third of them

    converter: _Converter = opencc.OpenCC("tw2sp")
    return converter


@cache
def _stemmer(language: str) -> _Stemmer:
    import Stemmer

    # Latin words inside Chinese texts are English.
    stemmer: _Stemmer = Stemmer.Stemmer(_SNOWBALL.get(language.partition("-")[0], "english"), 0)
    return stemmer


@lru_cache(maxsize=256)  # a question is looked at from several sides
def normalise(text: str) -> str:
    """One spelling of what people type in many: full-width, capitals kept, Taiwan's words."""
    text = unicodedata.normalize("NFKC", text)
    if _HAS_HAN.search(text):
        text = _to_simplified().convert(text)
        for variant, ours in _VARIANTS:
            text = text.replace(variant, ours)
    return text


def normalise_all(texts: Sequence[str]) -> list[str]:
    """Many short texts at once: each call of the converter costs more than the words in it."""
    lines = normalise("\n".join(texts)).split("\n")
    return lines if len(lines) == len(texts) else [normalise(text) for text in texts]


def tokens(text: str, language: str = "en") -> Tokens:
    """The tokens of a text. ``language`` chooses the stemmer of its alphabetic words."""
    return tokens_of(normalise(text), language)


def tokens_of(text: str, language: str) -> Tokens:
    """The same of a text that is normalised already."""
    words: list[str] = []
    for run in _LATIN.findall(text):
        words += _latin(run, language)
    pairs: list[str] = []
    singles: list[str] = []
    if _HAS_HAN.search(text):
        words += [
            word
            for word in _segmenter().cut_for_search(text)
            if len(word) > 1
            and ("\u4e00" <= word[0] <= "\u9fff" or _HAS_HAN.match(word))
            and word not in _STOP_HAN
        ]
        pairs = _PAIR.findall(text)
        singles = _SINGLE.findall(text)
    for run in _SYLLABLES.findall(text):
        pairs += [run[place : place + 2] for place in range(len(run) - 1)] or [run]
    return Tokens(words=words, pairs=pairs, singles=singles)


@lru_cache(maxsize=256)  # a translation made from another is the same once it is normalised
def terms_of(text: str, language: str) -> str:
    """The tokens of a longer text that is normalised already, each once, as few as find it again.

    A pair of characters that joins two whole words says nothing and is left out; one with a
    character that stands alone may be a word that the segmenter does not know, and is kept.
    """
    found: set[str] = set()
    for run in set(_LATIN.findall(text)):
        found.update(_latin(run, language))
    if _HAS_HAN.search(text):
        found.update(_han_terms(text))
    for run in _SYLLABLES.findall(text):
        found.update(run[place : place + 2] for place in range(len(run) - 1))
    return " ".join(found)


def _han_terms(text: str) -> Iterator[str]:
    before = ""  # the Chinese word that ends where this one begins
    for word in _segmenter().cut(text):
        if not ("\u4e00" <= word[0] <= "\u9fff" or _HAS_HAN.match(word)):
            before = ""
            continue
        size = len(word)
        if (len(before) == 1 or (before and size == 1)) and (
            before[-1] not in _PARTICLES and word[0] not in _PARTICLES
        ):
            yield before[-1] + word[0]
        if size > 1 and word not in _STOP_HAN:  # a longer word stands in its pairs
            yield from (word[place : place + 2] for place in range(size - 1))
        before = word


@lru_cache(maxsize=50_000)  # a language has few words, and texts repeat them
def _latin(run: str, language: str) -> tuple[str, ...]:
    """One alphabetic run: a plain word by its stem, or a code kept whole and in parts."""
    lower = run.lower()
    stem = _stemmer(language).stemWords
    if lower.isalpha():
        if len(run) > _MAX_TOKEN or lower in _STOP_EN:
            return ()
        pieces = _CAMEL.split(run) if not run.islower() and not run.isupper() else []
        return tuple(stem([lower, *(piece.lower() for piece in pieces if len(pieces) > 1)]))
    if run[0] == "-":
        return (run, run[1:])
    whole = _JOINTS.sub("", lower)  # erc20 for ERC20, ERC-20 and erc_20
    pieces = [part for piece in _CAMEL.split(run) for part in _PARTS.findall(piece.lower())]
    if len(whole) > _MAX_TOKEN * 2:
        return ()
    if len(pieces) < 2 or len(whole) > _MAX_TOKEN:
        return (whole,)
    return (whole, *stem([piece for piece in pieces if len(piece) > 1]))


def is_spaced(text: str) -> bool:
    """Whether words stand between blanks: all scripts but Chinese, Japanese and Korean."""
    return text.isascii() or not (_HAS_HAN.search(text) or _SYLLABLES.search(text))


def has_han(text: str) -> bool:
    return _HAS_HAN.search(text) is not None


def is_idle(word: str) -> bool:
    """Whether it is a Chinese word that every article has: such ones are in no index."""
    return word in _STOP_HAN


@cache
def talk() -> frozenset[str]:
    """The tokens of what people say around what they look for."""
    return frozenset(_stemmer("en").stemWords(_TALK_EN.split())) | frozenset(_TALK_HAN.split())


def cut_words(text: str) -> list[str]:
    """Chinese in its words, one after the other, none over another."""
    return _segmenter().cut(text)


def same(text: str) -> str:
    """A title or alias as one token: equal for everything that differs in spelling only."""
    folded = normalise(text).lower()
    return "".join(character for character in folded if character.isalnum())
