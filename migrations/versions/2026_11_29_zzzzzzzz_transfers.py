"""Imports and exports asked for in the console: how far they are, and what they have to say.

The previous version runs on: it does not know the table.
"""

from alembic import op

revision = "2026_11_29_zzzzzzzz_transfers"
down_revision = "2026_11_29_zzzzzzz_guides"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE kb_transfers (
            id uuid PRIMARY KEY,
            direction text NOT NULL CHECK (direction IN ('in', 'out')),
            -- of the file that came; of the one that was made
            name text NOT NULL,
            size_bytes bigint NOT NULL DEFAULT 0,
            options jsonb NOT NULL,
            state text NOT NULL CHECK (state IN ('looking', 'looked', 'importing', 'imported',
                'exporting', 'exported', 'failed', 'dropped')),
            -- articles done, of how many; 0 while they are not counted
            done int NOT NULL DEFAULT 0,
            total int NOT NULL DEFAULT 0,
            report jsonb,
            -- why it failed, as the importer says it; '' is our own fault
            fault text NOT NULL DEFAULT '',
            -- the file, until it is forgotten
            blob_id uuid REFERENCES blobs,
            begun_by uuid NOT NULL,
            begun_at timestamptz NOT NULL,
            ended_at timestamptz
        )
    """)
    op.execute("CREATE INDEX kb_transfers_latest ON kb_transfers (begun_at DESC, id DESC)")
