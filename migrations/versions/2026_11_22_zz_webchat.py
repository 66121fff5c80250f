"""Sessions of people in the web chat, and where a talk goes on when they have left.

The previous version runs on: it does not know the tables, and the index only helps.
"""

from alembic import op

revision = "2026_11_22_zz_webchat"
down_revision = "2026_11_22_z_knowledge"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE chat_sessions (
            -- of the bearer token: who reads this table cannot speak as anybody
            token_hash bytea PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('visitor', 'exchange')),
            -- the exchange's UID, or the digest of a guest's own key
            key text NOT NULL,
            name text NOT NULL DEFAULT '',
            email text,
            language text NOT NULL,
            page text NOT NULL DEFAULT '',
            -- when the exchange vouched for them; null for a guest
            proven_at timestamptz,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            CHECK ((kind = 'exchange') = (proven_at IS NOT NULL))
        )
    """)
    op.execute("CREATE INDEX chat_sessions_ended ON chat_sessions (expires_at)")
    op.execute("""
        CREATE TABLE chat_contacts (
            conversation_id uuid PRIMARY KEY REFERENCES conversations ON DELETE CASCADE,
            -- given by the customer or by their exchange; it proves nothing about who speaks
            email text,
            language text NOT NULL,
            -- L2 talks may hold account facts: a mail then says only that an answer waits
            is_signed boolean NOT NULL,
            mail_after_s int NOT NULL,
            mail_while_open_s int NOT NULL,
            came_at timestamptz,
            left_at timestamptz,
            mailed_seq int NOT NULL DEFAULT 0
        )
    """)
    op.execute("""
        -- the present talk of one customer or guest
        CREATE INDEX conversations_chat ON conversations (recipient, created_at DESC)
        WHERE channel = 'chat.web' AND is_current
    """)
