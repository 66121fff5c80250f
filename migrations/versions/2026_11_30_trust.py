"""A freeze is compared with the exchange's word, and kept by a proven mailbox too.

The previous version runs on: it reads none of the columns, and keeps nothing by a code.
"""

from alembic import op

revision = "2026_11_30_trust"
down_revision = "2026_11_30_desk"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        ALTER TABLE freezes
            -- when the exchange was last asked whether it still holds
            ADD COLUMN looked_at timestamptz,
            -- since when it has not named this freeze any more
            ADD COLUMN missed_at timestamptz
    """)
    op.execute("""
        CREATE INDEX freezes_holding ON freezes (looked_at NULLS FIRST)
        WHERE state = 'acknowledged' AND uid <> '' AND road <> 'drill'
    """)
    op.execute("""
        CREATE INDEX freezes_in_line ON freezes (asked_at)
        WHERE road = 'alert' AND uid = ''
    """)
    op.execute("DROP INDEX freezes_latest")
    op.execute("""
        CREATE INDEX freezes_latest ON freezes (asked_at DESC, id DESC)
        WHERE ticket_id IS NOT NULL
    """)
    op.execute("ALTER TABLE mailbox_codes DROP CONSTRAINT mailbox_codes_purpose_check")
    op.execute("""
        ALTER TABLE mailbox_codes ADD CONSTRAINT mailbox_codes_purpose_check
        CHECK (purpose IN ('freeze', 'keep', 'recover'))
    """)
