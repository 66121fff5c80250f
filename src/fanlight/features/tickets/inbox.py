"""From the wire to the front door: parse an envelope, then one transaction for each event."""

from fanlight.channels.contract import RawEnvelope
from fanlight.channels.registry import Channels
from fanlight.features.tickets.intake import Received, receive
from fanlight.kernel.edge import Edge


async def take_envelope(edge: Edge, raw: RawEnvelope) -> list[Received]:
    """Store what an envelope holds. Only when this returns may the sender be told we have it.

    Called again with the same envelope it changes nothing.
    """
    adapter = edge.shelf.of(Channels).of(raw.channel)
    taken = []
    for event in adapter.parse(raw):
        async with edge.work() as work:
            taken.append(await receive(work, event, raw=raw.body))
    return taken
