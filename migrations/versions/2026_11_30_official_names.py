"""Links and addresses in messages, with what the registry says of them.

The previous version runs on: it does not know the table.
"""

from alembic import op

revision = "2026_11_30_official_names"
down_revision = "2026_11_30_emergency"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE message_names (
            message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
            number smallint NOT NULL,
            -- 'sender': whom the message says it is from
            place text NOT NULL CHECK (place IN ('text', 'sender')),
            value text NOT NULL,
            verdict text NOT NULL CHECK (verdict IN
                ('official', 'retired', 'look_alike', 'unknown')),
            -- the official one that it is, or apes
            apes text,
            reasons text[] NOT NULL DEFAULT '{}',
            PRIMARY KEY (message_id, number)
        )
    """)
