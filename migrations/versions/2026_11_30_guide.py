"""What the guide understood of each ticket, its rules as a desk changed them, and corrections.

The previous version runs on: it does not know the tables, and the team is one like others.
"""

from alembic import op

revision = "2026_11_30_guide"
down_revision = "2026_11_30_official_marks"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE guide_rules (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            -- the whole file, as it was saved; the highest number is in use
            text text NOT NULL,
            saved_by uuid NOT NULL,
            saved_at timestamptz NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE ticket_triage (
            ticket_id uuid PRIMARY KEY REFERENCES tickets ON DELETE CASCADE,
            category text NOT NULL,
            category_by text NOT NULL CHECK (category_by IN ('guide', 'customer', 'agent')),
            -- these are the guide's own, of the first message; null until it has read it
            urgency text,
            complexity text,
            sensitivity text,
            confidence real,
            reasons jsonb NOT NULL DEFAULT '[]',
            triaged_at timestamptz,
            labelled_at timestamptz
        )
    """)
    # What is learned from: tickets whose category a person of ours has said.
    op.execute("""
        CREATE INDEX ticket_triage_labels ON ticket_triage (labelled_at DESC, ticket_id)
        WHERE category_by = 'agent'
    """)
    op.execute("""
        CREATE TABLE guide_corrections (
            id uuid PRIMARY KEY,
            -- a customer's words, without secrets
            text text NOT NULL,
            guessed text NOT NULL,
            category text NOT NULL,
            urgency text NOT NULL,
            state text NOT NULL DEFAULT 'waits' CHECK (state IN ('waits', 'taken', 'dropped')),
            said_at timestamptz NOT NULL,
            decided_by uuid
        )
    """)
    op.execute("CREATE INDEX guide_corrections_latest ON guide_corrections (state, said_at DESC)")
    op.execute("""
        INSERT INTO teams (key, name, created_at)
        VALUES ('security-reports', 'Security reports', now())
        ON CONFLICT DO NOTHING
    """)
    op.execute("""
        UPDATE roles SET permissions = permissions || '{guide.edit}'::text[]
        WHERE is_shipped AND key IN ('admin', 'lead')
    """)
