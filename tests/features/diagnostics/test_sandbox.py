"""Every cause that can be planted on the sandbox is found, and nobody hears of anybody else."""

import random

import msgspec
import pytest
from msgspec.structs import replace

from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from fanlight.features.diagnostics.blind import decide
from fanlight.features.diagnostics.discovery import all_checks, check_for
from fanlight.features.diagnostics.gathering import World, gather
from fanlight.features.diagnostics.models import Fact, Finding, Named, Verdict
from fanlight.features.diagnostics.values import Plain, Said
from tests.conftest import NOON
from tests.features.diagnostics.planted import ALL, found_of, named_by, symptom_of

UID = "48812217"


def world_of(sandbox: Sandbox) -> World:
    return World(exchange=sandbox, chains=sandbox.chains, now=sandbox.clock.now, patience_s=2.0)


async def looked(sandbox: Sandbox, symptom: str, uid: str | None, named: Named) -> Finding:
    check = check_for(symptom)
    return decide(check, await gather(world_of(sandbox), check, uid, named))


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(now=lambda: NOON)


@pytest.mark.parametrize("cause", ALL)
async def test_what_was_planted_is_found(sandbox: Sandbox, cause: str) -> None:
    uid = sandbox.uids[4321]
    planted = sandbox.plant(uid, cause)

    finding = await looked(sandbox, symptom_of(cause), uid, named_by(planted))

    assert finding.code == found_of(cause)


@pytest.mark.parametrize("cause", [each for each in ALL if each.startswith(("deposit.memo",))])
async def test_the_check_of_memos_finds_the_same(sandbox: Sandbox, cause: str) -> None:
    uid = sandbox.uids[4321]
    planted = sandbox.plant(uid, cause)

    finding = await looked(sandbox, "memo_missing", uid, named_by(planted))

    assert finding.code == found_of(cause)


@pytest.mark.parametrize("cause", [each for each in ALL if each.startswith("deposit.")])
async def test_a_hash_with_the_wrong_network_is_found_all_the_same(
    sandbox: Sandbox, cause: str
) -> None:
    """Who copies the hash and chooses the wrong network hears the same."""
    uid = sandbox.uids[4321]
    planted = sandbox.plant(uid, cause)
    named = Named(tx_hash=planted.tx_hash or "", network="Litecoin")

    finding = await looked(sandbox, "deposit_not_credited", uid, named)

    assert finding.code == found_of(cause)


@pytest.mark.parametrize("symptom", ["deposit_not_credited", "memo_missing", "transaction"])
async def test_a_hash_that_nobody_knows_is_laid_on_no_network_by_name(
    sandbox: Sandbox, symptom: str
) -> None:
    """All were asked: to name the last of them would send the customer there."""
    named = Named(tx_hash="0x" + "ab12" * 16)

    finding = await looked(sandbox, symptom, sandbox.uids[7], named)
    chosen = await looked(sandbox, symptom, sandbox.uids[7], replace(named, network="Ethereum"))

    assert (finding.code, chosen.code) == ("not_found", "not_found")
    assert finding.params["network"] == Said("any_network")
    assert chosen.params["network"] == Plain("Ethereum")


async def test_confirmations_go_on_and_end_in_a_credit(sandbox: Sandbox) -> None:
    uid = sandbox.uids[99]
    planted = sandbox.plant(uid, "deposit.unconfirmed")

    first = await looked(sandbox, "deposit_not_credited", uid, named_by(planted))
    sandbox.clock.advance(hours=3)
    later = await looked(sandbox, "deposit_not_credited", uid, named_by(planted))

    assert (first.code, first.verdict) == ("confirming", Verdict.WAIT)
    assert (later.code, later.verdict) == ("credited", Verdict.NOTHING)


@pytest.mark.parametrize("symptom", sorted(all_checks()))
async def test_an_exchange_that_is_down_is_said_to_be(sandbox: Sandbox, symptom: str) -> None:
    sandbox.play("down")
    fast = msgspec.structs.replace(world_of(sandbox), patience_s=0.05)
    check = check_for(symptom)

    facts = await gather(fast, check, UID, Named(tx_hash="ab" * 32))

    finding = decide(check, facts)
    assert finding.verdict is Verdict.PERSON or check.is_open
    if not check.is_open:
        assert finding.code == "down"
        assert not [fact for fact in Fact if fact in facts.missing and getattr(facts, fact.value)]


async def test_facts_are_asked_for_only_where_the_check_names_them(sandbox: Sandbox) -> None:
    check = check_for("identity_check")

    facts = await gather(world_of(sandbox), check, UID, Named())

    assert facts.identity is not None
    others = [fact for fact in Fact if fact not in check.facts]
    assert [fact for fact in others if getattr(facts, fact.value) is not None] == []


@pytest.mark.parametrize("symptom", sorted(all_checks()))
async def test_without_an_account_only_open_facts_are_asked_for(
    sandbox: Sandbox, symptom: str
) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")
    named = Named(tx_hash=planted.tx_hash or "", network=planted.network or "")

    facts = await gather(world_of(sandbox), check_for(symptom), None, named)

    told = [fact for fact in Fact if getattr(facts, fact.value) is not None]
    assert set(told) <= {Fact.NETWORKS, Fact.TRANSACTION}


async def test_no_fact_of_another_account_is_ever_told(sandbox: Sandbox) -> None:
    """Many accounts with troubles of their own; each asks, also with what belongs to others."""
    chance = random.Random(11)
    people = [sandbox.uids[chance.randrange(10_000)] for _ in range(60)]
    planted = [sandbox.plant(uid, chance.choice(ALL)) for uid in people]
    marks = {each.uid: _marks_of(each.id, each.uid) for each in planted}
    symptoms = sorted(all_checks())
    for uid in people:
        for other in chance.sample(planted, 3):
            if other.uid == uid:
                continue
            named = named_by(other)
            for symptom in (symptom_of(other.cause), chance.choice(symptoms)):
                finding = await looked(sandbox, symptom, uid, named)
                said = msgspec.json.encode(finding).decode()
                foreign = marks[other.uid] - marks[uid]
                assert not [mark for mark in foreign if mark in said], (other.cause, symptom)


def _marks_of(item: str | None, uid: str) -> set[str]:
    """What would give an account away: its UID and its records' ids. A hash is public."""
    return {mark for mark in (item, uid) if mark and len(mark) > 4}


async def test_another_customers_deposit_is_told_as_a_strangers(sandbox: Sandbox) -> None:
    """Whose address it is, and whether it is ours at all, shows in no word."""
    uid = sandbox.uids[4321]
    ours = await looked(
        sandbox, "deposit_not_credited", uid, named_by(sandbox.plant(uid, "deposit.someone_elses"))
    )
    strange = await looked(
        sandbox, "deposit_not_credited", uid, named_by(sandbox.plant(uid, "deposit.not_ours"))
    )

    assert ours.code == strange.code == "not_yours"
    assert [row.label for row in ours.evidence if row.label == "record"] == []
    assert [tick.key for tick in ours.ticks] == [tick.key for tick in strange.ticks]
