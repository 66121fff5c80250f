"""Fills an empty desk with the demo: articles, people, and a month of tickets."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from fanlight.app.demo import cast, pictures, scams
from fanlight.app.demo.casting import play
from fanlight.app.demo.stories import stories
from fanlight.app.demo.told import Told, keep_picture, store
from fanlight.app.demo.writing import Desk, Player
from fanlight.app.desk import open_desk
from fanlight.channels.adapters.webchat.settings import WebchatSettings
from fanlight.exchange.connectors.sandbox.connect import opened
from fanlight.exchange.connectors.sandbox.plants import Planted
from fanlight.features.broadcasts import loading as broadcasts
from fanlight.features.guidance.timers import read_unread
from fanlight.features.knowledge import importing
from fanlight.features.people.queries import customers as customer_queries
from fanlight.features.people.service.account import set_presence
from fanlight.features.people.service.agents import make_agent
from fanlight.features.people.service.teams import change_team, make_team, teams
from fanlight.features.tickets.acknowledge import acknowledgement
from fanlight.features.tickets.models import Ticket
from fanlight.features.tickets.settings import PromiseSettings
from fanlight.features.trust import loading as official
from fanlight.kernel.brand import BrandSettings
from fanlight.kernel.edge import Edge
from fanlight.kernel.ids import new_id
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import SYSTEM, Actor, Work

ARTICLES = cast.FOLDER.parent / "articles"
ANNOUNCEMENTS = cast.FOLDER / "announcements.toml"
OFFICIAL = cast.FOLDER / "official.toml"


async def load(settings: Settings) -> None:
    """Load the demo into an empty desk.

    Stopped half way, nothing of the people and tickets stands, and the next start begins anew.
    """
    say = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=say, transient=True, disable=not say.is_terminal) as bar:
        async with open_desk(settings, name="fanlight-demo") as edge:
            await _load(edge, bar, bar.add_task("Loading the demo", total=1.0))


async def _load(edge: Edge, bar: Progress, task: TaskID) -> None:
    plan = await asyncio.to_thread(importing.plan, ARTICLES)
    async with edge.work() as work:
        # Articles take about half of the time.
        await importing.carry_out(
            work,
            plan,
            publish=True,
            progress=lambda done, total: bar.update(task, completed=0.5 * done / total),
        )
    announcements = await asyncio.to_thread(broadcasts.read, ANNOUNCEMENTS)
    sources = await asyncio.to_thread(official.read, OFFICIAL)
    async with edge.work() as work:
        await broadcasts.load(work, announcements)
        await official.load(work, sources)
        players = await _people(work)
        customers = await _customers(work)
        bar.update(task, completed=0.6)
        told = play(_desk(work, players), stories(), customers, work.now())
        bar.update(task, completed=0.8)
        chat = work.of(Settings)[WebchatSettings]
        await store(work, told, patience=(chat.mail_after_s, chat.mail_while_open_s))
        await scams.gather(work, told)
        bar.update(task, completed=0.9)
        await _pictures(work, told)
        await read_unread(work, None)


async def _people(work: Work) -> dict[str, Player]:
    """Teams and agents, made as an administrator makes them."""
    have = {team.key for team in await teams(work)}
    for team in cast.file().team:
        if team.key in have:
            await change_team(work, team.key, name=team.name, languages=team.languages)
        else:
            await make_team(work, key=team.key, name=team.name, languages=team.languages)
    players = {}
    for each in cast.file().agent:
        agent = await make_agent(
            work,
            email=each.email,
            name=each.name,
            password=cast.file().password,
            roles=[each.role_key],
            teams=each.teams,
            languages=each.languages,
            language=each.language,
        )
        if each.presence != "off":
            own = work.acting_as(Actor(kind="agent", id=agent.id, name=agent.name))
            await set_presence(own, each.presence)
        sees_all = each.role_key in {"admin", "lead"}
        players[each.login] = Player(
            id=agent.id, name=agent.name, teams=each.teams, sees_all=sees_all
        )
    return players


async def _customers(work: Work) -> dict[UUID, cast.Customer]:
    """Customers with what they are known by, some of them for years."""
    made = {new_id(): customer for customer in cast.customers()}
    since = {
        customer_id: work.now() - timedelta(days=40 + 97 * number % 900, minutes=37 * number)
        for number, customer_id in enumerate(made)
    }
    await work.run_many(
        customer_queries.ADD,
        [
            {
                "id": customer_id,
                "name": customer.name,
                "language": customer.language,
                "created_at": since[customer_id],
            }
            for customer_id, customer in made.items()
        ],
    )
    await work.run_many(
        customer_queries.ADD_IDENTITY,
        [
            {
                "id": new_id(),
                "customer_id": customer_id,
                "kind": kind,
                "key": key,
                "display": display,
                "proven_at": since[customer_id] if proof else None,
                "proven_by": proof,
                "created_at": since[customer_id],
            }
            for customer_id, customer in made.items()
            for kind, key, display, proof in _identities(customer)
        ],
    )
    return made


def _identities(customer: cast.Customer) -> list[tuple[str, str, str, str | None]]:
    """Kind, key, how it is shown, and by what it was proven."""
    known: list[tuple[str, str, str, str | None]] = [
        ("email", customer.email, customer.email, "dmarc")
    ]
    if customer.uid is not None:
        known.append(("exchange", customer.uid, customer.uid, "signed_session"))
    elif customer.visitor:
        known.append(("visitor", customer.visitor, customer.name, None))
    if customer.telegram is not None:
        known.append(("telegram", customer.telegram, customer.handle, None))
    return known


def _desk(work: Work, players: dict[str, Player]) -> Desk:
    settings = work.of(Settings)

    def acknowledged(ticket: Ticket, at: datetime) -> str:
        then = work.aside(actor=SYSTEM, now=lambda: at)
        return acknowledgement(then, ticket)

    sandbox = opened(settings)

    def happens(uid: str, cause: str, at: datetime) -> Planted:
        return sandbox.plant(uid, cause, at=at)

    return Desk(
        brand=settings[BrandSettings].name,
        zone=settings[BrandSettings].zone,
        promises=settings[PromiseSettings],
        agents=players,
        acknowledgement=acknowledged,
        happens=happens,
    )


async def _pictures(work: Work, tellings: list[Told]) -> None:
    for told in tellings:
        for picture in told.pictures:
            content = await asyncio.to_thread(pictures.draw, picture.kind, picture.rows)
            await keep_picture(work, told, picture, content)
