"""Rules of urgency as the exchange wrote them, and what they say about a text.

The file explains itself; ``content/guidance/urgency.toml`` is the one that comes along.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from fanlight.features.guidance.models import Reason, Urgency
from fanlight.features.knowledge import analyzer

CONTENT = Path(__file__).resolve().parents[4] / "content" / "guidance"
_SENTENCE = re.compile(r"[^.!?。！？\n;；]+(?:\.(?=\w)[^.!?。！？\n;；]*)*")
_GAP = r"[^.!?。！？\n;；]{0,28}?"
_LONGEST = 4_000  # characters of a text that are read: what is urgent is said early
# What Taiwan says where the mainland says the other: rules are written once.
_SAID_THERE = (("提领", "提现"), ("储值", "充值"), ("登入", "登录"), ("简讯", "短信"))
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'"})


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule as it stands in the file."""

    name: str
    urgency: Urgency
    any: list[str]
    beside: list[str] = msgspec.field(name="with", default_factory=list)
    without: list[str] = msgspec.field(default_factory=list)
    yes: list[str] = msgspec.field(default_factory=list)
    no: list[str] = msgspec.field(default_factory=list)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: list[Rule]


class BadRules(ValueError):
    """The file cannot be used; the message says where and why."""


class _Ready(msgspec.Struct, frozen=True):
    """A rule made ready to be looked for."""

    rule: Rule
    any: re.Pattern[str]
    beside: re.Pattern[str] | None
    without: re.Pattern[str] | None


class Rules:
    """All rules of a file, in its order."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = list(rules)
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
            return cls(msgspec.convert(tomllib.loads(file.read_text("utf-8")), _File).rule)
        except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise BadRules(f"{file}: {error}") from error

    def speaking(self, text: str) -> Iterator[tuple[Urgency, Reason]]:
        """Each rule that speaks on the text, with the words that made it speak."""
        sentences = [found[0].strip() for found in _SENTENCE.finditer(_read(text))]
        for ready in self._ready:
            for sentence in sentences:
                found = ready.any.search(sentence)
                if found is None or (ready.without and ready.without.search(sentence)):
                    continue
                if ready.beside is None or ready.beside.search(sentence):
                    yield ready.rule.urgency, Reason(ready.rule.name, found[0].strip())
                    break


def _read(text: str) -> str:
    """The form in which rules are written: small letters, simplified Chinese, plain apostrophes."""
    text = analyzer.normalise(text[:_LONGEST]).lower().translate(_APOSTROPHES)
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
