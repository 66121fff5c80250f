"""What happened, how urgent it is, which way leads to help: words in, a reasoned proposal out.

Rules decide about urgency and say why; the classifier may raise what they say, never lower it.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from fanlight.features.guidance.classifier import Classifier, Guess
from fanlight.features.guidance.models import (
    Category,
    Complexity,
    Reason,
    Sensitivity,
    Triage,
    Urgency,
    Way,
)
from fanlight.features.guidance.rules import CONTENT, Rules
from fanlight.features.knowledge import analyzer
from fanlight.kernel import language
from fanlight.kernel.entities import EntityKind, recognise
from fanlight.kernel.secrets import SecretKind, redact

SURE = 0.55  # a guess of the classifier raises urgency from here on
TOLD = 0.25  # below, a category is "other": better silent than wrong
_LOSING = frozenset({"taken_over", "not_mine", "money_leaving", "secret_given", "freeze_now"})
_DEADLY = frozenset(
    {
        *(SecretKind.SEED_PHRASE, SecretKind.PRIVATE_KEY),
        *(SecretKind.EXTENDED_KEY, SecretKind.KEYSTORE),
    }
)
_OWN = frozenset({EntityKind.UID, EntityKind.ORDER_ID, EntityKind.TX_HASH, EntityKind.ADDRESS})
_DISPUTE = re.compile(
    r"\b(?:disput\w*|appeal\w*|refund\w*|compensat\w*|complain\w*|evidence|proof|investigat\w*"
    r"|escalat\w*|scammed|claim)\b"
    r"|申诉|纠纷|赔偿|补偿|退款|投诉|证据|举证|仲裁|调查|申述"
)
_MINE = re.compile(r"\b(?:my|mine|i(?:'ve|'m)?|me|we|our)\b|我|本人|咱")
_OPINION = re.compile(
    r"\b(?:what do you think|your opinion|anyone|everybody|everyone|recommend|strategy|predict\w*"
    r"|bullish|bearish|which coin)\b"
    r"|大家|怎么看|看涨|看跌|策略|推荐|行情|后市|讨论"
)
_MARKER = re.compile("⟦hidden:[a-z_]+⟧")
_LONG = 600  # characters: who writes so much has more than one question
# Where a case of this kind is, when no rule spoke and the classifier is unsure.
_PERSONAL = frozenset(
    {
        *(Category.ACCOUNT_COMPROMISED, Category.SIGN_IN, Category.DEPOSIT, Category.WITHDRAWAL),
        *(Category.FIAT, Category.P2P, Category.SPOT, Category.DERIVATIVES, Category.IDENTITY),
    }
)
_LARGE = 10_000  # of a dollar or a coin tied to it
_DOLLARS = (" USDT", " USDC", " USD", " FDUSD", " DAI")


class Guide:
    """The guide of one desk: its rules, and what it learned from examples. Blocks while made."""

    def __init__(self, rules: Rules, categories: Classifier, urgencies: Classifier) -> None:
        self._rules = rules
        self._categories = categories
        self._urgencies = urgencies

    @classmethod
    def made(cls, rules: Rules, examples: Sequence[dict[str, str]]) -> "Guide":
        """A guide taught by examples of {"text","category","urgency"}."""
        texts = [each["text"] for each in examples]
        return cls(
            rules,
            Classifier.trained(texts, [each["category"] for each in examples]),
            Classifier.trained(texts, [each["urgency"] for each in examples]),
        )

    def triage(self, text: str) -> Triage:
        """What is understood of one text. Secrets in it are hidden before anything else."""
        return self.triage_all([text])[0]

    def triage_all(self, texts: Sequence[str]) -> list[Triage]:
        """The same for many at once, which is much faster a text."""
        hidden = [redact(text) for text in texts]
        plain = [each.text for each in hidden]
        about, urgent = self._categories.guess(plain), self._urgencies.guess(plain)
        return [
            self._one(text, {finding.kind for finding in each.findings}, category, urgency)
            for text, each, category, urgency in zip(plain, hidden, about, urgent, strict=True)
        ]

    def _one(self, text: str, secrets: set[SecretKind], category: Guess, urgency: Guess) -> Triage:
        spoken = list(self._rules.speaking(text))
        entities = recognise(text)
        about = _category(category, {reason.code for _, reason in spoken})
        level, reasons = _urgency(spoken, urgency)
        if secrets & _DEADLY:
            level, reasons = Urgency.URGENT, [Reason("secret_posted"), *reasons]
        elif level is Urgency.NORMAL and _is_large([each.normal or "" for each in entities]):
            level, reasons = Urgency.HIGH, [Reason("large_amount"), *reasons]
        simple = analyzer.normalise(text).lower()
        kinds = {each.kind for each in entities}
        complexity = _complexity(simple, about, level, kinds)
        sensitivity = _sensitivity(simple, about, level, kinds, bool(secrets))
        codes = {reason.code for reason in reasons}
        return Triage(
            lang=language.detect(_MARKER.sub(" ", text)),
            category=about,
            urgency=level,
            complexity=complexity,
            sensitivity=sensitivity,
            channel=_way(simple, about, level, complexity, sensitivity, codes),
            confidence=category.confidence,
            reasons=reasons,
        )


def _category(guess: Guess, spoken: set[str]) -> Category:
    """Who has lost an account has that problem first, whatever else is said."""
    if spoken & _LOSING:
        return Category.ACCOUNT_COMPROMISED
    if guess.confidence < TOLD:
        return Category.OTHER
    return Category(guess.label)


def _urgency(
    spoken: Sequence[tuple[Urgency, Reason]], guess: Guess
) -> tuple[Urgency, list[Reason]]:
    level = max((each for each, _ in spoken), key=lambda each: each.rank, default=Urgency.NORMAL)
    reasons = [reason for each, reason in spoken if each is level]
    guessed = Urgency(guess.label)
    if guessed.rank > level.rank and guess.confidence >= SURE:
        return guessed, [Reason("like_examples"), *reasons]
    if not spoken and guessed is Urgency.LOW and guess.confidence >= SURE:
        return Urgency.LOW, [Reason("like_examples")]
    return level, reasons or [Reason("nobody_said_otherwise")]


def _is_large(normals: Sequence[str]) -> bool:
    for normal in normals:
        number, _, unit = normal.partition(" ")
        if f" {unit}" in _DOLLARS and float(number) >= _LARGE:
            return True
    return False


def _complexity(
    text: str, category: Category, urgency: Urgency, kinds: set[EntityKind]
) -> Complexity:
    is_error = category is Category.API and urgency is not Urgency.LOW
    if _DISPUTE.search(text) or is_error or category in (Category.LEGAL, Category.VULNERABILITY):
        return Complexity.COMPLEX
    if len(text) > _LONG or len(kinds & _OWN) > 2:
        return Complexity.COMPLEX
    return Complexity.SIMPLE if urgency is Urgency.LOW else Complexity.INVOLVED


def _sensitivity(
    text: str, category: Category, urgency: Urgency, kinds: set[EntityKind], has_secret: bool
) -> Sensitivity:
    if has_secret or category in (Category.VULNERABILITY, Category.LEGAL):
        return Sensitivity.RESTRICTED
    if kinds & _OWN or urgency in (Urgency.URGENT, Urgency.HIGH):
        return Sensitivity.PERSONAL
    is_case = urgency is Urgency.NORMAL and (category in _PERSONAL or _MINE.search(text))
    return Sensitivity.PERSONAL if is_case else Sensitivity.PUBLIC


def _way(
    text: str,
    category: Category,
    urgency: Urgency,
    complexity: Complexity,
    sensitivity: Sensitivity,
    codes: set[str],
) -> Way:
    """The first of these that fits; who shows it leaves out what the desk has not."""
    if category is Category.VULNERABILITY:
        return Way.SECURITY_FORM
    if urgency is Urgency.URGENT:
        is_losing = codes & (_LOSING | {"secret_posted"})
        return Way.EMERGENCY if is_losing or category is Category.ACCOUNT_COMPROMISED else Way.CHAT
    if complexity is Complexity.COMPLEX:
        return Way.TICKET
    if urgency is Urgency.HIGH:
        return Way.CHAT
    if urgency is Urgency.LOW or sensitivity is Sensitivity.PUBLIC:
        is_talk = sensitivity is Sensitivity.PUBLIC and _OPINION.search(text)
        return Way.COMMUNITY if is_talk else Way.ARTICLES
    return Way.TICKET


def examples(file: Path = CONTENT / "examples.jsonl") -> list[dict[str, str]]:
    """The examples that come along."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


@cache
def shipped() -> Guide:
    """The guide as it comes: rules and examples of the checkout. A second to make, once."""
    return Guide.made(Rules.read(), examples())
