"""The automatic answer: once a ticket, and never a weapon against somebody else's mailbox."""

import pytest
from msgspec.structs import replace

from fanlight.channels.contract import Author, Capabilities
from fanlight.features.conversations import queries as conversations
from fanlight.features.conversations.models import Speaker
from fanlight.features.tickets.acknowledge import acknowledge
from fanlight.features.tickets.automatic import MOST_PER_DAY, mailbox
from fanlight.features.tickets.events import TicketOpened
from fanlight.kernel.work import Work
from tests.builders.paper import PaperChannel
from tests.builders.tickets import hears


class Letters(PaperChannel):
    """Paper in envelopes: people wait for an answer by the same road."""

    def capabilities(self, account_id: str) -> Capabilities:
        return replace(super().capabilities(account_id), has_subject=True)


@pytest.fixture
def paper() -> PaperChannel:
    return Letters()


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("Ling.Yu+1@Mail.example", "lingyu@mail.example"),
        ("lingyu@mail.example", "lingyu@mail.example"),
        ("+a@mail.example", "@mail.example"),
        ("15551234", "15551234"),
    ],
)
def test_addresses_of_one_mailbox_are_one(address: str, box: str) -> None:
    assert mailbox(address) == box


async def test_endings_of_one_address_share_its_answers(work: Work) -> None:
    async def answers(address: str) -> int:
        taken = await hears(work, thread_key=address, author=Author(native_id=address))
        opened = next(
            each
            for each in work.outbox
            if isinstance(each, TicketOpened) and each.ticket_id == taken.ticket_id
        )
        await acknowledge(work, opened)
        said = await conversations.messages_after(work, opened.conversation_id, after=0)
        return sum(each.author_kind is Speaker.MACHINE for each in said)

    heard = [await answers(f"vic.tim+{number}@mail.example") for number in range(MOST_PER_DAY + 2)]

    assert heard == [1] * MOST_PER_DAY + [0, 0]
    assert await answers("somebody.else@mail.example") == 1
