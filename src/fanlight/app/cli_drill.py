"""The command `fanlight drill`: ring the bell of the emergency lane without touching an account."""

import asyncio
from typing import TYPE_CHECKING

from rich.console import Console

from fanlight.app.commands import DataDir, settings_of

if TYPE_CHECKING:
    from fanlight.kernel.settings import Settings

say = Console(highlight=False, soft_wrap=True)


def drill(*, data: DataDir = None) -> int:
    """Start a drill: a ticket first in the queue, the pager and the mails, and the page.

    Everything says that it is a drill. The running desk's worker makes the calls.
    """
    from fanlight.app.supervisor import settled

    with settled(settings_of(data)) as ready:
        asyncio.run(_drill(ready))
    return 0


async def _drill(settings: "Settings") -> None:
    from fanlight.app.desk import open_desk
    from fanlight.features.guidance.emergency import drills
    from fanlight.features.guidance.emergency.links import follow_link
    from fanlight.features.guidance.emergency.settings import EmergencySettings
    from fanlight.features.tickets.queries import get_ticket
    from fanlight.kernel.brand import BrandSettings
    from fanlight.kernel.sealing import Sealer
    from fanlight.kernel.work import SYSTEM

    async with open_desk(settings, name="fanlight-drill") as edge:
        freeze = await drills.start(edge, SYSTEM)
        if freeze.ticket_id is None:
            say.print("No ticket was opened: this desk has no page to answer on.")
            raise SystemExit(1)
        async with edge.reading(SYSTEM) as work:
            ticket = await get_ticket(work, freeze.ticket_id)
        page = follow_link(edge.shelf.of(Sealer), freeze.id, now=edge.now())
    rules, help_url = settings[EmergencySettings], settings[BrandSettings].help_url
    say.print(f"Drill {ticket.reference}, in the queue of {ticket.team}.")
    say.print(f"The page: {help_url}/en/freeze/state/{page}")
    called = (["the pager"] if rules.pager_url else []) + list(rules.on_call)
    if called:
        say.print(f"Called: {', '.join(called)}.")
    else:
        say.print("Nobody is called: set emergency.pager_url or emergency.on_call.")
