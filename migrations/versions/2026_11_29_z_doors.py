"""For whom articles are written, the names by which sites ask for them, and readers signed in.

The previous version runs on: it shows only articles for everybody until somebody chooses otherwise,
and nobody can choose in it.
"""

from alembic import op

revision = "2026_11_29_z_doors"
down_revision = "2026_11_29_moving"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        ALTER TABLE kb_articles
            -- whoever belongs to one of these may read it: public, signed-in, country:de, …
            ADD COLUMN audience text[] NOT NULL DEFAULT '{public}'
                CHECK (cardinality(audience) > 0)
    """)
    op.execute("""
        -- names that stay when an article moves, e.g. withdrawal.network
        CREATE TABLE kb_contexts (
            key text PRIMARY KEY,
            article_id uuid NOT NULL REFERENCES kb_articles ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX kb_contexts_of ON kb_contexts (article_id)")
    op.execute("""
        CREATE TABLE help_sessions (
            -- of the cookie or bearer token: who reads this table cannot be anybody
            token_hash bytea PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('exchange', 'email')),
            -- the exchange's UID, or the mailbox in its normal form
            key text NOT NULL,
            name text NOT NULL DEFAULT '',
            groups text[] NOT NULL DEFAULT '{}',
            proven_at timestamptz NOT NULL,
            seen_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX help_sessions_of ON help_sessions (kind, key)")
    op.execute("CREATE INDEX help_sessions_ended ON help_sessions (expires_at)")
    op.execute("""
        -- links that sign somebody in, once
        CREATE TABLE help_links (
            token_hash bytea PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('exchange', 'email')),
            key text NOT NULL,
            name text NOT NULL DEFAULT '',
            groups text[] NOT NULL DEFAULT '{}',
            proven_at timestamptz,
            leads_to text NOT NULL,
            expires_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX help_links_ended ON help_links (expires_at)")
