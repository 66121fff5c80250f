"""An agent runs a check on a ticket: by right, written down, answered in approved words."""

from typing import Any

import pytest

from fanlight.channels.contract import Author, Evidence
from fanlight.exchange.connectors.sandbox.connect import opened
from fanlight.exchange.connectors.sandbox.exchange import Sandbox
from tests.surfaces.desk.conftest import Enter, Hear
from tests.surfaces.widget.house import House

UID = "50317746"


def signed(uid: str) -> dict[str, Any]:
    """As the chat hands over whom the exchange vouches for."""
    return {
        "author": Author(native_id=uid, display="陳大文", handle=uid, language="zh-Hant"),
        "identity_kind": "exchange",
        "evidence": Evidence(level=2, method="signed_session", subject=uid),
    }


SIGNED = signed(UID)


@pytest.fixture
def sandbox(house: House) -> Sandbox:
    return opened(house.settings)


async def test_the_ticket_says_which_check_and_the_finding_can_be_sent(
    house: House, enter: Enter, hear: Hear, sandbox: Sandbox
) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")
    mei = await enter()
    taken = await hear(f"我的充值沒有到 {planted.tx_hash}", language="zh-Hant", **SIGNED)

    before = await mei.get(f"tickets/{taken.ticket_id}/checks")
    found = await mei.post(f"tickets/{taken.ticket_id}/checks")
    after = await mei.get(f"tickets/{taken.ticket_id}/checks")

    assert (before["suggested"], before["has_account"]) == ("deposit_not_credited", True)
    assert before["found"] == []
    assert (found["code"], found["verdict"]) == ("memo_missing", "act")
    assert found["made_by"] == "agent"
    assert found["desk"], "what the desk may do"
    assert "XRP" in found["answer"]
    assert found["answer_has_facts"] is True
    assert [each["id"] for each in after["found"]] == [found["id"]]
    addresses = [row for row in found["evidence"] if row["label"] == "Received at"]
    assert addresses
    assert all(row["whole"] == "" for row in addresses)
    assert await _was_written_down(house, str(taken.ticket_id))


async def _was_written_down(house: House, ticket_id: str) -> bool:
    async def count() -> bool:
        async with house.edge.work() as work:
            found = await work.one(
                int,
                "SELECT count(*) FROM audit_log WHERE action = 'customer.diagnosed'"
                " AND detail->>'ticket_id' = %(id)s",
                id=ticket_id,
            )
            return found == 1

    return await house.later(count())


async def test_in_a_mail_only_the_link_may_stand(
    enter: Enter, hear: Hear, sandbox: Sandbox
) -> None:
    """The account is known from a chat; the customer writes on by mail, where nothing is proven."""
    sandbox.plant(UID, "withdrawal.held_new_address")
    mei = await enter()
    first = await hear("where is my withdrawal", **SIGNED)
    mailed = await hear(
        "any news of my withdrawal?",
        conversation_id=first.conversation_id,
        thread_key=None,
        author=SIGNED["author"],
        identity_kind="exchange",
        evidence=Evidence(level=1, method="dmarc"),
    )

    found = await mei.post(f"tickets/{mailed.ticket_id}/checks", symptom="withdrawal_pending")

    assert found["code"] == "new_address"
    assert found["answer_has_facts"] is False
    assert "/check/result/" in found["answer"]
    for row in found["evidence"]:
        assert row["text"] not in found["answer"]


async def test_without_a_proven_account_nothing_of_one_is_looked_at(
    enter: Enter, hear: Hear, sandbox: Sandbox
) -> None:
    planted = sandbox.plant(UID, "deposit.memo_missing")
    mei = await enter()
    taken = await hear(f"I am {UID}, my deposit {planted.tx_hash} is missing")

    refused = await mei.post(f"tickets/{taken.ticket_id}/checks", 409)
    chain = await mei.post(f"tickets/{taken.ticket_id}/checks", symptom="transaction")

    assert refused["code"] == "no_account_behind"
    assert chain["code"] == "confirmed"


async def test_only_whoever_may_runs_a_check_and_only_on_what_they_see(
    enter: Enter, hear: Hear, sandbox: Sandbox
) -> None:
    taken = await hear("my withdrawal", team="deposits", **SIGNED)
    auditor = await enter("Ada Quist", roles=("auditor",))
    elsewhere = await enter("Ben Ito", roles=("agent",), teams=("security",))

    assert (await auditor.post(f"tickets/{taken.ticket_id}/checks", 403))["code"] == "not_allowed"
    assert (await auditor.get(f"tickets/{taken.ticket_id}/checks", 403))["code"] == "not_allowed"
    await elsewhere.post(f"tickets/{taken.ticket_id}/checks", 404)
    await elsewhere.get(f"tickets/{taken.ticket_id}/checks", 404)


@pytest.mark.parametrize("cause", ["deposit.review", "deposit.region", "withdrawal.held_review"])
async def test_what_is_reviewed_is_told_to_agents_in_no_more_words(
    enter: Enter, hear: Hear, sandbox: Sandbox, cause: str
) -> None:
    uid = sandbox.uids[7000 + len(cause)]
    planted = sandbox.plant(uid, cause)
    mei = await enter()
    words = planted.tx_hash or "my withdrawal"
    taken = await hear(f"where is it {words}", **signed(uid))
    symptom = "deposit_not_credited" if cause.startswith("deposit") else "withdrawal_pending"

    found = await mei.post(f"tickets/{taken.ticket_id}/checks", symptom=symptom)

    assert found["code"] == "held"
    said = str(found).casefold()
    assert not [word for word in ("region", "suspicious", "aml", "hold_reason") if word in said]
