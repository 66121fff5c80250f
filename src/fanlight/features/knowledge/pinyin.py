"""Chinese by its sound: titles as pinyin, and what people type instead of characters.

Both sides are cut into syllables by the same rule, from the same row of letters, so that
``chong zhi``, ``chongzhi`` and 充值 meet. Sounds come from pypinyin, whose dictionary of phrases is
loaded with the first Chinese title that is met.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

import msgspec

from fanlight.features.knowledge import analyzer
from fanlight.kernel.language import SYLLABLE

_HAN = re.compile("[\u3400-\u9fff]+")
_ONE = re.compile(SYLLABLE)
_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)*", re.IGNORECASE)
_GLUED = re.compile("[a-zA-Z\u3400-\u9fff]{2,40}")
_PIECE = re.compile("[a-zA-Z]+|[\u3400-\u9fff]+")
_LONGEST = 6  # letters of a syllable: zhuang
# A code in capitals glued to pinyin: KYCrenzheng, chongzhiUSDT.
_CODE = re.compile(r"(?<=[A-Z])(?=[a-z])(?<=[A-Z]{2})|(?<=[a-z])(?=[A-Z]{2})")
_INITIALS = re.compile(r"[abcdefghjklmnopqrstwxyz]{3,24}")
# Words of the field that the phrase dictionary reads otherwise.
_PHRASES = {
    "重置": [["chong"], ["zhi"]],
    "重发": [["chong"], ["fa"]],
    "行情": [["hang"], ["qing"]],
    "行权": [["xing"], ["quan"]],
    "还款": [["huan"], ["kuan"]],
    "还币": [["huan"], ["bi"]],
    "调仓": [["tiao"], ["cang"]],
    "平仓": [["ping"], ["cang"]],
    "长线": [["chang"], ["xian"]],
    "单号": [["dan"], ["hao"]],
    "空投": [["kong"], ["tou"]],
    "转出": [["zhuan"], ["chu"]],
    "转账": [["zhuan"], ["zhang"]],
    "角色": [["jue"], ["se"]],
}


class Sounds(msgspec.Struct, frozen=True):
    """A text as it sounds, in tokens of the index."""

    pairs: list[str]  # neighbouring syllables; a lone one by itself
    whole: list[str]  # each row of characters, all its syllables together
    initials: list[str]  # first letters, in pieces of three
    letters: list[str]  # all first letters together


@cache
def _reader() -> Callable[[str], list[str]]:
    import pypinyin  # its dictionaries load on first use

    pypinyin.load_phrases_dict(_PHRASES)
    return pypinyin.lazy_pinyin


def syllables(han: str) -> tuple[str, ...]:
    """The sounds of a row of Chinese characters, without tones."""
    return tuple(each for word in analyzer.cut_words(han) for each in _spoken(word))


@lru_cache(maxsize=30_000)  # a help center has few words, and reading one costs 50 µs
def _spoken(word: str) -> tuple[str, ...]:
    return tuple(each.lower().replace("ü", "v") for each in _reader()(word))


@lru_cache(maxsize=1024)  # each translation of an article has the titles of all of them
def sounds(text: str) -> Sounds:
    """How a title or another name sounds. Taiwan's words keep their own sound."""
    text = unicodedata.normalize("NFKC", text)
    pairs: list[str] = []
    first: list[str] = []
    initials: list[str] = []
    for run in _HAN.findall(text):
        spoken = syllables(run)
        pairs += pairs_of(cut("".join(spoken)) or spoken)
        letters = "".join(each[:1] for each in spoken)
        first.append(letters)
        initials += _pieces(letters)
    if not pairs:
        return Sounds([], [], [], [])
    if len(first) > 1:
        initials += _pieces("".join(first))
    spelled = _HAN.sub(lambda run: "".join(syllables(run[0])), text)
    return Sounds(
        pairs,
        [whole(spelled)],
        list(dict.fromkeys(initials)),
        [letters] if len(letters := "".join(first)) > 2 else [],
    )


def whole(text: str) -> str:
    """A whole title as it sounds: its letters and digits in a row."""
    return "".join(c for c in text.lower() if c.isalnum() and c.isascii())


def pairs_of(cut_up: tuple[str, ...]) -> list[str]:
    if len(cut_up) < 2:
        return list(cut_up)
    return [first + second for first, second in pairwise(cut_up)]


def _pieces(letters: str) -> list[str]:
    return [letters[n : n + 3] for n in range(len(letters) - 2)]


@lru_cache(maxsize=8192)
def cut(letters: str) -> tuple[str, ...]:
    """A row of letters in as few syllables as it has, the longest first; empty when it has none."""
    best: list[tuple[str, ...] | None] = [(), *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before = best[start]
            if before is None or _ONE.fullmatch(letters, start, end) is None:
                continue
            found = (*before, letters[start:end])
            kept = best[end]
            if kept is None or len(found) < len(kept):
                best[end] = found
    return best[-1] or ()


def typed(text: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Rows of Latin words that can be pinyin: their syllables, and the words they were."""
    row: list[str] = []
    end = 0
    for found in _LATIN.finditer(unicodedata.normalize("NFKC", text)):
        if row and found.string[end : found.start()].strip():
            yield cut("".join(row)), row
            row = []
        for word in _CODE.split(found[0]):
            plain = word.replace("'", "").lower()
            if cut(plain) and not (word.isupper() and len(word) < 6):
                row.append(plain)
            elif row:
                yield cut("".join(row)), row
                row = []
        end = found.end()
    if row:
        yield cut("".join(row)), row


def glued(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Words half in characters and half in letters, such as bao仓: their pairs and the letters.

    Only pairs with a syllable in letters: characters speak for themselves.
    """
    for row in _GLUED.findall(text):
        said: list[tuple[str, bool]] = []
        letters: list[str] = []
        for piece in _PIECE.findall(row):
            spoken = syllables(piece) if _HAN.match(piece) else cut(piece.lower())
            if not spoken:
                break
            if not _HAN.match(piece):
                letters.append(piece.lower())
            said += [(each, not _HAN.match(piece)) for each in spoken]
        else:
            pairs = [a + b for (a, typed_a), (b, typed_b) in pairwise(said) if typed_a or typed_b]
            if letters and len(letters) < len(said):
                yield pairs, letters


def initials_of(word: str) -> list[str]:
    """The pieces of a word that can be first letters; none for others."""
    low = word.lower()
    if _INITIALS.fullmatch(low) is None:
        return []
    return _pieces(low)
