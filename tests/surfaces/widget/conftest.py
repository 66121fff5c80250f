"""One house for all tests of the widget's door."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.builders.databases import Databases
from tests.surfaces.widget.house import House, People, open_house


@pytest.fixture(scope="session")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(databases, tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
async def people(house: House) -> AsyncIterator[People]:
    people = People(house)
    yield people
    await people.leave()
