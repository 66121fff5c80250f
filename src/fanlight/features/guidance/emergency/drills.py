"""A drill: the same ticket, page and pager as a real freeze, and no account is touched."""

from fanlight.features.guidance.emergency import acts
from fanlight.features.guidance.emergency.models import Freeze, Proof, Road
from fanlight.features.people.assurance import Level
from fanlight.features.people.permissions import needs
from fanlight.kernel import audit
from fanlight.kernel.edge import Edge
from fanlight.kernel.work import Actor


async def start(edge: Edge, actor: Actor) -> Freeze:
    """Ring the bell as if a customer had pressed the button. Raises NotAllowed."""
    needs(actor, "freeze.drill")
    proof = Proof(road=Road.DRILL, level=Level.L0, method="drill", proven_at=edge.now())
    freeze = await acts.freeze(edge, proof, language=actor.language, actor=actor)
    async with edge.work(actor) as work:
        await audit.record(work, "freeze.drill_started", f"freeze:{freeze.id}")
    return freeze
