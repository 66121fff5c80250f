"""A reply on the page of a ticket: what it holds while it is stored."""

import httpx2

from fanlight.features.conversations import queries as conversations
from tests.surfaces.help.scene import field
from tests.surfaces.help.test_writing import form, post, reference_in, ticket_of
from tests.surfaces.widget.house import House


def test_who_writes_holds_the_thread_for_nothing_but_the_message(
    house: House, visitor: httpx2.Client
) -> None:
    """What came meanwhile is read by the page that follows. Were it marked before the message is
    counted, two replies at once would wait for each other."""
    place = post(house, visitor, form(visitor)).headers["location"].partition("?")[0]
    page = visitor.get(place).text
    ticket = ticket_of(house, reference_in(page))

    async def thread() -> conversations.Conversation:
        async with house.edge.work() as work:
            return (await conversations.of_ticket(work, ticket.id))[0]

    before = house.run(thread())
    house.run(house.answer(before.id, "Please send the transaction hash."))
    data = {"text": "One more thing.", "key": field(page, "key")}
    assert visitor.post(place, data=data, headers={"origin": house.url}).status_code == 303

    after = house.run(thread())
    assert (after.last_seq, after.customer_read_seq) == (3, before.customer_read_seq)
