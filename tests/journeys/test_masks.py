"""No JSON of the console carries a fact of a customer in clear, for whoever may not see it.

Every door of the console that answers a GET is asked, found by its route, and every frame of the
socket is read: a door that is added is asked here by itself.
"""

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from fanlight.features.oversight.settings import OversightSettings
from fanlight.features.people.assurance import Method, proof_by
from fanlight.features.people.permissions import FACTS
from fanlight.features.people.queries.agents import store_role
from fanlight.features.people.service import link_identity
from fanlight.features.tickets.received import Received
from fanlight.kernel.settings import Settings
from fanlight.surfaces.shared.sessions import COOKIE
from tests.builders.databases import Databases
from tests.journeys.test_permissions import DOORS
from tests.surfaces.widget.house import House, open_house
from tests.ui.console import scene
from tests.ui.console.scene import Staff

pytestmark = pytest.mark.slow

NAME, MAIL, UID = "Zephyrine Quillfeather", "zephyrine.q@lanternpost.example", "83651947"
MOBILE = "+44 7911 123456"
HANDLE = "@quillfeather_z"
FIRST = "<first@lanternpost.example>"
FACTS_OF_HERS = {NAME, *NAME.split(), MAIL, "zephyrine.q", "lanternpost", UID, MOBILE, HANDLE[1:]}
# Her account stands there bare, too: no word beside it says that it is one.
SAID = f"{UID} still has nothing. Please write to {MAIL} or call {MOBILE}. My deposit is missing."
BLIND = ("agent", "lead", "admin", "auditor", "vendor")
SEEING = "all-seeing"


class Hers:
    """What the customer left on the desk."""

    def __init__(self, taken: Received, ids: dict[str, UUID]) -> None:
        self.taken, self.ids = taken, ids


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(databases, tmp_path_factory.mktemp("masks")) as house:
        shelf = house.edge.shelf
        wide = OversightSettings(cap_opened=10_000, cap_searches=10_000, cap_pages=10_000)
        shelf.offer(shelf.of(Settings).with_section(wide))
        house.run(scene.open_teams(house))
        yield house


@pytest.fixture(scope="module")
def hers(house: House) -> Hers:
    return house.run(plant(house))


async def plant(house: House) -> Hers:
    taken = await scene.mails(
        house, MAIL, NAME, SAID,
        subject=f"Deposit of {UID}, reach me at {MAIL}", native_message_id=FIRST,
    )  # fmt: skip
    async with house.edge.work() as work:
        [customer_id] = await work.rows(
            UUID, "SELECT customer_id FROM tickets WHERE id = %(id)s", id=taken.ticket_id
        )
        for kind, key in (("exchange", UID), ("phone", MOBILE), ("telegram", HANDLE)):
            # An account needs a signed session; the others are put where a channel would put them.
            if kind == "exchange":
                proof = proof_by(Method.SIGNED_SESSION, f"exchange:{key}", at=work.now())
                await link_identity(work, customer_id, kind, key, proof=proof)
            else:
                await work.run(
                    """INSERT INTO identities (id, customer_id, kind, key, display, created_at)
                       VALUES (%(id)s, %(of)s, %(kind)s, %(key)s, %(key)s, now())""",
                    id=uuid4(), of=customer_id, kind=kind, key=key,
                )  # fmt: skip
        # An answer that did not arrive: the far server names the address.
        await work.run(
            """UPDATE messages SET delivery = 'failed', delivery_detail = %(said)s
               WHERE ticket_id = %(id)s AND kind = 'outbound'""",
            id=taken.ticket_id, said=f"550 5.1.1 <{MAIL}>: no such user",
        )  # fmt: skip
        [message_id] = await work.rows(
            UUID,
            "SELECT id FROM messages WHERE ticket_id = %(id)s AND kind = 'inbound'",
            id=taken.ticket_id,
        )
    assert taken.ticket_id is not None
    ids = {"ticket_id": taken.ticket_id, "customer_id": customer_id, "message_id": message_id}
    return Hers(taken, ids)


async def staff_of(house: House, role: str, hers: Hers) -> Staff:
    if role == SEEING:
        async with house.edge.work() as work:
            may = ["ticket.see_all", "ticket.see_team", "customer.see", "ticket.reply", *FACTS]
            await store_role(work, key=SEEING, name="All", permissions=sorted(may))
    staff = await scene.hire(house, f"Agent {role}", roles=(role,))
    if role == "vendor":
        async with house.edge.work() as work:
            await work.run(
                "UPDATE tickets SET assignee_id = %(by)s WHERE id = %(id)s",
                by=staff.agent.id, id=hers.taken.ticket_id,
            )  # fmt: skip
    return staff


def everything(house: House, staff: Staff, hers: Hers) -> dict[str, str]:
    """Every answer of every door, by its address."""
    cookies = {"cookie": f"{COOKIE}={staff.token}"}
    found: dict[str, str] = {}
    with httpx2.Client(base_url=f"{house.url}/api/console", headers=cookies, timeout=20) as client:
        for door in DOORS:
            if door.method != "GET":
                continue
            path = re.sub(
                r"\{(\w+):uuid\}", lambda part: str(hers.ids.get(part[1], uuid4())), door.path
            )
            path = re.sub(r"\{\w+:str\}", "nobody", re.sub(r"\{\w+:int\}", "7", path))
            found[path] = client.get(path).text
        for view in ("mine", "all", "unassigned", "team:deposits"):
            found[f"view {view}"] = client.get("/tickets", params={"view": view}).text
        for words in (UID, MAIL, "deposit", "missing"):
            found[f"search {words}"] = client.get("/search", params={"q": words}).text
        found["audit"] = client.get("/audit", params={"whom": UID}).text
    return found


async def frames(house: House, staff: Staff, hers: Hers) -> str:
    """What the socket says of the ticket, from hello to a further message of hers in it."""
    headers = {"cookie": f"{COOKIE}={staff.token}"}
    url = house.url.replace("http", "ws") + "/api/console/live"
    async with connect(url, origin=Origin(house.url), additional_headers=headers) as socket:
        await socket.send('{"t":"hello","feed":null}')
        await socket.send(f'{{"t":"watch","ticket_id":"{hers.taken.ticket_id}"}}')
        await asyncio.sleep(0.5)
        further = scene.mails(house, MAIL, NAME, SAID, subject="Deposit", references=(FIRST,))
        await asyncio.to_thread(house.run, further)
        heard: list[Any] = []
        try:
            while True:
                heard.append(await asyncio.wait_for(socket.recv(), 2))
        except TimeoutError:
            return "\n".join(str(each) for each in heard)


def leaks(text: str) -> set[str]:
    return {fact for fact in FACTS_OF_HERS if fact.casefold() in text.casefold()}


@pytest.mark.parametrize("role", BLIND)
def test_no_door_tells_a_fact_to_who_may_not_see_it(house: House, hers: Hers, role: str) -> None:
    staff = house.run(staff_of(house, role, hers))
    answers = everything(house, staff, hers)
    assert len(answers) > 40
    assert {path: found for path, text in answers.items() if (found := leaks(text))} == {}
    ticket = answers[f"/tickets/{hers.ids['ticket_id']}"]
    assert "Z•••" in ticket  # they did see her, masked
    assert asyncio.run(frames(house, staff, hers)).count("Z•••") > 0


def test_who_is_given_the_facts_sees_them(house: House, hers: Hers) -> None:
    staff = house.run(staff_of(house, SEEING, hers))
    answers = everything(house, staff, hers)
    assert {NAME, MAIL, UID, MOBILE} <= leaks(answers[f"/tickets/{hers.ids['ticket_id']}"])
    assert {NAME, MAIL} <= leaks(asyncio.run(frames(house, staff, hers)))
