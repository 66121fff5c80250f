"""Customers' own UIDs in the lines of lists: hidden where nothing says that they are accounts."""

import re
from collections.abc import Iterable
from uuid import UUID

from fanlight.features.people.masks import Field, Sight
from fanlight.features.people.queries.customers import accounts_of
from fanlight.features.tickets.models import InboxRow
from fanlight.kernel.work import Work

# A word of its own with as many digits in a row as the shortest UID has. Most lines hold none, and
# for them nothing is asked; a hash or an address is longer than any UID.
DIGITS = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]{5,32}(?![0-9A-Za-z]))[0-9A-Za-z]*?[0-9]{5}", re.ASCII
)


async def own_accounts(work: Work, rows: Iterable[InboxRow | None], sight: Sight) -> frozenset[str]:
    """The UIDs of those customers in whose lines one may stand, unless the reader sees UIDs."""
    return await accounts_in(
        work, ((row.customer_id, f"{row.subject}\n{row.preview}") for row in rows if row), sight
    )


async def accounts_in(work: Work, said: Iterable[tuple[UUID, str]], sight: Sight) -> frozenset[str]:
    """The same for any words of customers."""
    if Field.UID in sight.clear:
        return frozenset()
    about = {customer_id for customer_id, words in said if DIGITS.search(words)}
    return await accounts_of(work, about) if about else frozenset()
