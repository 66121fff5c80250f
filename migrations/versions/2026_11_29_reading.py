"""Who answers for an article, what is asked for most, steps that fail, paths, announcements.

The previous version runs on: it knows none of the tables, and the new columns may be empty.
"""

from alembic import op

revision = "2026_11_29_reading"
down_revision = "2026_11_22_zzz_writing"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    _articles()
    _announcements()


def _articles() -> None:
    op.execute("""
        -- who answers for articles, by the name that readers see
        CREATE TABLE kb_teams (
            key text PRIMARY KEY,
            -- language -> name
            names jsonb NOT NULL,
            -- whose articles are theirs where an article names no team itself
            categories text[] NOT NULL DEFAULT '{}'
        )
    """)
    op.execute("ALTER TABLE kb_articles ADD COLUMN team text REFERENCES kb_teams")
    # The anchor of the step that did not work; empty: the verdict is on the whole article.
    op.execute("ALTER TABLE kb_feedback ADD COLUMN step text")
    op.execute("""
        -- how often an article was read and was the first thing found, by the hour
        CREATE TABLE kb_asked (
            hour timestamptz NOT NULL,
            article_id uuid NOT NULL REFERENCES kb_articles ON DELETE CASCADE,
            views int NOT NULL DEFAULT 0,
            searches int NOT NULL DEFAULT 0,
            PRIMARY KEY (hour, article_id)
        )
    """)
    op.execute("""
        -- ways through articles, one after the other
        CREATE TABLE kb_paths (
            key text PRIMARY KEY,
            position int NOT NULL,
            -- language -> {name, description}
            names jsonb NOT NULL,
            -- [{article, anchor, names: language -> {name, description}}]
            steps jsonb NOT NULL
        )
    """)
    op.execute("""
        -- the picture that stands for a translation where its link is shared
        CREATE TABLE kb_cards (
            article_id uuid NOT NULL REFERENCES kb_articles ON DELETE CASCADE,
            language text NOT NULL,
            -- of everything that is drawn on it
            mark text NOT NULL,
            blob_id uuid NOT NULL REFERENCES blobs,
            PRIMARY KEY (article_id, language)
        )
    """)


def _announcements() -> None:
    op.execute("""
        CREATE TABLE announcements (
            id uuid PRIMARY KEY,
            slug text NOT NULL UNIQUE,
            kind text NOT NULL CHECK (kind IN
                ('listing', 'maintenance', 'security', 'incident', 'campaign', 'notice')),
            is_pinned boolean NOT NULL DEFAULT false,
            -- from when readers see it: null is a draft, a time ahead is a schedule
            published_at timestamptz,
            withdrawn_at timestamptz,
            -- when what it says is over
            ends_at timestamptz,
            created_at timestamptz NOT NULL,
            saved_at timestamptz NOT NULL,
            version int NOT NULL DEFAULT 1
        )
    """)
    op.execute("""
        CREATE INDEX announcements_latest ON announcements (published_at DESC, id DESC)
        WHERE published_at IS NOT NULL AND withdrawn_at IS NULL
    """)
    op.execute("""
        CREATE TABLE announcement_texts (
            announcement_id uuid NOT NULL REFERENCES announcements ON DELETE CASCADE,
            language text NOT NULL,
            title text NOT NULL,
            summary text NOT NULL,
            source text NOT NULL,
            html text NOT NULL,
            saved_at timestamptz NOT NULL,
            PRIMARY KEY (announcement_id, language)
        )
    """)
