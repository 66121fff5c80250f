"""Answers by a model. The previous version runs on: it does not know the table."""

from alembic import op

revision = "2026_11_29_zzzz_answers"
down_revision = "2026_11_29_zzz_meaning"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE kb_answers (
            id uuid PRIMARY KEY,
            -- of question, model and the passages it was given
            key bytea NOT NULL UNIQUE,
            question text NOT NULL,
            language text NOT NULL,
            sentences jsonb NOT NULL,
            sources jsonb NOT NULL,
            right_count integer NOT NULL DEFAULT 0,
            wrong_count integer NOT NULL DEFAULT 0,
            made_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute("CREATE INDEX kb_answers_by_age ON kb_answers (made_at)")
