"""The demo: an invented exchange with agents, customers and a month of believable tickets.

What stands in `content/demo/` is read by ``cast`` and ``stories``; ``casting`` decides what
happens to whom, ``telling`` and ``writing`` make the rows, ``told`` and ``loading`` store them.
"""

from fanlight.app.demo import cast
from fanlight.app.demo_exchange import site
from fanlight.app.desk import located
from fanlight.kernel.db.pool import connect
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.settings import Settings

AGENTS = cast.file().agent
CUSTOMERS = site().customer
PASSWORD = cast.file().password
IS_EMPTY = """
    SELECT NOT EXISTS (SELECT FROM agents) AND NOT EXISTS (SELECT FROM tickets) AS is_empty
"""


async def load_when_empty(settings: Settings) -> bool:
    """Load the demo, unless there is an agent or a ticket: then somebody works here.

    Returns:
        Whether it was loaded.
    """
    async with await connect(located(settings)[DatabaseSettings].url) as connection:
        found = await (await connection.execute(IS_EMPTY)).fetchone()
    if found is None or not found[0]:
        return False
    # Drawing, importing and telling need much that a desk with its data never loads.
    from fanlight.app.demo.loading import load

    await load(settings)
    return True
