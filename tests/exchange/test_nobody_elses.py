"""Whatever happens in whatever order, an answer is about who was asked about, on both ends."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.connectors.sandbox.plants import CAUSES, Planted
from fanlight.exchange.contract import Exchange
from tests.exchange.http.wire import joined

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
PEOPLE = 4
# Coins that are nobody's are told to whoever knows their transaction; these are the exchange's own.
OF_NOBODY = {"deposit.memo_missing", "deposit.memo_wrong"}
acts = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(sorted(CAUSES)), st.integers(0, 500)),
    min_size=2,
    max_size=12,
)


async def everything(exchange: Exchange, uid: str, named: Sequence[Planted]) -> list[Any]:
    """All that can be asked about one account, also by what others could name."""
    said: list[Any] = [
        await exchange.account(uid),
        await exchange.identity(uid),
        await exchange.deposits(uid),
        await exchange.withdrawals(uid),
        await exchange.orders(uid),
        await exchange.sign_ins(uid),
        await exchange.devices(uid),
        await exchange.security_changes(uid),
        await exchange.api_keys(uid),
        await exchange.api_failures(uid),
        await exchange.fiat(uid),
        await exchange.frozen(uid),
    ]
    for each in named:
        if each.id is not None:
            said.append(await exchange.withdrawals(uid, withdrawal_id=each.id))
            said.append(await exchange.orders(uid, order_id=each.id))
        if each.tx_hash is not None and each.cause not in OF_NOBODY:
            said.append(await exchange.deposits(uid, tx_hash=each.tx_hash))
    return said


async def check(happened: list[tuple[int, str, int]], *, over_the_wire: bool) -> None:
    sandbox = Sandbox(now=lambda: NOON)
    people = sandbox.uids[2_000 : 2_000 + PEOPLE]
    planted: dict[str, list[Planted]] = {uid: [] for uid in people}
    for who, cause, minutes in happened:
        planted[people[who]].append(sandbox.plant(people[who], cause))
        sandbox.clock.advance(minutes=minutes)
        if minutes % 3 == 0:
            await sandbox.freeze(
                people[who],
                stops=frozenset({"withdrawals"}),
                lasts=timedelta(hours=1),
                reason="",
                key=str(minutes),
            )
    exchange: Exchange = joined(sandbox, timeout_s=5.0)[0] if over_the_wire else sandbox
    named = [each for of_one in planted.values() for each in of_one]
    for uid in people:
        said = msgspec.json.encode(await everything(exchange, uid, named)).decode()
        for other in people:
            if other == uid:
                continue
            assert other not in said
            for each in planted[other]:
                assert each.id is None or f'"{each.id}"' not in said
                is_theirs = each.cause not in OF_NOBODY
                assert each.tx_hash is None or not is_theirs or each.tx_hash not in said


@settings(max_examples=40, deadline=None)
@given(acts)
def test_no_answer_of_the_sandbox_is_about_somebody_else(
    happened: list[tuple[int, str, int]],
) -> None:
    asyncio.run(check(happened, over_the_wire=False))


@settings(max_examples=8, deadline=None)
@given(acts)
def test_nor_is_one_over_the_wire(happened: list[tuple[int, str, int]]) -> None:
    asyncio.run(check(happened, over_the_wire=True))
