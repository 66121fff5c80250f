"""What `fanlight serve` says when everything answers: where each face is, and how to get in."""

import asyncio

from rich.console import Console
from rich.table import Table

from fanlight.app.desk import located
from fanlight.app.serving import as_served
from fanlight.app.supervisor import Addresses
from fanlight.channels.adapters.email.settings import EmailSettings
from fanlight.kernel.settings import Settings


def welcome(settings: Settings, addresses: Addresses, *, demo: bool) -> None:
    """Print the addresses; in a demo who can sign in, else the first administrator's link."""
    say = Console(highlight=False)
    desk = addresses.desk
    faces = Table.grid(padding=(0, 2))
    faces.add_row("Help center", f"{desk}/")
    faces.add_row("Console", f"{desk}/console/")
    if addresses.exchange:
        faces.add_row("Demo exchange (chat)", f"{addresses.exchange}/")
    faces.add_row("API", f"{desk}/api/schema/openapi.json")
    say.print("\n[bold]Fanlight is open.[/]")
    say.print(faces)
    if demo:
        _people(say, as_served(settings))
    elif link := asyncio.run(_first_link(settings, desk)):
        say.print("\nNobody can sign in yet. Make the first administrator within 24 hours:")
        say.print(f"  {link}", soft_wrap=True)
    say.print("\nCtrl-C ends it; nothing is lost.\n")


def _people(say: Console, settings: Settings) -> None:
    from fanlight.app.demo import AGENTS, CUSTOMERS, PASSWORD

    who = Table.grid(padding=(0, 2))
    for agent in AGENTS:
        who.add_row("", agent.email, f"{agent.name}, {agent.role}")
    say.print(f"\nSign in to the console as one of these, password [bold]{PASSWORD}[/]:")
    say.print(who)
    names = ", ".join(customer.name for customer in CUSTOMERS)
    say.print(f"On the demo exchange, choose a customer in the bar at the top: {names}.")
    mail = settings[EmailSettings]
    if mail.listen != "off":
        say.print(
            f"Mail for {mail.mailboxes[0].address} is taken by SMTP at 127.0.0.1:"
            f"{mail.listen_port}; answers are written to {mail.pickup_folder}.",
            soft_wrap=True,
        )


async def _first_link(settings: Settings, desk: str) -> str | None:
    from fanlight.app.desk import open_desk
    from fanlight.features.people.service.links import make_set_up_token

    async with open_desk(located(settings), name="fanlight-welcome") as edge, edge.work() as work:
        token = await make_set_up_token(work)
    return f"{desk}/console/set-up#{token}" if token else None
