"""How signed-in customers like to be helped, kept from one browser to the next."""

from fanlight.features.people.queries.visits import Visit
from fanlight.kernel.work import Work

KEPT = "SELECT written FROM help_wishes WHERE kind = %(kind)s AND key = %(key)s"
KEEP = """
    INSERT INTO help_wishes (kind, key, written, saved_at)
    VALUES (%(kind)s, %(key)s, %(written)s, %(at)s)
    ON CONFLICT (kind, key) DO UPDATE SET written = excluded.written, saved_at = excluded.saved_at
"""


async def kept(work: Work, visit: Visit) -> str | None:
    """As it was written down; None where nothing ever was."""
    return await work.one(str, KEPT, kind=visit.kind, key=visit.key)


async def keep(work: Work, visit: Visit, written: str) -> None:
    """Keep it; wishing nothing special is kept as well, or the browser's would come back."""
    await work.run(KEEP, kind=visit.kind, key=visit.key, written=written, at=work.now())
