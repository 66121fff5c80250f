"""All tickets, the newest first: where a search for a word that is everywhere looks at once.

The previous version runs on: it does not know the index.
"""

from alembic import op

revision = "2026_11_30_desk_newest"
down_revision = "2026_11_30_trust_wishes"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("""
            CREATE INDEX CONCURRENTLY IF NOT EXISTS tickets_newest
            ON tickets (active_at DESC, id DESC)
        """)
