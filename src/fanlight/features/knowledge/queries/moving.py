"""Statements for moving in and out: what stands, what came from where, where old addresses lead."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge.models import State
from fanlight.features.knowledge.queries.reading import READS, visible_to
from fanlight.features.people.permissions import needs
from fanlight.kernel.work import Work

EDIT = "article.edit"
_LONGEST = 500  # of an old path
# Everything that an editor writes in one language, as one mark.
_MARK: LiteralString = """md5(concat_ws(E'\\x1f', t.title, t.description, t.source,
    array_to_string(t.tags, E'\\x1e'), array_to_string(t.asked_as, E'\\x1e'),
    t.reviewed_on::text))"""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One translation as an import finds it."""

    path: str
    language: str
    state: State
    is_edited: bool  # since it came in, or written here from the start


STANDING: LiteralString = f"""
    SELECT a.path, t.language, t.state,
        CASE WHEN t.is_derived THEN false
             WHEN t.import_mark IS NULL THEN t.import_key IS NULL
             ELSE t.import_mark <> {_MARK} END AS is_edited
    FROM kb_translations t JOIN kb_articles a ON a.id = t.article_id
"""


async def standing(work: Work) -> dict[tuple[str, str], Standing]:
    needs(work.actor, EDIT)
    return {(each.path, each.language): each for each in await work.rows(Standing, STANDING)}


MARK: LiteralString = f"""
    UPDATE kb_translations t
    SET import_mark = {_MARK}, saved_at = coalesce(m.saved_at, t.saved_at),
        published_at = coalesce(m.published_at, t.published_at)
    FROM unnest(%(ids)s::uuid[], %(languages)s::text[], %(published)s::timestamptz[],
        %(saved)s::timestamptz[]) AS m(id, language, published_at, saved_at)
    WHERE t.article_id = m.id AND t.language = m.language
        AND (t.import_mark, t.saved_at, t.published_at) IS DISTINCT FROM ({_MARK},
            coalesce(m.saved_at, t.saved_at), coalesce(m.published_at, t.published_at))
"""


async def mark(
    work: Work, came: Sequence[tuple[UUID, str, datetime | None, datetime | None]]
) -> None:
    """Remember the words that came in, so that an editor's change is told; and their dates."""
    needs(work.actor, EDIT)
    ids, languages, published, saved = zip(*came, strict=True) if came else ((), (), (), ())
    await work.run(
        MARK,
        ids=list(ids),
        languages=list(languages),
        published=list(published),
        saved=list(saved),
    )


TELL: LiteralString = """
    UPDATE kb_articles a
    SET team = coalesce((SELECT t.key FROM kb_teams t WHERE t.key = %(team)s), a.team),
        review_by = coalesce(%(review_by)s, a.review_by),
        source_language = coalesce(%(source_language)s, a.source_language),
        audience = coalesce(%(audience)s::text[], a.audience)
    WHERE a.id = %(article_id)s
"""


async def tell(
    work: Work,
    article_id: UUID,
    *,
    team: str | None,
    review_by: date | None,
    source_language: str | None,
    audience: list[str] | None,
) -> None:
    """Who answers for an article, and by when; what is not said stays."""
    needs(work.actor, EDIT)
    if team or review_by or source_language or audience:
        await work.run(
            TELL,
            article_id=article_id,
            team=team,
            review_by=review_by,
            source_language=source_language,
            audience=audience,
        )


LEAD: LiteralString = """
    INSERT INTO kb_redirects (path, article_id, made_at)
    SELECT r.path, r.id, %(at)s FROM unnest(%(paths)s::text[], %(ids)s::uuid[]) AS r(path, id)
    ON CONFLICT (path) DO UPDATE SET article_id = excluded.article_id, made_at = excluded.made_at
    WHERE kb_redirects.article_id <> excluded.article_id
"""
LED: LiteralString = f"""
    SELECT a.category, a.slug FROM kb_redirects r JOIN kb_articles a ON a.id = r.article_id
    WHERE r.path = ANY(%(paths)s)
        AND EXISTS (SELECT 1 FROM kb_translations t
                    WHERE t.article_id = a.id AND t.state = ANY(%(states)s) AND {READS})
    ORDER BY length(r.path) DESC LIMIT 1
"""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an article stands."""

    category: str
    slug: str


def normal(path: str) -> str:
    """An old path as it is stored: no slash at its end, small letters."""
    return "/" + path.strip().strip("/").lower()[:_LONGEST]


async def lead(work: Work, away: Mapping[str, UUID]) -> int:
    """Lead old addresses to articles; how many are led that were not before."""
    needs(work.actor, EDIT)
    paths = {normal(path): target for path, target in away.items() if path.strip("/ ")}
    return await work.run(LEAD, paths=list(paths), ids=list(paths.values()), at=work.now())


async def led(work: Work, path: str) -> Place | None:
    """The published article that an address of an older help center stood for.

    Zendesk and Intercom write the title behind the number, and it may have changed since.
    """
    asked = normal(path)
    head, slash, last = asked.rpartition("/")
    number = last.partition("-")[0]
    tries = [asked, f"{head}{slash}{number}"] if number.isdigit() else [asked]
    return await work.one(Place, LED, paths=tries, **visible_to(work.actor))
