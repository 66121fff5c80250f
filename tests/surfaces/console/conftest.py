"""A desk that serves, an administrator in it, and agents who are invited through its doors."""

import asyncio
from collections.abc import Callable, Iterator
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pyotp
import pytest

from fanlight.features.people.service.links import make_set_up_token
from fanlight.kernel.db.pool import connect
from fanlight.kernel.work import Work
from tests.builders.databases import Databases
from tests.builders.door import Browser, Door, open_door

PASSWORD = "lantern over the river"


class Admin(NamedTuple):
    """The first administrator's browser and what it takes to come back."""

    browser: Browser
    email: str
    app: pyotp.TOTP


def set_up_token(database: str) -> str:
    """What the first start prints in the terminal."""

    async def make() -> str:
        async with await connect(database) as connection, connection.transaction():
            token = await make_set_up_token(Work(connection=connection))
            assert token is not None
            return token

    return asyncio.run(make())


@pytest.fixture(scope="session")
def door(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(databases.copy("door"), tmp_path_factory.mktemp("door")) as door:
        yield door


@pytest.fixture(autouse=True)
def no_tries_yet(request: pytest.FixtureRequest) -> None:
    """All tests come from one network: its tries are forgotten between them."""
    if "door" in request.fixturenames:
        request.getfixturevalue("door").run("TRUNCATE rate_limits")


@pytest.fixture(scope="session")
def first_admin(door: Door) -> Admin:
    """Made through the link, as at a first start."""
    browser = door.browser()
    made = browser.post(
        "/api/console/set-up",
        json={
            "token": set_up_token(door.database),
            "name": "Ada Wong",
            "email": "ada@desk.example",
            "password": PASSWORD,
        },
    )
    assert made.json() == {"next": "enrol", "ways": []}
    return Admin(browser, "ada@desk.example", browser.enrol())


@pytest.fixture
def admin(door: Door, first_admin: Admin) -> Browser:
    """The administrator, fresh from a proof."""
    door.run("UPDATE agent_sessions SET stepped_up_at = now() WHERE revoked_at IS NULL")
    return first_admin.browser


class Member(NamedTuple):
    """An agent who came by invitation."""

    id: str
    email: str
    browser: Browser
    app: pyotp.TOTP


@pytest.fixture
def join(door: Door, admin: Browser) -> Callable[..., Member]:
    """Invite somebody, who accepts in a browser of their own and sets up their telephone."""

    def invite(*roles: str, teams: tuple[str, ...] = ()) -> Member:
        email = f"{uuid4().hex[:10]}@desk.example"
        wanted = {"email": email, "name": "Mei Tan", "roles": roles, "teams": teams}
        invited = admin.post("/api/console/agents", json=wanted)
        assert invited.status_code == 201, invited.text
        token = invited.json()["path"].partition("#")[2]
        browser = door.browser()
        accepted = browser.post(
            "/api/console/accept-invite", json={"token": token, "password": PASSWORD}
        )
        assert accepted.json()["next"] == "enrol", accepted.text
        return Member(invited.json()["agent_id"], email, browser, browser.enrol())

    return invite


@pytest.fixture
def sessions_of(door: Door) -> Callable[[str], list[tuple[str, ...]]]:
    """The sessions of an agent as stored: state and method, the oldest first."""

    def read(email: str) -> list[tuple[str, ...]]:
        with psycopg.connect(door.database) as connection:
            return connection.execute(
                "SELECT s.state, s.method FROM agent_sessions s JOIN agents a ON a.id = s.agent_id"
                " WHERE a.email = %s AND s.revoked_at IS NULL ORDER BY s.created_at",
                [email],
            ).fetchall()

    return read
