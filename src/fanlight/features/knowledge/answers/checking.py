"""Which of a model's sentences may stand: those that the passage they name says as well.

The model is not trusted. What it writes is text; a sentence needs a source among the passages it
was given, and its words, figures and addresses must be found there. Passages that speak to a model
instead of to readers are not given to it at all.
"""

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from fanlight.features.knowledge import analyzer

UNKNOWN = "I_DO_NOT_KNOW"
_MOST = 8  # sentences
_SUPPORT = 0.6  # of a sentence's words that must stand in the passages it names
_MARK = re.compile(r"[\[【](\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)[\]】]")
_SENTENCE = re.compile(
    r"(?<=[。！？])(?![\s\[【])|(?<=[.!?\]】])\s+(?![\[【])|\n+|(?<=[\]】])(?=[^\s.。,，\[【])"
)
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*%?")
_ADDRESS = re.compile(
    r"https?://\S+|\b[\w.+-]+@[\w-]+\.\w+|(?<![\w.])@\w{3,}|\b(?:[\w-]+\.)+[a-z]{2,}\b", re.I
)
# What nobody who writes for readers says.
_TO_A_MODEL = re.compile(
    r"(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|above|previous|prior)"
    r"|system\s*(?:prompt|message)|<\|?/?\s*(?:im_start|im_end|system|assistant|user)\b|\[/?INST\]"
    r"|(?:^|\n)\s*#*\s*(?:system|assistant)\s*:|you are now\b|as an? (?:ai|language model)\b"
    r"|(?:忽略|无视|無視|不要理会).{0,20}(?:指令|指示|提示|规则|規則|以上|之前|上述)"
    r"|(?:忘记|忘記)(?:之前|以上|所有|上述)|(?:系统|系統)(?:提示|消息|訊息)|你现在是|你現在是",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:send|give|tell|provide|share|submit|reply with|email|message|enter)\b.{0,60}"
    r"(?:password|seed|recovery phrase|mnemonic|private key|secret|2fa|verification code|one-time)"
    r"|(?:发送|發送|告诉|告訴|提供|发给|發給|提交|回复|回覆).{0,30}(?:密码|密碼|助记词|助記詞|私钥|私鑰|验证码|驗證碼)",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:never|not|don't|nobody|no one)\b|不要|不会|不會|切勿|请勿|請勿|绝不|絕不|別",
    re.IGNORECASE,
)

# A "not" turns a sentence round and leaves nearly all its words as they were.
_NOT = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|cannot|without|neither|nor|un(?:able|like))\b|n['’]t\b"
    r"|不(?!同|过|過|仅|僅|但|管|少|断|斷)|没|沒|[无無](?!论|論)|未(?!来|來)|(?<![特分])别(?!人|的|处)|勿",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_CLAUSE = re.compile(r"(?<=[;:,])\s+|(?<=[；：，])")
_NEAR = 0.8  # of the words that the nearest piece of a source shares with a sentence


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of an answer, and the numbers of the passages that say so."""

    text: str
    sources: list[int]


def speaks_to_a_model(text: str) -> bool:
    """Whether a text gives orders to a model: such a passage or question is kept from it."""
    return bool(_TO_A_MODEL.search(unicodedata.normalize("NFKC", text)))


def standing(said: str, passages: Sequence[str], language: str) -> list[Sentence]:
    """The sentences that may stand; none when the model does not know.

    Args:
        passages: what the model was given; their numbers begin at 1.
    """
    if UNKNOWN in said:
        return []
    found: list[Sentence] = []
    for part in _SENTENCE.split(said):
        if not part or not part.strip():
            continue
        sources = _sources(part, len(passages))
        text = _bare(part)
        if text and sources and _is_said(text, [passages[n - 1] for n in sources], language):
            found.append(Sentence(text, sources))
    return found[:_MOST]


def _sources(part: str, most: int) -> list[int]:
    """Numbers that exist; a sentence with one that does not has none."""
    numbers = [int(n) for mark in _MARK.findall(part) for n in re.findall(r"\d+", mark)]
    return list(dict.fromkeys(numbers)) if all(1 <= n <= most for n in numbers) else []


def _bare(part: str) -> str:
    """Without marks, bullets and emphasis: what is shown is plain text."""
    text = _MARK.sub("", part).replace("**", "").replace("`", "")
    return re.sub(r"\s+([.。,，!?！？])", r"\1", text.strip().lstrip("-*•# ").strip())


def _is_said(text: str, sources: Sequence[str], language: str) -> bool:
    """Whether the sources have these words, and every figure and address of them."""
    source = unicodedata.normalize("NFKC", "\n".join(sources)).casefold()
    plain = unicodedata.normalize("NFKC", text).casefold()
    if _ASKS.search(plain) and not _NEVER.search(plain):
        return False
    if speaks_to_a_model(plain):
        return False
    figures = set(_FIGURE.findall(source))
    if not set(_FIGURE.findall(plain)) <= figures:
        return False
    if any(address not in source for address in _ADDRESS.findall(plain)):
        return False
    told, there = analyzer.tokens(text, language), analyzer.tokens("\n".join(sources), language)
    wanted = {*told.words, *told.pairs}
    if not wanted or len(wanted & {*there.words, *there.pairs}) < _SUPPORT * len(wanted):
        return False
    return _is_turned_alike(text, wanted, "\n".join(sources), language)


def _is_turned_alike(text: str, wanted: set[str], source: str, language: str) -> bool:
    """Whether a piece of the source with most of the sentence's words says no where it says no."""
    pieces = [each for said in _STOP.split(source) for each in (said, *_CLAUSE.split(said)) if each]
    shared: list[tuple[int, bool]] = []
    for piece in dict.fromkeys(pieces):
        tokens = analyzer.tokens(piece, language)
        shared.append((len(wanted & {*tokens.words, *tokens.pairs}), bool(_NOT.search(piece))))
    most = max((number for number, _ in shared), default=0)
    is_not = bool(_NOT.search(text))
    return any(turned is is_not for number, turned in shared if number >= most * _NEAR)
