"""Who looks at what: reads counted by the hour, alerts, a lead's word, bait, exports.

The previous version runs on: it does not know the tables, and a role without ``ticket.see_team``
sees there what it saw.
"""

from alembic import op

revision = "2026_11_30_insider"
down_revision = "2026_11_30_official_proofs"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    _roles()
    _reads()
    _alerts()
    _bait()
    _exports()


def _roles() -> None:
    # Whoever saw the tickets of a team goes on seeing them; who is new must be given it.
    op.execute("UPDATE roles SET permissions = permissions || '{ticket.see_team}'::text[]")
    op.execute("""
        UPDATE roles SET permissions = permissions
            || '{oversight.see,oversight.manage,export.ask,export.confirm}'::text[]
        WHERE is_shipped AND key IN ('admin', 'lead')
    """)
    op.execute("""
        UPDATE roles SET permissions = permissions || '{oversight.see}'::text[]
        WHERE is_shipped AND key = 'auditor'
    """)
    op.execute("""
        INSERT INTO roles (key, name, is_shipped, permissions) VALUES
        ('vendor', 'Vendor agent', true, '{ticket.reply,ticket.note,ticket.solve,customer.see,
            customer.reveal}')
        ON CONFLICT (key) DO NOTHING
    """)


def _reads() -> None:
    # A look: an agent at a ticket within ten minutes, however many pages of it they load.
    op.execute("""
        CREATE TABLE agent_looks (
            agent_id uuid NOT NULL,
            ticket_id uuid NOT NULL,
            slot timestamptz NOT NULL,
            PRIMARY KEY (agent_id, ticket_id, slot)
        )
    """)
    op.execute("CREATE INDEX agent_looks_by_slot ON agent_looks (slot)")
    op.execute("""
        CREATE TABLE agent_activity (
            agent_id uuid NOT NULL,
            hour timestamptz NOT NULL,
            measure text NOT NULL,
            n int NOT NULL,
            PRIMARY KEY (agent_id, measure, hour)
        )
    """)
    op.execute("CREATE INDEX agent_activity_by_hour ON agent_activity (hour)")


def _alerts() -> None:
    op.execute("""
        CREATE TABLE oversight_alerts (
            id uuid PRIMARY KEY,
            at timestamptz NOT NULL,
            kind text NOT NULL,
            -- whom it is about; NULL when about nobody
            agent_id uuid,
            -- the same thing twice is one alert
            key text NOT NULL UNIQUE,
            detail jsonb NOT NULL,
            settled_at timestamptz,
            settled_by uuid,
            words text NOT NULL DEFAULT ''
        )
    """)
    op.execute("""
        CREATE INDEX oversight_alerts_open ON oversight_alerts (at DESC, id DESC)
        WHERE settled_at IS NULL
    """)
    op.execute("CREATE INDEX oversight_alerts_latest ON oversight_alerts (at DESC, id DESC)")
    op.execute("""
        CREATE TABLE oversight_words (
            id uuid PRIMARY KEY,
            agent_id uuid NOT NULL,
            measure text NOT NULL,
            reason text NOT NULL,
            asked_at timestamptz NOT NULL,
            state text NOT NULL CHECK (state IN ('asked', 'given', 'refused')),
            settled_by uuid,
            settled_at timestamptz,
            until timestamptz
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX oversight_words_asked ON oversight_words (agent_id, measure)
        WHERE state = 'asked'
    """)
    op.execute("""
        CREATE INDEX oversight_words_given ON oversight_words (agent_id, measure, until)
        WHERE state = 'given'
    """)


def _bait() -> None:
    op.execute("""
        CREATE TABLE honey_records (
            customer_id uuid PRIMARY KEY REFERENCES customers,
            ticket_id uuid NOT NULL REFERENCES tickets,
            made_by uuid NOT NULL,
            made_at timestamptz NOT NULL
        )
    """)
    # Kept out of every list of work; search finds it.
    op.execute("ALTER TABLE tickets ADD COLUMN is_set_aside boolean NOT NULL DEFAULT false")


def _exports() -> None:
    op.execute("""
        CREATE TABLE export_requests (
            id uuid PRIMARY KEY,
            what text NOT NULL CHECK (what IN ('tickets', 'customers')),
            form text NOT NULL CHECK (form IN ('jsonl', 'csv')),
            -- whether facts of customers stand in it in clear
            is_clear boolean NOT NULL,
            since timestamptz NOT NULL,
            until timestamptz NOT NULL,
            reason text NOT NULL,
            state text NOT NULL CHECK (state IN ('asked', 'refused', 'withdrawn', 'writing',
                'ready', 'taken', 'expired', 'failed')),
            asked_by uuid NOT NULL,
            asked_at timestamptz NOT NULL,
            settled_by uuid,
            settled_at timestamptz,
            done int NOT NULL DEFAULT 0,
            total int NOT NULL DEFAULT 0,
            blob_id uuid REFERENCES blobs,
            size_bytes bigint NOT NULL DEFAULT 0,
            sha256 text NOT NULL DEFAULT '',
            expires_at timestamptz,
            taken_at timestamptz,
            CHECK (settled_by IS NULL OR settled_by <> asked_by OR state = 'withdrawn')
        )
    """)
    op.execute("CREATE INDEX export_requests_latest ON export_requests (asked_at DESC, id DESC)")
