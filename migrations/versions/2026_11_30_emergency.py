"""The emergency lane: who asked for a freeze, what became of it, and what agents did then.

The previous version runs on: it does not know the tables.
"""

from alembic import op

revision = "2026_11_30_emergency"
down_revision = "2026_11_30_guide"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    _freezes()
    _codes()
    # Pinned above every list: there are few, and they are looked for with every first page.
    op.execute("""
        CREATE INDEX tickets_first ON tickets (active_at DESC, id DESC)
        WHERE priority = 0 AND status = 'open'
    """)
    op.execute("""
        UPDATE roles SET permissions = permissions || '{freeze.ask,account.see}'::text[]
        WHERE is_shipped AND key IN ('admin', 'lead', 'agent')
    """)
    op.execute("""
        UPDATE roles SET permissions = permissions || '{freeze.drill}'::text[]
        WHERE is_shipped AND key IN ('admin', 'lead')
    """)


def _freezes() -> None:
    op.execute("""
        CREATE TABLE freezes (
            -- also the key under which the exchange is asked: asked twice, it freezes once
            id uuid PRIMARY KEY,
            road text NOT NULL CHECK (road IN ('session', 'mailbox', 'alert', 'agent', 'drill')),
            level smallint NOT NULL,
            method text NOT NULL,
            proven_at timestamptz NOT NULL,
            -- what was proved, so that a second press finds the first: never two at once
            subject text NOT NULL,
            uid text NOT NULL DEFAULT '',
            mailbox text NOT NULL DEFAULT '',
            -- the token of an alert mail, sealed, until the exchange has taken it
            token bytea,
            language text NOT NULL,
            reason text NOT NULL DEFAULT '',
            asked_by uuid REFERENCES agents,
            state text NOT NULL CHECK (state IN ('requested', 'unknown', 'acknowledged', 'failed',
                'lifted', 'expired')),
            trouble text NOT NULL DEFAULT '',
            said text NOT NULL DEFAULT '',
            stops text[] NOT NULL,
            lasts_hours int NOT NULL,
            asked_at timestamptz NOT NULL,
            tried_at timestamptz,
            tries int NOT NULL DEFAULT 0,
            freeze_id text NOT NULL DEFAULT '',
            since timestamptz,
            until timestamptz,
            is_confirmed boolean NOT NULL DEFAULT false,
            ended_at timestamptz,
            promised_at timestamptz NOT NULL,
            first_promised_at timestamptz NOT NULL,
            customer_id uuid REFERENCES customers,
            ticket_id uuid REFERENCES tickets
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX freezes_one_at_a_time ON freezes (subject)
        WHERE state IN ('requested', 'unknown', 'acknowledged') AND road <> 'drill'
    """)
    op.execute("CREATE INDEX freezes_latest ON freezes (asked_at DESC, id DESC)")
    op.execute("CREATE INDEX freezes_of_account ON freezes (uid, asked_at DESC) WHERE uid <> ''")
    op.execute("CREATE INDEX freezes_of_subject ON freezes (subject, asked_at DESC)")
    op.execute("CREATE INDEX freezes_of_ticket ON freezes (ticket_id, asked_at DESC)")
    op.execute("CREATE INDEX freezes_ending ON freezes (until) WHERE state = 'acknowledged'")
    op.execute("""
        CREATE TABLE freeze_steps (
            freeze_id uuid NOT NULL REFERENCES freezes ON DELETE CASCADE,
            step text NOT NULL,
            done_by uuid NOT NULL REFERENCES agents,
            done_at timestamptz NOT NULL,
            PRIMARY KEY (freeze_id, step)
        )
    """)
    op.execute("""
        CREATE TABLE freeze_unlocks (
            -- the exchange's own id of the challenge, bound to the visit that asked for it
            challenge_id text PRIMARY KEY,
            freeze_id uuid NOT NULL REFERENCES freezes ON DELETE CASCADE,
            visit bytea NOT NULL,
            method text NOT NULL,
            sent_to text NOT NULL,
            begun_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            passed_at timestamptz
        )
    """)


def _codes() -> None:
    op.execute("""
        CREATE TABLE mailbox_codes (
            -- told to the browser that asked: a code is good with it alone
            id uuid PRIMARY KEY,
            mailbox text NOT NULL,
            purpose text NOT NULL CHECK (purpose IN ('freeze', 'recover')),
            language text NOT NULL,
            code_mac bytea NOT NULL,
            tries int NOT NULL DEFAULT 0,
            made_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX mailbox_codes_old ON mailbox_codes (expires_at)")
