"""Agent and customer see the same six digits, for two minutes, and nobody else's pass for them."""

from datetime import timedelta
from uuid import UUID

import pytest

from fanlight.features.people.queries import customers
from fanlight.features.people.queries.visits import Visit
from fanlight.features.tickets import pins
from fanlight.features.tickets.errors import TicketNotFound
from fanlight.kernel import audit
from fanlight.kernel.errors import NotAllowed, TooManyTries
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work
from tests.builders.tickets import agent, hears, stored_agent


def visit(work: Work, uid: str) -> Visit:
    now = work.now()
    return Visit(
        token_hash=b"", kind="exchange", key=uid, name="", groups=[], proven_at=now, seen_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip


async def called(work: Work, uid: str, thread: str = "ling") -> tuple[Work, UUID]:
    """A ticket of an account, and an agent on it."""
    received = await hears(work, thread_key=thread)
    assert received.ticket_id is not None
    owner = await work.one(
        UUID, "SELECT customer_id FROM tickets WHERE id = %(id)s", id=received.ticket_id
    )
    await work.run(
        customers.ADD_IDENTITY, id=new_id(), customer_id=owner, kind="exchange", key=uid,
        display=uid, proven_at=work.now(), proven_by="signed_session", created_at=work.now(),
    )  # fmt: skip
    return work.acting_as(await stored_agent(work, "support")), received.ticket_id


async def said(work: Work, ticket_id: UUID) -> list[str]:
    return await work.rows(
        str,
        "SELECT activity->>'code' FROM messages WHERE ticket_id = %(id)s AND kind = 'activity'"
        " ORDER BY created_at, id",
        id=ticket_id,
    )


async def test_both_sides_see_the_same_six(work: Work) -> None:
    mei, ticket_id = await called(work, "48812217")
    opened = await pins.open_pin(mei, ticket_id)
    assert len(opened.digits) == 6
    assert opened.digits.isdigit()

    [seen] = await pins.for_customer(work, visit(work, "48812217"))
    assert (seen.digits, seen.agent_name) == (opened.digits, "Mei")
    assert seen.public_id.startswith("AG-")
    assert await pins.for_customer(work, visit(work, "50317746")) == []
    now = await pins.of_ticket(mei, ticket_id)
    assert now is not None
    assert now.is_read

    spoken = f" {opened.digits[:3]} {opened.digits[3:]} "
    matched = await pins.match(work, visit(work, "48812217"), spoken)
    assert matched is not None
    assert matched.agent_name == "Mei"
    assert await said(work, ticket_id) == ["pin_opened", "pin_read", "pin_matched"]
    assert {e.action for e in await audit.page(work)} >= {"pin.opened", "pin.read", "pin.matched"}


async def test_after_two_minutes_they_are_worth_nothing(work: Work) -> None:
    mei, ticket_id = await called(work, "48812217")
    opened = await pins.open_pin(mei, ticket_id)
    later = work.now() + timedelta(minutes=2, seconds=1)
    work.now = mei.now = lambda: later
    assert await pins.for_customer(work, visit(work, "48812217")) == []
    assert await pins.of_ticket(mei, ticket_id) is None
    assert await pins.match(work, visit(work, "48812217"), opened.digits) is None


async def test_a_false_agent_has_none_to_show(work: Work) -> None:
    mei, ticket_id = await called(work, "48812217")
    opened = await pins.open_pin(mei, ticket_id)
    wrong = f"{(int(opened.digits) + 1) % 10**6:06d}"
    for _ in range(3):
        assert await pins.match(work, visit(work, "48812217"), wrong) is None
    assert (await said(work, ticket_id))[-3:] == ["pin_failed", "pin_failed", "pin_alarm"]
    for typed in ("", "abc"):
        assert await pins.match(work, visit(work, "48812217"), typed) is None
    with pytest.raises(TooManyTries):
        await pins.match(work, visit(work, "48812217"), opened.digits)


async def test_digits_of_one_customer_say_nothing_to_another(work: Work) -> None:
    mei, ticket_id = await called(work, "48812217")
    opened = await pins.open_pin(mei, ticket_id)
    assert await pins.match(work, visit(work, "50317746"), opened.digits) is None
    assert await said(work, ticket_id) == ["pin_opened"]


async def test_fresh_digits_end_the_old_ones(work: Work) -> None:
    mei, ticket_id = await called(work, "48812217")
    first = await pins.open_pin(mei, ticket_id)
    second = await pins.open_pin(mei, ticket_id)
    shown = await pins.for_customer(work, visit(work, "48812217"))
    assert [each.digits for each in shown] == [second.digits]
    if first.digits != second.digits:
        assert await pins.match(work, visit(work, "48812217"), first.digits) is None


async def test_who_does_not_see_the_ticket_opens_none(work: Work) -> None:
    _, ticket_id = await called(work, "48812217")
    with pytest.raises(TicketNotFound):
        await pins.open_pin(work.acting_as(await stored_agent(work, "other")), ticket_id)
    with pytest.raises(NotAllowed):
        await pins.open_pin(work.acting_as(agent(may=frozenset())), ticket_id)
