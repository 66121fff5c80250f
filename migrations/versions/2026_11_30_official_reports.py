"""Reports of phishing and impostors, gathered into campaigns, and what is watched for.

The previous version runs on: it does not know the tables.
"""

from alembic import op

revision = "2026_11_30_official_reports"
down_revision = "2026_11_30_insider"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE scam_campaigns (
            id uuid PRIMARY KEY,
            -- its first indicator as people write it
            name text NOT NULL,
            state text NOT NULL CHECK (state IN ('open', 'requested', 'gone', 'dismissed')),
            is_watched boolean NOT NULL,
            reports int NOT NULL DEFAULT 0,
            hits int NOT NULL DEFAULT 0,
            first_at timestamptz NOT NULL,
            last_at timestamptz NOT NULL,
            version int NOT NULL DEFAULT 1
        )
    """)
    op.execute("CREATE INDEX scam_campaigns_latest ON scam_campaigns (last_at DESC, id DESC)")
    op.execute("""
        CREATE TABLE scam_indicators (
            -- one form of what looks or reads alike, e.g. "domain:merldlan-login.com"
            key text PRIMARY KEY,
            campaign_id uuid NOT NULL REFERENCES scam_campaigns ON DELETE CASCADE,
            kind text NOT NULL,
            value text NOT NULL,
            verdict text NOT NULL,
            apes text,
            reasons text[] NOT NULL DEFAULT '{}',
            first_at timestamptz NOT NULL,
            last_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX scam_indicators_of ON scam_indicators (campaign_id, first_at)")
    op.execute("""
        CREATE TABLE scam_reports (
            id uuid PRIMARY KEY,
            campaign_id uuid NOT NULL REFERENCES scam_campaigns ON DELETE CASCADE,
            ticket_id uuid NOT NULL UNIQUE REFERENCES tickets ON DELETE CASCADE,
            at timestamptz NOT NULL,
            -- headers of the mail that came along; NULL: none did
            mail jsonb,
            -- the mail as it came, sealed; NULL: none, or the guard found a secret in it
            original_id uuid REFERENCES blobs
        )
    """)
    op.execute("CREATE INDEX scam_reports_of ON scam_reports (campaign_id, at DESC)")
    op.execute("ALTER TABLE message_names ADD COLUMN campaign_id uuid")
