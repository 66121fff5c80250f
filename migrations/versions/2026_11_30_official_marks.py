"""References of what we sent, by which its receiver can ask whether we did.

The previous version runs on: it does not know the table, and what it sends has no reference.
"""

from alembic import op

revision = "2026_11_30_official_marks"
down_revision = "2026_11_30_diag"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE message_marks (
            -- e.g. MS-7K3M9QX4T
            mark text PRIMARY KEY,
            message_id uuid NOT NULL UNIQUE REFERENCES messages ON DELETE CASCADE
        )
    """)
