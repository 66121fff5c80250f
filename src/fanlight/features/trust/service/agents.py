"""Agents' public ids: what customers may know an agent by, and ask us about."""

from uuid import UUID

from fanlight.features.trust.models import Agent
from fanlight.features.trust.queries import official as queries
from fanlight.kernel.ids import new_reference, read_reference
from fanlight.kernel.work import Work

PREFIX = "AG"
_TRIES = 3  # another agent may have the number that chance gave


async def public_id(work: Work, agent_id: UUID) -> str:
    """The agent's public id, e.g. ``AG-7K3M9QX4T``; given on first use, and for good.

    Nothing for an agent who is not there any more.
    """
    for _ in range(_TRIES):
        if found := await queries.public_id(work, agent_id):
            return found
        await queries.give_public_id(work, agent_id, new_reference(PREFIX))
    return ""


async def agent_called(work: Work, text: str) -> Agent | None:
    """The agent of a public id as somebody typed it; None: nobody of ours has it."""
    reference = read_reference(text[:40])
    return None if reference is None else await queries.agent(work, reference)
