"""What articles share: terms, legal texts, figures of the day, videos and their captions.

The previous version runs on: it knows none of the tables.
"""

from alembic import op

revision = "2026_11_29_blocks"
down_revision = "2026_11_29_reading"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("""
        -- the glossary; terms are explained where they stand
        CREATE TABLE kb_terms (
            key text PRIMARY KEY,
            -- language -> {name, definition, aliases, is_derived}
            names jsonb NOT NULL,
            -- slug of the article with the whole story; empty: there is none
            article text NOT NULL DEFAULT '',
            -- whether its first mention in an article is explained by itself
            is_automatic boolean NOT NULL DEFAULT true,
            saved_at timestamptz NOT NULL,
            version int NOT NULL DEFAULT 1
        )
    """)
    op.execute("""
        INSERT INTO kb_terms (key, names, article, saved_at)
        SELECT t ->> 'key', t -> 'names', coalesce(t ->> 'article', ''), now()
        FROM installation i, jsonb_array_elements(i.value) t WHERE i.key = 'knowledge.glossary'
        ON CONFLICT DO NOTHING
    """)
    op.execute("""
        -- legal texts, kept once and shown wherever an article names them
        CREATE TABLE kb_legal_texts (
            key text PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('risk', 'note')),
            -- language -> {title, source, html, is_derived}
            texts jsonb NOT NULL,
            saved_at timestamptz NOT NULL,
            version int NOT NULL DEFAULT 1
        )
    """)
    op.execute("""
        -- a table of figures that an exchange sets, such as withdrawal fees
        CREATE TABLE kb_figure_sets (
            name text PRIMARY KEY,
            -- language -> title
            titles jsonb NOT NULL,
            -- [{key, names: language -> name}]: what tells rows apart, then what is said of each
            row_keys jsonb NOT NULL,
            columns jsonb NOT NULL,
            -- language -> who says so
            sources jsonb NOT NULL,
            stale_after_s int NOT NULL CHECK (stale_after_s > 0),
            version int NOT NULL DEFAULT 1
        )
    """)
    op.execute("""
        CREATE TABLE kb_figures (
            name text NOT NULL REFERENCES kb_figure_sets ON DELETE CASCADE,
            -- one value for each of the set's row keys, such as {USDT, TRON}
            row_key text[] NOT NULL,
            column_key text NOT NULL,
            -- of the row
            position int NOT NULL,
            -- null: never known; its scale is the one it is shown with
            value numeric,
            -- an asset's code or another unit that needs no translation
            unit text NOT NULL DEFAULT '',
            as_of timestamptz,
            PRIMARY KEY (name, row_key, column_key),
            CHECK ((value IS NULL) = (as_of IS NULL)),
            CHECK (value NOT IN ('NaN', 'Infinity', '-Infinity'))
        )
    """)
    op.execute("""
        -- videos of ours and their captions; whoever knows an address may see it
        CREATE TABLE kb_clips (
            id uuid PRIMARY KEY,
            blob_id uuid NOT NULL REFERENCES blobs,
            media_type text NOT NULL,
            size_bytes bigint NOT NULL,
            added_at timestamptz NOT NULL,
            added_by uuid NOT NULL
        )
    """)
