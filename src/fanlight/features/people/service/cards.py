"""What agents see of a customer: masked facts, and one fact at a time for a stated reason."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from fanlight.features.people.errors import CustomerNotFound
from fanlight.features.people.masks import sight_of
from fanlight.features.people.models import (
    CardIdentity,
    Customer,
    CustomerCard,
    Identity,
    MergePreview,
)
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries import customers as queries
from fanlight.features.people.service.customers import are_one_account
from fanlight.kernel.work import Work

NAME = "name"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of a customer in clear, and what kind it is."""

    kind: str
    value: str


def card(work: Work, customer: Customer, identities: Sequence[Identity]) -> CustomerCard:
    """The customer as the actor may see them. That they look is written down by who shows it.

    Raises:
        NotAllowed: the actor may not see customers.
    """
    needs(work.actor, "customer.see")
    return _shown(work, customer, identities)


async def in_clear(work: Work, customer_id: UUID, field: str) -> Fact:
    """One fact: ``field`` is ``"name"`` or the id of an identity.

    Reason, ticket and trace are asked for by the room above, which knows of tickets.

    Raises:
        NotAllowed: the actor may not reveal.
        CustomerNotFound: there is none, or it is somebody else's.
    """
    needs(work.actor, "customer.reveal")
    customer = await queries.get_customer(work, customer_id)
    if field == NAME:
        return Fact(kind=NAME, value=customer.name)
    try:
        found = await queries.identity_of(work, customer.id, UUID(field))
    except ValueError as error:
        raise CustomerNotFound(customer_id=customer_id) from error
    if found is None:
        raise CustomerNotFound(customer_id=customer_id)
    return Fact(kind=found.kind, value=found.display or found.key)


async def preview_merge(work: Work, kept_id: UUID, merged_id: UUID) -> MergePreview:
    """What merging would bring together; nothing is changed.

    Raises:
        NotAllowed: the actor may not merge.
    """
    needs(work.actor, "customer.merge")
    kept = await queries.get_customer(work, kept_id)
    merged = await queries.get_customer(work, merged_id)
    of_kept = await queries.identities_of(work, kept.id)
    of_merged = await queries.identities_of(work, merged.id)
    return MergePreview(
        kept=_shown(work, kept, of_kept),
        merged=_shown(work, merged, of_merged),
        is_allowed=kept.id != merged.id and are_one_account([*of_kept, *of_merged]),
    )


def _shown(work: Work, customer: Customer, identities: Sequence[Identity]) -> CustomerCard:
    sight = sight_of(work.actor)
    return CustomerCard(
        id=customer.id,
        name=sight.name(customer.name),
        language=customer.language,
        created_at=customer.created_at,
        identities=tuple(
            CardIdentity(
                id=each.id,
                kind=each.kind,
                masked=sight.identity(each.kind, each.display or each.key),
                proven_at=each.proven_at,
                proven_by=each.proven_by,
            )
            for each in identities
        ),
        version=customer.version,
    )
