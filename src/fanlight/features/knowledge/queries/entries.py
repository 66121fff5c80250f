"""Statements on terms, legal texts and figures. All of them are public as soon as they are saved:
whoever reads articles reads these."""

from typing import LiteralString

import msgspec

from fanlight.features.knowledge.models import Figure, FigureSet, LegalText, Term
from fanlight.kernel.work import Work

TERMS: LiteralString = """
    SELECT key, names, article, is_automatic, version FROM kb_terms ORDER BY key
"""
ADD_TERM: LiteralString = """
    INSERT INTO kb_terms (key, names, article, is_automatic, saved_at)
    VALUES (%(key)s, %(names)s::jsonb, %(article)s, %(is_automatic)s, %(at)s)
    ON CONFLICT DO NOTHING
"""
CHANGE_TERM: LiteralString = """
    UPDATE kb_terms
    SET names = %(names)s::jsonb, article = %(article)s, is_automatic = %(is_automatic)s,
        saved_at = %(at)s, version = version + 1
    WHERE key = %(key)s AND version = %(version)s
"""
REMOVE_TERM: LiteralString = "DELETE FROM kb_terms WHERE key = %(key)s AND version = %(version)s"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def terms(work: Work) -> list[Term]:
    """The whole glossary: a few hundred entries at most."""
    return await work.rows(Term, TERMS)


async def save_term(work: Work, term: Term) -> bool:
    """Whether it was stored; not, when somebody saved it since ``term.version``."""
    changed = await work.run(
        CHANGE_TERM if term.version else ADD_TERM,
        key=term.key,
        names=_json(term.names),
        article=term.article,
        is_automatic=term.is_automatic,
        at=work.now(),
        version=term.version,
    )
    return changed > 0


async def remove_term(work: Work, key: str, version: int) -> bool:
    return await work.run(REMOVE_TERM, key=key, version=version) > 0


LEGAL: LiteralString = "SELECT key, kind, texts, version FROM kb_legal_texts ORDER BY key"
LEGAL_NAMED: LiteralString = """
    SELECT key, kind, texts, version FROM kb_legal_texts WHERE key = ANY(%(keys)s)
"""
ADD_LEGAL: LiteralString = """
    INSERT INTO kb_legal_texts (key, kind, texts, saved_at)
    VALUES (%(key)s, %(kind)s, %(texts)s::jsonb, %(at)s)
    ON CONFLICT DO NOTHING
"""
CHANGE_LEGAL: LiteralString = """
    UPDATE kb_legal_texts
    SET kind = %(kind)s, texts = %(texts)s::jsonb, saved_at = %(at)s, version = version + 1
    WHERE key = %(key)s AND version = %(version)s
"""
REMOVE_LEGAL: LiteralString = (
    "DELETE FROM kb_legal_texts WHERE key = %(key)s AND version = %(version)s"
)


async def legal_texts(work: Work, keys: list[str] | None = None) -> list[LegalText]:
    """Every legal text, or those with these keys."""
    if keys is None:
        return await work.rows(LegalText, LEGAL)
    return await work.rows(LegalText, LEGAL_NAMED, keys=keys)


async def save_legal_text(work: Work, text: LegalText) -> bool:
    """Whether it was stored; not, when somebody saved it since ``text.version``."""
    changed = await work.run(
        CHANGE_LEGAL if text.version else ADD_LEGAL,
        key=text.key,
        kind=text.kind,
        texts=_json(text.texts),
        at=work.now(),
        version=text.version,
    )
    return changed > 0


async def remove_legal_text(work: Work, key: str, version: int) -> bool:
    return await work.run(REMOVE_LEGAL, key=key, version=version) > 0


SETS: LiteralString = """
    SELECT name, titles, row_keys, columns, sources, stale_after_s, version
    FROM kb_figure_sets ORDER BY name
"""
ADD_SET: LiteralString = """
    INSERT INTO kb_figure_sets (name, titles, row_keys, columns, sources, stale_after_s)
    VALUES (%(name)s, %(titles)s::jsonb, %(row_keys)s::jsonb, %(columns)s::jsonb,
        %(sources)s::jsonb, %(stale_after_s)s)
    ON CONFLICT DO NOTHING
"""
CHANGE_SET: LiteralString = """
    UPDATE kb_figure_sets
    SET titles = %(titles)s::jsonb, row_keys = %(row_keys)s::jsonb, columns = %(columns)s::jsonb,
        sources = %(sources)s::jsonb, stale_after_s = %(stale_after_s)s, version = version + 1
    WHERE name = %(name)s AND version = %(version)s
"""
REMOVE_SET: LiteralString = (
    "DELETE FROM kb_figure_sets WHERE name = %(name)s AND version = %(version)s"
)
FIGURES: LiteralString = """
    SELECT row_key, column_key AS column, position, value, unit, as_of
    FROM kb_figures WHERE name = %(name)s
    ORDER BY position, row_key, column_key
"""
HOLD: LiteralString = "SELECT name FROM kb_figure_sets WHERE name = %(name)s FOR UPDATE"
PUT: LiteralString = """
    INSERT INTO kb_figures (name, row_key, column_key, position, value, unit, as_of)
    VALUES (%(name)s, %(row_key)s, %(column)s, %(position)s, %(value)s, %(unit)s, %(as_of)s)
    ON CONFLICT (name, row_key, column_key) DO UPDATE
    SET position = excluded.position, value = excluded.value, unit = excluded.unit,
        as_of = excluded.as_of
"""
DROP_STRANGE: LiteralString = """
    DELETE FROM kb_figures
    WHERE name = %(name)s
        AND (cardinality(row_key) <> %(keys)s OR NOT column_key = ANY(%(columns)s))
"""
REMOVE: LiteralString = "DELETE FROM kb_figures WHERE name = %(name)s AND row_key = %(row_key)s"
CONFIRM: LiteralString = """
    UPDATE kb_figures SET as_of = %(at)s WHERE name = %(name)s AND value IS NOT NULL
"""


async def figure_sets(work: Work) -> list[FigureSet]:
    """Every table of figures, without the figures."""
    return await work.rows(FigureSet, SETS)


async def save_figure_set(work: Work, figures: FigureSet) -> bool:
    """Whether it was stored; not, when somebody saved it since ``figures.version``."""
    changed = await work.run(
        CHANGE_SET if figures.version else ADD_SET,
        name=figures.name,
        titles=_json(figures.titles),
        row_keys=_json(figures.row_keys),
        columns=_json(figures.columns),
        sources=_json(figures.sources),
        stale_after_s=figures.stale_after_s,
        version=figures.version,
    )
    return changed > 0


async def remove_figure_set(work: Work, name: str, version: int) -> bool:
    return await work.run(REMOVE_SET, name=name, version=version) > 0


async def figures(work: Work, name: str) -> list[Figure]:
    """The figures of a table, row by row in the editors' order."""
    return await work.rows(Figure, FIGURES, name=name)


async def hold_figures(work: Work, name: str) -> None:
    """Nobody else changes the figures of this table until we are done."""
    await work.one(str, HOLD, name=name)


async def put_figure(work: Work, name: str, figure: Figure) -> None:
    await work.run(
        PUT,
        name=name,
        row_key=figure.row_key,
        column=figure.column,
        position=figure.position,
        value=figure.value,
        unit=figure.unit,
        as_of=figure.as_of,
    )


async def drop_strange_figures(work: Work, figures: FigureSet) -> None:
    """Forget figures of columns that the table no longer has."""
    columns = [each.key for each in figures.columns]
    await work.run(DROP_STRANGE, name=figures.name, keys=len(figures.row_keys), columns=columns)


async def remove_figures(work: Work, name: str, row_key: list[str]) -> None:
    await work.run(REMOVE, name=name, row_key=row_key)


async def confirm_figures(work: Work, name: str) -> None:
    await work.run(CONFIRM, name=name, at=work.now())
