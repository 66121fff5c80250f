"""The invented exchange: the same for the same seed, of one account only, and with a clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.exchange.connectors.sandbox.networks import chains, networks
from fanlight.exchange.connectors.sandbox.plants import CAUSES
from fanlight.exchange.contract import ExchangeDown, FreezeRefused, NoSuchAccount
from fanlight.exchange.facts import ChallengeState, DepositState, FreezeState, WithdrawalState
from fanlight.kernel.entities import EntityKind, recognise

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
JONAS = "73105528"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(now=lambda: NOON)


async def everything(sandbox: Sandbox, uid: str) -> bytes:
    """All that is said of one account."""
    said = [
        await sandbox.account(uid),
        await sandbox.identity(uid),
        await sandbox.deposits(uid),
        await sandbox.withdrawals(uid),
        await sandbox.orders(uid),
        await sandbox.sign_ins(uid),
        await sandbox.devices(uid),
        await sandbox.security_changes(uid),
        await sandbox.api_keys(uid),
        await sandbox.api_failures(uid),
        await sandbox.fiat(uid),
        await sandbox.frozen(uid),
        await sandbox.anti_phishing_code(uid),
    ]
    return msgspec.json.encode(said)


async def test_the_same_seed_is_the_same_exchange(sandbox: Sandbox) -> None:
    again, other = Sandbox(now=lambda: NOON), Sandbox(seed=8, now=lambda: NOON)
    for uid in [*sandbox.uids[:40], *sandbox.uids[-4:]]:
        assert await everything(sandbox, uid) == await everything(again, uid)
    assert sandbox.uids[5] != other.uids[5]
    assert sandbox.uids[-1] == other.uids[-1] == JONAS


async def test_ten_thousand_accounts_and_no_others(sandbox: Sandbox) -> None:
    assert len(set(sandbox.uids)) == len(sandbox.uids) == 10_000
    assert "48812217" in sandbox.uids
    for stranger in (
        "",
        "1",
        "00000000",
        "99999999",
        str(int(sandbox.uids[3]) + 1),
        "４８８１２２１７",
    ):
        assert stranger not in sandbox.uids
        with pytest.raises(NoSuchAccount):
            await sandbox.account(stranger)


async def test_what_was_planted_in_a_file_outlives_the_process(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    first = Sandbox(now=lambda: NOON, file=file)
    second = Sandbox(now=lambda: NOON + timedelta(days=1), file=file)
    planted = first.plant(first.uids[3], "withdrawal.queued")
    found = (await second.withdrawals(planted.uid, withdrawal_id=planted.id)).value
    assert [each.id for each in found] == [planted.id]
    second.clock.advance(hours=2)
    assert first.clock.now() == NOON + timedelta(hours=2)
    assert first.world.epoch == second.world.epoch == NOON


async def test_a_change_that_fails_is_not_kept(tmp_path: Path) -> None:
    sandbox = Sandbox(now=lambda: NOON, file=tmp_path / "sandbox.json")
    before = await everything(sandbox, JONAS)

    def fail() -> None:
        with sandbox.world.kept.changing() as state:
            state.of(JONAS).deposits.clear()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert await everything(sandbox, JONAS) == before


def test_every_name_on_a_chain_is_recognised_as_what_it_is(sandbox: Sandbox) -> None:
    for network, chain in chains().items():
        for number in (0, 7, 9_999):
            address = sandbox.world.deposit_address(number, network)
            (found,) = recognise(f"my deposit address {address}")
            assert (found.kind, found.chain) == (EntityKind.ADDRESS, chain), network
            assert found.checksum != "wrong"
            tx_hash = sandbox.world.tx_hash(network, number, "one")
            (found,) = recognise(f"hash {tx_hash}")
            assert (found.kind, found.value) == (EntityKind.TX_HASH, tx_hash), network
    for rules in networks().values():
        if rules.contract is not None:
            (found,) = recognise(f"contract address {rules.contract}")
            assert (found.chain, found.checksum != "wrong") == (rules.chain, True), rules.asset


async def test_an_address_is_told_to_its_owner_alone(sandbox: Sandbox) -> None:
    mine, other = sandbox.uids[11], sandbox.uids[12]
    for network in chains():
        address = sandbox.world.deposit_address(11, network)
        use = (await sandbox.address(mine, address, network)).value
        assert use.is_ours
        if use.is_shared:
            assert not use.is_theirs
            theirs = (await sandbox.address(other, address, network)).value
            assert None not in (use.memo, theirs.memo)
            assert use.memo != theirs.memo
            continue
        assert use.is_theirs
        use = (await sandbox.address(other, address, network)).value
        assert (use.is_ours, use.is_theirs, use.memo) == (True, False, None)
        use = (await sandbox.address(mine, sandbox.world.wallet(network, "x"), network)).value
        assert not use.is_ours
        use = (await sandbox.address(mine, "no address at all", network)).value
        assert not use.is_ours
    assert not (await sandbox.address(mine, "x", "no network")).value.is_ours


async def test_no_question_is_answered_with_another_account(sandbox: Sandbox) -> None:
    """Everything happens to one account; the others say what they said before."""
    others = [*sandbox.uids[100:110], *sandbox.uids[-3:]]
    before = [await everything(sandbox, uid) for uid in others]
    mine = sandbox.uids[50]
    named = [sandbox.plant(mine, cause) for cause in CAUSES if cause != "deposit.someone_elses"]
    freeze = await sandbox.freeze(
        mine, stops=frozenset({"withdrawals"}), lasts=timedelta(hours=1), reason="", key="k"
    )
    assert freeze.uid == mine
    assert [await everything(sandbox, uid) for uid in others] == before
    secret = {each.id for each in named if each.id} | {mine}
    for uid in others:
        said = (await everything(sandbox, uid)).decode()
        assert not [each for each in secret if each in said]
        for each in named:
            if each.id is not None:
                assert not (await sandbox.withdrawals(uid, withdrawal_id=each.id)).value
                assert not (await sandbox.orders(uid, order_id=each.id)).value
            if each.tx_hash is not None:
                found = (await sandbox.deposits(uid, tx_hash=each.tx_hash)).value
                assert all(deposit.state is DepositState.UNCLAIMED for deposit in found)


@pytest.mark.parametrize("cause", sorted(CAUSES))
async def test_every_cause_leaves_what_its_customer_can_name(sandbox: Sandbox, cause: str) -> None:
    uid = sandbox.uids[20]
    planted = sandbox.plant(uid, cause)
    again = sandbox.plant(uid, cause)
    assert (planted.uid, planted.cause) == (uid, cause)
    if planted.tx_hash is not None and planted.network is not None:
        assert again.tx_hash != planted.tx_hash
        chain = sandbox.chains.of(planted.network)
        assert chain is not None
        found = (await chain.transaction(planted.tx_hash)).value
        assert (found is None) == (cause == "deposit.unknown_hash")
    if planted.id is not None:
        assert planted.id in (await everything(sandbox, uid)).decode()
        assert again.id != planted.id


async def test_history_stands_on_the_chain_too(sandbox: Sandbox) -> None:
    seen = 0
    for uid in sandbox.uids[:30]:
        for moved in [
            *(await sandbox.deposits(uid)).value,
            *(await sandbox.withdrawals(uid)).value,
        ]:
            chain = sandbox.chains.of(moved.network)
            assert chain is not None
            found = (await chain.transaction(moved.tx_hash or "")).value
            assert found is not None
            assert found.transfers[0].amount == moved.amount
            assert found.transfers[0].to == moved.address
            seen += 1
    assert seen > 30


async def test_blocks_arrive_until_a_deposit_is_credited(sandbox: Sandbox) -> None:
    planted = sandbox.plant(sandbox.uids[1], "deposit.unconfirmed")
    chain = sandbox.chains.of("Bitcoin")
    assert chain is not None

    async def stands() -> tuple[DepositState, int, int]:
        (deposit,) = (await sandbox.deposits(planted.uid, tx_hash=planted.tx_hash)).value
        on_chain = (await chain.transaction(planted.tx_hash or "")).value
        assert on_chain is not None
        return deposit.state, deposit.confirmations, on_chain.confirmations

    head = (await chain.head()).value
    assert await stands() == (DepositState.SEEN, 1, 1)
    sandbox.clock.advance(minutes=10)
    assert await stands() == (DepositState.CREDITED, 2, 2)
    assert (await chain.head()).value == head + 1


async def test_a_halt_holds_what_is_confirmed_and_ends_by_itself(sandbox: Sandbox) -> None:
    planted = sandbox.plant(sandbox.uids[1], "deposit.maintenance")
    (halted,) = (await sandbox.networks("LTC")).value
    assert halted.deposits_halted
    assert halted.halted_until is not None
    (deposit,) = (await sandbox.deposits(planted.uid, tx_hash=planted.tx_hash)).value
    assert (deposit.state, deposit.hold_reason) == (DepositState.HELD, "maintenance")
    sandbox.clock.advance(minutes=71)
    (halted,) = (await sandbox.networks("LTC")).value
    assert (halted.deposits_halted, halted.halted_until) == (False, None)
    (deposit,) = (await sandbox.deposits(planted.uid, tx_hash=planted.tx_hash)).value
    assert deposit.state is DepositState.CREDITED


async def test_a_held_withdrawal_goes_out_by_itself(sandbox: Sandbox) -> None:
    planted = sandbox.plant(sandbox.uids[1], "withdrawal.held_new_address")
    seen = []
    for _ in range(5):
        (found,) = (await sandbox.withdrawals(planted.uid, withdrawal_id=planted.id)).value
        seen.append(found.state)
        sandbox.clock.advance(hours=6 if found.state is WithdrawalState.HELD else 0, minutes=20)
    assert seen[0] is WithdrawalState.HELD
    sandbox.clock.advance(hours=10)
    (found,) = (await sandbox.withdrawals(planted.uid, withdrawal_id=planted.id)).value
    assert found.state is WithdrawalState.DONE
    assert found.tx_hash


async def frozen(sandbox: Sandbox, uid: str, key: str = "k", hours: float = 24) -> str:
    freeze = await sandbox.freeze(
        uid,
        stops=frozenset({"withdrawals", "api_keys"}),
        lasts=timedelta(hours=hours),
        reason="stolen",
        key=key,
    )
    return freeze.id


async def test_a_freeze_stops_what_is_about_to_leave_and_runs_out(sandbox: Sandbox) -> None:
    planted = sandbox.plant(sandbox.uids[1], "withdrawal.queued")
    await frozen(sandbox, planted.uid)
    assert (await sandbox.account(planted.uid)).value.is_frozen
    sandbox.clock.advance(hours=5)
    (found,) = (await sandbox.withdrawals(planted.uid, withdrawal_id=planted.id)).value
    assert (found.state, found.hold_reason) == (WithdrawalState.HELD, "frozen")
    sandbox.clock.advance(hours=19)
    assert (await sandbox.frozen(planted.uid)).value is None
    (found,) = (await sandbox.withdrawals(planted.uid, withdrawal_id=planted.id)).value
    assert found.state is WithdrawalState.QUEUED  # it goes on where it was
    sandbox.clock.advance(hours=1)
    (found,) = (await sandbox.withdrawals(planted.uid, withdrawal_id=planted.id)).value
    assert found.state is WithdrawalState.DONE


async def test_the_same_key_freezes_once_and_another_adds(sandbox: Sandbox) -> None:
    uid = sandbox.uids[1]
    first = await frozen(sandbox, uid)
    assert await frozen(sandbox, uid) == first
    assert await frozen(sandbox, uid, key="other", hours=48) == first
    freeze = (await sandbox.frozen(uid)).value
    assert freeze is not None
    assert freeze.until == NOON + timedelta(hours=48)
    assert await frozen(sandbox, sandbox.uids[2]) != first  # a key is of one account
    confirmed = await sandbox.confirm_freeze(first, key="c")
    assert (confirmed.until, confirmed.is_confirmed) == (None, True)
    sandbox.clock.advance(hours=24 * 30)
    assert (await sandbox.frozen(uid)).value is not None
    with pytest.raises(FreezeRefused):
        await sandbox.freeze(
            uid, stops=frozenset({"positions"}), lasts=timedelta(hours=1), reason="", key="p"
        )


async def test_only_ones_own_fresh_strong_proof_lifts_a_freeze(sandbox: Sandbox) -> None:
    uid, thief = sandbox.uids[1], sandbox.uids[2]
    freeze_id = await frozen(sandbox, uid)

    async def passed(who: str, method: str, purpose: str = "unfreeze") -> str:
        asked = await sandbox.challenge(
            who, method=method, purpose=purpose, language="en", key=f"{who}{method}{purpose}"
        )
        answer = sandbox.answer_to(asked.id)
        assert (await sandbox.answer_challenge(asked.id, answer)).state is ChallengeState.PASSED
        return asked.id

    for wrong in (
        "",
        "chl_0",
        await passed(thief, "totp"),
        await passed(uid, "email"),
        await passed(uid, "totp", "reveal"),
    ):
        with pytest.raises(FreezeRefused):
            await sandbox.unfreeze(freeze_id, assertion=wrong, key="u")
    stale = await passed(uid, "passkey")
    sandbox.clock.advance(hours=1)
    with pytest.raises(FreezeRefused):
        await sandbox.unfreeze(freeze_id, assertion=stale, key="u")
    lifted = await sandbox.unfreeze(freeze_id, assertion=await passed(uid, "totp"), key="u")
    assert lifted.state is FreezeState.LIFTED
    assert (await sandbox.frozen(uid)).value is None


async def test_a_code_is_right_wrong_late_or_tried_too_often(sandbox: Sandbox) -> None:
    uid = sandbox.uids[1]

    async def ask(key: str) -> str:
        return (
            await sandbox.challenge(uid, method="sms", purpose="freeze", language="en", key=key)
        ).id

    one = await ask("1")
    assert await ask("1") == one
    states = [(await sandbox.answer_challenge(one, "no")).state for _ in range(6)]
    assert states == [ChallengeState.WRONG] * 4 + [ChallengeState.TOO_MANY] * 2
    right = sandbox.answer_to(one)
    assert (await sandbox.answer_challenge(one, right)).state is ChallengeState.TOO_MANY
    two = await ask("2")
    sandbox.clock.advance(minutes=5)
    late = await sandbox.answer_challenge(two, sandbox.answer_to(two))
    assert late.state is ChallengeState.EXPIRED
    unknown = await sandbox.answer_challenge("chl_unknown", "000000")
    assert unknown.state is ChallengeState.EXPIRED


async def test_an_alert_mails_link_works_once(sandbox: Sandbox) -> None:
    token = sandbox.alert(JONAS, "freeze")
    spent = await sandbox.one_use(token, key="k")
    assert spent is not None
    assert (spent.uid, spent.purpose) == (JONAS, "freeze")
    assert await sandbox.one_use(token, key="k") == spent
    assert await sandbox.one_use(token, key="another") is None
    late = sandbox.alert(JONAS, "freeze", lasts=timedelta(minutes=5))
    sandbox.clock.advance(minutes=5)
    assert await sandbox.one_use(late, key="k") is None
    assert await sandbox.one_use("guessed", key="k") is None


async def test_it_plays_at_failing_and_a_lost_answer_has_frozen_all_the_same() -> None:
    sandbox = Sandbox(now=lambda: NOON, slow_s=0.01, patience_s=0.01)
    uid = sandbox.uids[1]
    for trouble in ("failing", "down"):
        sandbox.play(trouble)
        with pytest.raises(ExchangeDown):
            await frozen(sandbox, uid)
    sandbox.play("lost")
    with pytest.raises(ExchangeDown):
        await frozen(sandbox, uid)
    sandbox.play("slow")
    freeze = (await sandbox.frozen(uid)).value
    assert freeze is not None
    assert await frozen(sandbox, uid) == freeze.id
