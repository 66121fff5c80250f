"""Customers and their identities; agents, roles, teams, sign-in, presence."""

from alembic import op

revision = "2026_11_22_people"
down_revision = "2026_11_22_kernel"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    _customers()
    _agents()
    _roles()
    _teams()
    _sign_in()
    _audit()


def _customers() -> None:
    op.execute("""
        CREATE TABLE customers (
            id uuid PRIMARY KEY,
            name text NOT NULL DEFAULT '',
            language text NOT NULL DEFAULT 'en',
            created_at timestamptz NOT NULL,
            -- a merged customer stays as a signpost: old links and ids lead to the one kept
            merged_into uuid REFERENCES customers,
            version int NOT NULL DEFAULT 1,
            CHECK (merged_into <> id)
        )
    """)
    op.execute("""
        CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL
    """)
    op.execute("""
        CREATE TABLE identities (
            id uuid PRIMARY KEY,
            customer_id uuid NOT NULL REFERENCES customers,
            kind text NOT NULL,
            -- the normal form: one mailbox, one Telegram id, one UID is one row
            key text NOT NULL,
            display text NOT NULL DEFAULT '',
            proven_at timestamptz,
            proven_by text,
            created_at timestamptz NOT NULL,
            CONSTRAINT identities_one_owner UNIQUE (kind, key)
        )
    """)
    op.execute("CREATE INDEX identities_of_customer ON identities (customer_id, created_at, id)")
    op.execute("""
        CREATE TABLE customer_merges (
            id uuid PRIMARY KEY,
            kept_id uuid NOT NULL REFERENCES customers,
            merged_id uuid NOT NULL REFERENCES customers,
            identity_ids uuid[] NOT NULL,
            reason text NOT NULL,
            agent_id uuid NOT NULL,
            at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX customer_merges_kept ON customer_merges (kept_id, at)")


def _agents() -> None:
    op.execute("""
        CREATE TABLE agents (
            id uuid PRIMARY KEY,
            email text NOT NULL CHECK (email = lower(email)),
            name text NOT NULL,
            -- what customers see; never the mail address
            public_name text NOT NULL,
            password_hash text,
            -- sealed with the installation's key; pending until one code from it was right
            totp_secret bytea,
            totp_pending bytea,
            totp_last_step bigint NOT NULL DEFAULT 0,
            language text NOT NULL DEFAULT 'en',
            languages text[] NOT NULL DEFAULT '{en}',
            theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
            density text NOT NULL DEFAULT 'compact'
                CHECK (density IN ('comfortable', 'compact')),
            state text NOT NULL DEFAULT 'invited'
                CHECK (state IN ('invited', 'active', 'suspended')),
            created_at timestamptz NOT NULL,
            CONSTRAINT agents_one_email UNIQUE (email)
        )
    """)
    op.execute("""
        CREATE TABLE presence (
            agent_id uuid PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
            state text NOT NULL CHECK (state IN ('online', 'away', 'off')),
            since timestamptz NOT NULL
        )
    """)


def _roles() -> None:
    op.execute("""
        CREATE TABLE roles (
            key text PRIMARY KEY,
            name text NOT NULL,
            permissions text[] NOT NULL,
            is_shipped boolean NOT NULL DEFAULT false
        )
    """)
    op.execute("""
        CREATE TABLE agent_roles (
            agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
            role_key text NOT NULL REFERENCES roles,
            PRIMARY KEY (agent_id, role_key)
        )
    """)
    op.execute("CREATE INDEX agent_roles_by_role ON agent_roles (role_key)")
    op.execute("""
        INSERT INTO roles (key, name, is_shipped, permissions) VALUES
        ('admin', 'Administrator', true, '{ticket.see_all,ticket.reply,ticket.note,ticket.assign,
            ticket.edit,ticket.solve,customer.see,customer.reveal,customer.merge,agent.manage,
            team.manage,role.manage,job.see,job.replay,audit.see,article.edit,article.publish,
            settings.see}'),
        ('lead', 'Team lead', true, '{ticket.see_all,ticket.reply,ticket.note,ticket.assign,
            ticket.edit,ticket.solve,customer.see,customer.reveal,customer.merge,team.manage,
            job.see,job.replay,article.edit}'),
        ('agent', 'Agent', true, '{ticket.reply,ticket.note,ticket.assign,ticket.edit,
            ticket.solve,customer.see,customer.reveal}'),
        ('editor', 'Editor', true, '{article.edit,article.publish}'),
        ('auditor', 'Auditor', true, '{ticket.see_all,customer.see,audit.see,job.see,
            settings.see}')
    """)


def _teams() -> None:
    op.execute("""
        CREATE TABLE teams (
            -- also the key of the queue in which the team's tickets wait
            key text PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9-]{0,39}$'),
            name text NOT NULL,
            languages text[] NOT NULL DEFAULT '{}',
            created_at timestamptz NOT NULL,
            archived_at timestamptz
        )
    """)
    op.execute("""
        CREATE TABLE team_members (
            team_key text NOT NULL REFERENCES teams,
            agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
            PRIMARY KEY (team_key, agent_id)
        )
    """)
    op.execute("CREATE INDEX team_members_by_agent ON team_members (agent_id)")


def _sign_in() -> None:
    op.execute("""
        CREATE TABLE agent_invites (
            token_hash bytea PRIMARY KEY,
            agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
            invited_by uuid NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX agent_invites_by_agent ON agent_invites (agent_id)")
    op.execute("""
        CREATE TABLE agent_sessions (
            id uuid PRIMARY KEY,
            -- of the cookie: who reads this table cannot sign in with it
            token_hash bytea NOT NULL UNIQUE,
            agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
            -- half: the password was right, the second proof is missing
            state text NOT NULL CHECK (state IN ('half', 'full')),
            method text NOT NULL,
            created_at timestamptz NOT NULL,
            last_seen_at timestamptz NOT NULL,
            idle_s int NOT NULL,
            expires_at timestamptz NOT NULL,
            stepped_up_at timestamptz,
            ip text NOT NULL DEFAULT '',
            user_agent text NOT NULL DEFAULT '',
            revoked_at timestamptz
        )
    """)
    op.execute("""
        CREATE INDEX agent_sessions_by_agent ON agent_sessions (agent_id, last_seen_at DESC, id)
        WHERE revoked_at IS NULL
    """)
    op.execute("CREATE INDEX agent_sessions_ended ON agent_sessions (expires_at)")
    op.execute("""
        CREATE TABLE passkeys (
            id uuid PRIMARY KEY,
            agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
            credential_id bytea NOT NULL UNIQUE,
            public_key bytea NOT NULL,
            sign_count bigint NOT NULL,
            name text NOT NULL,
            transports text[] NOT NULL DEFAULT '{}',
            is_backed_up boolean NOT NULL,
            created_at timestamptz NOT NULL,
            last_used_at timestamptz,
            -- its counter went backwards: it may exist twice, and is refused until looked at
            suspected_at timestamptz
        )
    """)
    op.execute("CREATE INDEX passkeys_by_agent ON passkeys (agent_id, created_at, id)")
    op.execute("""
        CREATE TABLE passkey_challenges (
            challenge bytea PRIMARY KEY,
            purpose text NOT NULL,
            -- null: nobody has said who they are yet
            agent_id uuid REFERENCES agents ON DELETE CASCADE,
            expires_at timestamptz NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE recovery_codes (
            agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
            code_hash bytea NOT NULL,
            used_at timestamptz,
            PRIMARY KEY (agent_id, code_hash)
        )
    """)


def _audit() -> None:
    op.execute("CREATE INDEX audit_log_newest ON audit_log (at DESC, id DESC)")
    op.execute("""
        CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()
    """)
