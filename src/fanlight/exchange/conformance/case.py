"""What the checks stand on: an exchange, accounts to ask about, and a word for what is wrong."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from fanlight.exchange.contract import (
    Exchange,
    ExchangeDown,
    FreezeRefused,
    NoSuchAccount,
    NotConnected,
    NotOffered,
)
from fanlight.kernel.clock import Now
from fanlight.kernel.clock import now as real_now

OLD = timedelta(minutes=10)
"""Older answers help nobody whose coins are on their way."""
AHEAD = timedelta(minutes=5)


class Nonconforming(AssertionError):
    """The exchange breaks the contract; the words say where, and hold no fact of an account."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange and whom it is asked about."""

    exchange: Exchange
    uid: str
    """An account with a past: deposits, withdrawals, orders."""
    other: str | None = None
    """Another one. Nothing of the first may be told to it."""
    nobody: str = "fanlight-nobody"
    """A UID that does not exist."""
    now: Now = real_now

    def aware(self, moment: datetime | None, what: str) -> None:
        """Moments have a zone, and what has happened is not of the future."""
        if moment is None:
            return
        need(moment.tzinfo is not None, f"{what} has no zone")
        need(moment <= self.now() + AHEAD, f"{what} is of the future")

    def fresh(self, moment: datetime) -> None:
        self.aware(moment, "as_of")
        need(moment >= self.now().astimezone(UTC) - OLD, f"as_of is more than {OLD} ago")


class Result(msgspec.Struct, frozen=True):
    """How one check ended."""

    question: str
    state: Literal["right", "wrong", "not_offered"]
    says: str = ""


class Check(msgspec.Struct, frozen=True):
    """One check of one question of the contract."""

    question: str
    body: Callable[[Case], Awaitable[None]]


def need(holds: object, words: str) -> None:
    if not holds:
        raise Nonconforming(words)


def checks() -> tuple[
    list[Check], Callable[[str], Callable[..., Callable[[Case], Awaitable[None]]]]
]:
    """A list, and the decorator that adds to it."""
    found: list[Check] = []

    def of(question: str) -> Callable[..., Callable[[Case], Awaitable[None]]]:
        def added(body: Callable[[Case], Awaitable[None]]) -> Callable[[Case], Awaitable[None]]:
            found.append(Check(question, body))
            return body

        return added

    return found, of


async def examine(case: Case, wanted: Sequence[Check]) -> list[Result]:
    """Run the checks one after the other."""
    return [await _result(case, check) for check in wanted]


async def _result(case: Case, check: Check) -> Result:
    try:
        await check.body(case)
    except (NotOffered, NotConnected):
        return Result(check.question, "not_offered")
    except ExchangeDown as down:
        return Result(check.question, "wrong", f"no answer: {down.params.get('reason', 'down')}")
    except NoSuchAccount as nobody:
        says = f"it says that there is no account {nobody.params.get('uid')}"
        return Result(check.question, "wrong", says)
    except FreezeRefused as refused:
        return Result(check.question, "wrong", f"it refused: {refused.params.get('reason')}")
    except Nonconforming as broken:
        return Result(check.question, "wrong", str(broken))
    return Result(check.question, "right")


def worst(results: Sequence[Result]) -> Iterator[Result]:
    """One line a question: the first that is wrong, else whether it is offered."""
    for question in dict.fromkeys(each.question for each in results):
        of_it = [each for each in results if each.question == question]
        order = ("wrong", "not_offered", "right")
        yield min(of_it, key=lambda each: order.index(each.state))
