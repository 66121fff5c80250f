"""Rules of urgency as the exchange wrote them, and what they say about a text.

The file explains itself; ``content/guidance/urgency.toml`` is the one that comes along.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from fanlight.features.guidance.models import Category, Reason, Urgency
from fanlight.features.knowledge import analyzer, pinyin
from fanlight.kernel import language

CONTENT = Path(__file__).resolve().parents[4] / "content" / "guidance"
_SENTENCE = re.compile(r"[^.!?。！？\n;；]+(?:\.(?=\w)[^.!?。！？\n;；]*)*")
_GAP = r"[^.!?。！？\n;；]{0,28}?"
# Characters that are read of a long text at its beginning and at its end: people say at once what
# it is about, or, being polite, at last.
_HEAD, _TAIL = 3_000, 1_500
# What Taiwan says where the mainland says the other: rules are written once.
_SAID_THERE = (("提领", "提现"), ("储值", "充值"), ("登入", "登录"), ("简讯", "短信"))
_LETTERS = re.compile(r"[a-z]+")
_HAN = re.compile("[\u4e00-\u9fff]+")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'"})


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule as it stands in the file."""

    name: str
    urgency: Urgency
    category: Category | None = None  # what it is about, where the rule knows
    is_final: bool = msgspec.field(name="final", default=False)
    any: list[str]
    beside: list[str] = msgspec.field(name="with", default_factory=list)
    without: list[str] = msgspec.field(default_factory=list)
    yes: list[str] = msgspec.field(default_factory=list)
    no: list[str] = msgspec.field(default_factory=list)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: list[Rule]
    calm: list[str] = []


class BadRules(ValueError):
    """The file cannot be used; the message says where and why."""


class _Ready(msgspec.Struct, frozen=True):
    """A rule made ready to be looked for."""

    rule: Rule
    any: re.Pattern[str]
    beside: re.Pattern[str] | None
    without: re.Pattern[str] | None


class Heard(msgspec.Struct, frozen=True):
    """What the rules say about a text."""

    spoken: list[tuple[Rule, Reason]]
    is_calm: bool  # something in it is over, or might only happen


class Rules:
    """All rules of a file, in its order."""

    def __init__(self, rules: Sequence[Rule], calm: Sequence[str] = ()) -> None:
        self.rules = list(rules)
        self._calm = _maybe(calm)
        self._sounds: list[tuple[Rule, re.Pattern[str] | None]] | None = None
        self._ready = [
            _Ready(rule, _pattern(rule.any), _maybe(rule.beside), _maybe(rule.without))
            for rule in rules
        ]

    @classmethod
    def read(cls, file: Path = CONTENT / "urgency.toml") -> "Rules":
        """The rules of a file.

        Raises:
            BadRules: it is not a file of rules.
        """
        try:
            said = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _File)
            return cls(said.rule, said.calm)
        except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise BadRules(f"{file}: {error}") from error

    def hear(self, text: str) -> Heard:
        """Each rule that speaks on the text, with the words that made it speak."""
        sentences = [found[0].strip() for found in _SENTENCE.finditer(_read(text))]
        calm = [bool(self._calm and self._calm.search(sentence)) for sentence in sentences]
        said = zip(sentences, calm, strict=True)
        alarming = [sentence for sentence, is_calm in said if not is_calm]
        spoken = []
        for ready in self._ready:
            is_alarm = ready.rule.urgency.rank > Urgency.NORMAL.rank
            words = _found(ready, alarming if is_alarm else sentences)
            if words is not None:
                spoken.append((ready.rule, Reason(ready.rule.name, words)))
        if not spoken and language.is_pinyin(text):
            spoken = list(self._sounding(text))
        return Heard(spoken, any(calm))

    def _sounding(self, text: str) -> Iterator[tuple[Rule, Reason]]:
        """The same for Chinese in Latin letters, by the sound of the rules' phrases."""
        letters = "".join(_LETTERS.findall(text[:_HEAD].lower()))
        if self._sounds is None:
            self._sounds = [(rule, _sound(rule.any)) for rule in self.rules]
        for rule, sound in self._sounds:
            found = sound.search(letters) if sound else None
            if found is not None:
                yield rule, Reason(rule.name, found[0])


def _found(ready: _Ready, sentences: Sequence[str]) -> str | None:
    for sentence in sentences:
        found = ready.any.search(sentence)
        if found is None or (ready.without and ready.without.search(sentence)):
            continue
        if ready.beside is None or ready.beside.search(sentence):
            return found[0].strip()
    return None


def _sound(phrases: Sequence[str]) -> re.Pattern[str] | None:
    chinese = [phrase for phrase in phrases if len(phrase) > 1 and _HAN.fullmatch(phrase)]
    spelt = sorted({"".join(pinyin.syllables(each)) for each in chinese}, key=len, reverse=True)
    return re.compile("|".join(spelt)) if spelt else None


def _read(text: str) -> str:
    """The form in which rules are written: small letters, simplified Chinese, plain apostrophes."""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    text = analyzer.normalise(text).lower().translate(_APOSTROPHES)
    for there, here in _SAID_THERE:
        text = text.replace(there, here)
    return text


def _maybe(phrases: Sequence[str]) -> re.Pattern[str] | None:
    return _pattern(phrases) if phrases else None


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(_phrase(analyzer.normalise(phrase).lower()) for phrase in phrases))


def _phrase(phrase: str) -> str:
    """``*`` is a gap; between Latin words blanks may be many, and a word's ends are ends."""
    pieces = [re.escape(piece.strip()).replace(r"\ ", r"\s+") for piece in phrase.split("*")]
    starts = phrase[:1].isascii() and phrase[:1].isalnum()
    ends = phrase[-1:].isascii() and phrase[-1:].isalnum()
    glued = [piece for piece in pieces if piece]
    if phrase.endswith("*") and phrase[-2:-1] not in ("", " ") and phrase[0].isascii():
        glued[-1] += r"\w*"  # "withdraw*": the word and its forms
    body = glued[0]
    for before, piece in zip(phrase.split("*"), glued[1:], strict=False):
        is_form = before[-1:] not in ("", " ") and before.isascii()
        body += (r"\w*" if is_form else "") + _GAP + (r"\b" if piece[0].isascii() else "") + piece
    left = r"(?<![a-z0-9])" if starts else ""
    right = r"(?![a-z0-9])" if ends else ""
    return f"{left}{body}{right}"
