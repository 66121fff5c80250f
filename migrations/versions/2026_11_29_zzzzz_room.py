"""Who keeps an article, what is broken in it, and what readers ask for that nobody has written.

The previous version runs on: it knows none of the tables, and every new column has a default.
"""

from alembic import op

revision = "2026_11_29_zzzzz_room"
down_revision = "2026_11_29_zzzz_answers"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    _keepers()
    _flaws()
    _wishes()
    _facts()
    _shelves()


def _keepers() -> None:
    op.execute("""
        ALTER TABLE kb_articles
            -- who looks after it, and who is asked before readers get a new text
            ADD COLUMN owner_id uuid REFERENCES agents ON DELETE SET NULL,
            ADD COLUMN reviewer_id uuid REFERENCES agents ON DELETE SET NULL
    """)
    op.execute("""
        CREATE INDEX kb_articles_due ON kb_articles (review_by, id) WHERE review_by IS NOT NULL
    """)
    op.execute("""
        -- everybody whose words are in it: whoever publishes alone what they wrote alone is told so
        ALTER TABLE kb_drafts ADD COLUMN authors uuid[] NOT NULL DEFAULT '{}'
    """)


def _flaws() -> None:
    op.execute("""
        -- links and pictures that readers cannot follow or see, and links that lead out
        CREATE TABLE kb_flaws (
            article_id uuid NOT NULL,
            language text NOT NULL,
            kind text NOT NULL CHECK (kind IN
                ('broken', 'anchor', 'withdrawn', 'picture_missing', 'picture_foreign', 'outside')),
            -- as it is written in the text
            address text NOT NULL,
            -- of a link or picture elsewhere
            host text NOT NULL DEFAULT '',
            PRIMARY KEY (article_id, language, kind, address),
            FOREIGN KEY (article_id, language) REFERENCES kb_translations ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX kb_flaws_hosts ON kb_flaws (host) WHERE kind = 'outside'")
    op.execute("""
        CREATE INDEX kb_flaws_to_mend ON kb_flaws (article_id, language, kind, address)
        WHERE kind <> 'outside'
    """)
    op.execute("""
        -- translations whose links are to be looked at; ``face`` is what others see of one
        CREATE TABLE kb_unlooked (
            article_id uuid NOT NULL,
            language text NOT NULL,
            PRIMARY KEY (article_id, language),
            FOREIGN KEY (article_id, language) REFERENCES kb_translations ON DELETE CASCADE
        )
    """)
    op.execute("""
        -- state and anchors when its links were last looked at: what texts that link to it rest on
        CREATE TABLE kb_faces (
            article_id uuid NOT NULL,
            language text NOT NULL,
            face text NOT NULL,
            PRIMARY KEY (article_id, language),
            FOREIGN KEY (article_id, language) REFERENCES kb_translations ON DELETE CASCADE
        )
    """)
    op.execute("""
        CREATE FUNCTION kb_look_later() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO kb_unlooked (article_id, language)
            VALUES (NEW.article_id, NEW.language)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER kb_look_later AFTER INSERT OR UPDATE OF html, state ON kb_translations
        FOR EACH ROW EXECUTE FUNCTION kb_look_later()
    """)
    op.execute("""
        INSERT INTO kb_unlooked (article_id, language)
        SELECT article_id, language FROM kb_translations
    """)


def _wishes() -> None:
    op.execute("""
        ALTER TABLE kb_searches
            -- whether everything found was in another language than the reader's
            ADD COLUMN is_foreign boolean NOT NULL DEFAULT false,
            -- when one of its results was opened; known of the site's own results page
            ADD COLUMN opened_at timestamptz,
            -- what was searched before nobody counted it is left alone
            ADD COLUMN is_gathered boolean NOT NULL DEFAULT true
    """)
    op.execute("ALTER TABLE kb_searches ALTER COLUMN is_gathered SET DEFAULT false")
    op.execute("""
        CREATE INDEX kb_searches_to_gather ON kb_searches (searched_at, id) WHERE NOT is_gathered
    """)
    op.execute("""
        -- what readers and customers wanted and did not get, counted once for all who did
        CREATE TABLE kb_wishes (
            id uuid PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN
                ('no_result', 'no_click', 'other_script', 'bad_feedback', 'uncited')),
            -- what makes two of them the same
            key text NOT NULL,
            language text NOT NULL,
            -- as it was last said
            text text NOT NULL,
            article_id uuid REFERENCES kb_articles ON DELETE CASCADE,
            -- within the weeks that are kept
            times int NOT NULL DEFAULT 0,
            since timestamptz NOT NULL,
            latest timestamptz NOT NULL,
            state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'dismissed')),
            reason text NOT NULL DEFAULT '',
            settled_at timestamptz,
            settled_by uuid,
            UNIQUE (kind, language, key)
        )
    """)
    op.execute("CREATE INDEX kb_wishes_most ON kb_wishes (state, times DESC, id DESC)")
    op.execute("CREATE INDEX kb_wishes_most_of ON kb_wishes (state, kind, times DESC, id DESC)")
    op.execute("""
        CREATE TABLE kb_wish_weeks (
            wish_id uuid NOT NULL REFERENCES kb_wishes ON DELETE CASCADE,
            -- its Monday, UTC
            week date NOT NULL,
            times int NOT NULL,
            PRIMARY KEY (wish_id, week)
        )
    """)
    op.execute("CREATE INDEX kb_wish_weeks_old ON kb_wish_weeks (week)")
    op.execute("""
        -- so that a ticket counts once for a wish, however often it is told of
        CREATE TABLE kb_wish_tickets (
            wish_id uuid NOT NULL REFERENCES kb_wishes ON DELETE CASCADE,
            ticket_id uuid NOT NULL,
            PRIMARY KEY (wish_id, ticket_id)
        )
    """)


def _facts() -> None:
    op.execute("""
        -- how articles did in the last weeks, counted now and then: lists are sorted by it
        CREATE TABLE kb_facts (
            article_id uuid PRIMARY KEY REFERENCES kb_articles ON DELETE CASCADE,
            views int NOT NULL,
            helped int NOT NULL,
            failed int NOT NULL,
            changed_at timestamptz NOT NULL
        )
    """)
    for column in ("views", "failed", "changed_at"):
        op.execute(f"CREATE INDEX kb_facts_{column} ON kb_facts ({column} DESC, article_id DESC)")


def _shelves() -> None:
    op.execute("""
        -- counts saves by editors, so that two of them do not overwrite each other
        ALTER TABLE kb_categories ADD COLUMN version int NOT NULL DEFAULT 1
    """)
    op.execute("""
        -- addresses that shelves have left, so that old links still arrive
        CREATE TABLE kb_left_shelves (
            key text PRIMARY KEY,
            now_at text NOT NULL REFERENCES kb_categories ON DELETE CASCADE,
            left_at timestamptz NOT NULL
        )
    """)
