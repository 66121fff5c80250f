"""Lists of questions that editors keep, for a category or the home page.

The previous version runs on: it does not know the table.
"""

from alembic import op

revision = "2026_11_30_help"
down_revision = "2026_11_30_trust"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE kb_questions (
            place text PRIMARY KEY,  -- key of a category, or '@home'
            articles uuid[] NOT NULL,
            version integer NOT NULL DEFAULT 1
        )
    """)
