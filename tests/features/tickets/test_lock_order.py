"""The watch over the order of locks sees what it is there for."""

import asyncio
from uuid import UUID

import pytest

from fanlight.features.conversations import queries as conversations
from fanlight.features.tickets import queries as tickets
from fanlight.kernel.edge import Edge
from tests.builders.lock_order import taken

TICKET, CONVERSATION = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        (tickets.LOCK, "ticket"),
        (tickets.SAVE, "ticket"),
        (tickets.TOUCH, "ticket"),
        (tickets.MOVE_TO_CUSTOMER, "ticket"),
        (tickets.GET, ""),
        (conversations.LOCK, "conversation"),
        (conversations.OF_THREAD, "conversation"),
        (conversations.SAY_MESSAGE, "conversation"),
        (conversations.READ_BY_AGENT, "conversation"),
        (conversations.OF_TICKET, ""),
    ],
)
def test_which_rows_a_statement_holds(statement: str, holds: str) -> None:
    does = taken(statement)
    assert (does.holds_ticket, does.holds_conversation) == (
        holds == "ticket",
        holds == "conversation",
    )


async def test_a_ticket_before_its_conversation_is_seen(
    edge: Edge, out_of_order: list[str]
) -> None:
    async with edge.work() as work:
        await work.run(tickets.STAMP, id=TICKET)
        await work.run(conversations.RETIRE, id=CONVERSATION)
    await asyncio.sleep(0)
    assert len(out_of_order) == 1
    assert "UPDATE tickets" in out_of_order.pop()

    async with edge.work() as work:  # the other way round nobody minds
        await work.run(conversations.RETIRE, id=CONVERSATION)
        await work.run(tickets.STAMP, id=TICKET)
        await work.run(conversations.RETIRE, id=CONVERSATION)
    assert out_of_order == []
