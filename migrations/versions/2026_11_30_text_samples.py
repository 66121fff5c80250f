"""Keys and passwords that editors said are samples. The previous version runs on."""

from alembic import op

revision = "2026_11_30_text_samples"
down_revision = "2026_11_30_kb_steps"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE text_samples (
            -- a MAC of the sample with the installation's key: the sample itself is in the text
            fingerprint text PRIMARY KEY,
            kind text NOT NULL,
            said_by uuid NOT NULL,
            said_at timestamptz NOT NULL
        )
    """)
