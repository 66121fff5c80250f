"""What a check is asked, what it knows, and what it finds: no language, no vendor, no clock."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fanlight.exchange.facts import (
    Account,
    AddressUse,
    ApiFailure,
    ApiKey,
    Deposit,
    Device,
    FiatTransfer,
    Freeze,
    IdentityCheck,
    Known,
    Network,
    Order,
    SecurityChange,
    SignIn,
    Transaction,
    Withdrawal,
)
from fanlight.features.diagnostics.values import Value


class Verdict(StrEnum):
    """What a finding asks of the customer, the calmest first."""

    NOTHING = "nothing"  # all is as it should be
    WAIT = "wait"
    UNPROVEN = "unproven"  # nothing was seen, which proves nothing: the customer knows better
    ACT = "act"  # something only the customer can do
    PERSON = "person"  # something only a person at the desk can do
    URGENT = "urgent"


class Fact(StrEnum):
    """What a check may ask for: a question of the exchange's contract, or of the networks."""

    ACCOUNT = "account"
    IDENTITY = "identity"
    NETWORKS = "networks"
    DEPOSITS = "deposits"
    WITHDRAWALS = "withdrawals"
    ADDRESSES = "addresses"  # of where the transaction went
    TRANSACTION = "transaction"
    ORDERS = "orders"
    SIGN_INS = "sign_ins"
    DEVICES = "devices"
    SECURITY_CHANGES = "security_changes"
    API_KEYS = "api_keys"
    API_FAILURES = "api_failures"
    FIAT = "fiat"
    FROZEN = "frozen"


OPEN_FACTS = frozenset({Fact.NETWORKS, Fact.TRANSACTION})
"""What anybody may be told: the exchange's public rules, and what stands on a public chain."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer named of the thing that is wrong; empty where they named nothing."""

    network: str = ""
    tx_hash: str = ""
    item: str = ""
    """The exchange's id of the deposit, withdrawal, order or bank transfer that was chosen."""
    says: str = ""
    """A closed word of the symptom's own ``Asks.says``, e.g. ``lost_2fa``."""
    assets: tuple[str, ...] = ()
    """Coins that stand in the words: where nothing else is named, no other coin is meant."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What could be learned, each with source and age; what could not is in ``missing``."""

    now: datetime
    named: Named = Named()
    account: Known[Account] | None = None
    identity: Known[IdentityCheck] | None = None
    networks: Known[Sequence[Network]] | None = None
    deposits: Known[Sequence[Deposit]] | None = None
    withdrawals: Known[Sequence[Withdrawal]] | None = None
    addresses: Known[Sequence[AddressUse]] | None = None
    transaction: Known[Transaction | None] | None = None
    orders: Known[Sequence[Order]] | None = None
    sign_ins: Known[Sequence[SignIn]] | None = None
    devices: Known[Sequence[Device]] | None = None
    security_changes: Known[Sequence[SecurityChange]] | None = None
    api_keys: Known[Sequence[ApiKey]] | None = None
    api_failures: Known[Sequence[ApiFailure]] | None = None
    fiat: Known[Sequence[FiatTransfer]] | None = None
    frozen: Known[Freeze | None] | None = None
    missing: Mapping[Fact, str] = {}
    """Why a fact is not there: ``not_connected``, ``not_offered``, ``down``, ``no_account``,
    ``not_readable`` (no reader for this network), ``not_named``."""

    def knows(self, named: Named) -> Named:
        """What was named, less whatever the exchange does not know by that name.

        A field may hold anything that somebody pasted, a secret too: only what is a name of
        something goes any further than this.
        """
        lists = (self.deposits, self.withdrawals, self.orders, self.fiat)
        items = {each.id for known in lists if known is not None for each in known.value}
        item = named.item if named.item in items else ""
        return replace(named, item=item)

    def with_known(self, found: Mapping[Fact, Known[Any]], missing: Mapping[Fact, str]) -> Self:
        known: dict[str, Any] = {fact.value: value for fact, value in found.items()}
        return replace(self, missing={**self.missing, **missing}, **known)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One thing we saw: ``diagnosis.label.<label>``, its value, and who says so."""

    label: str
    value: Value
    source: str
    """``exchange``, ``rules`` (the exchange's table of networks), or a network's name."""
    as_of: datetime | None = None
    is_bad: bool = False
    """This is what stands in the way."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what happened and of what comes: ``diagnosis.step.<key>``."""

    key: str
    state: str  # "done", "stop", "now", "next"
    at: datetime | None = None


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at: ``diagnosis.tick.<key>``."""

    key: str
    state: str  # "ok", "bad", "unchecked"
    source: str


class Act(StrEnum):
    """Where a finding leads. Each has its words, ``diagnosis.act.<act>``."""

    NONE = "none"
    WAIT = "wait"
    CLAIM = "claim"  # a recovery case with its fields filled in
    WRITE = "write"  # a person, the result carried over
    FREEZE = "freeze"
    LOOK_AGAIN = "look_again"  # with something else: another hash, another network
    READ = "read"  # the article says how


class NextStep(msgspec.Struct, frozen=True, kw_only=True):
    """The one thing to do now. ``until``: when waiting ends, or the finding is looked at again."""

    act: Act
    until: datetime | None = None
    about: timedelta | None = None
    """A mean, for waits that have no promised end."""
    needs: tuple[str, ...] = ()
    """What to have ready: ``diagnosis.ready.<key>``."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a check established.

    Its sentences are ``diagnosis.<symptom>.<code>`` (what is true), ``….why`` and ``….do``; the
    figures in them are ``params``.
    """

    code: str
    verdict: Verdict
    next: NextStep
    params: Mapping[str, Value] = {}
    evidence: tuple[Evidence, ...] = ()
    timeline: tuple[Step, ...] = ()
    ticks: tuple[Tick, ...] = ()
    unsure: tuple[str, ...] = ()
    """What we cannot know: ``diagnosis.unsure.<key>``."""
    article: str = ""
    """``category/slug`` of the help center."""
    desk: tuple[str, ...] = ()
    """What the desk may do: ``diagnosis.desk.<key>``, for agents."""
    is_safe: bool | None = None
    """Whether the money is known to be where it belongs; None: that is not the question."""


class Asks(msgspec.Struct, frozen=True, kw_only=True):
    """What a symptom needs to be told, no more."""

    lists: Fact | None = None
    """Chosen from the customer's last ones; None: nothing to choose."""
    has_hash: bool = False
    """Or named by network and transaction hash."""
    says: tuple[str, ...] = ()
    """Or by one of these words: ``diagnosis.says.<key>``."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One diagnostic: a symptom in, one finding out. A file of ``checks`` offers one."""

    symptom: str
    """Permanent: part of addresses and of stored results."""
    icon: str
    asks: Asks
    facts: frozenset[Fact]
    """All it may look at; nothing else is asked for."""
    needs: frozenset[Fact]
    """Without these it says so and leads to a person."""
    findings: Mapping[str, Verdict]
    """Every code it can find, with its verdict."""
    article: str
    topics: frozenset[str]
    """Categories and ``category/slug`` of articles that offer this check."""
    tags: frozenset[str]
    """Categories of triage, and tags of tickets, that call for it."""
    source: str
    """Where its rules come from."""
    decide: Callable[[Facts], Finding]
    trace: Callable[[Facts], tuple[str, str]] | None = None
    """Network and hash of the record it will look at, where the customer gave no hash."""

    @property
    def is_open(self) -> bool:
        """Whether anybody may run it: it looks at nothing of any account."""
        return self.facts <= OPEN_FACTS


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as it was made and is kept: for whom, when, of what."""

    id: UUID
    symptom: str
    uid: str | None
    """The customer's at the exchange; None: it holds nothing of any account."""
    named: Named
    finding: Finding
    made_at: datetime
    took_ms: int
    made_by: str
    """``customer`` or ``agent``."""
    expires_at: datetime
    ticket_id: UUID | None = None

    @property
    def follows(self) -> bool:
        """Whether it moves by itself within minutes: confirmations, or a line that goes on."""
        return self.finding.verdict is Verdict.WAIT and self.finding.next.about is not None
