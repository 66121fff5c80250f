"""What tests of one ticket share: opening it, what is stored, the customer writing again."""

from typing import Any

from playwright.sync_api import Page, expect

from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Message
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service
from fanlight.features.tickets.received import Received
from fanlight.features.tickets.models import Ticket
from fanlight.features.tickets.queries import get_ticket
from tests.surfaces.widget.house import House
from tests.ui.console import scene
from tests.ui.console.conftest import OpenPage
from tests.ui.console.scene import Staff


def open_ticket(open_page: OpenPage, who: Staff, found: Received, **more: Any) -> Page:
    page = open_page(f"/console/inbox/mine/{found.ticket_id}", who, **more)
    expect(page.get_by_role("log")).to_be_visible()
    return page


def said(house: House, who: Staff, found: Received) -> list[Message]:
    """The timeline as it stands in the database, the newest first."""

    async def read() -> list[Message]:
        assert found.ticket_id
        async with house.edge.work(who.actor) as work:
            return await service.timeline(work, found.ticket_id)

    return house.run(read())


def drafts_of(house: House, who: Staff, found: Received) -> list[str]:
    """What they have begun to write on the ticket, as the server has it."""

    async def read() -> list[str]:
        assert found.ticket_id
        async with house.edge.work(who.actor) as work:
            return [draft.text for draft in await tickets.drafts(work, found.ticket_id)]

    return house.run(read())


def ticket_of(house: House, who: Staff, found: Received) -> Ticket:
    async def read() -> Ticket:
        assert found.ticket_id
        async with house.edge.work(who.actor) as work:
            return await get_ticket(work, found.ticket_id)

    return house.run(read())


def follow_up(house: House, found: Received, text: str) -> Received:
    """The same customer writes again in the same conversation."""

    async def thread() -> str:
        assert found.conversation_id
        async with house.edge.work() as work:
            talk = await conversations.get_conversation(work, found.conversation_id)
            return talk.thread_key or ""

    key = house.run(thread())
    name = key.replace(".", " ").title()
    return house.run(scene.writes(house, name, text, key=key))
