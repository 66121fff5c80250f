"""Originals that are taken away are found from their bytes' id, in tables of any size.

The previous version runs on: it reads and writes as before.
"""

from alembic import op

revision = "2026_11_30_guard_originals"
down_revision = "2026_11_30_guard"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for table in ("messages", "inbound_events"):
            op.execute(f"""
                CREATE INDEX CONCURRENTLY IF NOT EXISTS {table}_by_original
                ON {table} (original_id) WHERE original_id IS NOT NULL
            """)
