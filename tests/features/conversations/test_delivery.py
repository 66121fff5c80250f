"""How answers leave: once, in order, through every way a vendor can fail and we can die."""

from datetime import timedelta
from uuid import UUID

import pytest

from fanlight.channels.contract import Accepted, Failed, Failure, Unknown
from fanlight.channels.registry import ChannelNotConfigured, Channels
from fanlight.features.conversations import delivery, parts, queries
from fanlight.features.conversations.models import Delivery, Message
from fanlight.features.tickets import replies
from fanlight.kernel.edge import Edge
from fanlight.kernel.runner import Runner
from tests.builders.paper import PaperChannel
from tests.builders.tickets import hears, stored_agent


async def begun(edge: Edge) -> tuple[UUID, UUID]:
    """A ticket with one message of its customer, committed."""
    async with edge.work() as work:
        taken = await hears(work)
    assert taken.ticket_id is not None
    assert taken.conversation_id is not None
    return taken.ticket_id, taken.conversation_id


async def say(edge: Edge, talk: tuple[UUID, UUID], *texts: str) -> list[Message]:
    said = []
    async with edge.work() as work:
        actor = await stored_agent(work, "support")
    for number, text in enumerate(texts):
        async with edge.work() as work:
            mei = work.acting_as(actor)
            said.append(
                await replies.reply(
                    mei,
                    talk[0],
                    conversation_id=talk[1],
                    text=text,
                    seen={talk[1]: 1},
                    client_key=f"{text[:20]}-{number}-key",
                )
            )
    return said


async def run(edge: Edge) -> None:
    """Everything that is due, and what became due by it."""
    await Runner(edge, lanes=["default", "events", "delivery"]).run_due()


async def make_due(edge: Edge) -> None:
    """Let the time pass that jobs and leases wait for."""
    async with edge.work() as work:
        await work.run("UPDATE jobs SET run_at = now(), leased_until = NULL")
        await work.run("UPDATE message_parts SET leased_until = now() - interval '1 second'")


async def state(edge: Edge, message: Message) -> Message:
    async with edge.work() as work:
        return await queries.get_message(work, message.id)


async def test_an_answer_arrives_once_and_says_so(edge: Edge, paper: PaperChannel) -> None:
    (message,) = await say(edge, await begun(edge), "We look into it")

    await run(edge)
    await make_due(edge)
    await run(edge)

    assert [part.text for part in paper.written] == ["We look into it"]
    assert (await state(edge, message)).delivery is Delivery.SENT


async def test_answers_leave_in_order_and_long_ones_in_parts(
    edge: Edge, paper: PaperChannel
) -> None:
    await say(edge, await begun(edge), "a" * 150, "b")

    await run(edge)

    assert [part.text for part in paper.written] == ["a" * 100, "a" * 50, "b"]


async def test_what_did_not_leave_is_tried_again(edge: Edge, paper: PaperChannel) -> None:
    paper.outcomes = [Failed(Failure.TRANSIENT), Failed(Failure.THROTTLED, timedelta(seconds=9))]
    (message,) = await say(edge, await begun(edge), "hello")

    for _ in range(3):
        await run(edge)
        await make_due(edge)

    assert len(paper.written) == 1
    assert (await state(edge, message)).delivery is Delivery.SENT


async def test_a_throttled_answer_waits_as_long_as_it_was_told(
    edge: Edge, paper: PaperChannel
) -> None:
    paper.outcomes = [Failed(Failure.THROTTLED, timedelta(seconds=120))]
    await say(edge, await begun(edge), "hello")

    await run(edge)

    async with edge.work() as work:
        wait = await work.one(
            float,
            "SELECT extract(epoch FROM run_at - now())::float8 FROM jobs"
            " WHERE kind = 'conversation.deliver'",
        )
    assert wait is not None
    assert 100 < wait <= 120


async def test_what_may_have_arrived_is_not_sent_again(edge: Edge, paper: PaperChannel) -> None:
    paper.outcomes = [Unknown()]
    first, second = await say(edge, await begun(edge), "first", "second")

    for _ in range(6):
        await run(edge)
        await make_due(edge)

    assert [part.text for part in paper.written] == ["second"]
    assert (await state(edge, first)).delivery is Delivery.UNKNOWN
    assert (await state(edge, second)).delivery is Delivery.SENT


async def test_an_unknown_answer_that_the_vendor_knows_has_arrived(
    edge: Edge, paper: PaperChannel
) -> None:
    paper.outcomes = [Unknown()]
    paper.reconciled = Accepted("found-1")
    (message,) = await say(edge, await begun(edge), "hello")

    for _ in range(3):
        await run(edge)
        await make_due(edge)

    assert paper.written == []
    assert (await state(edge, message)).delivery is Delivery.SENT


async def test_a_person_may_send_an_unknown_answer_again(edge: Edge, paper: PaperChannel) -> None:
    paper.outcomes = [Unknown()]
    (message,) = await say(edge, await begun(edge), "hello")
    await run(edge)

    async with edge.work() as work:
        await replies.send_again(work.acting_as(await stored_agent(work)), message.id)
    await run(edge)

    assert [part.text for part in paper.written] == ["hello"]
    assert (await state(edge, message)).delivery is Delivery.SENT


async def test_what_could_only_wait_is_not_sent_again(edge: Edge, paper: PaperChannel) -> None:
    paper.outcomes = [Unknown()]
    (message,) = await say(edge, await begun(edge), "hello")
    await run(edge)
    channels = edge.shelf.of(Channels)
    edge.shelf.offer(Channels([]))

    async with edge.work() as work:
        mei = work.acting_as(await stored_agent(work))
        with pytest.raises(ChannelNotConfigured):
            await replies.send_again(mei, message.id)

    edge.shelf.offer(channels)
    assert (await state(edge, message)).delivery is Delivery.UNKNOWN  # and stands in its list


async def test_an_adapter_that_breaks_leaves_the_answer_unknown(
    edge: Edge, paper: PaperChannel
) -> None:
    paper.outcomes = [RuntimeError("a bug")]
    (message,) = await say(edge, await begun(edge), "hello")

    await run(edge)

    assert (await state(edge, message)).delivery is Delivery.UNKNOWN


async def test_a_recipient_who_is_gone_fails_and_blocks(edge: Edge, paper: PaperChannel) -> None:
    talk = await begun(edge)
    paper.outcomes = [Failed(Failure.RECIPIENT, detail="blocked us")]
    (message,) = await say(edge, talk, "hello")

    await run(edge)

    failed = await state(edge, message)
    async with edge.work() as work:
        conversation = await queries.get_conversation(work, talk[1])
    assert (failed.delivery, failed.delivery_detail) == (Delivery.FAILED, "blocked us")
    assert conversation.is_blocked


async def test_markup_that_is_refused_goes_once_more_as_plain_text(
    edge: Edge, paper: PaperChannel
) -> None:
    paper.outcomes = [Failed(Failure.CONTENT)]
    await say(edge, await begun(edge), "hello")

    await run(edge)
    await make_due(edge)
    await run(edge)

    assert [part.is_plain for part in paper.written] == [True]


async def test_a_worker_that_died_while_sending_leaves_it_unknown(
    edge: Edge, paper: PaperChannel
) -> None:
    talk = await begun(edge)
    (message,) = await say(edge, talk, "hello")
    async with edge.work() as work:
        # What a worker writes before it sends; then it is killed.
        await parts.claim(work, message.id, 1, lease=message.id, attempts=1)
        await queries.set_delivery(work, message.id, Delivery.SENDING)

    await run(edge)
    held = await state(edge, message)
    await make_due(edge)
    await run(edge)

    assert held.delivery is Delivery.SENDING
    assert paper.written == []
    assert (await state(edge, message)).delivery is Delivery.UNKNOWN


async def test_a_worker_that_lost_its_lease_writes_nothing(edge: Edge) -> None:
    (message,) = await say(edge, await begun(edge), "hello")
    async with edge.work() as work:
        await parts.claim(work, message.id, 1, lease=message.id, attempts=1)
        other = UUID(int=7)

        was_ours = await parts.end(
            work, message.id, 1, lease=other, state="sent", native_id="x", failure=None
        )

    assert not was_ours


async def test_two_workers_send_an_answer_once(edge: Edge, paper: PaperChannel) -> None:
    import anyio

    talk = await begun(edge)
    await say(edge, talk, *(f"number {n}" for n in range(10)))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(delivery.deliver, edge.shelf, delivery.Deliver(talk[1]))

    for _ in range(3):
        await make_due(edge)
        await run(edge)
    assert [part.text for part in paper.written] == [f"number {n}" for n in range(10)]
