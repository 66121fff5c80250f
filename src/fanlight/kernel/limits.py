"""How often something may be tried: counted in the database, so all processes count together."""

import hashlib
import math
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

import msgspec

from fanlight.kernel.errors import TooManyTries
from fanlight.kernel.jobs import cron, job
from fanlight.kernel.work import Work

_KEPT = timedelta(days=2)  # twice the longest window anybody asks for

SEEN = """
    SELECT coalesce(max(used) FILTER (WHERE slot = %(slot)s), 0) AS used,
           coalesce(max(used) FILTER (WHERE slot = %(before)s), 0) AS used_before
    FROM rate_limits WHERE key = %(key)s AND slot IN (%(slot)s, %(before)s)
"""
COUNT = """
    INSERT INTO rate_limits (key, slot, used) VALUES (%(key)s, %(slot)s, 1)
    ON CONFLICT (key, slot) DO UPDATE SET used = rate_limits.used + 1
    RETURNING used, coalesce((SELECT b.used FROM rate_limits b
        WHERE b.key = %(key)s AND b.slot = %(before)s), 0) AS used_before
"""
FORGIVE = "DELETE FROM rate_limits WHERE key = %(key)s"
TIDY = "DELETE FROM rate_limits WHERE slot < %(before)s"


class _Seen(msgspec.Struct, frozen=True):
    used: int
    used_before: int


async def spend(work: Work, key: str, *, limit: int, window_s: int) -> None:
    """Count one try under ``key``; at most ``limit`` in any ``window_s`` seconds.

    The count belongs to the caller's transaction: a refusal that must be remembered (a wrong
    password) has to be *returned*, for a raised one undoes its own count.

    Raises:
        TooManyTries: the limit is reached; nothing was counted.
    """
    now = work.now().timestamp()
    at = now % window_s
    slot = datetime.fromtimestamp(now - at, UTC)
    values = {"key": _stored(key, window_s), "slot": slot}
    values["before"] = slot - timedelta(seconds=window_s)
    # Looked at first, so that a flood does not queue for the row it would be refused by.
    seen = await work.one(_Seen, SEEN, **values)
    if seen is not None:
        _refuse(seen.used, seen.used_before, at=at, limit=limit, window_s=window_s)
    counted = await work.one(_Seen, COUNT, **values)
    if counted is not None:
        _refuse(counted.used - 1, counted.used_before, at=at, limit=limit, window_s=window_s)


async def forgive(work: Work, key: str, *, window_s: int) -> None:
    """Forget what was counted under ``key``: the right person came."""
    await work.run(FORGIVE, key=_stored(key, window_s))


def network_of(address: str) -> str:
    """Whom to count for an address: every house has 2^64 addresses of IPv6, and is one house."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network(f"{found}/64", strict=False).network_address)


def wait_s(used: int, used_before: int, *, at: float, limit: int, window_s: int) -> float:
    """How long until one more is allowed, in seconds; 0 when it is allowed now.

    Args:
        used: counted in the present window.
        used_before: counted in the one before; it fades as the present one passes.
        at: seconds since the present window began.
        limit: how many are allowed in any ``window_s`` seconds.
        window_s: length of a window in seconds.
    """
    room = limit - 1 - used  # what the window before may still weigh
    if room >= 0:
        if used_before * (1 - at / window_s) <= room:
            return 0.0
        return window_s * (1 - room / used_before) - at
    return (window_s - at) + window_s * (1 - (limit - 1) / used)


def _refuse(used: int, used_before: int, *, at: float, limit: int, window_s: int) -> None:
    wait = wait_s(used, used_before, at=at, limit=limit, window_s=window_s)
    if wait > 0:
        raise TooManyTries(retry_after_s=math.ceil(wait))


def _stored(key: str, window_s: int) -> str:
    """Keys name people (addresses, networks), so only their digest is stored."""
    return hashlib.sha256(f"{key}\n{window_s}".encode()).hexdigest()[:40]


@job("limits.tidy")
@cron("limits.tidy", every_s=3600)
async def tidy(work: Work, _: None) -> None:
    """Drop windows that no longer count."""
    await work.run(TIDY, before=work.now() - _KEPT)
