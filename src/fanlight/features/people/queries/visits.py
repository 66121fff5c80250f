"""Statements on customers who are signed in on the help site, and on the links that let them in."""

from datetime import datetime
from typing import LiteralString

import msgspec

from fanlight.kernel.work import Work


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in: with which identity, and when it was proven."""

    token_hash: bytes
    kind: str  # of the identity: "exchange", or "email"
    key: str
    name: str
    groups: list[str]
    proven_at: datetime
    seen_at: datetime
    expires_at: datetime


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link that signs somebody in, once."""

    kind: str
    key: str
    name: str
    groups: list[str]
    proven_at: datetime | None  # None: following it is the proof
    leads_to: str


_LINK: LiteralString = "l.kind, l.key, l.name, l.groups, l.proven_at, l.leads_to"
ADD: LiteralString = """
    INSERT INTO help_sessions (token_hash, kind, key, name, groups, proven_at, seen_at, expires_at)
    VALUES (%(token_hash)s, %(kind)s, %(key)s, %(name)s, %(groups)s, %(proven_at)s, %(seen_at)s,
        %(expires_at)s)
"""
GET: LiteralString = """
    SELECT s.token_hash, s.kind, s.key, s.name, s.groups, s.proven_at, s.seen_at, s.expires_at
    FROM help_sessions s
    WHERE s.token_hash = %(token_hash)s AND s.expires_at > %(now)s AND s.seen_at > %(since)s
"""
GROUPS: LiteralString = """
    SELECT DISTINCT g FROM help_sessions s, unnest(s.groups) AS g ORDER BY g LIMIT 500
"""
SEEN: LiteralString = "UPDATE help_sessions SET seen_at = %(now)s WHERE token_hash = %(token_hash)s"
END: LiteralString = "DELETE FROM help_sessions WHERE token_hash = %(token_hash)s"
END_ALL: LiteralString = "DELETE FROM help_sessions WHERE kind = %(kind)s AND key = %(key)s"
END_OLD: LiteralString = """
    DELETE FROM help_sessions WHERE expires_at < %(now)s OR seen_at < %(since)s
"""
ADD_LINK: LiteralString = """
    INSERT INTO help_links (token_hash, kind, key, name, groups, proven_at, leads_to, expires_at)
    VALUES (%(token_hash)s, %(kind)s, %(key)s, %(name)s, %(groups)s, %(proven_at)s, %(leads_to)s,
        %(expires_at)s)
"""
LINK: LiteralString = f"""
    SELECT {_LINK} FROM help_links l
    WHERE l.token_hash = %(token_hash)s AND l.expires_at > %(now)s
"""
# Taken away as it is used: of two who come at once, one finds it.
USE_LINK: LiteralString = f"""
    DELETE FROM help_links l
    WHERE l.token_hash = %(token_hash)s AND l.expires_at > %(now)s
    RETURNING {_LINK}
"""
DROP_LINKS: LiteralString = "DELETE FROM help_links WHERE kind = %(kind)s AND key = %(key)s"
FORGET_LINKS: LiteralString = "DELETE FROM help_links WHERE expires_at < %(now)s"


async def add(work: Work, visit: Visit) -> None:
    await work.run(ADD, **msgspec.structs.asdict(visit))


async def get(work: Work, token_hash: bytes, *, since: datetime) -> Visit | None:
    """The visit that has not ended, by whoever was seen after ``since``."""
    return await work.one(Visit, GET, token_hash=token_hash, now=work.now(), since=since)


async def seen(work: Work, token_hash: bytes) -> None:
    await work.run(SEEN, token_hash=token_hash, now=work.now())


async def end(work: Work, token_hash: bytes) -> None:
    await work.run(END, token_hash=token_hash)


async def end_all(work: Work, kind: str, key: str) -> None:
    await work.run(END_ALL, kind=kind, key=key)
    await work.run(DROP_LINKS, kind=kind, key=key)


async def add_link(work: Work, token_hash: bytes, link: Link, *, until: datetime) -> None:
    await work.run(
        ADD_LINK, token_hash=token_hash, expires_at=until, **msgspec.structs.asdict(link)
    )


async def link(work: Work, token_hash: bytes) -> Link | None:
    return await work.one(Link, LINK, token_hash=token_hash, now=work.now())


async def use_link(work: Work, token_hash: bytes) -> Link | None:
    """The link, which is gone from now on."""
    return await work.one(Link, USE_LINK, token_hash=token_hash, now=work.now())


async def tidy(work: Work, *, since: datetime) -> None:
    await work.run(END_OLD, now=work.now(), since=since)
    await work.run(FORGET_LINKS, now=work.now())


async def groups(work: Work) -> list[str]:
    """The groups to which whoever is signed in belongs: countries, tiers, entities."""
    return list(await work.rows(str, GROUPS))
