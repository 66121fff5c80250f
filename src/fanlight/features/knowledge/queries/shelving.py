"""Statements on shelves as editors keep them, and on addresses that lead on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.models import Category, CategoryName
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"


class Shelf(Category, frozen=True, kw_only=True):
    """A category as its editors see it."""

    version: int
    articles: int


SHELVES: LiteralString = """
    SELECT c.key, c.position, c.icon, c.names, c.version,
        (SELECT count(*) FROM kb_articles a WHERE a.category = c.key)::int AS articles
    FROM kb_categories c ORDER BY c.position, c.key
"""
ADD: LiteralString = """
    INSERT INTO kb_categories (key, position, icon, names)
    VALUES (%(key)s, (SELECT coalesce(max(position), 0) + 1 FROM kb_categories), %(icon)s,
        %(names)s::jsonb)
    ON CONFLICT DO NOTHING
"""
CHANGE: LiteralString = """
    UPDATE kb_categories SET icon = %(icon)s, names = %(names)s::jsonb, version = version + 1
    WHERE key = %(key)s AND version = %(version)s
"""
IN_ORDER: LiteralString = """
    SELECT c.key FROM kb_categories c ORDER BY c.position, c.key FOR UPDATE
"""
ORDER: LiteralString = """
    UPDATE kb_categories c SET position = o.position
    FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS o(key, position)
    WHERE c.key = o.key AND c.position IS DISTINCT FROM o.position
"""
REMOVE: LiteralString = """
    DELETE FROM kb_categories c
    WHERE c.key = %(key)s AND c.version = %(version)s
        AND NOT EXISTS (SELECT FROM kb_articles a WHERE a.category = c.key)
"""
STANDING_ON: LiteralString = """
    SELECT count(*)::int FROM kb_articles a WHERE a.category = %(key)s
"""


async def shelves(work: Work) -> list[Shelf]:
    """Every shelf, also those without articles."""
    needs(work.actor, EDIT)
    return await work.rows(Shelf, SHELVES)


def _json(names: Mapping[str, CategoryName]) -> str:
    return msgspec.json.encode(names).decode()


async def add(work: Work, key: str, icon: str, names: Mapping[str, CategoryName]) -> bool:
    """Whether there was none with this key."""
    return await work.run(ADD, key=key, icon=icon, names=_json(names)) > 0


async def change(
    work: Work, key: str, icon: str, names: Mapping[str, CategoryName], version: int
) -> bool:
    """Whether it was stored; not, when somebody saved it since."""
    changed = await work.run(CHANGE, key=key, icon=icon, names=_json(names), version=version)
    return changed > 0


async def order(work: Work, keys: Sequence[str], was: Sequence[str]) -> bool:
    """Whether they were put in order; not, when they stand otherwise than they ``was``."""
    if await work.rows(str, IN_ORDER) != list(was):
        return False
    await work.run(ORDER, keys=list(keys))
    return True


async def remove(work: Work, key: str, version: int) -> bool:
    """Whether it went: not while articles stand on it, nor when somebody saved it since."""
    return await work.run(REMOVE, key=key, version=version) > 0


async def standing_on(work: Work, key: str) -> int:
    return await work.one(int, STANDING_ON, key=key) or 0


COPY: LiteralString = """
    INSERT INTO kb_categories (key, position, icon, names, version)
    SELECT %(to)s, position, icon, names, version + 1 FROM kb_categories
    WHERE key = %(key)s AND version = %(version)s
    ON CONFLICT DO NOTHING
"""
LEAVE: LiteralString = """
    INSERT INTO kb_left_addresses (category, slug, article_id, left_at)
    SELECT a.category, a.slug, a.id, %(at)s FROM kb_articles a WHERE a.category = %(key)s
    ON CONFLICT (category, slug) DO UPDATE
    SET article_id = excluded.article_id, left_at = excluded.left_at
"""
CARRY: LiteralString = """
    UPDATE kb_articles SET category = %(to)s, changed_xid = pg_current_xact_id()
    WHERE category = %(key)s RETURNING id
"""
# What was left under the new name before is in use again.
TAKE: LiteralString = """
    DELETE FROM kb_left_addresses l USING kb_articles a
    WHERE l.category = %(to)s AND a.category = %(to)s AND a.slug = l.slug
"""
TAKE_SHELF: LiteralString = "DELETE FROM kb_left_shelves WHERE key = %(to)s"
LEAD_ON: LiteralString = "UPDATE kb_left_shelves SET now_at = %(to)s WHERE now_at = %(key)s"
LEAVE_SHELF: LiteralString = """
    INSERT INTO kb_left_shelves (key, now_at, left_at) VALUES (%(key)s, %(to)s, %(at)s)
    ON CONFLICT (key) DO UPDATE SET now_at = excluded.now_at, left_at = excluded.left_at
"""
QUESTIONS: LiteralString = "UPDATE kb_questions SET place = %(to)s WHERE place = %(key)s"
TEAMS: LiteralString = """
    UPDATE kb_teams SET categories = array_replace(categories, %(key)s, %(to)s)
    WHERE %(key)s = ANY(categories)
"""
DROP: LiteralString = "DELETE FROM kb_categories WHERE key = %(key)s"


async def rename(work: Work, key: str, to: str, version: int) -> list[UUID] | None:
    """Put everything under another address; which articles moved, or None when it did not fit."""
    if await work.run(COPY, key=key, to=to, version=version) == 0:
        return None
    await work.run(LEAVE, key=key, at=work.now())
    moved = await work.rows(UUID, CARRY, key=key, to=to)
    await work.run(TAKE, to=to)
    await work.run(TAKE_SHELF, to=to)
    await work.run(LEAD_ON, key=key, to=to)
    await work.run(LEAVE_SHELF, key=key, to=to, at=work.now())
    await work.run(TEAMS, key=key, to=to)
    await work.run(QUESTIONS, key=key, to=to)
    await work.run(DROP, key=key)
    return moved


SHELF_NOW: LiteralString = "SELECT now_at FROM kb_left_shelves WHERE key = %(key)s"


async def shelf_now(work: Work, key: str) -> str | None:
    """Under which address a shelf stands that has left this one."""
    return await work.one(str, SHELF_NOW, key=key)


class Redirect(msgspec.Struct, frozen=True, kw_only=True):
    """An old address, and the article it leads to."""

    path: str
    kind: Literal["moved", "import"]  # left by an article of ours, or of another help center
    article_id: UUID
    category: str
    slug: str
    title: str
    made_at: datetime


_TITLE: LiteralString = """
    coalesce((SELECT t.title FROM kb_translations t WHERE t.article_id = a.id
              ORDER BY t.language = 'en' DESC, t.language LIMIT 1), a.slug)
"""
REDIRECTS: LiteralString = f"""
    SELECT r.path, r.kind, a.id AS article_id, a.category, a.slug, {_TITLE} AS title, r.made_at
    FROM (
        SELECT path, 'import' AS kind, article_id, made_at FROM kb_redirects
        WHERE path > %(after)s
        UNION ALL
        SELECT '/a/' || category || '/' || slug, 'moved', article_id, left_at
        FROM kb_left_addresses WHERE '/a/' || category || '/' || slug > %(after)s
    ) r JOIN kb_articles a ON a.id = r.article_id
    WHERE %(part)s = '' OR strpos(r.path, %(part)s) > 0
        OR strpos(a.category || '/' || a.slug, %(part)s) > 0
    ORDER BY r.path LIMIT %(limit)s
"""
FORGET_IMPORTED: LiteralString = "DELETE FROM kb_redirects WHERE path = %(path)s"
FORGET_LEFT: LiteralString = """
    DELETE FROM kb_left_addresses WHERE '/a/' || category || '/' || slug = %(path)s
"""


async def redirects(work: Work, *, part: str, after: str, limit: int) -> list[Redirect]:
    """Old addresses in the order of their letters."""
    needs(work.actor, EDIT)
    return await work.rows(Redirect, REDIRECTS, part=part.lower(), after=after, limit=limit)


async def forget(work: Work, path: str) -> bool:
    """Whether there was such an address."""
    gone = await work.run(FORGET_IMPORTED, path=path) + await work.run(FORGET_LEFT, path=path)
    return gone > 0


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A text that shows something kept once."""

    article_id: UUID
    language: str
    title: str


# Looked for when somebody asks about one text, so it may read them all.
USES: LiteralString = """
    SELECT t.article_id, t.language, t.title FROM kb_translations t
    JOIN kb_articles a ON a.id = t.article_id
    WHERE t.state <> 'archived' AND NOT t.is_derived
        AND (t.source ~ %(pattern)s OR (%(is_foot)s AND a.is_risk))
    ORDER BY a.category, a.position, a.slug, t.language LIMIT 500
"""


async def uses(work: Work, block: str, key: str, *, is_foot: bool = False) -> list[Use]:
    """Texts with this block and key; ``is_foot``: also those that are marked as risky."""
    needs(work.actor, EDIT)
    pattern = rf"(?n)^:{{3,}}\s*{block}\s+{key}(\s|$)"
    return await work.rows(Use, USES, pattern=pattern, is_foot=is_foot)
