"""Who may pass which door of the console: a table of roles and doors, made from the routes.

A door that is added stands in the table by itself; one without a guard fails here.
"""

from collections.abc import Callable, Iterator

import httpx2
import pytest

from fanlight.features.people.permissions import PERMISSIONS
from fanlight.features.people.queries.agents import store_role
from fanlight.surfaces.shared.guards import from_our_page, signed_in
from fanlight.surfaces.shared.sessions import COOKIE
from tests.builders.databases import Databases
from tests.builders.doors import Door, doors
from tests.surfaces.widget.house import House, open_house
from tests.ui.console import scene

pytestmark = pytest.mark.slow

# Whoever knocks here is not signed in yet (or is on the way out); each asks for its own proof.
OPEN = {
    "/sign-in", "/sign-in/totp", "/sign-in/recovery", "/sign-in/passkey",
    "/sign-in/passkey/options", "/sign-out", "/set-up", "/accept-invite",
}  # fmt: skip
# Also open with half a session: where a second proof is required, this is how one gets it.
ENROLLING = {"/me/totp", "/me/totp/confirm", "/me/passkeys/options", "/me/passkeys"}
SHIPPED = ("admin", "lead", "agent", "editor", "auditor", "vendor")
LIVE = "/live"


DOORS = doors()
GUARDED = [door for door in DOORS if door.path not in OPEN | ENROLLING | {LIVE}]
BY_PERMISSION = [door for door in GUARDED if door.wanted]


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(databases, tmp_path_factory.mktemp("permissions")) as house:
        house.run(scene.open_teams(house))
        yield house


Ask = Callable[[Door, str | None], httpx2.Response]


@pytest.fixture(scope="module")
def ask(house: House) -> Iterator[Ask]:
    """Knock at a door as an agent of a role, or as nobody."""
    tokens: dict[str, str] = {}

    def token(role: str) -> str:
        if role not in tokens:
            name = f"Agent {role.replace('.', ' ').replace('_', ' ')}"
            tokens[role] = house.run(scene.hire(house, name, roles=(role,))).token
        return tokens[role]

    headers = {"x-fanlight": "1", "origin": house.url, "content-type": "application/json"}
    with httpx2.Client(base_url=f"{house.url}/api/console", headers=headers, timeout=20) as client:

        def knock(door: Door, role: str | None) -> httpx2.Response:
            cookies = {} if role is None else {"cookie": f"{COOKIE}={token(role)}"}
            body = b"" if door.method == "GET" else b"{}"
            return client.request(door.method, door.address, content=body, headers=cookies)

        yield knock


async def make_role(house: House, key: str, permissions: frozenset[str]) -> str:
    async with house.edge.work() as begun:
        await store_role(begun, key=key, name=key, permissions=sorted(permissions))
    return key


def is_let_in(answer: httpx2.Response) -> bool:
    """Past the guard. What comes after may find the request empty, the thing missing, the proof
    wrong or too old: that is not a refusal of the person.
    """
    if answer.status_code not in {401, 403}:
        return True
    return answer.json()["code"] not in {"sign_in_needed", "not_allowed"}


def test_every_door_has_a_guard() -> None:
    assert len(GUARDED) > 40
    for door in DOORS:
        if door.path in OPEN | ENROLLING:
            assert from_our_page.__name__ in door.guards, str(door)
        else:
            assert set(door.guards) - {from_our_page.__name__}, str(door)
            assert door.wanted or signed_in.__name__ in door.guards, str(door)
    assert frozenset().union(*(door.wanted for door in DOORS)) <= PERMISSIONS.keys()


@pytest.mark.parametrize("door", GUARDED, ids=str)
def test_nobody_passes_without_signing_in(ask: Ask, door: Door) -> None:
    answer = ask(door, None)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_second_proof_is_set_up_by_nobody_else(ask: Ask) -> None:
    """These look at what was sent before they look at who sent it; nobody gets past both."""
    for door in DOORS:
        if door.path in ENROLLING:
            assert ask(door, None).status_code in {400, 401}, str(door)


@pytest.mark.parametrize("door", BY_PERMISSION, ids=str)
def test_a_permission_opens_its_door_and_no_other_does(house: House, ask: Ask, door: Door) -> None:
    without = frozenset(PERMISSIONS) - door.wanted
    name = "-".join(sorted(door.wanted)).replace(".", "_")
    role = house.run(make_role(house, f"all-but-{name}"[:40], without))
    refused = ask(door, role)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    for permission in sorted(door.wanted):
        key = f"only-{permission}".replace(".", "_")
        only = house.run(make_role(house, key, frozenset({permission})))
        assert is_let_in(ask(door, only)), permission


@pytest.mark.parametrize("role", SHIPPED)
def test_a_shipped_role_passes_exactly_its_doors(house: House, ask: Ask, role: str) -> None:
    staff = house.run(scene.hire(house, f"Shipped {role}", roles=(role,)))
    passed = {str(door) for door in BY_PERMISSION if is_let_in(ask(door, role))}
    granted = staff.actor.permissions
    assert passed == {str(door) for door in BY_PERMISSION if door.wanted & granted}
    refused = {str(door) for door in GUARDED if not door.wanted and not is_let_in(ask(door, role))}
    assert refused == set()


def test_a_change_asked_for_by_another_page_is_refused(house: House, ask: Ask) -> None:
    """The cookie alone is not enough: another site's page could have had it sent."""
    staff = house.run(scene.hire(house, "Mei Tan", roles=("admin",)))
    with httpx2.Client(base_url=f"{house.url}/api/console", timeout=20) as client:
        for door in DOORS:
            if door.method in {"GET", "SOCKET"}:
                continue
            for forged in ({}, {"x-fanlight": "1", "origin": "https://elsewhere.example"}):
                headers = {"cookie": f"{COOKIE}={staff.token}", **forged}
                answer = client.request(door.method, door.address, json={}, headers=headers)
                assert answer.status_code == 403, str(door)
                assert answer.json()["code"] == "not_from_our_page", str(door)
