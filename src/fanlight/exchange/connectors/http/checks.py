"""Whether an answer may be believed: about the account that was asked, of this time, with sense."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import structlog

from fanlight.exchange.connectors.http.questions import Answer, Question
from fanlight.exchange.facts import Account, AddressUse, Network

log = structlog.get_logger(__name__)

AHEAD = timedelta(minutes=5)
LONGEST_TEXT = 1_000
_MOST = 1_000


class Lie(Exception):
    """What was answered cannot be true, or is not for us. Its words hold nothing of it."""


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
        raise Lie("it is about another account")
    _about_what_was_asked(answer.value, given)
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


def _sane(value: Any) -> None:
    """Numbers that can be reckoned with, moments with a zone, texts that can be shown."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Lie("an amount is no number")
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise Lie("a moment has no zone")
    elif isinstance(value, str):
        if len(value) > LONGEST_TEXT or "\0" in value:
            raise Lie("a text cannot be shown")
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            _sane(getattr(value, field))
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
