"""Names that pages of the exchange ask for in vain. The previous version runs on without them."""

from alembic import op

revision = "2026_11_29_zzzzzzz_entries"
down_revision = "2026_11_29_zzzzzz_upkeep"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE kb_contexts_wanted (
            key text PRIMARY KEY,
            times integer NOT NULL DEFAULT 1,
            first_at timestamptz NOT NULL,
            last_at timestamptz NOT NULL
        )
    """)
