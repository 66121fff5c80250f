"""What people's room does by the clock: throw away what has ended long ago."""

from datetime import timedelta

from fanlight.features.people.queries import passkeys, sign_in
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.work import Work

_KEPT = timedelta(days=30)  # long enough to answer "where was I signed in last month?"


@job("people.tidy")
@cron("people.tidy", every_s=86400)
async def tidy(work: Work, _: None) -> None:
    """Drop sessions, links and passkey challenges that ended."""
    await sign_in.tidy(work, before=work.now() - _KEPT)
    await passkeys.tidy(work, before=work.now() - timedelta(days=1))
