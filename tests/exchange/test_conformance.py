"""The conformance suite over every exchange we have, and over some that break the contract."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from fanlight.exchange.conformance import ACTING, READING, Case, examine
from fanlight.exchange.connectors.http.questions import QUESTIONS
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.contract import Exchange, NoExchange
from fanlight.exchange.facts import Account, Freeze, Known
from tests.exchange.http.wire import joined

ALL = [*READING, *ACTING]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


def case_of(exchange: Exchange, sandbox: Sandbox, place: int = -3) -> Case:
    uid, other = sandbox.uids[place], sandbox.uids[place - 1]
    for cause in (
        "deposit.memo_missing",
        "order.partly",
        "withdrawal.sent",
        "fiat.failed_bank_refused",
    ):
        sandbox.plant(uid, cause)
    return Case(exchange=exchange, uid=uid, other=other)


@pytest.mark.parametrize("place", [-3, -1, 5, 17, 300])
async def test_the_sandbox_keeps_the_contract(sandbox: Sandbox, place: int) -> None:
    results = await examine(case_of(sandbox, sandbox, place), ALL)
    assert [each for each in results if each.state != "right"] == []


@pytest.mark.parametrize("place", [-3, 5])
async def test_and_so_it_does_over_the_wire(sandbox: Sandbox, place: int) -> None:
    client, _ = joined(sandbox)
    results = await examine(case_of(client, sandbox, place), ALL)
    assert [each for each in results if each.state != "right"] == []


def test_every_question_is_checked() -> None:
    of_the_chain = {"transaction", "head"}
    assert {each.question for each in ALL} == set(QUESTIONS) - of_the_chain


async def test_what_is_not_offered_is_not_wrong(sandbox: Sandbox) -> None:
    for exchange in (Exchange(), NoExchange()):
        results = await examine(case_of(exchange, sandbox), ALL)
        assert {each.state for each in results} == {"not_offered"}


def bent(question: str, bend: Callable[[Any], Any]) -> Sandbox:
    async def answer(self: Sandbox, *given: Any, **named: Any) -> Any:
        said = await getattr(Sandbox, question)(self, *given, **named)
        return replace(said, value=bend(said.value)) if isinstance(said, Known) else bend(said)

    kind: type[Sandbox] = type("Bent", (Sandbox,), {question: answer})
    return kind()


def first(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda found: [change(found[0]), *found[1:]] if found else found


FUTURE = datetime(2099, 1, 1, tzinfo=UTC)
CASES: list[tuple[str, Callable[[Any], Any]]] = [
    ("account", lambda said: replace(said, uid="1")),
    ("account", lambda said: replace(said, created_at=said.created_at.replace(tzinfo=None))),
    ("networks", lambda said: [*said, said[0]]),
    ("networks", first(lambda said: replace(said, confirmations=0))),
    ("deposits", lambda said: said[::-1]),
    ("deposits", first(lambda said: replace(said, hold_reason="aml_suspicion"))),
    ("deposits", first(lambda said: replace(said, seen_at=FUTURE))),
    ("withdrawals", first(lambda said: replace(said, state="done", tx_hash=None))),
    ("orders", first(lambda said: replace(said, filled=said.quantity * 2))),
    ("sign_ins", first(lambda said: replace(said, place="203.0.113.9"))),
    ("address", lambda said: replace(said, is_theirs=True)),
    ("frozen", lambda said: replace(said, uid="1") if said else said),
    ("account_at", lambda _: None),
]  # fmt: skip


@pytest.mark.parametrize(("question", "bend"), CASES, ids=[str(n) for n in range(len(CASES))])
async def test_what_is_bent_is_found(question: str, bend: Callable[[Any], Any]) -> None:
    exchange = bent(question, bend)
    uid = exchange.uids[-3]
    await Sandbox.freeze(
        exchange,
        uid,
        stops=frozenset({"withdrawals"}),
        lasts=timedelta(hours=1),
        reason="",
        key="k",
    )
    results = await examine(case_of(exchange, exchange), READING)
    assert {each.question for each in results if each.state == "wrong"} >= {question}


class Forgetful(Sandbox):
    """Freezes anew each time, whatever the key, and lifts for anybody."""

    async def freeze(self, uid: str, **given: Any) -> Freeze:
        made = await super().freeze(uid, **given)
        return replace(made, id=f"{made.id}{self.clock.now().timestamp()}")

    async def unfreeze(self, freeze_id: str, **given: Any) -> Freeze:
        return Freeze(id=freeze_id, uid="", state="lifted", since=self.clock.now())  # type: ignore[arg-type]


async def test_a_freeze_that_is_not_kept_to_is_found() -> None:
    exchange = Forgetful()
    results = await examine(case_of(exchange, exchange), ACTING)
    wrong = {each.question for each in results if each.state == "wrong"}
    assert wrong == {"freeze", "confirm_freeze", "unfreeze"}


class Leaky(Sandbox):
    """Finds by its id whatever is anybody's."""

    async def withdrawals(self, uid: str, **given: Any) -> Any:
        if given.get("withdrawal_id"):
            uid = self.uids[-3]
        return await super().withdrawals(uid, **given)

    async def account(self, uid: str) -> Known[Account]:
        return await super().account(uid if uid in self.uids else self.uids[0])


async def test_what_is_told_to_others_is_found() -> None:
    exchange = Leaky()
    results = await examine(case_of(exchange, exchange), READING)
    assert {each.question for each in results if each.state == "wrong"} == {
        "withdrawals",
        "account",
    }


async def test_an_exchange_that_is_down_is_wrong_and_says_why(sandbox: Sandbox) -> None:
    client, _ = joined(sandbox)
    case = case_of(client, sandbox)
    sandbox.play("failing")
    results = await examine(case, READING)
    assert {each.state for each in results} == {"wrong"}
    assert "no answer" in results[0].says
