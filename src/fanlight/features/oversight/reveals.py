"""One fact in clear: for a reason, for an open ticket of that customer, and with a trace."""

from uuid import UUID

from fanlight.features.conversations.models import Message
from fanlight.features.oversight import bait, queries
from fanlight.features.oversight.errors import OpenTicketNeeded
from fanlight.features.oversight.models import Measure, Why
from fanlight.features.oversight.rates import hold_to_cap
from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.errors import ReasonNeeded
from fanlight.features.people.names import one_line
from fanlight.features.people.permissions import needs
from fanlight.features.people.service import cards
from fanlight.features.people.service.sessions import needs_fresh_proof
from fanlight.features.people.settings import SignInSettings
from fanlight.features.tickets import queries as tickets
from fanlight.features.tickets import service
from fanlight.features.tickets.models import Ticket
from fanlight.kernel.secrets import redact
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Work

_SHORTEST, _LONGEST = 4, 300  # characters of a reason in words; "?" is no reason
_READ = 2_000  # characters of it that are looked at


async def fact(
    work: Work, customer_id: UUID, field: str, *, why: Why, words: str, ticket_id: UUID
) -> cards.Fact:
    """A customer's name (``"name"``) or one of their identities, by its id.

    Raises:
        NotAllowed: the actor may not reveal.
        StepUpNeeded: the agent's last proof is too old.
        ReasonNeeded: another reason than those of the list, and not in words.
        TicketNotFound: not a ticket of this customer that the actor may see.
        OpenTicketNeeded: nobody works on that ticket any more.
        CustomerNotFound: the fact is somebody else's.
        CapReached: more this hour than a lead has agreed to.
    """
    said = await _allowed(work, why, words)
    ticket = await tickets.get_ticket_of(work, ticket_id, customer_id)
    await _open(work, ticket)
    found = await cards.in_clear(work, customer_id, field)
    await _noted(work, ticket, why, said, kind=found.kind, field=field)
    return found


async def message(work: Work, message_id: UUID, *, why: Why, words: str) -> Message:
    """What a customer wrote, with addresses and numbers as written. Raises as ``fact``."""
    return await _of_message(work, message_id, "words", why, words)


async def original(work: Work, message_id: UUID, *, why: Why, words: str) -> Message:
    """A message as it came, with all its headers. Raises as ``fact``."""
    return await _of_message(work, message_id, "original", why, words)


async def _of_message(work: Work, message_id: UUID, kind: str, why: Why, words: str) -> Message:
    needs(work.actor, "customer.reveal")
    said = await _allowed(work, why, words)
    ticket, found = await service.message_of(work, message_id)
    await _open(work, ticket)
    await _noted(work, ticket, why, said, kind=kind, message_id=message_id)
    return found


async def _allowed(work: Work, why: Why, words: str) -> str:
    """The reason in words, if it is one."""
    needs(work.actor, "customer.reveal")
    settings = work.of(Settings)
    if settings[OversightSettings].reveal_needs_proof:
        await needs_fresh_proof(work, within_s=settings[SignInSettings].step_up_s)
    said = one_line(redact(words[:_READ]).text, _LONGEST)
    if why is Why.OTHER and len(said) < _SHORTEST:
        raise ReasonNeeded
    return said


async def _open(work: Work, ticket: Ticket) -> None:
    if ticket.status.is_live:
        return
    await bait.tried(work, ticket)
    raise OpenTicketNeeded(reference=ticket.reference)


async def _noted(work: Work, ticket: Ticket, why: Why, words: str, **detail: object) -> None:
    noted = await queries.note(
        work,
        "customer.revealed",
        f"customer:{ticket.customer_id}",
        Measure.REVEALED,
        customer_id=ticket.customer_id,
        reason=why,
        words=words,
        ticket_id=ticket.id,
        **detail,
    )
    if noted.is_bait:
        await bait.taken(work, ticket.customer_id, ticket.id, how="revealed")
    await hold_to_cap(work, Measure.REVEALED, noted.n)
