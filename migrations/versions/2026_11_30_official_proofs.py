"""Six digits that agent and customer both see, and the code that stands in genuine mails.

The previous version runs on: it does not know the tables.
"""

from alembic import op

revision = "2026_11_30_official_proofs"
down_revision = "2026_11_30_official_names"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        CREATE TABLE agent_pins (
            id uuid PRIMARY KEY,
            ticket_id uuid NOT NULL REFERENCES tickets ON DELETE CASCADE,
            customer_id uuid NOT NULL REFERENCES customers ON DELETE CASCADE,
            agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
            sealed bytea NOT NULL,
            opened_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            -- when the customer saw them, and when they typed what the agent had read out
            read_at timestamptz,
            matched_at timestamptz
        )
    """)
    op.execute("CREATE INDEX agent_pins_of_customer ON agent_pins (customer_id, expires_at)")
    op.execute("CREATE INDEX agent_pins_of_ticket ON agent_pins (ticket_id, opened_at)")
    op.execute("""
        CREATE TABLE phishing_codes (
            customer_id uuid PRIMARY KEY REFERENCES customers ON DELETE CASCADE,
            sealed bytea,
            set_at timestamptz,
            -- a mail with it came back or went astray: it is not used until it is set anew
            suspected_at timestamptz,
            -- what waits for the second proof ('' takes the code away), and whose visit asked
            pending bytea,
            challenge_id text,
            visit bytea,
            pending_until timestamptz
        )
    """)
