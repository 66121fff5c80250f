"""What editors work on before readers see it, addresses that articles have left, pictures.

The previous version runs on: it knows none of the tables, and the new columns may be empty.
"""

from alembic import op

revision = "2026_11_22_zzz_writing"
down_revision = "2026_11_22_zz_webchat"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        -- one text being worked on; the published one stays as it is until this one replaces it
        CREATE TABLE kb_drafts (
            article_id uuid NOT NULL REFERENCES kb_articles ON DELETE CASCADE,
            language text NOT NULL,
            title text NOT NULL,
            description text NOT NULL,
            tags text[] NOT NULL,
            asked_as text[] NOT NULL,
            source text NOT NULL,
            stage text NOT NULL CHECK (stage IN ('writing', 'review', 'scheduled')),
            publish_at timestamptz,
            -- version of the translation it was begun from; 0 where there was none
            based_on int NOT NULL,
            saved_at timestamptz NOT NULL,
            saved_by uuid NOT NULL,
            version int NOT NULL DEFAULT 1,
            PRIMARY KEY (article_id, language),
            CHECK ((stage = 'scheduled') = (publish_at IS NOT NULL))
        )
    """)
    op.execute("CREATE INDEX kb_drafts_due ON kb_drafts (publish_at) WHERE stage = 'scheduled'")
    op.execute("""
        -- addresses that articles have left, so that old links still arrive
        CREATE TABLE kb_left_addresses (
            category text NOT NULL,
            slug text NOT NULL,
            article_id uuid NOT NULL REFERENCES kb_articles ON DELETE CASCADE,
            left_at timestamptz NOT NULL,
            PRIMARY KEY (category, slug)
        )
    """)
    op.execute("""
        CREATE TABLE kb_pictures (
            id uuid PRIMARY KEY,
            blob_id uuid NOT NULL REFERENCES blobs,
            media_type text NOT NULL,
            width int NOT NULL,
            height int NOT NULL,
            added_at timestamptz NOT NULL,
            added_by uuid NOT NULL
        )
    """)
    op.execute("""
        ALTER TABLE kb_articles
            -- the language the others are translated from; null: the first one it exists in
            ADD COLUMN source_language text,
            -- the day by which somebody looks whether it is still true
            ADD COLUMN review_by date
    """)
    op.execute("""
        -- up to when changes of the source are known to be in; null: up to its own last save
        ALTER TABLE kb_translations ADD COLUMN source_at timestamptz
    """)
