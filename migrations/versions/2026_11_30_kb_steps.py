"""Steps of paths keep their article's id. The previous version runs on: it reads the address."""

from alembic import op

revision = "2026_11_30_kb_steps"
down_revision = "2026_11_30_desk_newest"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        UPDATE kb_paths SET steps = (
            SELECT coalesce(jsonb_agg(s.step || jsonb_build_object('id', (
                SELECT a.id FROM kb_articles a
                WHERE s.step->>'article' IN (a.category || '/' || a.slug, a.slug)
                ORDER BY s.step->>'article' = a.slug, a.id
                LIMIT 1
            )) ORDER BY s.number), '[]')
            FROM jsonb_array_elements(steps) WITH ORDINALITY AS s(step, number)
        )
    """)
