"""Words that mean the same, as editors know them. The previous version runs on without it."""

from alembic import op

revision = "2026_11_29_synonyms"
down_revision = "2026_11_29_z_doors"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE kb_synonyms (
            id uuid PRIMARY KEY,
            -- the first is the house's own word
            words text[] NOT NULL CHECK (cardinality(words) >= 2),
            -- empty: in every language
            language text NOT NULL DEFAULT '',
            -- what customers say leads to our word, but not the other way
            is_one_way boolean NOT NULL DEFAULT false,
            saved_at timestamptz NOT NULL,
            saved_by uuid NOT NULL,
            version int NOT NULL DEFAULT 1
        )
    """)
    op.execute("CREATE UNIQUE INDEX kb_synonyms_of ON kb_synonyms (language, (lower(words[1])))")
