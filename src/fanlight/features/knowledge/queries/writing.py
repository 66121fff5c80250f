"""Statements that store an article: its place, its text, what was made of the text."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

import msgspec

from fanlight.features.knowledge import render
from fanlight.features.knowledge.errors import ArticleMoved
from fanlight.features.knowledge.models import Article, Category, Placing, State, Text, Translation
from fanlight.features.knowledge.queries.reading import article_of_path
from fanlight.kernel.ids import new_id
from fanlight.kernel.work import Work

SAVE_CATEGORY: LiteralString = """
    INSERT INTO kb_categories (key, position, icon, names)
    VALUES (%(key)s, %(position)s, %(icon)s, %(names)s::jsonb)
    ON CONFLICT (key) DO UPDATE
    SET position = excluded.position, icon = excluded.icon, names = excluded.names
    WHERE (kb_categories.position, kb_categories.icon, kb_categories.names)
        IS DISTINCT FROM (excluded.position, excluded.icon, excluded.names)
"""


async def save_category(work: Work, category: Category) -> bool:
    """Store a category; whether anything changed."""
    names = msgspec.json.encode(category.names).decode()
    changed = await work.run(
        SAVE_CATEGORY,
        key=category.key,
        position=category.position,
        icon=category.icon,
        names=names,
    )
    return changed > 0


ADD_ARTICLE: LiteralString = """
    INSERT INTO kb_articles (id, path, category, slug, position, is_risk, related, created_at)
    VALUES (%(id)s, %(path)s, %(category)s, %(slug)s, %(position)s, %(is_risk)s, %(related)s,
        %(created_at)s)
    ON CONFLICT (path) DO UPDATE
    SET category = excluded.category, slug = excluded.slug, position = excluded.position,
        is_risk = excluded.is_risk, related = excluded.related,
        changed_xid = pg_current_xact_id()
    WHERE (kb_articles.category, kb_articles.slug, kb_articles.position, kb_articles.is_risk,
           kb_articles.related)
        IS DISTINCT FROM (excluded.category, excluded.slug, excluded.position, excluded.is_risk,
           excluded.related)
"""


async def place_article(work: Work, placing: Placing) -> Article:
    """The article at this path, made or moved as needed."""
    await work.run(
        ADD_ARTICLE,
        id=new_id(),
        path=placing.path,
        category=placing.category,
        slug=placing.slug,
        position=placing.position,
        is_risk=placing.is_risk,
        related=list(placing.related),
        created_at=work.now(),
    )
    article = await article_of_path(work, placing.path)
    if article is None:  # only when somebody removed it between the two statements
        raise ArticleMoved(path=placing.path)
    return article


ADD_TRANSLATION: LiteralString = """
    INSERT INTO kb_translations (article_id, language, title, description, tags, asked_as, source,
        html, toc, state, is_derived, reviewed_on, published_at, saved_at, saved_by, import_key,
        render_version)
    VALUES (%(article_id)s, %(language)s, %(title)s, %(description)s, %(tags)s, %(asked_as)s,
        %(source)s, %(html)s, %(toc)s::jsonb, %(state)s, %(is_derived)s, %(reviewed_on)s,
        CASE WHEN %(state)s = 'published' THEN %(at)s::timestamptz END, %(at)s, %(by)s,
        %(import_key)s, %(render_version)s)
"""
CHANGE_TRANSLATION: LiteralString = """
    UPDATE kb_translations
    SET title = %(title)s, description = %(description)s, tags = %(tags)s,
        asked_as = %(asked_as)s, source = %(source)s, html = %(html)s, toc = %(toc)s::jsonb,
        state = %(state)s, is_derived = %(is_derived)s, reviewed_on = %(reviewed_on)s,
        published_at = coalesce(published_at,
            CASE WHEN %(state)s = 'published' THEN %(at)s::timestamptz END),
        saved_at = %(at)s, saved_by = %(by)s,
        import_key = coalesce(%(import_key)s, import_key),
        render_version = %(render_version)s, version = version + 1
    WHERE article_id = %(article_id)s AND language = %(language)s AND version = %(version)s
"""


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A translation as it is to be stored."""

    article_id: UUID
    language: str
    text: Text
    rendered: render.Rendered
    state: State
    is_derived: bool = False
    import_key: str | None = None


async def write(work: Work, whole: Whole, *, over: Translation | None) -> None:
    """Store a translation, with its passages; ``over`` is the one it replaces.

    Raises:
        ArticleMoved: somebody saved it since ``over`` was read.
    """
    values = {
        "article_id": whole.article_id,
        "language": whole.language,
        "title": whole.text.title,
        "description": whole.text.description,
        "tags": list(whole.text.tags),
        "asked_as": list(whole.text.asked_as),
        "source": whole.text.source,
        "html": whole.rendered.html,
        "toc": msgspec.json.encode(whole.rendered.toc).decode(),
        "state": whole.state,
        "is_derived": whole.is_derived,
        "reviewed_on": whole.text.reviewed_on,
        "at": work.now(),
        "by": work.actor.id,
        "import_key": whole.import_key,
        "render_version": render.VERSION,
    }
    if over is None:
        await work.run(ADD_TRANSLATION, **values)
    elif await work.run(CHANGE_TRANSLATION, **values, version=over.version) == 0:
        raise ArticleMoved(article_id=whole.article_id)
    await _write_passages(work, whole)


CLEAR_PASSAGES: LiteralString = """
    DELETE FROM kb_passages WHERE article_id = %(article_id)s AND language = %(language)s
"""
ADD_PASSAGES: LiteralString = """
    INSERT INTO kb_passages (article_id, language, number, anchor, heading, text)
    SELECT %(article_id)s, %(language)s, p.number - 1, p.anchor, p.heading, p.text
    FROM unnest(%(anchors)s::text[], %(headings)s::text[], %(texts)s::text[])
        WITH ORDINALITY AS p(anchor, heading, text, number)
"""


async def _write_passages(work: Work, whole: Whole) -> None:
    of = {"article_id": whole.article_id, "language": whole.language}
    cut = whole.rendered.passages
    await work.run(CLEAR_PASSAGES, **of)
    await work.run(
        ADD_PASSAGES,
        **of,
        anchors=[passage.anchor for passage in cut],
        headings=[passage.heading for passage in cut],
        texts=[passage.text for passage in cut],
    )


SET_HTML: LiteralString = """
    UPDATE kb_translations
    SET html = %(html)s, toc = %(toc)s::jsonb, render_version = %(render_version)s
    WHERE article_id = %(article_id)s AND language = %(language)s
"""


async def write_html(work: Work, whole: Whole) -> None:
    """Store what was rendered anew of unchanged words: no new version, no new date."""
    await work.run(
        SET_HTML,
        article_id=whole.article_id,
        language=whole.language,
        html=whole.rendered.html,
        toc=msgspec.json.encode(whole.rendered.toc).decode(),
        render_version=render.VERSION,
    )
    await _write_passages(work, whole)


ADD_REVISION: LiteralString = """
    INSERT INTO kb_revisions (article_id, language, number, title, description, tags, asked_as,
        source, saved_at, saved_by)
    SELECT t.article_id, t.language, t.version, t.title, t.description, t.tags, t.asked_as,
        t.source, t.saved_at, t.saved_by
    FROM kb_translations t
    WHERE t.article_id = %(article_id)s AND t.language = %(language)s
    ON CONFLICT DO NOTHING
"""


async def keep_revision(work: Work, article_id: UUID, language: str) -> None:
    """Keep the words as they now stand, so that a later save can be undone."""
    await work.run(ADD_REVISION, article_id=article_id, language=language)


CLEAR_LINKS: LiteralString = """
    DELETE FROM kb_links WHERE article_id = %(article_id)s AND language = %(language)s
"""
ADD_LINKS: LiteralString = """
    INSERT INTO kb_links (article_id, language, address, target_id)
    SELECT %(article_id)s, %(language)s, l.address, l.target_id
    FROM unnest(%(addresses)s::text[], %(targets)s::uuid[]) AS l(address, target_id)
    ON CONFLICT DO NOTHING
"""


async def write_links(
    work: Work, article_id: UUID, language: str, links: Sequence[tuple[str, UUID | None]]
) -> None:
    """Remember which of our own articles a translation links to, and where that fails."""
    await work.run(CLEAR_LINKS, article_id=article_id, language=language)
    if links:
        await work.run(
            ADD_LINKS,
            article_id=article_id,
            language=language,
            addresses=[address for address, _ in links],
            targets=[target for _, target in links],
        )


SET_STATE: LiteralString = """
    UPDATE kb_translations
    SET state = %(state)s, version = version + 1,
        published_at = CASE WHEN %(state)s = 'published' THEN %(at)s ELSE published_at END
    WHERE article_id = %(article_id)s AND language = %(language)s AND version = %(version)s
"""
SET_STATE_OF_DERIVED: LiteralString = """
    UPDATE kb_translations
    SET state = %(state)s, version = version + 1,
        published_at = CASE WHEN %(state)s = 'published' THEN %(at)s ELSE published_at END
    WHERE article_id = %(article_id)s AND language = %(language)s AND is_derived
"""
TOUCH: LiteralString = (
    "UPDATE kb_articles SET changed_xid = pg_current_xact_id() WHERE id = %(article_id)s"
)


async def set_state(work: Work, saved: Translation, state: State) -> None:
    """ArticleMoved when someone saved the translation since it was read."""
    changed = await work.run(
        SET_STATE,
        article_id=saved.article_id,
        language=saved.language,
        version=saved.version,
        state=state,
        at=work.now(),
    )
    if changed == 0:
        raise ArticleMoved(article_id=saved.article_id)


async def set_state_of_derived(work: Work, article_id: UUID, language: str, state: State) -> int:
    return await work.run(
        SET_STATE_OF_DERIVED, article_id=article_id, language=language, state=state, at=work.now()
    )


async def touch(work: Work, article_id: UUID) -> None:
    """Have every node's index read this article again."""
    await work.run(TOUCH, article_id=article_id)
