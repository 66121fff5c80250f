"""A draft is sent back with words; a new article is at once in lists by views and by changes.

The previous version runs on: every new column has a default, and it inserts articles as before.
"""

from alembic import op

revision = "2026_11_29_zzzzzz_upkeep"
down_revision = "2026_11_29_zzzzz_room"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        ALTER TABLE kb_drafts
            -- why somebody who reviewed it sent it back; '' while nobody did
            ADD COLUMN sent_back text NOT NULL DEFAULT '',
            ADD COLUMN sent_back_by uuid
    """)
    op.execute("""
        CREATE FUNCTION kb_begin_facts() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO kb_facts (article_id, views, helped, failed, changed_at)
            VALUES (NEW.id, 0, 0, 0, NEW.created_at)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER kb_begin_facts AFTER INSERT ON kb_articles
        FOR EACH ROW EXECUTE FUNCTION kb_begin_facts()
    """)
    op.execute("""
        INSERT INTO kb_facts (article_id, views, helped, failed, changed_at)
        SELECT id, 0, 0, 0, created_at FROM kb_articles
        ON CONFLICT DO NOTHING
    """)
