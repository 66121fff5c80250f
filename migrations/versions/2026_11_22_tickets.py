"""Tickets, their conversations, messages, files and deliveries; kept counters; the feed."""

from alembic import op

revision = "2026_11_22_tickets"
down_revision = "2026_11_22_people"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    # A ticket always has a team, so one is there from the first day; it may be renamed.
    op.execute("""
        INSERT INTO teams (key, name, created_at) VALUES ('support', 'Support', now())
        ON CONFLICT DO NOTHING
    """)
    _tickets()
    _conversations()
    _messages()
    _files()
    _front_door()
    _feed()
    _counters()


def _tickets() -> None:
    op.execute("""
        CREATE TABLE tickets (
            id uuid PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            customer_id uuid NOT NULL REFERENCES customers,
            subject text NOT NULL,
            team text NOT NULL REFERENCES teams,
            status text NOT NULL DEFAULT 'open'
                CHECK (status IN ('open', 'waiting', 'solved', 'spam')),
            priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 3),
            assignee_id uuid REFERENCES agents,
            -- where it began; later conversations may run elsewhere
            channel text NOT NULL,
            language text NOT NULL DEFAULT 'en',
            tags text[] NOT NULL DEFAULT '{}',
            preview text NOT NULL DEFAULT '',
            preview_by text NOT NULL DEFAULT 'system',
            needs_answer boolean NOT NULL DEFAULT true,
            opened_at timestamptz NOT NULL,
            active_at timestamptz NOT NULL,
            answered_at timestamptz,
            due_at timestamptz,
            solved_at timestamptz,
            follows_id uuid REFERENCES tickets,
            -- words of subject, names and messages, made by kernel/words.py
            search tsvector NOT NULL DEFAULT '',
            version int NOT NULL DEFAULT 1,
            stamp bigint NOT NULL DEFAULT 1
        )
    """)
    order = "active_at DESC, id DESC"
    live = "status IN ('open', 'waiting')"
    for name, columns, where in [
        ("inbox", order, live),
        ("inbox_by_team", f"team, {order}", live),
        ("inbox_by_assignee", f"assignee_id, {order}", f"{live} AND assignee_id IS NOT NULL"),
        ("unassigned", order, f"{live} AND assignee_id IS NULL"),
        ("unassigned_by_team", f"team, {order}", f"{live} AND assignee_id IS NULL"),
        ("by_channel", f"channel, {order}", live),
        ("by_channel_and_team", f"channel, team, {order}", live),
        ("waiting", order, "status = 'waiting'"),
        ("waiting_by_team", f"team, {order}", "status = 'waiting'"),
        ("solved", order, "status = 'solved'"),
        ("solved_by_team", f"team, {order}", "status = 'solved'"),
        ("solved_by_assignee", f"assignee_id, {order}", "status = 'solved'"),
    ]:
        op.execute(f"CREATE INDEX tickets_{name} ON tickets ({columns}) WHERE {where}")
    op.execute(f"CREATE INDEX tickets_of_customer ON tickets (customer_id, {order})")
    op.execute("CREATE INDEX tickets_search ON tickets USING gin (search)")


def _conversations() -> None:
    op.execute("""
        CREATE TABLE conversations (
            id uuid PRIMARY KEY,
            ticket_id uuid NOT NULL REFERENCES tickets,
            customer_id uuid NOT NULL REFERENCES customers,
            channel text NOT NULL,
            account_id text NOT NULL,
            -- the vendor's name of the thread; null where references decide (mail)
            thread_key text,
            -- the customer's native id on the channel, where answers go
            recipient text NOT NULL,
            subject text,
            last_seq int NOT NULL DEFAULT 0,
            agent_read_seq int NOT NULL DEFAULT 0,
            customer_read_seq int NOT NULL DEFAULT 0,
            customer_delivered_seq int NOT NULL DEFAULT 0,
            last_inbound_at timestamptz,
            is_blocked boolean NOT NULL DEFAULT false,
            -- the one of its thread that new messages join
            is_current boolean NOT NULL DEFAULT true,
            created_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX conversations_of_ticket ON conversations (ticket_id, created_at, id)")
    op.execute("CREATE INDEX conversations_of_customer ON conversations (customer_id, channel)")
    op.execute("""
        CREATE UNIQUE INDEX conversations_current ON conversations
            (channel, account_id, thread_key) WHERE thread_key IS NOT NULL AND is_current
    """)


def _messages() -> None:
    op.execute("""
        CREATE TABLE messages (
            id uuid PRIMARY KEY,
            ticket_id uuid NOT NULL REFERENCES tickets,
            -- null for what only the desk sees: notes and activity
            conversation_id uuid REFERENCES conversations,
            seq int,
            kind text NOT NULL CHECK (kind IN ('inbound', 'outbound', 'note', 'activity')),
            author_kind text NOT NULL
                CHECK (author_kind IN ('customer', 'agent', 'system', 'machine')),
            author_id uuid,
            author_name text NOT NULL DEFAULT '',
            text text NOT NULL,
            -- without quotes and signature, where that differs
            visible_text text,
            html text,
            subject text,
            language text,
            client_key text,
            occurred_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            edited_at timestamptz,
            is_deleted boolean NOT NULL DEFAULT false,
            redactions text[] NOT NULL DEFAULT '{}',
            level smallint NOT NULL DEFAULT 0,
            method text NOT NULL DEFAULT 'none',
            proven_at timestamptz,
            auth jsonb NOT NULL DEFAULT '{}',
            activity jsonb,
            delivery text CHECK (delivery IN ('queued', 'sending', 'sent', 'delivered', 'read',
                'failed', 'unknown', 'bounced', 'refused')),
            delivery_detail text,
            original_id uuid REFERENCES blobs,
            CHECK ((conversation_id IS NULL) = (seq IS NULL)),
            CHECK ((kind IN ('note', 'activity')) = (conversation_id IS NULL))
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX messages_in_order ON messages (conversation_id, seq)
        WHERE conversation_id IS NOT NULL
    """)
    op.execute("CREATE INDEX messages_timeline ON messages (ticket_id, occurred_at DESC, id DESC)")
    op.execute("""
        CREATE UNIQUE INDEX messages_client_key ON messages (ticket_id, client_key)
        WHERE client_key IS NOT NULL
    """)
    op.execute("""
        CREATE INDEX messages_undelivered ON messages (conversation_id, seq)
        WHERE delivery IN ('queued', 'sending')
    """)
    op.execute("""
        CREATE INDEX messages_in_trouble ON messages (created_at DESC, id DESC)
        WHERE delivery IN ('failed', 'unknown', 'bounced', 'refused')
    """)
    op.execute("""
        CREATE TABLE message_versions (
            message_id uuid NOT NULL REFERENCES messages,
            replaced_at timestamptz NOT NULL,
            text text NOT NULL,
            PRIMARY KEY (message_id, replaced_at)
        )
    """)
    op.execute("""
        -- every name under which the outside world may refer to a message
        CREATE TABLE message_refs (
            channel text NOT NULL,
            account_id text NOT NULL,
            native_id text NOT NULL,
            message_id uuid NOT NULL REFERENCES messages,
            conversation_id uuid NOT NULL REFERENCES conversations,
            PRIMARY KEY (channel, account_id, native_id)
        )
    """)
    op.execute("CREATE INDEX message_refs_of ON message_refs (message_id)")
    op.execute("CREATE INDEX message_refs_thread ON message_refs (conversation_id)")
    op.execute("""
        CREATE TABLE message_parts (
            message_id uuid NOT NULL REFERENCES messages,
            number int NOT NULL,
            state text NOT NULL CHECK (state IN ('sending', 'sent', 'failed', 'unknown')),
            native_id text,
            failure text,
            lease uuid,
            leased_until timestamptz,
            attempts int NOT NULL DEFAULT 1,
            changed_at timestamptz NOT NULL,
            PRIMARY KEY (message_id, number)
        )
    """)


def _files() -> None:
    op.execute("""
        CREATE TABLE files (
            id uuid PRIMARY KEY,
            ticket_id uuid REFERENCES tickets,
            -- null between the upload and the message it goes with
            message_id uuid REFERENCES messages,
            uploaded_by_kind text NOT NULL,
            uploaded_by uuid NOT NULL,
            name text NOT NULL,
            media_type text NOT NULL,
            size_bytes bigint NOT NULL,
            sha256 bytea,
            blob_id uuid REFERENCES blobs,
            state text NOT NULL CHECK (state IN ('clean', 'fetching', 'refused')),
            detail text,
            width int,
            height int,
            content_id text,
            -- where the vendor keeps it, until it is fetched
            source jsonb,
            created_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX files_of_message ON files (message_id) WHERE message_id IS NOT NULL")
    op.execute("CREATE INDEX files_loose ON files (created_at) WHERE message_id IS NULL")
    op.execute("""
        CREATE TABLE drafts (
            agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
            ticket_id uuid NOT NULL REFERENCES tickets,
            kind text NOT NULL CHECK (kind IN ('reply', 'note')),
            text text NOT NULL,
            conversation_id uuid REFERENCES conversations,
            updated_at timestamptz NOT NULL,
            PRIMARY KEY (agent_id, ticket_id, kind)
        )
    """)


def _front_door() -> None:
    op.execute("""
        CREATE TABLE inbound_events (
            channel text NOT NULL,
            account_id text NOT NULL,
            dedupe_key text NOT NULL,
            kind text NOT NULL,
            received_at timestamptz NOT NULL,
            message_id uuid REFERENCES messages,
            original_id uuid REFERENCES blobs,
            PRIMARY KEY (channel, account_id, dedupe_key)
        )
    """)
    op.execute("""
        CREATE INDEX inbound_events_unreadable ON inbound_events (received_at)
        WHERE kind = 'unsupported'
    """)
    op.execute("""
        -- how often a machine of ours has answered whom: loops of two machines end here
        CREATE TABLE auto_replies (
            id uuid PRIMARY KEY,
            recipient text NOT NULL,
            ticket_id uuid NOT NULL REFERENCES tickets,
            at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX auto_replies_to ON auto_replies (recipient, at DESC)")


def _feed() -> None:
    op.execute("""
        -- Read only below pg_snapshot_xmin: a change whose transaction commits late is never
        -- skipped, since no reader has passed its xid while it was still running.
        CREATE TABLE ticket_changes (
            xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
            id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
            ticket_id uuid NOT NULL,
            at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (xid, id)
        )
    """)
    op.execute("CREATE INDEX ticket_changes_by_age ON ticket_changes (at)")
    op.execute("""
        CREATE FUNCTION ticket_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO ticket_changes (ticket_id) VALUES (NEW.id);
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER ticket_changed AFTER INSERT OR UPDATE ON tickets
        FOR EACH ROW EXECUTE FUNCTION ticket_changed()
    """)


def _counters() -> None:
    op.execute("""
        -- kept, never counted; a key is spread over slots so that writers do not queue on one row
        CREATE TABLE counters (
            key text NOT NULL,
            slot smallint NOT NULL,
            n bigint NOT NULL,
            PRIMARY KEY (key, slot)
        )
    """)
    op.execute("""
        CREATE FUNCTION ticket_counter_keys(t tickets) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE WHEN t.status NOT IN ('open', 'waiting') THEN ARRAY[]::text[]
            ELSE ARRAY['team:' || t.team, 'channel:' || t.channel || ':' || t.team]
                || CASE WHEN t.assignee_id IS NULL THEN ARRAY['unassigned:' || t.team]
                   ELSE ARRAY['agent:' || t.assignee_id] END
                || CASE WHEN t.status = 'waiting' THEN ARRAY['waiting:' || t.team]
                   ELSE ARRAY[]::text[] END
            END
        $$
    """)
    op.execute("""
        CREATE FUNCTION count_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            -- one slot a session: two transactions rarely share one
            my_slot smallint := pg_backend_pid() % 8;
        BEGIN
            IF TG_OP = 'UPDATE' AND (OLD.status, OLD.team, OLD.channel) =
                (NEW.status, NEW.team, NEW.channel)
                AND OLD.assignee_id IS NOT DISTINCT FROM NEW.assignee_id
            THEN RETURN NULL;
            END IF;
            INSERT INTO counters (key, slot, n)
            SELECT key, my_slot, sum(d) FROM (
                SELECT unnest(ticket_counter_keys(NEW)) AS key, 1 AS d
                UNION ALL
                SELECT unnest(ticket_counter_keys(OLD)), -1 WHERE TG_OP = 'UPDATE'
            ) deltas
            GROUP BY key HAVING sum(d) <> 0
            ORDER BY key  -- one order for all, so that nobody waits in a circle
            ON CONFLICT (key, slot) DO UPDATE SET n = counters.n + EXCLUDED.n;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER count_tickets AFTER INSERT OR UPDATE ON tickets
        FOR EACH ROW EXECUTE FUNCTION count_tickets()
    """)
