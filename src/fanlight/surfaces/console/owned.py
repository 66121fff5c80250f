"""Customers' own UIDs in the lines of lists: hidden where nothing says that they are accounts."""

import re
from collections.abc import Iterable
from uuid import UUID

from fanlight.features.people.masks import Field, Sight
from fanlight.features.people.queries.customers import accounts_of
from fanlight.features.tickets.models import InboxRow
from fanlight.kernel.work import Work

# What may be an account: most lines hold nothing of the kind, and for them nothing is asked.
_MAY_BE = re.compile(r"(?<![0-9A-Za-z])(?=[A-Za-z]*\d)[0-9A-Za-z]{6,32}(?![0-9A-Za-z])")


async def own_accounts(work: Work, rows: Iterable[InboxRow | None], sight: Sight) -> frozenset[str]:
    """The UIDs of those customers in whose lines one may stand, unless the reader sees UIDs."""
    return await accounts_in(
        work, ((row.customer_id, f"{row.subject}\n{row.preview}") for row in rows if row), sight
    )


async def accounts_in(work: Work, said: Iterable[tuple[UUID, str]], sight: Sight) -> frozenset[str]:
    """The same for any words of customers."""
    if Field.UID in sight.clear:
        return frozenset()
    about = {customer_id for customer_id, words in said if _MAY_BE.search(words)}
    return await accounts_of(work, about) if about else frozenset()
