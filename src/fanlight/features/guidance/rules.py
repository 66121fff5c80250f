"""Rules of urgency as the exchange wrote them, and what they say about a text.

The file explains itself; ``content/guidance/urgency.toml`` is the one that comes along.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from fanlight.features.guidance.models import Category, Reason, Urgency
from fanlight.features.guidance.phrases import Here, Phrases
from fanlight.features.guidance.quoting import as_written
from fanlight.features.knowledge import analyzer, pinyin
from fanlight.kernel import language

CONTENT = Path(__file__).resolve().parents[4] / "content" / "guidance"
_SENTENCE = re.compile(r"[^.!?。！？\n;；]+(?:\.(?=\w)[^.!?。！？\n;；]*)*")
# Characters that are read of a long text at its beginning and at its end: people say at once what
# it is about, or, being polite, at last.
_HEAD, _TAIL = 3_000, 1_500
# What Taiwan says where the mainland says the other: rules are written once.
_SAID_THERE = (("提领", "提现"), ("储值", "充值"), ("登入", "登录"), ("简讯", "短信"))
_TOLD_WORDS, _TOLD_HAN = 5, 6  # from which on a sentence tells something, and greets no more
_EACH = 3  # lists of a rule: any, with, without
_ALARMS = frozenset({Urgency.HIGH, Urgency.URGENT})  # of what is over nobody is alarmed
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


class Heard(msgspec.Struct, frozen=True):
    """What the rules say about a text."""

    spoken: list[tuple[Rule, Reason]]
    is_calm: bool  # something in it is over, or might only happen
    is_story: bool = False  # beside what rules heard as a question, something is told


class Rules:
    """All rules of a file, in its order."""

    def __init__(self, rules: Sequence[Rule], calm: Sequence[str] = ()) -> None:
        self.rules = list(rules)
        self._sounds: list[tuple[Rule, re.Pattern[str] | None]] | None = None
        self._lists = Phrases(
            [each for rule in rules for each in (rule.any, rule.beside, rule.without)] + [calm]
        )

    @classmethod
    def read(cls, file: Path = CONTENT / "urgency.toml") -> "Rules":
        """The rules of a file.

        Raises:
            BadRules: it is not a file of rules.
        """
        try:
            return cls.of(file.read_text("utf-8"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise BadRules(f"{file}: {error}") from error

    @classmethod
    def of(cls, text: str, where: str = "rules") -> "Rules":
        """The rules of a file's text. Raises BadRules."""
        try:
            said = msgspec.convert(tomllib.loads(text), _File)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
            raise BadRules(f"{where}: {error}") from error
        names = [rule.name for rule in said.rule]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise BadRules(f"{where}: two rules are called {twice}")
        return cls(said.rule, said.calm)

    def broken(self) -> list[str]:
        """Each rule that has no example, or does not do what its examples say."""
        found = []
        for rule in self.rules:
            if not rule.yes:
                found.append(f"{rule.name}: yes = []")
            for texts, should in ((rule.yes, True), (rule.no, False)):
                found += [
                    f"{rule.name}: {'yes' if should else 'no'} = {text!r}"
                    for text in texts
                    if self._speaks(rule, text) is not should
                ]
        return found

    def _speaks(self, rule: Rule, text: str) -> bool:
        return any(spoken.name == rule.name for spoken, _ in self.hear(text).spoken)

    def hear(self, text: str) -> Heard:
        """Each rule that speaks on the text, with the words that made it speak."""
        whole = _read(text)
        here = self._lists.here(whole)
        sentences = [found[0].strip() for found in _SENTENCE.finditer(whole)]
        calm = [here.found(len(self.rules) * _EACH, sentence) for sentence in sentences]
        alarming = [each for each, is_calm in zip(sentences, calm, strict=True) if is_calm is None]
        spoken = []
        for place in here.numbers():
            number, part = divmod(place, _EACH)
            if part or number == len(self.rules):
                continue  # what must stand beside, or not; what is calm
            rule = self.rules[number]
            is_alarm = rule.urgency in _ALARMS
            words = _found(here, number, alarming if is_alarm else sentences)
            if words is not None:
                quoted = as_written(text, whole, words, spell=_read)
                spoken.append((rule, Reason(rule.name, quoted)))
        if not spoken and language.is_pinyin(text):
            spoken = list(self._sounding(text))
        is_story = len(sentences) > 1 and self._tells(here, spoken, sentences)
        return Heard(spoken, any(each is not None for each in calm), is_story)

    def _tells(
        self, here: Here, spoken: Sequence[tuple[Rule, Reason]], sentences: Sequence[str]
    ) -> bool:
        """Whether a sentence of some length is none of those that a rule heard as a question."""
        asking = [
            number
            for number, rule in enumerate(self.rules)
            if rule.urgency is Urgency.LOW and any(rule is each for each, _ in spoken)
        ]
        return bool(asking) and any(
            all(_found(here, number, [each]) is None for number in asking)
            for each in sentences
            if len(each.split()) >= _TOLD_WORDS or len("".join(_HAN.findall(each))) >= _TOLD_HAN
        )

    def _sounding(self, text: str) -> Iterator[tuple[Rule, Reason]]:
        """The same for Chinese in Latin letters, by the sound of the rules' phrases."""
        letters = "".join(_LETTERS.findall(text[:_HEAD].lower()))
        if self._sounds is None:
            self._sounds = [(rule, _sound(rule.any)) for rule in self.rules]
        for rule, sound in self._sounds:
            found = sound.search(letters) if sound else None
            if found is not None:
                yield rule, Reason(rule.name, found[0])


def _found(here: Here, rule: int, sentences: Sequence[str]) -> str | None:
    any_of, beside, without = (rule * _EACH + place for place in range(_EACH))
    for sentence in sentences:
        found = here.found(any_of, sentence)
        if found is None or here.found(without, sentence) is not None:
            continue
        if here.is_empty(beside) or here.found(beside, sentence) is not None:
            return found
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
