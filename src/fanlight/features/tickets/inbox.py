"""From the wire to the front door: parse an envelope, then one transaction for each event."""

import asyncio

from fanlight.channels.contract import RawEnvelope
from fanlight.channels.registry import Channels
from fanlight.features.tickets.intake import SAID, receive
from fanlight.features.tickets.looking import looked_over, unread
from fanlight.features.tickets.received import Received
from fanlight.kernel.edge import Edge
from fanlight.kernel.settings import Settings

LARGE_BYTES = 64 * 1024  # what takes longer than a thread costs is parsed beside the event loop


async def take_envelope(edge: Edge, raw: RawEnvelope) -> list[Received]:
    """Store what an envelope holds. Only when this returns may the sender be told we have it.

    Called again with the same envelope it changes nothing.
    """
    adapter = edge.shelf.of(Channels).of(raw.channel)
    if len(raw.body) > LARGE_BYTES:
        events = await asyncio.to_thread(adapter.parse, raw)
    else:
        events = adapter.parse(raw)
    settings, taken = edge.shelf.of(Settings), []
    for event in events:
        clean = await looked_over(settings, event) if event.kind in SAID else None
        kept = await unread(raw.body) if event.kind == "unsupported" else raw.body
        async with edge.work() as work:
            taken.append(await receive(work, event, raw=kept, clean=clean))
    return taken
