"""Everything we send carries a reference, which tells its receiver alone that we sent it."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from fanlight.channels.contract import Author, Capabilities
from fanlight.channels.registry import Channels
from fanlight.features.conversations import marks
from fanlight.features.conversations.delivery import Deliver, deliver
from fanlight.features.conversations.queries import get_conversation
from fanlight.features.people.queries import customers
from fanlight.features.people.queries.visits import Visit
from fanlight.features.tickets import replies
from fanlight.features.trust.queries import codes
from fanlight.features.trust.service.agents import public_id
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Work
from tests.builders.paper import PaperChannel
from tests.builders.tickets import hears, stored_agent


def visit(work: Work, kind: str, key: str) -> Visit:
    now = work.now()
    return Visit(
        token_hash=b"", kind=kind, key=key, name="", groups=[], proven_at=now, seen_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip


async def answered(work: Work, text: str = "It is on its way.") -> tuple[str, Work]:
    """An answer on the paper channel: its reference, and the work of whoever gave it."""
    received = await hears(work)
    mei = work.acting_as(await stored_agent(work, "support"))
    assert received.ticket_id is not None
    assert received.conversation_id is not None
    message = await replies.reply(
        mei, received.ticket_id, conversation_id=received.conversation_id, text=text,
        seen={received.conversation_id: 1}, client_key="once-and-once",
    )  # fmt: skip
    return await marks.mark_of(work, message.id), mei


async def test_the_receiver_is_told_and_nobody_else(work: Work) -> None:
    mark, mei = await answered(work)
    ling = await customers.customer_with(work, "paper", "ling")
    assert ling is not None
    for key, owner in (("48812217", ling.id), ("50317746", None)):
        other = owner or (await customers.add_customer(work, name="Wei", language="en")).id
        await work.run(
            customers.ADD_IDENTITY, id=other, customer_id=other, kind="exchange", key=key,
            display=key, proven_at=None, proven_by=None, created_at=work.now(),
        )  # fmt: skip

    sent = await marks.sent_to(work, mark, visit(work, "exchange", "48812217"))

    assert sent is not None
    assert (sent.author_name, sent.public_id) == ("Mei", await public_id(work, mei.actor.id))
    assert sent.reference.startswith("FL-")
    assert await marks.sent_to(work, mark, visit(work, "exchange", "50317746")) is None
    assert await marks.sent_to(work, "MS-22222222S", visit(work, "exchange", "48812217")) is None
    # A mailbox opens the threads of that mailbox, and this one was no mail.
    assert await marks.sent_to(work, mark, visit(work, "paper", "ling")) is None


async def test_a_reference_is_given_once(work: Work) -> None:
    received = await hears(work)
    assert received.message_id is not None
    first = await marks.mark_of(work, received.message_id)
    assert await marks.mark_of(work, received.message_id) == first
    # What the customer said is no message of ours.
    found = await marks.sent_to(work, first, visit(work, "paper", "ling"))
    assert found is None


async def test_it_leaves_with_the_message(edge: Edge, paper: PaperChannel) -> None:
    async with edge.work() as work:
        mark, mei = await answered(work)
        shown = await public_id(work, mei.actor.id)
        found = await work.one(UUID, "SELECT conversation_id FROM messages WHERE kind = 'outbound'")
    assert found is not None
    edge.shelf.offer(edge)
    await deliver(edge.shelf, Deliver(found))
    [part] = paper.written
    assert part.message.mark == mark
    assert part.message.foot[0] == f"Mei, {shown}"
    assert f"/en/official/message/{mark}" in part.message.foot[1]


class Letters(PaperChannel):
    """Paper that goes by post: with a subject, so to a mailbox."""

    def capabilities(self, account_id: str) -> Capabilities:
        return replace(super().capabilities(account_id), has_subject=True)


@pytest.mark.parametrize(("mailbox", "has_code"), [("lin@mail.example", True), ("ling", False)])
async def test_the_code_goes_to_the_proven_mailbox_alone(
    edge: Edge, mailbox: str, has_code: bool
) -> None:
    letters = Letters()
    edge.shelf.offer(Channels([letters]))
    edge.shelf.offer(edge)
    async with edge.work() as work:
        received = await hears(work, author=Author(native_id=mailbox, display="Lin"))
        assert received.conversation_id is not None
        talk = await get_conversation(work, received.conversation_id)
        for kind, key in (("exchange", "48812217"), ("email", "lin@mail.example")):
            await work.run(
                customers.ADD_IDENTITY, id=new_id(), customer_id=talk.customer_id, kind=kind,
                key=key, display=key, proven_at=work.now(), proven_by="code",
                created_at=work.now(),
            )  # fmt: skip
        sealed = edge.shelf.of(Sealer).seal(
            b"HARBR-77", purpose=f"anti-phishing code:{talk.customer_id}"
        )
        await codes.hold(
            work, talk.customer_id, pending=b"", challenge_id="c", visit=b"", until=work.now()
        )
        await codes.put(work, talk.customer_id, sealed, challenge_id="c")
        mei = work.acting_as(await stored_agent(work, "support"))
        await replies.reply(
            mei, talk.ticket_id, conversation_id=talk.id, text="It is on its way.",
            seen={talk.id: 1}, client_key="once-and-once",
        )  # fmt: skip
    await deliver(edge.shelf, Deliver(talk.id))
    [part] = letters.written
    assert ("Your code: HARBR-77" in part.message.foot) is has_code
    assert "HARBR-77" not in part.text
    async with edge.reading() as work:
        said = await work.one(str, "SELECT string_agg(m::text, ' ') FROM messages m")
    assert said is not None
    assert "HARBR-77" not in said
