"""What agents see of a customer: masked facts, and one fact at a time for a stated reason."""

from uuid import UUID

from fanlight.features.people.errors import CustomerNotFound, ReasonNeeded
from fanlight.features.people.masks import mask, mask_name
from fanlight.features.people.models import CardIdentity, Customer, CustomerCard, MergePreview
from fanlight.features.people.names import one_line
from fanlight.features.people.permissions import needs
from fanlight.features.people.queries import customers as queries
from fanlight.features.people.service.customers import are_one_account
from fanlight.features.people.service.sessions import needs_fresh_proof
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit, limits
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

NAME = "name"
_REASON_LENGTH, _LONGEST_REASON = 3, 300  # characters; "?" is no reason
_READ = 2_000  # characters of it that are looked at
_REVEALS_PER_HOUR = 60  # more than an agent needs, less than a thief wants


async def card(work: Work, customer_id: UUID) -> CustomerCard:
    """The customer with every personal fact masked; that an agent looked is written down.

    Raises:
        NotAllowed: the actor may not see customers.
        CustomerNotFound: there is none.
    """
    needs(work.actor, "customer.see")
    customer = await queries.get_customer(work, customer_id)
    if work.actor.kind == "agent":
        await audit.record(work, "customer.seen", f"customer:{customer.id}")
    return await _masked(work, customer)


async def reveal(work: Work, customer_id: UUID, field: str, *, reason: str, ticket_id: UUID) -> str:
    """One fact in clear: ``field`` is ``"name"`` or the id of an identity. Leaves a trace.

    That the ticket is this customer's is for the caller to check: tickets live above people.

    Raises:
        NotAllowed: the actor may not reveal.
        StepUpNeeded: the agent's last proof is too old.
        ReasonNeeded: none was given.
        TooManyTries: more facts this hour than the work asks for.
    """
    needs(work.actor, "customer.reveal")
    await needs_fresh_proof(work, within_s=work.of(Settings)[SignInSettings].step_up_s)
    reason = one_line(redact(reason[:_READ]).text, _LONGEST_REASON)
    if len(reason) < _REASON_LENGTH:
        raise ReasonNeeded
    customer = await queries.get_customer(work, customer_id)
    if field == NAME:
        shown, kind = customer.name, NAME
    else:
        shown, kind = await _identity_in_clear(work, customer.id, field)
    await limits.spend(work, f"reveal:{work.actor.id}", limit=_REVEALS_PER_HOUR, window_s=3600)
    await audit.record(
        work,
        "customer.revealed",
        f"customer:{customer.id}",
        field=field,
        kind=kind,
        reason=reason,
        ticket_id=ticket_id,
    )
    return shown


async def preview_merge(work: Work, kept_id: UUID, merged_id: UUID) -> MergePreview:
    """What merging would bring together; nothing is changed.

    Raises:
        NotAllowed: the actor may not merge.
    """
    needs(work.actor, "customer.merge")
    kept = await queries.get_customer(work, kept_id)
    merged = await queries.get_customer(work, merged_id)
    together = [
        *await queries.identities_of(work, kept.id),
        *await queries.identities_of(work, merged.id),
    ]
    return MergePreview(
        kept=await _masked(work, kept),
        merged=await _masked(work, merged),
        is_allowed=kept.id != merged.id and are_one_account(together),
    )


async def _masked(work: Work, customer: Customer) -> CustomerCard:
    identities = await queries.identities_of(work, customer.id)
    return CustomerCard(
        id=customer.id,
        name=mask_name(customer.name),
        language=customer.language,
        created_at=customer.created_at,
        identities=tuple(
            CardIdentity(
                id=each.id,
                kind=each.kind,
                masked=mask(each.kind, each.display or each.key),
                proven_at=each.proven_at,
                proven_by=each.proven_by,
            )
            for each in identities
        ),
        version=customer.version,
    )


async def _identity_in_clear(work: Work, customer_id: UUID, field: str) -> tuple[str, str]:
    try:
        found = await queries.identity_of(work, customer_id, UUID(field))
    except ValueError as error:
        raise CustomerNotFound(customer_id=customer_id) from error
    if found is None:
        raise CustomerNotFound(customer_id=customer_id)
    return found.display or found.key, found.kind
