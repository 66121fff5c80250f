"""Wishes of signed-in customers about how they are helped. The previous version runs on."""

from alembic import op

revision = "2026_11_30_trust_wishes"
down_revision = "2026_11_30_trust_letters"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE help_wishes (
            kind text NOT NULL,
            key text NOT NULL,
            -- words and digits of a closed list, as the cookie holds them
            written text NOT NULL,
            saved_at timestamptz NOT NULL,
            PRIMARY KEY (kind, key)
        )
    """)
