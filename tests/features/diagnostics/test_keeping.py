"""Results are kept for their account; a link named on a ticket carries its result over, once."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from fanlight.channels.contract import Author, Evidence, InboundEvent
from fanlight.features.diagnostics import queries, subscribers
from fanlight.features.diagnostics.errors import DiagnosisNotFound
from fanlight.features.diagnostics.models import Diagnosis, Named, Verdict
from fanlight.features.tickets.events import TicketOpened
from fanlight.features.tickets.intake import receive
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work
from tests.features.diagnostics.cases import CASES
from tests.features.diagnostics.test_checks import check_for

UID, OTHER = "48812217", "73105528"


async def kept(work: Work, uid: str | None = UID, symptom: str = "withdrawal_pending") -> Diagnosis:
    made = Diagnosis(
        id=new_id(),
        symptom=symptom,
        uid=uid,
        named=Named(),
        finding=check_for("withdrawal_pending").decide(CASES["withdrawal_pending"]["queued"]),
        made_at=work.now(),
        took_ms=1,
        made_by="customer",
        expires_at=work.now() + timedelta(days=30),
    )
    await queries.add(work, made)
    return made


async def opened(work: Work, text: str, uid: str) -> TicketOpened:
    taken = await receive(
        work,
        InboundEvent(
            channel="chat.web",
            account_id="site",
            dedupe_key=uuid4().hex,
            kind="message.created",
            occurred_at=work.now(),
            thread_key=uuid4().hex,
            author=Author(native_id=uid, handle=uid, language="en"),
            identity_kind="exchange",
            text=text,
            evidence=Evidence(level=2, method="signed_session", subject=uid),
        ),
    )
    assert taken.ticket_id
    assert taken.conversation_id
    assert taken.message_id
    return TicketOpened(
        ticket_id=taken.ticket_id,
        conversation_id=taken.conversation_id,
        message_id=taken.message_id,
        language="en",
        opened_at=work.now(),
    )


async def test_a_result_comes_back_as_it_was_and_to_its_account_alone(work: Work) -> None:
    made = await kept(work)

    assert await queries.for_customer(work, made.id, UID) == made
    for uid in (OTHER, None):
        with pytest.raises(DiagnosisNotFound):
            await queries.for_customer(work, made.id, uid)


async def test_a_link_on_a_ticket_carries_its_result_over_once(work: Work) -> None:
    made = await kept(work)
    event = await opened(work, f"Please look: https://help.example/en/check/result/{made.id}", UID)

    await subscribers.carry_over(work, event)
    await subscribers.carry_over(work, event)

    assert [each.id for each in await queries.of_ticket(work, event.ticket_id)] == [made.id]


async def test_anothers_result_is_carried_nowhere(work: Work) -> None:
    made = await kept(work)
    event = await opened(work, f"https://help.example/en/check/result/{made.id}", OTHER)

    await subscribers.carry_over(work, event)

    assert await queries.of_ticket(work, event.ticket_id) == []


async def test_what_lies_on_a_ticket_outlives_its_days(work: Work) -> None:
    loose, cited = await kept(work), await kept(work)
    event = await opened(work, f"/check/result/{cited.id}", UID)
    await subscribers.carry_over(work, event)
    await work.run("UPDATE diagnoses SET expires_at = now() - interval '90 days'")

    await queries.tidy(work)
    await queries.tidy(work)

    left = await work.rows(UUID, "SELECT id FROM diagnoses")
    assert (loose.id in left, cited.id in left) == (False, True)


async def test_every_verdict_may_be_kept(work: Work) -> None:
    allowed = await work.one(
        str,
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conname = 'diagnoses_verdict_check'",
    )
    assert allowed is not None
    assert [verdict for verdict in Verdict if f"'{verdict}'" not in allowed] == []
