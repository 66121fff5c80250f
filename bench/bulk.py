"""A desk with many tickets, made inside PostgreSQL: a year of work in a few minutes.

A share of the tickets is live, as on a desk that has been used for years: 12 % open, 8 % waiting,
the rest solved. Eight teams, sixty agents, four channels; ten messages a ticket.
"""

import time
from typing import LiteralString
from uuid import UUID

import psycopg

TEAMS = tuple(f"team-{number}" for number in range(8))
LEAD = UUID("a18f0000-0000-7000-8000-000000000001")  # sees every team
AGENT = UUID("a18f0000-0000-7000-8000-000000000002")  # of one team
AGENTS_TEAM = "team-3"
MESSAGES_EACH = 10

Plain = psycopg.Connection[tuple[object, ...]]

PEOPLE = """
    INSERT INTO teams (key, name, created_at)
    SELECT 'team-' || n, 'Team ' || n, now() FROM generate_series(0, 7) n ON CONFLICT DO NOTHING;
    INSERT INTO agents (id, email, name, public_name, state, created_at)
    SELECT uid('a', n), 'agent' || n || '@meridian.example', 'Agent ' || n, 'Agent ' || n, 'active',
        now() FROM generate_series(1, 60) n ON CONFLICT DO NOTHING;
    INSERT INTO agent_roles (agent_id, role_key)
    VALUES (uid('a', 1), 'lead'), (uid('a', 2), 'agent') ON CONFLICT DO NOTHING;
    INSERT INTO team_members (team_key, agent_id) VALUES ('team-3', uid('a', 2))
    ON CONFLICT DO NOTHING
"""
# Ids that rise with their number, as ours rise with time; gone when the session ends.
UID = """
    CREATE OR REPLACE FUNCTION pg_temp.uid(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT (kind || '18f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$
"""
CUSTOMERS = """
    INSERT INTO customers (id, name, language, created_at)
    SELECT uid('c', n), (ARRAY['Ling Yu', 'Wei Chen', 'Amara Okafor', 'Jonas Brandt', '王芳',
            '陳志明', 'Sofia Marin', 'Kenji Sato'])[1 + n %% 8] || ' ' || n,
        (ARRAY['en', 'zh-Hans', 'zh-Hant'])[1 + n %% 3], now() - interval '400 days'
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n WHERE n %% 3 = 0
    ON CONFLICT DO NOTHING
"""
IDENTITIES = """
    INSERT INTO identities (id, customer_id, kind, key, display, created_at)
    SELECT uid('d', n), uid('c', n), 'email', 'customer' || n || '@mail.example',
        'customer' || n || '@mail.example', now() - interval '400 days'
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n WHERE n %% 3 = 0
    ON CONFLICT DO NOTHING
"""
# hashint8 spreads what must not follow the number, the same at every run.
TICKETS = """
    INSERT INTO tickets (id, reference, customer_id, subject, team, status, priority, assignee_id,
        channel, language, tags, preview, preview_by, needs_answer, opened_at, active_at,
        answered_at, due_at, solved_at, search)
    SELECT uid('7', n), 'FL-' || upper(lpad(to_hex(n), 9, '0')), uid('c', n - n %% 3 + 3),
        said.subject || ' ' || n, 'team-' || least(h %% 11, 7),
        state.status, h / 7 %% 4, CASE WHEN h / 11 %% 10 < 7 THEN uid('a', 1 + h / 13 %% 60) END,
        (ARRAY['email', 'chat.web', 'telegram.private', 'web.form'])[1 + h / 17 %% 4],
        (ARRAY['en', 'zh-Hans', 'zh-Hant'])[1 + n %% 3],
        CASE WHEN h %% 5 = 0 THEN ARRAY['vip'] ELSE '{}' END,
        said.subject || '. I sent it this morning and it is still not there, transaction ' || n,
        CASE WHEN h %% 2 = 0 THEN 'customer' ELSE 'agent' END, h %% 2 = 0,
        at - interval '3 days', at, at - interval '2 days', at + interval '4 hours',
        CASE WHEN state.status = 'solved' THEN at END,
        array_to_tsvector(string_to_array(lower(said.subject), ' ') || ARRAY['morning',
            'transaction', 'customer', 'w' || h %% 50000, 'w' || h / 3 %% 50000, n::text])
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n,
        LATERAL (SELECT hashint8(n)::bigint & 2147483647 AS h) spread,
        LATERAL (SELECT now() - (%(all)s::bigint - n) * interval '20 s' AS at) moment,
        LATERAL (SELECT (ARRAY['Deposit has not arrived', 'Withdrawal stopped',
            'Wrong network used', 'Memo forgotten', 'Identity photo refused',
            'Authenticator lost', 'Fee too high',
            'Position closed by liquidation', '充值 没有 到账', '提现 失败'])[1 + h / 19 %% 10]
            AS subject) said,
        LATERAL (SELECT CASE WHEN h / 23 %% 100 < 12 THEN 'open' WHEN h / 23 %% 100 < 20
            THEN 'waiting' ELSE 'solved' END AS status) state
"""
CONVERSATIONS = """
    INSERT INTO conversations (id, ticket_id, customer_id, channel, account_id, recipient, last_seq,
        created_at)
    SELECT uid('e', n), uid('7', n), uid('c', n - n %% 3 + 3), 'email', 'support',
        'customer' || n || '@mail.example', %(each)s, now() - interval '1 day'
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""
MESSAGES = """
    INSERT INTO messages (id, ticket_id, conversation_id, seq, kind, author_kind, author_name, text,
        occurred_at, created_at)
    SELECT uid('b', n * 16 + s), uid('7', n), uid('e', n), s,
        CASE WHEN s %% 2 = 1 THEN 'inbound' ELSE 'outbound' END,
        CASE WHEN s %% 2 = 1 THEN 'customer' ELSE 'agent' END, 'Ling Yu',
        'I sent it this morning and it is still not there. Transaction ' || n || ', message ' || s,
        now() - (%(all)s::bigint - n) * interval '20 s' + s * interval '1 minute',
        now() - (%(all)s::bigint - n) * interval '20 s' + s * interval '1 minute'
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n,
        generate_series(1, %(each)s) s
"""
COUNT = """
    TRUNCATE counters;
    INSERT INTO counters (key, slot, n)
    SELECT key, 0, count(*) FROM tickets t, unnest(ticket_counter_keys(t)) key GROUP BY key
"""
INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY(ARRAY['tickets', 'conversations', 'messages']::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
"""


def load(url: str, first: int, last: int) -> float:
    """Add tickets ``first`` to ``last`` with all that hangs on them; how many seconds it took."""
    begun = time.monotonic()
    values = {"first": first, "last": last, "all": last, "each": MESSAGES_EACH}
    with psycopg.connect(url, autocommit=True) as connection:
        # No triggers, no foreign keys: what they would do is done at once below.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET search_path = public, pg_temp")
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET max_parallel_maintenance_workers = 0")
        connection.execute(UID)
        later = _without_indexes(connection) if last - first > 100_000 else []
        connection.execute(_named(PEOPLE))
        connection.execute(_named(CUSTOMERS), {"first": first, "last": last + 3})
        connection.execute(_named(IDENTITIES), {"first": first, "last": last + 3})
        for statement in (TICKETS, CONVERSATIONS, MESSAGES):
            connection.execute(_named(statement), values)
        for statement in later:
            connection.execute(statement.encode())
        connection.execute(COUNT)
        for table in (
            "tickets",
            "conversations",
            "messages",
            "customers",
            "identities",
            "counters",
        ):
            connection.execute(f"VACUUM (ANALYZE) {table}".encode())
    return time.monotonic() - begun


def _named(statement: LiteralString) -> LiteralString:
    return statement.replace("uid(", "pg_temp.uid(")


def _without_indexes(connection: Plain) -> list[str]:
    """Drop what is quicker to build at once; the statements that bring it back."""
    found = connection.execute(INDEXES).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}".encode())
    return [str(definition) for _, definition in found]
