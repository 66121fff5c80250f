"""What is officially ours, who changed it, and how often people asked.

The previous version runs on: it does not know the tables.
"""

from alembic import op

revision = "2026_11_30_official"
down_revision = "2026_11_29_zzzzzzzz_transfers"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    _sources()
    op.execute("""
        UPDATE roles SET permissions = permissions || '{official.manage}'::text[]
        WHERE is_shipped AND key IN ('admin', 'lead')
    """)


def _sources() -> None:
    op.execute("""
        CREATE TABLE official_sources (
            id uuid PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('domain', 'email', 'phone', 'handle', 'group')),
            -- of handles and groups
            platform text NOT NULL DEFAULT '',
            -- as people write it
            value text NOT NULL,
            -- the number that a platform gives once; '' where there is none
            native_id text NOT NULL DEFAULT '',
            state text NOT NULL CHECK (state IN ('official', 'retired')),
            -- what it is for, by language
            words jsonb NOT NULL DEFAULT '{}',
            since date NOT NULL,
            until date,
            version int NOT NULL DEFAULT 1,
            CHECK ((state = 'retired') = (until IS NOT NULL))
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX official_sources_once
        ON official_sources (kind, platform, lower(value))
    """)
    op.execute("""
        CREATE TABLE official_changes (
            id uuid PRIMARY KEY,
            source_id uuid NOT NULL,
            act text NOT NULL CHECK (act IN ('add', 'change', 'retire', 'restore')),
            -- the source as it will stand
            source jsonb NOT NULL,
            reason text NOT NULL,
            state text NOT NULL CHECK (state IN ('open', 'confirmed', 'refused', 'withdrawn')),
            -- the nil id is the desk itself
            proposed_by uuid NOT NULL,
            proposed_at timestamptz NOT NULL,
            decided_by uuid,
            decided_at timestamptz
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX official_changes_open ON official_changes (source_id)
        WHERE state = 'open'
    """)
    op.execute(
        "CREATE INDEX official_changes_latest ON official_changes (proposed_at DESC, id DESC)"
    )
    op.execute("""
        CREATE TABLE agent_public_ids (
            agent_id uuid PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
            value text NOT NULL UNIQUE
        )
    """)
    op.execute("""
        CREATE TABLE official_lookups (
            day date NOT NULL,
            kind text NOT NULL,
            verdict text NOT NULL,
            door text NOT NULL,
            asked int NOT NULL,
            PRIMARY KEY (day, kind, verdict, door)
        )
    """)
