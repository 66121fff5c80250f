"""The town that journeys share, a browser whose pages must not complain, and its people."""

from collections.abc import Iterator

import pytest

from fanlight.features.knowledge import importing
from tests.conftest import ROOT
from tests.journeys.town import Town, open_town

ARTICLES = ROOT / "content" / "articles"


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    """An installation with the starter articles."""
    with open_town() as town:
        town.run(put_up_articles(town))
        yield town


async def put_up_articles(town: Town) -> None:
    async with town.edge.work() as work:
        await importing.carry_out(work, importing.plan(ARTICLES), publish=True)
