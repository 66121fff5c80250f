"""What tickets name: transactions, addresses, orders, accounts, each found from what is typed.

The previous version runs on: it does not know the table.
"""

from alembic import op

revision = "2026_11_30_guard"
down_revision = "2026_11_30_official"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE ticket_objects (
            id uuid PRIMARY KEY,
            ticket_id uuid NOT NULL REFERENCES tickets ON DELETE CASCADE,
            kind text NOT NULL CHECK (kind IN ('transaction', 'address', 'order', 'account')),
            key text NOT NULL,
            value text NOT NULL,
            chain text,
            chains text[] NOT NULL DEFAULT '{}',
            checksum text NOT NULL CHECK (checksum IN ('right', 'wrong', 'none')),
            is_certain boolean NOT NULL,
            message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
            found_at timestamptz NOT NULL,
            UNIQUE (ticket_id, kind, key)
        )
    """)
    op.execute("CREATE INDEX ticket_objects_by_key ON ticket_objects (key, ticket_id)")
    op.execute("CREATE INDEX ticket_objects_of_message ON ticket_objects (message_id)")
