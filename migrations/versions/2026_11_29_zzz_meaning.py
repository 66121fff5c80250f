"""Vectors of passages. The previous version runs on: it does not know the table."""

from alembic import op

revision = "2026_11_29_zzz_meaning"
down_revision = "2026_11_29_zz_citations"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE kb_embeddings (
            model text NOT NULL,
            -- of title, heading and words of the passage
            hash bytea NOT NULL,
            -- 32-bit floats, little end first, of length 1
            vector bytea NOT NULL,
            made_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (model, hash)
        )
    """)
