"""Every question of the contract as a request: its address, what goes in, what comes out.

The client asks by this table, the door answers by it, and the published description is made of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from fanlight.exchange.facts import (
    Account,
    AddressUse,
    ApiFailure,
    ApiKey,
    Challenge,
    Deposit,
    Device,
    FiatTransfer,
    Freeze,
    IdentityCheck,
    Network,
    Order,
    Outgoing,
    SecurityChange,
    SignIn,
    TradingFees,
    Transaction,
    Withdrawal,
)

T = TypeVar("T")


class Answer(msgspec.Struct, Generic[T], frozen=True, kw_only=True, omit_defaults=True):
    """What the exchange says, about whom, and when that was so."""

    value: T
    uid: str | None = None
    """The account this is about, where the question names one: an answer about another is
    refused."""
    as_of: datetime


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer."""

    code: Literal["no_account", "not_offered", "freeze_refused", "unauthorized", "malformed"]
    reason: str = ""
    """With ``freeze_refused``: a word of the exchange's own, such as ``too_often``."""


class AskChallenge(msgspec.Struct, frozen=True, kw_only=True):
    """Send this customer a code, or ask for their passkey."""

    method: str
    """``totp``, ``sms``, ``email``, ``passkey``, ``questions``."""
    purpose: str
    """What it is for: ``freeze``, ``unfreeze``, ``identify``."""
    language: str
    """BCP 47, for the message that carries the code."""


class FindAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Whose mailbox this is. Posted, so that no mail address stands in a log of addresses."""

    email: str
    """In lower case, just proved by its owner."""


class GiveAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer typed."""

    answer: str


class AskFreeze(msgspec.Struct, frozen=True, kw_only=True):
    """Stop what may be stopped, now."""

    stops: frozenset[str]
    """Of ``withdrawals api_keys new_sessions security_changes``."""
    lasts_s: int
    """It ends by itself after so many seconds, unless confirmed."""
    reason: str


class Nothing(msgspec.Struct, frozen=True):
    """An empty object: the address says it all."""


class Lift(msgspec.Struct, frozen=True, kw_only=True):
    """End a freeze. Check that the challenge is this customer's, passed just now."""

    assertion: str
    """The id of the challenge they passed."""


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    """A one-use token from the link of an alert mail."""

    token: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question of the contract on the wire."""

    name: str
    """The method of ``Exchange`` that asks it."""
    path: str
    answers: Any
    """The type of ``value``."""
    body: type[msgspec.Struct] | None = None
    """What is posted; a question without one is a GET."""
    query: tuple[str, ...] = ()
    keeps_s: float = 0
    """How long an answer may be told again without asking."""
    has_key: bool = False
    """It carries ``Idempotency-Key``: asked twice with the same one, it is done once."""
    week: int
    """In which week an exchange's engineer gets to it."""

    @property
    def is_about_somebody(self) -> bool:
        return "{uid}" in self.path

    @property
    def is_safe_twice(self) -> bool:
        return self.body is None or self.has_key

    def address(self, given: Mapping[str, Any]) -> str:
        """Path and query of a request."""
        names = {name: quote(str(value), safe="") for name, value in given.items()}
        asked = {each: str(given[each]) for each in self.query if given.get(each) is not None}
        return self.path.format_map(names) + (f"?{urlencode(asked)}" if asked else "")


_OF = "/accounts/{uid}"


def _lists(name: str, tail: str, kind: Any, keeps_s: float, week: int, *query: str) -> Question:
    return Question(
        name=name,
        path=f"{_OF}/{tail}",
        answers=Sequence[kind],  # a type like any other, made from a value
        query=query,
        keeps_s=keeps_s,
        week=week,
    )


QUESTIONS: Mapping[str, Question] = {
    each.name: each
    for each in (
        Question(name="healthy", path="/health", answers=dict[str, str], week=1),
        Question(name="account", path=_OF, answers=Account, keeps_s=10, week=1),
        Question(
            name="networks",
            path="/networks",
            answers=Sequence[Network],
            query=("asset",),
            keeps_s=60,
            week=1,
        ),
        _lists("deposits", "deposits", Deposit, 2, 1, "tx_hash", "limit"),
        Question(
            name="address",
            path=f"{_OF}/address",
            answers=AddressUse,
            query=("address", "network"),
            keeps_s=60,
            week=1,
        ),
        _lists("withdrawals", "withdrawals", Withdrawal, 2, 2, "withdrawal_id", "limit"),
        Question(
            name="transaction",
            path="/chains/{network}/transactions/{tx_hash}",
            answers=Transaction | None,
            keeps_s=2,
            week=2,
        ),
        Question(name="head", path="/chains/{network}/head", answers=int, keeps_s=2, week=2),
        Question(
            name="account_at",
            path="/accounts/by-email",
            answers=Account | None,
            body=FindAccount,
            week=3,
        ),
        Question(name="frozen", path=f"{_OF}/freeze", answers=Freeze | None, week=3),
        Question(
            name="freeze",
            path=f"{_OF}/freeze",
            answers=Freeze,
            body=AskFreeze,
            has_key=True,
            week=3,
        ),
        Question(
            name="confirm_freeze",
            path="/freezes/{freeze_id}/confirm",
            answers=Freeze,
            body=Nothing,
            has_key=True,
            week=3,
        ),
        Question(
            name="unfreeze",
            path="/freezes/{freeze_id}/lift",
            answers=Freeze,
            body=Lift,
            has_key=True,
            week=3,
        ),
        Question(
            name="challenge",
            path=f"{_OF}/challenges",
            answers=Challenge,
            body=AskChallenge,
            has_key=True,
            week=3,
        ),
        Question(
            name="answer_challenge",
            path="/challenges/{challenge_id}/answer",
            answers=Challenge,
            body=GiveAnswer,
            week=3,
        ),
        Question(
            name="one_use",
            path="/one-use",
            answers=Outgoing | None,
            body=Spend,
            has_key=True,
            week=3,
        ),
        _lists("sign_ins", "sign-ins", SignIn, 5, 4, "limit"),
        _lists("devices", "devices", Device, 5, 4),
        _lists("security_changes", "security-changes", SecurityChange, 5, 4, "limit"),
        Question(
            name="identity", path=f"{_OF}/identity", answers=IdentityCheck, keeps_s=10, week=4
        ),
        Question(
            name="anti_phishing_code", path=f"{_OF}/anti-phishing", answers=str | None, week=4
        ),
        _lists("orders", "orders", Order, 2, 5, "order_id", "limit"),
        Question(
            name="fees",
            path="/fees",
            answers=TradingFees,
            query=("uid", "market"),
            keeps_s=60,
            week=5,
        ),
        _lists("fiat", "fiat", FiatTransfer, 5, 5, "limit"),
        _lists("api_keys", "api-keys", ApiKey, 10, 5),
        _lists("api_failures", "api-failures", ApiFailure, 2, 5, "limit"),
    )
}
