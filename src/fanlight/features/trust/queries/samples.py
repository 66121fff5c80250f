"""What editors said is a sample: fingerprints, never the keys and passwords themselves."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from fanlight.kernel.work import Work

KNOWN = "SELECT fingerprint FROM text_samples WHERE fingerprint = ANY(%(fingerprints)s)"
ALL = "SELECT fingerprint FROM text_samples"
ADD = """
    INSERT INTO text_samples (fingerprint, kind, said_by, said_at)
    VALUES (%(fingerprint)s, %(kind)s, %(said_by)s, %(said_at)s)
    ON CONFLICT DO NOTHING
"""


async def known(work: Work, fingerprints: Collection[str]) -> set[str]:
    """Which of these are samples."""
    return set(await work.rows(str, KNOWN, fingerprints=list(fingerprints)))


async def everything(work: Work) -> set[str]:
    return set(await work.rows(str, ALL))


async def add(work: Work, fingerprint: str, kind: str, said_by: UUID, said_at: datetime) -> None:
    await work.run(ADD, fingerprint=fingerprint, kind=kind, said_by=said_by, said_at=said_at)
