"""What opening a ticket costs that has 200 messages over three conversations.

As the console does it: the head with customer, conversations and drafts, and a page of the
timeline.
"""

from pathlib import Path

import psycopg

from bench import bulk
from bench.asking import Client, in_turn
from bench.running import Desk, beside, folder, hasty_postgres, running, sign_in
from bench.table import Row, Table, judged, told
from fanlight.app.migrate import migrate

TICKETS = 10_000
MESSAGES = 200
BUDGET_MS = 4.0
WARM, ASKED = 50, 300
TICKET = "718f0000-0000-7000-8000-000000000005"  # number 5 of those made in bulk

# One mail thread stands already; a chat and a Telegram thread come to it, messages taking turns.
FILL = """
    DELETE FROM messages WHERE ticket_id = %(id)s;
    INSERT INTO conversations (id, ticket_id, customer_id, channel, account_id, thread_key,
        recipient, last_seq, created_at)
    SELECT gen_random_uuid(), t.id, t.customer_id, c.channel, c.account, 'bench', 'bench', 0, now()
    FROM tickets t, (VALUES ('chat.web', 'site'), ('telegram.private', 'main'))
        AS c(channel, account) WHERE t.id = %(id)s;
    INSERT INTO messages (id, ticket_id, conversation_id, seq, kind, author_kind, author_name, text,
        language, occurred_at, created_at, delivery)
    SELECT gen_random_uuid(), c.ticket_id, c.id, 1 + n / 3,
        CASE WHEN n %% 2 = 0 THEN 'inbound' ELSE 'outbound' END,
        CASE WHEN n %% 2 = 0 THEN 'customer' ELSE 'agent' END, 'Ling Yu',
        repeat('I sent it this morning and it is still not there. ', 1 + n %% 9), 'en',
        now() - (300 - n) * interval '1 minute', now(),
        CASE WHEN n %% 2 = 1 THEN 'sent' END
    FROM (SELECT id, ticket_id, row_number() OVER (ORDER BY id) - 1 AS place
          FROM conversations WHERE ticket_id = %(id)s) c,
        generate_series(0, %(messages)s - 1) n
    WHERE n %% 3 = c.place
"""


async def run() -> Table:
    with folder() as desk_folder:
        desk_folder.mkdir(parents=True)
        with hasty_postgres(desk_folder) as url:
            migrate(url)
            bulk.load(url, 1, TICKETS)
            with psycopg.connect(url) as connection:
                for statement in FILL.split(";"):
                    connection.execute(statement.encode(), {"id": TICKET, "messages": MESSAGES})
        return await _measured(desk_folder)


async def _measured(desk_folder: Path) -> Table:
    head = f"/api/console/tickets/{TICKET}"
    page, whole = f"{head}/timeline?limit=100", f"{head}/timeline?limit=200"
    rows: list[Row] = []
    with running(desk_folder) as desk:
        async with beside(desk_folder) as edge:
            _, cookie = await sign_in(edge, "Lead", roles=("lead",), teams=())
        async with Client(desk.port, cookie=cookie) as client:
            both = [await _cost_ms(desk, client, path) for path in (head, page)]
            rows.append(judged("opened: head and the newest 100: CPU", sum(both), BUDGET_MS, "ms"))
            rows.append(told("of that the head", both[0], "ms"))
            rows.append(told("of that the timeline", both[1], "ms"))
            rows.append(told(f"all {MESSAGES} at once", await _cost_ms(desk, client, whole), "ms"))
    said = f"{MESSAGES} messages over three conversations, among {TICKETS:,} tickets."
    return Table(title="A ticket", rows=rows, said=said)


async def _cost_ms(desk: Desk, client: Client, path: str) -> float:
    await in_turn(client, [path], WARM)
    before = desk.cpu_s()
    await in_turn(client, [path], ASKED)
    return (desk.cpu_s() - before) / ASKED * 1000
