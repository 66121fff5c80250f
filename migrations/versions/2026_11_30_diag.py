"""What checks found, kept for a while or as long as its ticket; who may run one for a customer.

The previous version runs on: it knows neither the table nor the permission.
"""

from alembic import op

revision = "2026_11_30_diag"
down_revision = "2026_11_30_guard_originals"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE diagnoses (
            id uuid PRIMARY KEY,
            symptom text NOT NULL,
            -- the account it is about; null: it holds nothing of any account
            uid text,
            code text NOT NULL,
            verdict text NOT NULL
                CHECK (verdict IN ('nothing', 'wait', 'act', 'person', 'urgent')),
            -- what was named: network, hash, the record's id
            named jsonb NOT NULL,
            finding jsonb NOT NULL,
            made_at timestamptz NOT NULL,
            took_ms int NOT NULL,
            made_by text NOT NULL CHECK (made_by IN ('customer', 'agent')),
            expires_at timestamptz NOT NULL,
            ticket_id uuid REFERENCES tickets ON DELETE SET NULL
        )
    """)
    op.execute("""
        CREATE INDEX diagnoses_of_ticket ON diagnoses (ticket_id, made_at DESC, id DESC)
        WHERE ticket_id IS NOT NULL
    """)
    op.execute("CREATE INDEX diagnoses_over ON diagnoses (expires_at) WHERE ticket_id IS NULL")
    op.execute("""
        UPDATE roles SET permissions = permissions || '{diagnostic.run}'
        WHERE key IN ('admin', 'lead', 'agent') AND NOT permissions @> '{diagnostic.run}'
    """)
