"""Tags are words of the desk, and no place for a secret."""

import pytest

from fanlight.features.tickets import service
from fanlight.features.tickets.errors import BadTag
from fanlight.features.tickets.queries import get_ticket
from fanlight.kernel.work import Work
from tests.builders.tickets import hears, stored_agent

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
APART = "abandon ability able about above absent absorb abstract absurd abuse access accident"


async def test_a_phrase_is_not_kept_word_by_word(work: Work) -> None:
    taken = await hears(work)
    assert taken.ticket_id is not None
    mei = work.acting_as(await stored_agent(work, "support"))
    ticket = await get_ticket(mei, taken.ticket_id)
    for words in (APART.split(), [SEED], ["legal winner thank year wave sausage", *SEED.split()]):
        with pytest.raises(BadTag):
            await service.tag(mei, ticket.id, tags=words, version=ticket.version)
    assert (await get_ticket(mei, ticket.id)).tags == ()

    tagged = await service.tag(mei, ticket.id, tags=["Fee", "wallet"], version=ticket.version)
    assert tagged.tags == ("fee", "wallet")
