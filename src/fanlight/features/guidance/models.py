"""The closed lists in which the guide answers; ``docs/reference/triage.md`` explains each word."""

from enum import StrEnum

import msgspec


class Urgency(StrEnum):
    """How long it may wait. The order of the members is from the least to the most urgent."""

    LOW = "low"  # a question that an article answers
    NORMAL = "normal"  # somebody has to look
    HIGH = "high"  # money is stuck, or access is lost
    URGENT = "urgent"  # money or an account is at risk now

    @property
    def rank(self) -> int:
        return list(Urgency).index(self)


class Category(StrEnum):
    """What it is about, by who can solve it."""

    ACCOUNT_COMPROMISED = "account_compromised"
    SIGN_IN = "sign_in"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    FIAT = "fiat"
    P2P = "p2p"
    SPOT = "spot"
    DERIVATIVES = "derivatives"
    IDENTITY = "identity"
    API = "api"
    FEES = "fees"
    CAMPAIGNS = "campaigns"
    SCAM_REPORT = "scam_report"
    VULNERABILITY = "vulnerability"
    SETTINGS = "settings"
    LEGAL = "legal"
    BASICS = "basics"
    OTHER = "other"

    @classmethod
    def said(cls, word: str) -> "Category | None":
        """The category that a form or an app names; None for anything else."""
        return next((each for each in cls if each.value == word), None)


class Complexity(StrEnum):
    """What it takes to answer."""

    SIMPLE = "simple"  # one fact, or steps that stand in an article
    INVOLVED = "involved"  # somebody looks at one case
    COMPLEX = "complex"  # evidence, several parties or systems, more than one answer


class Sensitivity(StrEnum):
    """What is said in it, and where that may be said."""

    PUBLIC = "public"  # nothing about anybody
    PERSONAL = "personal"  # facts of one account: only where its owner is proven
    RESTRICTED = "restricted"  # secrets, weaknesses, law: only for those who must know


class Way(StrEnum):
    """The channel proposed. What is not configured is replaced before it is shown."""

    EMERGENCY = "emergency"
    CHAT = "chat"
    TICKET = "ticket"  # the form, its fields filled, continued by mail
    SECURITY_FORM = "security_form"
    ARTICLES = "articles"
    COMMUNITY = "community"


class Reason(msgspec.Struct, frozen=True):
    """Why: a public code, and the customer's own words that led to it."""

    code: str
    words: str = ""


class Triage(msgspec.Struct, frozen=True, kw_only=True):
    """What was understood of a customer's words."""

    lang: str  # BCP 47
    category: Category
    urgency: Urgency
    complexity: Complexity
    sensitivity: Sensitivity
    channel: Way
    confidence: float  # that the category is right, 0 to 1
    reasons: list[Reason]
