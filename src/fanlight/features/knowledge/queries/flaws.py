"""Statements on links and pictures that do not work. For editors alone."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.models import State
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"

TAKE: LiteralString = """
    DELETE FROM kb_unlooked
    WHERE (article_id, language) IN (
        SELECT article_id, language FROM kb_unlooked
        ORDER BY article_id, language LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING article_id, language
"""


class Taken(msgspec.Struct, frozen=True):
    """A translation whose links are to be looked at."""

    article_id: UUID
    language: str


async def take(work: Work, limit: int) -> list[Taken]:
    """The next translations to look at; they come back when this work fails."""
    return await work.rows(Taken, TAKE, limit=limit)


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A translation as its links are told from."""

    article_id: UUID
    language: str
    state: State
    source: str
    html: str
    broken: list[str]
    withdrawn: list[str]
    face: str


# Withdrawn: there is an article, and no reader has it in any language.
MADE: LiteralString = """
    SELECT t.article_id, t.language, t.state, t.source, t.html,
        ARRAY(SELECT l.address FROM kb_links l
              WHERE l.article_id = t.article_id AND l.language = t.language
                  AND l.target_id IS NULL) AS broken,
        ARRAY(SELECT l.address FROM kb_links l
              WHERE l.article_id = t.article_id AND l.language = t.language
                  AND l.target_id IS NOT NULL
                  AND NOT EXISTS (SELECT FROM kb_translations x WHERE x.article_id = l.target_id
                                  AND x.state = 'published')) AS withdrawn,
        coalesce(f.face, '') AS face
    FROM kb_translations t
    LEFT JOIN kb_faces f ON f.article_id = t.article_id AND f.language = t.language
    WHERE t.article_id = %(article_id)s AND t.language = %(language)s
"""


async def made(work: Work, taken: Taken) -> Made | None:
    return await work.one(Made, MADE, article_id=taken.article_id, language=taken.language)


class Anchored(msgspec.Struct, frozen=True):
    """Part of an article that a link names."""

    category: str
    slug: str
    anchor: str


# The page a reader would get: in their language, else in another; there the anchor must be.
NOT_THERE: LiteralString = """
    SELECT n.category, n.slug, n.anchor
    FROM unnest(%(categories)s::text[], %(slugs)s::text[], %(anchors)s::text[])
        AS n(category, slug, anchor)
    JOIN kb_articles a ON a.category = n.category AND a.slug = n.slug
    JOIN LATERAL (
        SELECT x.html FROM kb_translations x WHERE x.article_id = a.id AND x.state = 'published'
        ORDER BY x.language = %(language)s DESC, x.language LIMIT 1
    ) t ON position('id="' || n.anchor || '"' IN t.html) = 0
"""


async def not_there(work: Work, named: Sequence[Anchored], language: str) -> list[Anchored]:
    """Those of the named parts that their articles do not have."""
    if not named:
        return []
    return await work.rows(
        Anchored,
        NOT_THERE,
        categories=[each.category for each in named],
        slugs=[each.slug for each in named],
        anchors=[each.anchor for each in named],
        language=language,
    )


PICTURES: LiteralString = "SELECT id FROM kb_pictures WHERE id = ANY(%(ids)s::uuid[])"


async def known_pictures(work: Work, ids: Sequence[UUID]) -> set[UUID]:
    return set(await work.rows(UUID, PICTURES, ids=list(ids))) if ids else set()


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """One link or picture that does not work, or a link that leads out."""

    kind: str
    address: str
    host: str = ""


CLEAR: LiteralString = """
    DELETE FROM kb_flaws WHERE article_id = %(article_id)s AND language = %(language)s
"""
ADD: LiteralString = """
    INSERT INTO kb_flaws (article_id, language, kind, address, host)
    SELECT %(article_id)s, %(language)s, f.kind, f.address, f.host
    FROM unnest(%(kinds)s::text[], %(addresses)s::text[], %(hosts)s::text[])
        AS f(kind, address, host)
    ON CONFLICT DO NOTHING
"""


async def write(work: Work, taken: Taken, flaws: Sequence[Flaw]) -> None:
    of = {"article_id": taken.article_id, "language": taken.language}
    await work.run(CLEAR, **of)
    if flaws:
        await work.run(
            ADD,
            **of,
            kinds=[each.kind for each in flaws],
            addresses=[each.address for each in flaws],
            hosts=[each.host for each in flaws],
        )


FACE: LiteralString = """
    INSERT INTO kb_faces (article_id, language, face)
    VALUES (%(article_id)s, %(language)s, %(face)s)
    ON CONFLICT (article_id, language) DO UPDATE SET face = excluded.face
"""
LOOK_AGAIN: LiteralString = """
    INSERT INTO kb_unlooked (article_id, language)
    SELECT l.article_id, l.language FROM kb_links l
    WHERE l.target_id = %(article_id)s AND l.article_id <> %(article_id)s
    ORDER BY l.article_id, l.language
    ON CONFLICT DO NOTHING
"""


async def show_face(work: Work, taken: Taken, face: str) -> None:
    """What links rest on has changed: whoever links to the article is looked at again."""
    await work.run(FACE, article_id=taken.article_id, language=taken.language, face=face)
    await work.run(LOOK_AGAIN, article_id=taken.article_id)


class FlawLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the report."""

    article_id: UUID
    language: str
    title: str
    category: str
    slug: str
    state: State
    kind: str
    address: str
    host: str


class Place(msgspec.Struct, frozen=True):
    """Where a page ended."""

    article_id: UUID
    language: str
    kind: str
    address: str


TOP = Place(UUID(int=0), "", "", "")
_LINE: LiteralString = """
    SELECT f.article_id, f.language, t.title, a.category, a.slug, t.state, f.kind, f.address,
        f.host
    FROM kb_flaws f
    JOIN kb_articles a ON a.id = f.article_id
    JOIN kb_translations t ON t.article_id = f.article_id AND t.language = f.language
"""
TO_MEND: LiteralString = f"""
    {_LINE}
    WHERE f.kind <> 'outside' AND t.state <> 'archived'
        AND (%(kind)s = '' OR f.kind = %(kind)s)
        AND (f.article_id, f.language, f.kind, f.address)
            > (%(article_id)s, %(language)s, %(after_kind)s, %(address)s)
    ORDER BY f.article_id, f.language, f.kind, f.address
    LIMIT %(limit)s
"""
TO_HOST: LiteralString = f"""
    {_LINE}
    WHERE f.kind = 'outside' AND f.host = %(host)s
        AND (f.article_id, f.language, f.kind, f.address)
            > (%(article_id)s, %(language)s, %(after_kind)s, %(address)s)
    ORDER BY f.article_id, f.language, f.kind, f.address
    LIMIT %(limit)s
"""


def _below(place: Place) -> dict[str, object]:
    return {
        "article_id": place.article_id,
        "language": place.language,
        "after_kind": place.kind,
        "address": place.address,
    }


async def to_mend(work: Work, *, kind: str, below: Place = TOP, limit: int) -> list[FlawLine]:
    """What does not work, article by article; ``kind`` may be empty."""
    needs(work.actor, EDIT)
    return await work.rows(FlawLine, TO_MEND, kind=kind, limit=limit, **_below(below))


async def to_host(work: Work, *, host: str, below: Place = TOP, limit: int) -> list[FlawLine]:
    """Links that lead to one host elsewhere."""
    needs(work.actor, EDIT)
    return await work.rows(FlawLine, TO_HOST, host=host, limit=limit, **_below(below))


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else's site that articles link to."""

    host: str
    links: int


HOSTS: LiteralString = """
    SELECT host, count(*)::int AS links FROM kb_flaws
    WHERE kind = 'outside' AND host > %(after)s
    GROUP BY host ORDER BY host LIMIT %(limit)s
"""


async def hosts(work: Work, *, after: str, limit: int) -> list[Host]:
    needs(work.actor, EDIT)
    return await work.rows(Host, HOSTS, after=after, limit=limit)
