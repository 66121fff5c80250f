"""References of letters outside every ticket. The previous version runs on: it gives none."""

from alembic import op

revision = "2026_11_30_trust_letters"
down_revision = "2026_11_30_help"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE letter_marks (
            mark text PRIMARY KEY,
            mailbox_mac bytea NOT NULL,
            sent_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX letter_marks_old ON letter_marks (sent_at)")
