"""What editors said is a sample: fingerprints, never the keys and passwords themselves."""

from collections.abc import Collection, Mapping

from fanlight.kernel.work import Work

KNOWN = "SELECT fingerprint FROM text_samples WHERE fingerprint = ANY(%(fingerprints)s)"
ALL = "SELECT fingerprint FROM text_samples"
ADD = """
    INSERT INTO text_samples (fingerprint, kind, said_by, said_at)
    SELECT fingerprint, kind, %(by)s, %(at)s
    FROM unnest(%(fingerprints)s::text[], %(kinds)s::text[]) AS said (fingerprint, kind)
    ON CONFLICT DO NOTHING
"""


async def known(work: Work, fingerprints: Collection[str]) -> set[str]:
    """Which of these are samples."""
    return set(await work.rows(str, KNOWN, fingerprints=list(fingerprints)))


async def everything(work: Work) -> set[str]:
    return set(await work.rows(str, ALL))


async def add(work: Work, kinds: Mapping[str, str]) -> None:
    """From now on these are samples: fingerprints with the kind of each."""
    await work.run(
        ADD,
        fingerprints=list(kinds),
        kinds=list(kinds.values()),
        by=work.actor.id,
        at=work.now(),
    )
