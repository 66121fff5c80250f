"""Seed phrases of the BIP-39 lists whose words stand apart: all but the Chinese ones."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from fanlight.kernel.secrets import monero, talk
from fanlight.kernel.secrets.kinds import SecretKind
from fanlight.kernel.secrets.passage import Passage, line_before, sentence_before
from fanlight.kernel.secrets.wordlists import (
    LONGEST_WORD,
    SIZES,
    WordList,
    is_checksum_right,
    lexicon,
    lists_of,
    near,
    plain_kept,
)

_ANNOUNCED = 6  # words in a row that are a part of a phrase once someone says they are
_LEAST = 6 * 4 - 1  # code points of six words of three letters
_DISTINCT = 8
_BEHIND = 24  # code points within which "… is my seed phrase" follows a few words
_FAR_BEHIND = 90  # and a row that is nearly a phrase
_TELLING = 4  # letters of a mistyped word
_MISSING = 1
_MOST_SLIPS, _KNOWN = 3, 8  # in a phrase that was announced: words mistyped, words that are right
_JOINING_WORDS = """
    about again all also always any because before between if into more most much must never often
    only other over same since such than that then there they this under until very what when where
    who will with you your can just must toward across after against along around behind below
"""
_JOINING = frozenset(_JOINING_WORDS.split())
_MOST_JOINING = 4
_STRANGERS = 2  # mistyped words in a phrase that nobody announced
_OWN_SHARE = 0.7
_BESIDE = 4  # words of a list before or behind a phrase that belong to the sentence around it
_ROW = b"\x01" * 13  # words of Monero's shortest phrase
_HALF = b"\x01" * 6  # 12 words with one unknown hold six known ones in a row
_THIRD = b"\x01" * 4  # and with two unknown ones, four

_LATIN = re.compile("[a-z]+")
# Accents, Cyrillic, kana, Hangul: whatever the lists hold beside a to z.
_OTHER_SCRIPT = re.compile(
    "[\u00c0-\u024f\u0300-\u036f\u0400-\u04ff\u1100-\u11ff\u3041-\u30ff\uac00-\ud7a3]"
)
# Decomposed text carries its accents as characters of their own.
WORD = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[\u0300-\u036f\u3099\u309a])*")
# Between two words: whatever is no letter, and how the Chinese number things.
GAP = re.compile(r"(?:[^\w⟦⟧]|[\d_第一二三四五六七八九十个個号號]){1,40}")
_FENCE = "```"  # of a block of code: what stands outside is no part of it
_MARKUP = re.compile(
    r"<[^<>\n]{1,80}>|&(?:[a-z]{2,6}|#x?[0-9a-f]{1,5});|\\[nrt]|%(?:20|0a|0d|2c|7c|3e)"
)
_SAID = (
    r"seed|mnemonic|(?:recovery|secret|backup|wallet|security) (?:phrase|words?)|\bphrase\b"
    r"|(?:wallet|metamask) backup|\b(?:12|15|18|21|24|twelve)[ -]words?|\bfrase\b"
    r"|[助注註][记記]|[恢还還][复復原][词詞]|[备備]份[词詞]|[种種]子|短[语語]|[钱錢]包的?[备備]份"
)
SAID = re.compile(_SAID)
# Heads of its parts announce one where its words follow, and nothing anywhere else.
_SAID_OR_PARTED = re.compile(
    _SAID + r"|\bwords? ?\d{1,2} ?(?:-|–|to) ?\d|[前后後](?:六|6|十二|12|半)(?:部分|[个個段])"
    r"|\b(?:first|last|second|other) (?:half|6|six|12|twelve)\b|\bp(?:ar)?t ?[12]\b"
)
# One of these stands in whatever the pattern above finds.
_LATIN_HINTS = (
    "seed",
    "mnemonic",
    "phrase",
    "frase",
    " word",
    "words",
    "-word",
    "backup",
    "half",
    "first 6",
    "last 6",
    "first 12",
    "last 12",
    "t six",
    "d six",
    "twelve",
    "pt1",
    "pt2",
    "pt 1",
    "pt 2",
    "part 1",
    "part 2",
    "part1",
    "part2",
)
_HAN_HINTS = (
    *("助记", "助記", "注记", "註記", "复词", "復詞", "原词", "原詞", "份词", "份詞"),
    *(
        "种子",
        "種子",
        "短语",
        "短語",
        "备份",
        "備份",
        *(f"{side}{part}" for side in "前后後" for part in ("六", "6", "十", "12", "半")),
    ),
)
# A sign looks for letters: of "first 6" they stand in any text, so is_said looks for those itself.
_SIGN = talk.sign(*(hint for hint in _LATIN_HINTS if hint[-1] not in "62"), *_HAN_HINTS)
_AROUND = 16  # code points around it in which that pattern lies
_ANNOUNCING = {"seed", "secret", "phrase", "word", "wallet", "private", "key"}


def is_said(passage: Passage) -> bool:
    """Whether some word announces a phrase; quick for a text that has none of them."""
    low = passage.low
    if not (passage.may_tell(_SIGN) or "t 6" in low or "t 12" in low):
        return False
    for hint in _LATIN_HINTS if low.isascii() else (*_LATIN_HINTS, *_HAN_HINTS):
        at = low.find(hint) if hint in low else -1
        while at >= 0:
            if _SAID_OR_PARTED.search(low, max(0, at - _AROUND), at + _AROUND):
                return True
            at = low.find(hint, at + len(hint))
    return False


def shown(low: str) -> str:
    """Without the marks of HTML, links and programs, each as many blanks: what a reader sees."""
    if not ("<" in low or "&" in low or "\\" in low or "%" in low):
        return low
    return _MARKUP.sub(lambda found: " " * len(found[0]), low)


def words_in(low: str) -> list[tuple[int, int]]:
    """Where the words stand, of whatever script a text uses."""
    pattern = WORD if _OTHER_SCRIPT.search(low) else _LATIN
    return [found.span() for found in pattern.finditer(low)]


def find(passage: Passage, *, said: bool) -> Iterator[tuple[SecretKind, int, int]]:
    """Phrases whose words stand apart; ``said``: some word of the text announces one."""
    low = shown(passage.low)
    if len(low) < _LEAST:
        return
    known_to = passage.known if low is passage.low else talk.known_to(low)[0]
    is_latin = low.isascii() or _OTHER_SCRIPT.search(low) is None
    may_be_monero = not is_latin or _ROW in talk.uncommon(known_to)
    half = (_THIRD if said else _HALF) if not is_latin else _row_looked_for(known_to, said=said)
    if half is None and not may_be_monero:
        return
    spans = words_in(low)
    if may_be_monero:
        is_said = partial(_is_announced, low, is_nearly_whole=True)
        yield from monero.find(passage.text, low, spans, is_said)
    if half is None:
        return
    words = [low[start:end] for start, end in spans]
    known = [lists_of(word) for word in words]
    if half not in bytes(map(bool, known)):
        return
    folded = [plain_kept(word) if len(word) <= LONGEST_WORD else "" for word in words]
    rows = list(_rows(low, spans))
    for language, listed in enumerate(lexicon().each):
        flags = bytes([bits >> language & 1 for bits in known])
        if half not in flags:
            continue
        for first, last in _in_language(low, half, flags, spans, rows, folded, listed):
            yield SecretKind.SEED_PHRASE, spans[first][0], spans[last - 1][1]


def _row_looked_for(known_to: bytes, *, said: bool) -> bytes | None:
    """How many list words in a row there must be, and are; the last look for most texts."""
    flags = talk.listed(known_to)
    at = flags.find(_THIRD)
    if at < 0:
        return None
    if said:
        return _THIRD
    while at >= 0:
        first, last = max(0, at - SIZES[-1]), _run_end(flags, at, len(flags))
        around = flags[first : last + SIZES[-1]]
        if around.count(1) >= SIZES[-1] - _STRANGERS and _is_dense(around):
            return _THIRD
        at = flags.find(_THIRD, last)
    return _HALF if _HALF in flags else None


def _is_dense(flags: bytes) -> bool:
    """Whether somewhere a phrase's length of words is of the lists, but for two strangers."""
    rows = [len(row) for row in flags.split(b"\x00")]
    most = max(map(sum, zip(rows, rows[1:], rows[2:], strict=False)), default=0)
    return len(flags) >= SIZES[-1] and most + _STRANGERS >= SIZES[-1]


def _in_language(
    low: str,
    half: bytes,
    flags: bytes,
    spans: Sequence[tuple[int, int]],
    rows: Sequence[tuple[int, int]],
    words: Sequence[str],
    listed: WordList,
) -> Iterator[tuple[int, int]]:
    """Phrases of one list, as ranges of words."""
    for row in rows:
        at = row[0]
        while (start := flags.find(half, at, row[1])) >= 0:
            while start > row[0] and flags[start - 1]:
                start -= 1
            end = at = _run_end(flags, start, row[1])
            told = words[start] == "seed" or _is_announced(
                low,
                spans[start][0],
                spans[end - 1][1],
                is_nearly_whole=end - start >= SIZES[-1] - _MISSING,
            )
            first, last = _with_one_slip(flags, (start, end), row, words, listed, told)
            if last - first >= SIZES[-1] and _is_varied(words[first:last], listed):
                # The whole row, checksum or not: a wrong word spoils the checksum, not the thief.
                proven = _proven(words, first, last, listed)
                at = max(end, last)
                if proven is None and not told and _is_sentence(words[first:last]):
                    continue
                whole = proven or (first, last)
                yield _without_heading(low, spans, words, *whole)
            elif loose := _with_slips(flags, (start, end), row, words, listed, told=told):
                yield _without_heading(low, spans, words, *loose)
                at = max(end, loose[1])


def _is_sentence(words: Sequence[str]) -> bool:
    """So many of the words that join others no phrase of chance has: one in 5,000 has four."""
    return len(_JOINING.intersection(words)) >= _MOST_JOINING


def _without_heading(
    low: str, spans: Sequence[tuple[int, int]], words: Sequence[str], first: int, last: int
) -> tuple[int, int]:
    """'Seed phrase' before the phrase is made of list words itself."""
    if last - first in SIZES:
        return first, last
    for head in range(first + 1, min(first + 1 + _BESIDE, last - _ANNOUNCED)):
        if ":" in low[spans[head - 1][1] : spans[head][0]].replace("：", ":"):
            first = head
    while last - first not in SIZES and last - first > _ANNOUNCED and words[first] in _ANNOUNCING:
        first += 1
    return first, last


def _proven(
    words: Sequence[str], first: int, last: int, listed: WordList
) -> tuple[int, int] | None:
    """Of a row a little longer than a phrase, what has the checksum: "… thank you" is no part."""
    numbers = [listed.numbers.get(word, -1) for word in words[first:last]]
    if len(set(numbers)) < _OWN_SHARE * len(numbers):
        return None  # "legal then winner then thank …": no window of these is the phrase
    for size in SIZES:
        if not 0 <= len(numbers) - size <= _BESIDE:
            continue
        right = [
            at
            for at in range(len(numbers) - size + 1)
            if -1 not in numbers[at : at + size] and is_checksum_right(numbers[at : at + size])
        ]
        if right:
            return first + right[0], first + right[-1] + size
    return None


def _rows(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ranges of words with nothing but numbering and punctuation between them."""
    low = 0
    for n in range(1, len(spans)):
        end, start = spans[n - 1][1], spans[n][0]
        if text[end:start] == " ":
            continue
        if GAP.fullmatch(text, end, start) is None or text.find(_FENCE, end, start) >= 0:
            yield low, n
            low = n
    yield low, len(spans)


def _run_end(flags: bytes, start: int, high: int) -> int:
    end = flags.find(b"\x00", start, high)
    return high if end < 0 else end


def _with_one_slip(
    flags: bytes,
    run: tuple[int, int],
    row: tuple[int, int],
    words: Sequence[str],
    listed: WordList,
    is_told: bool,
) -> tuple[int, int]:
    """The run, and what goes on beyond one mistyped word behind or before it.

    Eleven list words and any twelfth stand in ordinary English now and then, so the stranger must
    be near a word of the list; and with that word the checksum must be right, or the words stand
    alone, or someone has said that this is a phrase.
    """
    (start, end), (low, high) = run, row
    if end - start < len(_HALF):
        return run
    if end - start >= SIZES[-1] and _proven(words, start, end, listed) is not None:
        return run
    for slip in (end, start - 1):
        if not low <= slip < high:
            continue
        first, last = min(start, slip), max(end, _run_end(flags, slip + 1, high))
        while first > low and flags[first - 1]:
            first -= 1
        if last - first < SIZES[-1]:
            continue
        meant = near(words[slip], listed) if len(words[slip]) >= 3 else set()
        is_alone = (first, last) == row and last - first in SIZES
        if meant and (
            is_told or is_alone or _is_repaired(words, (first, last), slip, meant, listed)
        ):
            return first, last
    return run


def _with_slips(
    flags: bytes,
    run: tuple[int, int],
    row: tuple[int, int],
    words: Sequence[str],
    listed: WordList,
    *,
    told: bool,
) -> tuple[int, int] | None:
    """What someone calls a phrase: six words of a list in a row, or more with slips between.

    What nobody calls one must have a phrase's length and no more than two slips.
    """
    (first, last), slips = run, 0
    while slips < _MOST_SLIPS and last < row[1] and _is_slip(words[last], listed):
        last, slips = _run_end(flags, last + 1, row[1]), slips + 1
    while slips < _MOST_SLIPS and first > row[0] and _is_slip(words[first - 1], listed):
        first, slips = first - 1, slips + 1
        while first > row[0] and flags[first - 1]:
            first -= 1
    known = {word for word, flag in zip(words[first:last], flags[first:last], strict=True) if flag}
    if not told:
        is_whole = last - first in SIZES and len(known) >= last - first - _STRANGERS
        return (first, last) if is_whole else None
    if len(known - _ANNOUNCING) >= _KNOWN and last - first >= SIZES[-1] - _MISSING:
        return first, last
    return run if run[1] - run[0] >= _ANNOUNCED else None


def _is_slip(word: str, listed: WordList) -> bool:
    """Short words are near to a word of the list whatever they are."""
    return len(word) >= _TELLING and bool(near(word, listed))


def _is_repaired(
    words: Sequence[str], row: tuple[int, int], slip: int, meant: set[str], listed: WordList
) -> bool:
    """Whether one of the near words makes a phrase's length around it pass the checksum."""
    numbers = [listed.numbers.get(word, 0) for word in words[row[0] : row[1]]]
    for word in meant:
        numbers[slip - row[0]] = listed.numbers[word]
        for size in SIZES:
            for first in range(len(numbers) - size + 1):
                holds_slip = first <= slip - row[0] < first + size
                if holds_slip and is_checksum_right(numbers[first : first + size]):
                    return True
    return False


def _is_varied(words: Sequence[str], listed: WordList) -> bool:
    """Code repeats a name twelve times; a phrase that does so at least has its checksum."""
    if len(set(words)) >= _DISTINCT:
        return True
    numbers = [listed.numbers.get(word, 0) for word in words]
    return any(
        is_checksum_right(numbers[at : at + size])
        for size in SIZES
        if 0 <= len(numbers) - size <= _BESIDE  # "keep abandon abandon …": a word or two beside
        for at in range(len(numbers) - size + 1)
    )


def _is_announced(low: str, start: int, end: int, *, is_nearly_whole: bool) -> bool:
    """Whether someone says seed phrase before these words, or right behind them."""
    behind = low[end : end + (_FAR_BEHIND if is_nearly_whole else _BEHIND)]
    return any(
        _SAID_OR_PARTED.search(piece)
        for piece in (sentence_before(low, start), line_before(low, start), behind)
    )
