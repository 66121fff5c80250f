"""A desk on a busy afternoon: agents with sessions, customers who wrote by chat and by mail."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import msgspec
from PIL import Image

from fanlight.channels.contract import Author, Evidence, InboundEvent, InboundFile
from fanlight.features.people.models import Agent
from fanlight.features.people.service import make_agent
from fanlight.features.people.service.sessions import Where, actor_for, open_session
from fanlight.features.people.service.teams import make_team
from fanlight.features.people.settings import SignInSettings
from fanlight.features.tickets import replies, service
from fanlight.features.tickets.intake import receive
from fanlight.features.tickets.received import Received
from fanlight.features.tickets.models import Priority
from fanlight.features.tickets.queries import get_ticket
from fanlight.kernel.settings import Settings
from fanlight.kernel.work import Actor, Work
from tests.surfaces.widget.house import House

PASSWORD = "four lit panes above the door"
SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


class Staff(msgspec.Struct, frozen=True):
    """An agent, as the record and as the actor their session makes them."""

    agent: Agent
    token: str
    actor: Actor


async def hire(
    house: House,
    name: str,
    *,
    roles: tuple[str, ...] = ("lead",),
    teams: tuple[str, ...] = ("deposits",),
    language: str = "en",
    password: str | None = PASSWORD,
) -> Staff:
    """An agent who is signed in with both proofs already."""
    first = name.split()[0]
    async with house.edge.work() as work:
        agent = await make_agent(
            work,
            email=f"{first.lower()}.{uuid4().hex[:6]}@meridian.example",
            name=name,
            public_name=first,
            password=password,
            roles=roles,
            teams=teams,
            language=language,
        )
        token = await _session(work, agent)
        actor = await actor_for(work, token)
    return Staff(agent, token, actor)


async def _session(work: Work, agent: Agent) -> str:
    opened = await open_session(
        work,
        agent.id,
        work.of(Settings)[SignInSettings],
        state="full",
        method="password+totp",
        where=Where(ip="203.0.113.7", user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/140"),
    )
    return opened.token


async def prove(house: House, who: Staff) -> None:
    """They have just shown again who they are; a proof lasts minutes, a run of tests longer."""
    async with house.edge.work() as work:
        await work.run(
            "UPDATE agent_sessions SET stepped_up_at = now() WHERE agent_id = %(id)s",
            id=who.agent.id,
        )


async def open_teams(house: House) -> None:
    async with house.edge.work() as work:
        teams = {"deposits": "Deposits", "security": "Account security", "night": "Night desk"}
        for key, name in teams.items():
            await make_team(work, key=key, name=name)


async def writes(
    house: House, name: str, text: str, *, subject: str | None = None, team: str = "deposits",
    minutes_ago: float = 0, **more: Any,
) -> Received:  # fmt: skip
    """A customer's message comes through the front door."""
    async with house.edge.work() as work:
        key = more.pop("key", name.lower().replace(" ", "."))
        plain: dict[str, Any] = {
            "channel": "chat.web",
            "account_id": "web",
            "dedupe_key": uuid4().hex,
            "kind": "message.created",
            "occurred_at": work.now() - timedelta(minutes=minutes_ago),
            "thread_key": key,
            "author": Author(native_id=key, display=name, language=more.pop("language", "en")),
            "identity_kind": "visitor",
            "text": text,
            "evidence": Evidence(),
        }
        event = InboundEvent(**plain | {"subject": subject} | more)
        return await receive(work, event, team=team)


async def mails(house: House, address: str, name: str, text: str, **more: Any) -> Received:
    """The same by mail, with what the mail proves."""
    author = Author(native_id=address, display=name, language=more.pop("language", "en"))
    return await writes(
        house,
        name,
        text,
        **{
            "channel": "email",
            "account_id": "support",
            "thread_key": None,
            "author": author,
            "identity_kind": "email",
            "native_message_id": f"<{uuid4().hex}@mail.example>",
            "auth": {"spf": "pass", "dkim": "pass", "dmarc": "pass"},
            "evidence": Evidence(level=1, method="dmarc"),
            **more,
        },
    )


async def answers(house: House, who: Staff, found: Received, text: str) -> None:
    """The agent answers in the conversation the message came in."""
    assert found.ticket_id
    assert found.conversation_id
    async with house.edge.work(who.actor) as work:
        await replies.reply(
            work,
            found.ticket_id,
            conversation_id=found.conversation_id,
            text=text,
            seen={found.conversation_id: found.seq or 0},
            client_key=uuid4().hex,
        )


async def notes(house: House, who: Staff, found: Received, text: str) -> None:
    assert found.ticket_id
    async with house.edge.work(who.actor) as work:
        await replies.note(work, found.ticket_id, text=text, client_key=uuid4().hex, file_ids=[])


async def takes(house: House, who: Staff, found: Received) -> None:
    assert found.ticket_id
    async with house.edge.work(who.actor) as work:
        ticket = await get_ticket(work, found.ticket_id)
        await service.assign(work, ticket.id, to=who.agent.id, version=ticket.version)


async def ranks(house: House, who: Staff, found: Received, priority: Priority) -> None:
    assert found.ticket_id
    async with house.edge.work(who.actor) as work:
        ticket = await get_ticket(work, found.ticket_id)
        await service.rank(work, ticket.id, priority=priority, version=ticket.version)


async def tags(house: House, who: Staff, found: Received, *words: str) -> None:
    assert found.ticket_id
    async with house.edge.work(who.actor) as work:
        ticket = await get_ticket(work, found.ticket_id)
        await service.tag(work, ticket.id, tags=words, version=ticket.version)


def picture(name: str = "transfer.png", *, size: tuple[int, int] = (360, 200)) -> InboundFile:
    return InboundFile(name=name, declared_type="image/png", content=png(size))


def png(size: tuple[int, int] = (360, 200)) -> bytes:
    """A picture with something on it: bars of grey, as a screenshot of a table might have."""
    image = Image.new("RGB", size, "#f5f8f8")
    for y in range(20, size[1] - 20, 24):
        image.paste((220, 225, 225), (20, y, size[0] - 20 - y % 50, y + 10))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


async def busy_afternoon(house: House, mei: Staff, ravi: Staff) -> Received:
    """Tickets in three languages on several channels; the one returned has a story of its own."""
    for name, subject, text, minutes in QUIET:
        await writes(house, name, text, subject=subject, minutes_ago=minutes, key=uuid4().hex)
    urgent = await writes(
        house, "Grace Mbeki", "Someone is moving my coins right now.", team="security",
        subject="Stolen account, a withdrawal I did not make", minutes_ago=44,
    )  # fmt: skip
    await ranks(house, mei, urgent, Priority.URGENT)
    post = await mails(
        house, "kofi@mail.example", "Kofi Boateng", "I picked Arbitrum on their side and ETH on "
        "yours, so I am not sure where it went.", subject="Deposit from Northgate, wrong network?",
        minutes_ago=9,
    )  # fmt: skip
    await ranks(house, mei, post, Priority.HIGH)
    first = await writes(
        house, "Ling Yu", "我两小时前从自己的钱包转了 2,400 USDT，还没到账。"
        "地址是上个月存的，一直用这个。",
        subject="USDT via TRON not credited", language="zh-Hans", minutes_ago=40,
        evidence=Evidence(level=2, method="signed_session", subject="48812217"),
    )  # fmt: skip
    await writes(
        house, "Ling Yu", f"我的助记词是 {SEED}，你们帮我看看", language="zh-Hans", minutes_ago=39
    )
    await takes(house, mei, first)
    await tags(house, mei, first, "deposit-not-credited", "tron")
    last = await writes(house, "Ling Yu", "截图在这里。", language="zh-Hans", files=(picture(),))
    await answers(
        house, mei, last, "Your money is safe: it reached us at 11:49. It went to an address we "
        "replaced on 3 November, so a colleague has to book it by hand.",
    )  # fmt: skip
    await notes(
        house, mei, first, "Retired address, same as last week. Ravi, please credit 2,400 USDT."
    )
    await writes(house, "Ling Yu", "好的，我先去开会，结果告诉我就行。", language="zh-Hans")
    await takes(house, ravi, post)
    return first


QUIET = [
    ("Remy Okafor", "SEPA transfer returned", "Finance asks for the bank’s reference.", 62),
    ("王梅", "XRP 忘填 Memo，认领进度", "截图已补，看到付款地址了。", 75),
    ("Hanna Toth", "Below the minimum, 0.8 XRP", "I will add the rest. Which address?", 94),
    ("Sara Aziz", "Held for review since Friday", "Your colleague said by today.", 150),
    ("陳怡", "SOL 充幣一小時未到", "看到公告了，想確認我這筆也在裡面。", 28),
    ("Dana Petrov", "Asked about a fee", "Thanks, that was all.", 180),
]
