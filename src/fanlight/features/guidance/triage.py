"""What happened, how urgent it is, which way leads to help: words in, a reasoned proposal out.

Rules decide about urgency and say why; the classifier may raise what they say, never lower it.
"""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np

from fanlight.features.guidance.classifier import Guess, Labels, learn
from fanlight.features.guidance.judging import Verdict, judge_tried
from fanlight.features.guidance.models import (
    Category,
    Complexity,
    Reason,
    Sensitivity,
    Triage,
    Urgency,
    Way,
)
from fanlight.features.guidance.rules import CONTENT, Heard, Rule, Rules
from fanlight.features.guidance.said import MARKER, Said
from fanlight.features.guidance.scoring import Scorer
from fanlight.features.guidance.wording import Wording
from fanlight.features.knowledge import analyzer, pinyin
from fanlight.kernel import language
from fanlight.kernel.entities import Entity, EntityKind
from fanlight.kernel.secrets import SecretKind

SURE = 0.55  # a guess of the classifier raises urgency from here on
STEADY = 0.8  # what a rule heard as a question stays one unless the guess is as sure as this
CERTAIN = 0.9  # and it is an alarm only from here on; so is what has no word that anybody ever used
LIKELY = 0.4  # where no rule spoke, its guess stands from here on
TOLD = 0.15  # below, a category is "other": better silent than wrong
KNOWN = 0.6  # a rule that knows the category is believed when the classifier is less sure
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
    r"|申诉|异议|纠纷|赔偿|补偿|退款|投诉|证据|举证|仲裁|调查|申述"
)
_ACCOUNT = re.compile(r"\b(?:account|balance|order|uid)\b|账号|账户|余额|订单")
_PERSON = re.compile(
    r"\b(?:human|real person|live (?:agent|person|chat)|talk to (?:a|some)\w*|speak (?:to|with))\b"
    r"|人工|真人|转客服"
)
_IS_IT_YOU = re.compile(
    r"\?|？|[吗嘛]|\b(?:legit|or fake|or real|a scam or)\b|真的假的|是不是|是真是假"
    r"|\b(?:is|are|does) (?:this|it|that|the|these) .{0,60}"
    r"\b(?:you|yours|your|real|legit|official|true|genuine)\b"
)
_OPINION = re.compile(
    r"\b(?:what do you think|your opinion|anyone|everybody|everyone|recommend|strategy|predict\w*"
    r"|bullish|bearish|which coin)\b"
    r"|should i buy|大家|怎么看|看涨|看跌|策略|推荐(?!码|好友|人|奖|朋友)|行情|后市|讨论"
)
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = 48  # letters of a row without blanks that are cut into syllables
_WORDS = re.compile(r"[a-z]+|[0-9]+")
_SHORTEST = 3  # letters: fewer are a slip of the finger, whatever an example holds beside them
_MANY = 1_000  # examples: of fewer, each word counts
_LONG = 1_500  # characters: who writes so much has more than one question
_LARGE = 10_000  # of a dollar or a coin tied to it
_DOLLARS = frozenset({"USDT", "USDC", "USD", "FDUSD", "DAI"})


class Taught(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What was learned from examples: kept on disk, asked without the library that taught it."""

    wording: Wording
    categories: Labels
    urgencies: Labels
    judged: dict[str, Verdict]  # of each label: how good it was on examples held back

    @classmethod
    def by(cls, examples: Sequence[dict[str, str]]) -> "Taught":
        """Learn from examples of {"text","category","urgency"}. Takes seconds.

        Raises:
            TooFewExamples: of one of the labels there is only one.
        """
        texts = [each["text"] for each in examples]
        # Chinese is also typed by its sound: what is known in characters is known in letters.
        typed = [(place, _spelt(text)) for place, text in enumerate(texts) if _HAN.search(text)]
        texts += [text for _, text in typed]
        places = [*range(len(examples)), *(place for place, _ in typed)]
        # People write as they like: what stands in one text alone teaches nothing of the next.
        wording = Wording.of(texts, least=2 if len(texts) >= _MANY else 1)
        features = wording.matrix(wording.seen(text) for text in texts)
        category = learn(features, [examples[place]["category"] for place in places])
        # Coins on their way are seldom an alarm, a stranger in an account always is: urgency is
        # learned beside the category that would have been guessed.
        urgency = learn(category.beside(features), [examples[place]["urgency"] for place in places])
        learned = {"category": category, "urgency": urgency}
        return cls(
            wording=wording,
            categories=category.labels,
            urgencies=urgency.labels,
            # As people write it: the same example in letters is no second one.
            judged={
                label: judge_tried(each.tried[: len(examples)]) for label, each in learned.items()
            },
        )

    def guess(self, text: str) -> tuple[Guess, Guess]:
        """The likeliest category, and the likeliest urgency of what is about that."""
        said = self.scorer.said(_spelt(text) if language.is_pinyin(text) else text)
        kinds = len(self.categories.names)
        category = self.categories.guessed(said.scores[:kinds] + self.categories.offsets)
        about = len(self.wording.rarity) + self.categories.names.index(category.label)
        urgency = self.urgencies.guessed(
            said.scores[kinds:] + self.urgencies.borders[about] + self.urgencies.offsets
        )
        is_other = category.label == Category.OTHER
        if len(text.strip()) < _SHORTEST and text.isascii() and not is_other:
            return Guess(Category.OTHER.value, 0.0), Guess(Urgency.NORMAL.value, 0.0)
        if not said.has_words and category.confidence < CERTAIN:
            category = Guess(Category.OTHER.value, category.confidence)
        return category, urgency

    @cached_property
    def scorer(self) -> Scorer:
        """Both sets of labels at once: what they say of a feature lies side by side in memory."""
        own = self.urgencies.borders[: len(self.wording.rarity)]
        return Scorer(self.wording, np.hstack([self.categories.borders, own]))


class Guide:
    """The guide of one desk: its rules, and what it learned from examples."""

    def __init__(self, rules: Rules, taught: Taught) -> None:
        self.rules = rules
        self.taught = taught

    @classmethod
    def made(cls, rules: Rules, examples: Sequence[dict[str, str]]) -> "Guide":
        """A guide taught by examples of {"text","category","urgency"}. Takes seconds."""
        return cls(rules, Taught.by(examples))

    def triage(self, text: str) -> Triage:
        """What is understood of one text. Secrets in it are hidden before anything else."""
        return self.understand(Said.by_anyone(text))

    def understand(self, said: Said, *, lang: str | None = None) -> Triage:
        """The same of words that were looked over already, in ``lang`` where that is known."""
        heard = self.rules.hear(said.read)
        category, urgency = self.taught.guess(said.read)
        about = _category(category, heard.spoken)
        level, reasons = _urgency(heard, urgency)
        if said.secrets & _DEADLY:
            about, level = Category.ACCOUNT_COMPROMISED, Urgency.URGENT
            reasons = [Reason("secret_posted"), *reasons]
        elif level is Urgency.NORMAL and _is_large(said.named):
            level, reasons = Urgency.HIGH, [Reason("large_amount"), *reasons]
        lang = lang or language.detect(MARKER.sub(" ", said.read))
        return _told(said, _Understood(about, level, lang, category.confidence, reasons))


def alarms(rules: Rules, said: Said) -> list[Reason]:
    """What the rules alone call urgent, for a talk that goes on: it has its agent by now."""
    spoken = rules.hear(said.read).spoken
    found = [reason for rule, reason in spoken if rule.urgency is Urgency.URGENT]
    return [Reason("secret_posted"), *found] if said.secrets & _DEADLY else found


class _Understood(msgspec.Struct, frozen=True):
    """What rules and examples say, before it is decided what it takes and who may read it."""

    category: Category
    urgency: Urgency
    lang: str
    confidence: float
    reasons: list[Reason]


def _told(said: Said, understood: _Understood) -> Triage:
    simple = analyzer.normalise(said.read).lower()
    about, level = understood.category, understood.urgency
    kinds = {each.kind for each in said.named}
    complexity = _complexity(simple, about, level, kinds)
    sensitivity = _sensitivity(simple, about, level, kinds, bool(said.secrets))
    return Triage(
        lang=understood.lang,
        category=about,
        urgency=level,
        complexity=complexity,
        sensitivity=sensitivity,
        channel=_way(simple, about, level, complexity, sensitivity),
        confidence=understood.confidence,
        reasons=understood.reasons,
    )


def corrected(said: Said, found: Triage, category: Category) -> Triage:
    """The same words, when their writer has said what they are about.

    What the rules called urgent stays so; whoever says that a stranger is in their account is
    believed.
    """
    is_taken = category is Category.ACCOUNT_COMPROMISED
    level = Urgency.URGENT if is_taken else found.urgency
    reasons = [Reason("customer_said"), *found.reasons]
    return _told(said, _Understood(category, level, found.lang, 1.0, reasons))


def _spelt(text: str) -> str:
    """Chinese in syllables of pinyin, from characters and from letters alike."""
    simple = analyzer.normalise(text)
    letters = _HAN.sub(lambda found: f" {' '.join(pinyin.syllables(found[0]))} ", simple)
    words = _WORDS.findall(letters.lower())
    return " ".join(" ".join(pinyin.cut(word[:_WORD])) or word for word in words)


def _category(guess: Guess, spoken: Sequence[tuple[Rule, Reason]]) -> Category:
    """Who is losing an account has that problem first, whatever else is said."""
    knowing = [rule for rule, _ in spoken if rule.category is not None]
    if knowing:
        first = max(knowing, key=lambda rule: rule.urgency.rank)
        is_decisive = first.urgency is Urgency.URGENT or first.is_final
        if first.category and (is_decisive or guess.confidence < KNOWN):
            return first.category
    if guess.confidence < TOLD:
        return Category.OTHER
    return Category(guess.label)


def _urgency(heard: Heard, guess: Guess) -> tuple[Urgency, list[Reason]]:
    guessed = Urgency(guess.label)
    if heard.is_calm and guessed.rank > Urgency.NORMAL.rank:
        guessed = Urgency.NORMAL  # words alone cannot tell the classifier that it is over
    alike = guessed
    if guessed is Urgency.URGENT and guess.confidence < SURE:
        alike = Urgency.HIGH  # an alarm takes more than a likeness
    if not heard.spoken:
        if guess.confidence >= LIKELY:
            return alike, [Reason("like_examples")]
        return Urgency.NORMAL, [Reason("nobody_said_otherwise")]
    level = max((rule.urgency for rule, _ in heard.spoken), key=lambda each: each.rank)
    reasons = [reason for rule, reason in heard.spoken if rule.urgency is level]
    is_final = any(rule.is_final for rule, _ in heard.spoken)
    is_told = heard.is_story and level is Urgency.LOW and not (is_final or heard.is_calm)
    if is_told and alike.rank > level.rank and guess.confidence >= LIKELY:
        # Who tells what happened and asks what to do asks no question that an article answers.
        return alike, [Reason("like_examples"), *reasons]
    if level is Urgency.LOW and guessed is Urgency.URGENT and guess.confidence < CERTAIN:
        guessed = Urgency.HIGH  # what was asked as a question is no alarm by likeness alone
    is_near = level is Urgency.LOW and guessed is Urgency.NORMAL
    needed = STEADY if is_near else SURE
    if guessed.rank > level.rank and guess.confidence >= needed and not is_final:
        return guessed, [Reason("like_examples"), *reasons]
    return level, reasons


def _is_large(entities: Sequence[Entity]) -> bool:
    """Whether so much is named as an amount; a price of 65,000 is nobody's loss."""
    for entity in entities:
        number, _, asset = (entity.normal or "").partition(" ")
        if entity.kind is EntityKind.AMOUNT and asset in _DOLLARS and Decimal(number) >= _LARGE:
            return True
    return False


def _complexity(
    text: str, category: Category, urgency: Urgency, kinds: set[EntityKind]
) -> Complexity:
    if urgency is Urgency.URGENT:
        return Complexity.INVOLVED  # what it takes now is one act; the rest comes after
    if category is Category.VULNERABILITY:
        return Complexity.COMPLEX
    if urgency is Urgency.LOW:
        return Complexity.SIMPLE
    if category is Category.LEGAL:
        return Complexity.COMPLEX
    is_dispute = _DISPUTE.search(text) and category is not Category.SCAM_REPORT
    if is_dispute or category is Category.API:
        return Complexity.COMPLEX
    if len(text) > _LONG or len(kinds & _OWN) > 2:
        return Complexity.COMPLEX
    is_one_fact = category is Category.SCAM_REPORT and _IS_IT_YOU.search(text)
    return Complexity.SIMPLE if is_one_fact else Complexity.INVOLVED


def _sensitivity(
    text: str, category: Category, urgency: Urgency, kinds: set[EntityKind], has_secret: bool
) -> Sensitivity:
    # "Who licenses you?" is nobody's affair; who asks for an estate's papers does not ask so.
    is_legal = category is Category.LEGAL and urgency is not Urgency.LOW
    if has_secret or is_legal or category is Category.VULNERABILITY:
        return Sensitivity.RESTRICTED
    if urgency in (Urgency.URGENT, Urgency.HIGH):
        return Sensitivity.PERSONAL
    if urgency is Urgency.LOW:
        is_ours = kinds & {EntityKind.UID, EntityKind.ORDER_ID} or len(kinds & _OWN) > 1
        return Sensitivity.PERSONAL if is_ours else Sensitivity.PUBLIC
    if category in (Category.SCAM_REPORT, Category.BASICS):
        return Sensitivity.PUBLIC
    if category is Category.OTHER and not kinds & _OWN and not _ACCOUNT.search(text):
        return Sensitivity.PUBLIC
    return Sensitivity.PERSONAL


def _way(
    text: str,
    category: Category,
    urgency: Urgency,
    complexity: Complexity,
    sensitivity: Sensitivity,
) -> Way:
    """The first of these that fits; who shows it leaves out what the desk has not."""
    if category is Category.VULNERABILITY:
        return Way.SECURITY_FORM
    if urgency is Urgency.URGENT:
        return Way.EMERGENCY if category is Category.ACCOUNT_COMPROMISED else Way.CHAT
    if complexity is Complexity.COMPLEX:
        return Way.TICKET
    if urgency is Urgency.HIGH or _PERSON.search(text):
        return Way.CHAT
    if complexity is Complexity.SIMPLE:
        is_talk = sensitivity is Sensitivity.PUBLIC and _OPINION.search(text)
        return Way.COMMUNITY if is_talk else Way.ARTICLES
    return Way.TICKET


def examples(file: Path = CONTENT / "examples.jsonl") -> list[dict[str, str]]:
    """The examples that come along."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
