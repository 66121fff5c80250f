"""Whether an answer may be believed: about the account that was asked, of this time, with sense."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import structlog

from fanlight.exchange.connectors.http.questions import Answer, Question
from fanlight.exchange.contract import FREEZABLE
from fanlight.exchange.facts import (
    Account,
    AddressUse,
    Challenge,
    Fill,
    Freeze,
    FreezeState,
    Network,
    TradingFees,
)

log = structlog.get_logger(__name__)

AHEAD = timedelta(minutes=5)
LONGEST_TEXT = 1_000
_MOST = 1_000
_DIGITS_BEFORE, _DIGITS_AFTER = 40, 30  # more than any coin has; what is longer is there to harm
_BELOW_ZERO = {TradingFees: frozenset({"maker", "taker"}), Fill: frozenset({"fee"})}
"""Where an exchange pays its customer for trading. Nothing else is less than nothing."""


class Lie(Exception):
    """What was answered cannot be true, or is not for us. Its words hold nothing of it."""


class OtherAccount(Lie):
    """What was answered is about another account than was asked."""


def checked(question: Question, answer: Answer[Any], given: Mapping[str, Any]) -> Answer[Any]:
    """The answer. Raises Lie."""
    _sane(answer)
    if answer.as_of > datetime.now(UTC) + AHEAD:
        raise Lie("it is of the future")
    asked = given.get("uid")
    told = {answer.uid, getattr(answer.value, "uid", asked)} if asked is not None else {asked}
    if told != {asked}:
        # Not who: what was told of somebody else must not even reach our log.
        log.error("exchange.answered_about_another", question=question.name)
        raise OtherAccount("it is about another account")
    _about_what_was_asked(answer.value, given)
    if isinstance(answer.value, Freeze):
        _a_freeze(question, answer.value, given, answer.as_of)
    if isinstance(answer.value, Challenge):
        _a_challenge(answer.value, given)
    return answer


def _about_what_was_asked(value: Any, given: Mapping[str, Any]) -> None:
    if isinstance(value, AddressUse) and value.address != given["address"]:
        raise Lie("it is about another address")
    mailbox = given.get("email")
    is_other = isinstance(value, Account) and (value.email or "").lower() != mailbox
    if mailbox is not None and is_other:
        raise Lie("it is about another mailbox")
    items = value if isinstance(value, list) else [value]
    for field, wanted in (("tx_hash", "tx_hash"), ("id", "withdrawal_id"), ("id", "order_id")):
        asked = given.get(wanted)
        if asked is not None and any(getattr(each, field, asked) != asked for each in items):
            raise Lie("it is about another transaction, withdrawal or order")


def _a_freeze(
    question: Question, freeze: Freeze, given: Mapping[str, Any], as_of: datetime
) -> None:
    """The one that was meant, in the state that was asked for: people rely on its word."""
    if freeze.id != given.get("freeze_id", freeze.id):
        raise Lie("it is about another freeze")
    if not freeze.stops <= FREEZABLE:
        raise Lie("it stops what nobody may stop")
    holds = freeze.state is FreezeState.FROZEN
    now = as_of if question.body is None else datetime.now(UTC)
    if holds and freeze.until is not None and freeze.until <= now - AHEAD:
        raise Lie("it holds, and is over")
    match question.name:
        case "confirm_freeze" if not holds or (freeze.until and not freeze.is_confirmed):
            raise Lie("to be kept, and it is not")
        case "unfreeze" if holds:
            raise Lie("to be lifted, and it holds")


def _a_challenge(challenge: Challenge, given: Mapping[str, Any]) -> None:
    if challenge.id != given.get("challenge_id", challenge.id):
        raise Lie("it is about another challenge")
    if challenge.method != given.get("method", challenge.method):
        raise Lie("another proof is asked for")


def _sane(value: Any, *, may_be_negative: bool = False) -> None:
    """Numbers that can be reckoned with, moments with a zone, texts that can be shown."""
    if isinstance(value, Decimal):
        _an_amount(value, may_be_negative=may_be_negative)
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise Lie("a moment has no zone")
    elif isinstance(value, str):
        if len(value) > LONGEST_TEXT or "\0" in value:
            raise Lie("a text cannot be shown")
    elif isinstance(value, msgspec.Struct):
        below = _BELOW_ZERO.get(type(value), frozenset())
        for field in value.__struct_fields__:
            _sane(getattr(value, field), may_be_negative=field in below)
        if isinstance(value, Network) and (value.block_s <= 0 or value.confirmations < 1):
            raise Lie("a network without blocks")
    elif isinstance(value, list | tuple | set | frozenset):
        if len(value) > _MOST:
            raise Lie("a list is longer than any should be")
        for each in value:
            _sane(each)
    elif isinstance(value, dict):
        for pair in value.items():
            _sane(pair)


def _an_amount(value: Decimal, *, may_be_negative: bool) -> None:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):  # NaN and infinity have a letter there
        raise Lie("an amount is no number")
    if value.adjusted() >= _DIGITS_BEFORE or exponent < -_DIGITS_AFTER:
        raise Lie("an amount has more digits than any coin")
    if value < 0 and not may_be_negative:
        raise Lie("an amount is below zero")
