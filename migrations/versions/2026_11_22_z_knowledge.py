"""Articles in several languages, their passages, links and revisions; feedback; searches made."""

from alembic import op

revision = "2026_11_22_z_knowledge"
down_revision = "2026_11_22_tickets"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    _articles()
    _translations()
    _readers()


def _articles() -> None:
    op.execute("""
        CREATE TABLE kb_categories (
            key text PRIMARY KEY,
            position int NOT NULL,
            icon text NOT NULL,
            -- language -> {name, description}
            names jsonb NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE kb_articles (
            id uuid PRIMARY KEY,
            -- its name in the search index, which keeps whole numbers only
            number int GENERATED ALWAYS AS IDENTITY UNIQUE,
            -- where it lay when it was imported, without language and .md
            path text NOT NULL UNIQUE,
            category text NOT NULL REFERENCES kb_categories,
            slug text NOT NULL,
            position int NOT NULL DEFAULT 0,
            is_risk boolean NOT NULL DEFAULT false,
            related text[] NOT NULL DEFAULT '{}',
            created_at timestamptz NOT NULL,
            -- the transaction that changed anything about it: each node's index reads from here
            changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
            UNIQUE (category, slug)
        )
    """)
    op.execute("CREATE INDEX kb_articles_changed ON kb_articles (changed_xid)")
    op.execute("CREATE INDEX kb_articles_in_order ON kb_articles (category, position, slug)")


def _translations() -> None:
    op.execute("""
        CREATE TABLE kb_translations (
            article_id uuid NOT NULL REFERENCES kb_articles,
            language text NOT NULL,
            title text NOT NULL,
            description text NOT NULL,
            tags text[] NOT NULL DEFAULT '{}',
            asked_as text[] NOT NULL DEFAULT '{}',
            source text NOT NULL,
            html text NOT NULL,
            toc jsonb NOT NULL,
            state text NOT NULL
                CHECK (state IN ('draft', 'published', 'internal', 'archived')),
            -- made from zh-Hans by machine and word list, and made anew whenever that changes
            is_derived boolean NOT NULL DEFAULT false,
            reviewed_on date,
            published_at timestamptz,
            saved_at timestamptz NOT NULL,
            saved_by uuid NOT NULL,
            -- its name in the folder it came from, language folder included
            import_key text,
            render_version int NOT NULL,
            version int NOT NULL DEFAULT 1,
            PRIMARY KEY (article_id, language)
        )
    """)
    op.execute("""
        CREATE TABLE kb_passages (
            article_id uuid NOT NULL,
            language text NOT NULL,
            number int NOT NULL,
            anchor text NOT NULL,
            heading text NOT NULL,
            text text NOT NULL,
            PRIMARY KEY (article_id, language, number),
            FOREIGN KEY (article_id, language) REFERENCES kb_translations ON DELETE CASCADE
        )
    """)
    op.execute("""
        CREATE TABLE kb_revisions (
            article_id uuid NOT NULL,
            language text NOT NULL,
            number int NOT NULL,
            title text NOT NULL,
            description text NOT NULL,
            tags text[] NOT NULL,
            asked_as text[] NOT NULL,
            source text NOT NULL,
            saved_at timestamptz NOT NULL,
            saved_by uuid NOT NULL,
            PRIMARY KEY (article_id, language, number),
            FOREIGN KEY (article_id, language) REFERENCES kb_translations ON DELETE CASCADE
        )
    """)
    op.execute("""
        -- links to our own articles, as written; without a target they are broken
        CREATE TABLE kb_links (
            article_id uuid NOT NULL,
            language text NOT NULL,
            address text NOT NULL,
            target_id uuid REFERENCES kb_articles,
            PRIMARY KEY (article_id, language, address),
            FOREIGN KEY (article_id, language) REFERENCES kb_translations ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX kb_links_to ON kb_links (target_id) WHERE target_id IS NOT NULL")
    op.execute("""
        CREATE INDEX kb_links_broken ON kb_links (article_id, language) WHERE target_id IS NULL
    """)


def _readers() -> None:
    op.execute("""
        CREATE TABLE kb_feedback (
            id uuid PRIMARY KEY,
            article_id uuid NOT NULL REFERENCES kb_articles,
            language text NOT NULL,
            is_helpful boolean NOT NULL,
            -- outdated, unclear, wrong, missing, other; null with a yes
            reason text,
            comment text NOT NULL DEFAULT '',
            given_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX kb_feedback_of ON kb_feedback (article_id, given_at DESC, id DESC)")
    op.execute("""
        CREATE TABLE kb_searches (
            id uuid PRIMARY KEY,
            text text NOT NULL,
            language text NOT NULL,
            door text NOT NULL,
            results int NOT NULL,
            searched_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX kb_searches_latest ON kb_searches (searched_at DESC, id DESC)")
    op.execute("""
        CREATE INDEX kb_searches_in_vain ON kb_searches (searched_at DESC, id DESC)
        WHERE results = 0
    """)
