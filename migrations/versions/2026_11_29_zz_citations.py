"""Which articles answers lead to. The previous version runs on: it does not know the table."""

from alembic import op

revision = "2026_11_29_zz_citations"
down_revision = "2026_11_29_synonyms"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE kb_citations (
            message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
            article_id uuid NOT NULL REFERENCES kb_articles ON DELETE CASCADE,
            ticket_id uuid NOT NULL REFERENCES tickets ON DELETE CASCADE,
            -- of the page that was linked to
            language text NOT NULL,
            agent_id uuid NOT NULL,
            cited_at timestamptz NOT NULL,
            PRIMARY KEY (message_id, article_id)
        )
    """)
    op.execute("CREATE INDEX kb_citations_of_ticket ON kb_citations (ticket_id)")
    op.execute("CREATE INDEX kb_citations_of_article ON kb_citations (article_id, cited_at DESC)")
