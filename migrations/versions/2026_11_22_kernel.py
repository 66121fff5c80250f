"""The ground: jobs and their dead letters, cron, blobs, limits, one-time keys, the audit log."""

from alembic import op

revision = "2026_11_22_kernel"
down_revision = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE jobs (
            id uuid PRIMARY KEY,
            kind text NOT NULL,
            lane text NOT NULL DEFAULT 'default',
            payload jsonb NOT NULL,
            key text,
            state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'dead')),
            run_at timestamptz NOT NULL DEFAULT now(),
            attempts int NOT NULL DEFAULT 0,
            leased_until timestamptz,
            lease uuid,
            error text,
            created_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute("CREATE INDEX jobs_due ON jobs (lane, run_at, id) WHERE state = 'ready'")
    op.execute("CREATE INDEX jobs_dead ON jobs (created_at DESC, id DESC) WHERE state = 'dead'")
    op.execute("""
        CREATE UNIQUE INDEX jobs_key ON jobs (key)
        WHERE key IS NOT NULL AND state = 'ready' AND lease IS NULL
    """)
    op.execute("""
        CREATE TABLE cron_runs (
            name text NOT NULL,
            slot timestamptz NOT NULL,
            PRIMARY KEY (name, slot)
        )
    """)
    op.execute("""
        CREATE TABLE blobs (
            id uuid PRIMARY KEY,
            sha256 bytea NOT NULL,
            size_bytes bigint NOT NULL,
            -- the key that unseals it, itself sealed by the installation's key; null: not sealed
            sealed_key bytea,
            created_at timestamptz NOT NULL
        )
    """)
    op.execute("""
        CREATE UNLOGGED TABLE rate_limits (
            key text NOT NULL,
            slot timestamptz NOT NULL,
            used int NOT NULL,
            PRIMARY KEY (key, slot)
        )
    """)
    op.execute("""
        CREATE TABLE used_tokens (
            kind text NOT NULL,
            token text NOT NULL,
            expires_at timestamptz NOT NULL,
            PRIMARY KEY (kind, token)
        )
    """)
    op.execute("""
        CREATE TABLE installation (
            key text PRIMARY KEY,
            value jsonb NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE audit_log (
            id uuid PRIMARY KEY,
            at timestamptz NOT NULL,
            actor_kind text NOT NULL,
            actor_id uuid NOT NULL,
            action text NOT NULL,
            target text NOT NULL DEFAULT '',
            detail jsonb NOT NULL DEFAULT '{}',
            -- given by the worker in batches, so that writers never queue on one another
            link bigint UNIQUE,
            hash bytea
        )
    """)
    op.execute("CREATE INDEX audit_log_unlinked ON audit_log (id) WHERE link IS NULL")
    op.execute("CREATE INDEX audit_log_by_target ON audit_log (target, at DESC)")
    op.execute("""
        CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND OLD.link IS NULL AND NEW.link IS NOT NULL
               AND (NEW.id, NEW.at, NEW.actor_kind, NEW.actor_id, NEW.action, NEW.target,
                    NEW.detail)
                 = (OLD.id, OLD.at, OLD.actor_kind, OLD.actor_id, OLD.action, OLD.target,
                    OLD.detail)
            THEN RETURN NEW;
            END IF;
            RAISE EXCEPTION 'the audit log is append-only';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER audit_log_guard BEFORE UPDATE OR DELETE ON audit_log
        FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only()
    """)
