"""A check may see nothing and prove nothing by it.

The previous version runs on; it cannot show a result that says so.
"""

from alembic import op

revision = "2026_11_30_unproven"
down_revision = "2026_11_30_text_samples"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        ALTER TABLE diagnoses
            DROP CONSTRAINT diagnoses_verdict_check,
            ADD CONSTRAINT diagnoses_verdict_check CHECK (verdict IN
                ('nothing', 'wait', 'unproven', 'act', 'person', 'urgent')) NOT VALID
    """)
    op.execute("ALTER TABLE diagnoses VALIDATE CONSTRAINT diagnoses_verdict_check")
