"""What came from another help center: its words as they came, and where old addresses lead.

The previous version runs on: it knows neither the column, which may be empty, nor the table.
"""

from alembic import op

revision = "2026_11_29_moving"
down_revision = "2026_11_29_blocks"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    # Of the words as an import wrote them: where it differs from today's, an editor changed them.
    op.execute("ALTER TABLE kb_translations ADD COLUMN import_mark text")
    op.execute("""
        -- addresses of older help centers that are answered with where the article now stands
        CREATE TABLE kb_redirects (
            -- of the old address, in small letters, without the slash at its end
            path text PRIMARY KEY,
            article_id uuid NOT NULL REFERENCES kb_articles ON DELETE CASCADE,
            made_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX kb_redirects_of_article ON kb_redirects (article_id)")
