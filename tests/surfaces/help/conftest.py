"""One desk with the starter articles, for all tests of the help site."""

import time
from collections.abc import Iterator

import httpx2
import pytest

from fanlight.features.broadcasts import loading
from fanlight.features.knowledge import importing
from tests.builders.databases import Databases
from tests.conftest import ROOT
from tests.surfaces.widget.house import House, open_house


@pytest.fixture(scope="session")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(databases, tmp_path_factory.mktemp("help")) as house:
        fill(house)
        yield house


@pytest.fixture
def forgiven(house: House) -> None:
    """Every test comes from one address: let none pay for the others' tries."""

    async def forget() -> None:
        async with house.edge.work() as work:
            await work.run("DELETE FROM rate_limits")

    house.run(forget())


def fill(house: House) -> None:
    """The starter articles and announcements, found by search when this returns."""
    house.run(_articles(house))
    _wait_for_index(house)


async def _articles(house: House) -> None:
    async with house.edge.work() as work:
        plan = importing.plan(ROOT / "content" / "articles")
        await importing.carry_out(work, plan, publish=True)
    async with house.edge.work() as work:
        await loading.load(work, loading.read(ROOT / "content/demo/announcements.toml"))


def _wait_for_index(house: House) -> None:
    """The desk's own keeper builds it, as it would after any publishing."""
    for _ in range(200):
        answer = httpx2.get(f"{house.url}/api/help/search", params={"q": "deposit"})
        if answer.status_code == 200 and answer.json()["total"] > 3:
            return
        time.sleep(0.05)
    pytest.fail("the search index did not follow the import")


@pytest.fixture
def visitor(house: House) -> Iterator[httpx2.Client]:
    """Somebody at the help site, without a script; redirects are theirs to follow."""
    with httpx2.Client(base_url=house.url, timeout=20) as client:
        yield client
