"""Paths and teams count their saves, so that two editors do not overwrite one another.

The previous version runs on: the columns have a default, and it never names them.
"""

from alembic import op

revision = "2026_11_29_zzzzzzz_guides"
down_revision = "2026_11_29_zzzzzzz_entries"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("ALTER TABLE kb_paths ADD COLUMN version integer NOT NULL DEFAULT 1")
    op.execute("ALTER TABLE kb_teams ADD COLUMN version integer NOT NULL DEFAULT 1")
