-- The schema as `fanlight migrate` leaves it, at revision 2026_11_30_unproven,
-- dumped from PostgreSQL 18.
-- Made by scripts/docs.py; to change the schema, add a revision under migrations/versions.

CREATE FUNCTION audit_log_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND OLD.link IS NULL AND NEW.link IS NOT NULL
               AND (NEW.id, NEW.at, NEW.actor_kind, NEW.actor_id, NEW.action, NEW.target,
                    NEW.detail)
                 = (OLD.id, OLD.at, OLD.actor_kind, OLD.actor_id, OLD.action, OLD.target,
                    OLD.detail)
            THEN RETURN NEW;
            END IF;
            RAISE EXCEPTION 'the audit log is append-only';
        END $$;

CREATE FUNCTION count_tickets() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
        END $$;

CREATE FUNCTION kb_begin_facts() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            INSERT INTO kb_facts (article_id, views, helped, failed, changed_at)
            VALUES (NEW.id, 0, 0, 0, NEW.created_at)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;

CREATE FUNCTION kb_look_later() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            INSERT INTO kb_unlooked (article_id, language)
            VALUES (NEW.article_id, NEW.language)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;

CREATE FUNCTION ticket_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            INSERT INTO ticket_changes (ticket_id) VALUES (NEW.id);
            RETURN NULL;
        END $$;

CREATE TABLE tickets (
    id uuid NOT NULL,
    reference text NOT NULL,
    customer_id uuid NOT NULL,
    subject text NOT NULL,
    team text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    priority smallint DEFAULT 2 NOT NULL,
    assignee_id uuid,
    channel text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    preview text DEFAULT ''::text NOT NULL,
    preview_by text DEFAULT 'system'::text NOT NULL,
    needs_answer boolean DEFAULT true NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    active_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    due_at timestamp with time zone,
    solved_at timestamp with time zone,
    follows_id uuid,
    search tsvector DEFAULT ''::tsvector NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    stamp bigint DEFAULT 1 NOT NULL,
    is_set_aside boolean DEFAULT false NOT NULL,
    CONSTRAINT tickets_priority_check CHECK (((priority >= 0) AND (priority <= 3))),
    CONSTRAINT tickets_status_check CHECK ((status = ANY (ARRAY['open'::text, 'waiting'::text, 'solved'::text, 'spam'::text])))
);

CREATE FUNCTION ticket_counter_keys(t tickets) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    AS $$
            SELECT CASE WHEN t.status NOT IN ('open', 'waiting') THEN ARRAY[]::text[]
            ELSE ARRAY['team:' || t.team, 'channel:' || t.channel || ':' || t.team]
                || CASE WHEN t.assignee_id IS NULL THEN ARRAY['unassigned:' || t.team]
                   ELSE ARRAY['agent:' || t.assignee_id] END
                || CASE WHEN t.status = 'waiting' THEN ARRAY['waiting:' || t.team]
                   ELSE ARRAY[]::text[] END
            END
        $$;

CREATE TABLE agent_activity (
    agent_id uuid NOT NULL,
    hour timestamp with time zone NOT NULL,
    measure text NOT NULL,
    n integer NOT NULL
);

CREATE TABLE agent_invites (
    token_hash bytea NOT NULL,
    agent_id uuid NOT NULL,
    invited_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE agent_looks (
    agent_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    slot timestamp with time zone NOT NULL
);

CREATE TABLE agent_pins (
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    sealed bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    matched_at timestamp with time zone
);

CREATE TABLE agent_public_ids (
    agent_id uuid NOT NULL,
    value text NOT NULL
);

CREATE TABLE agent_roles (
    agent_id uuid NOT NULL,
    role_key text NOT NULL
);

CREATE TABLE agent_sessions (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    agent_id uuid NOT NULL,
    state text NOT NULL,
    method text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    idle_s integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    stepped_up_at timestamp with time zone,
    ip text DEFAULT ''::text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT agent_sessions_state_check CHECK ((state = ANY (ARRAY['half'::text, 'full'::text])))
);

CREATE TABLE agents (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    public_name text NOT NULL,
    password_hash text,
    totp_secret bytea,
    totp_pending bytea,
    totp_last_step bigint DEFAULT 0 NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    languages text[] DEFAULT '{en}'::text[] NOT NULL,
    theme text DEFAULT 'system'::text NOT NULL,
    density text DEFAULT 'compact'::text NOT NULL,
    state text DEFAULT 'invited'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT agents_density_check CHECK ((density = ANY (ARRAY['comfortable'::text, 'compact'::text]))),
    CONSTRAINT agents_email_check CHECK ((email = lower(email))),
    CONSTRAINT agents_state_check CHECK ((state = ANY (ARRAY['invited'::text, 'active'::text, 'suspended'::text]))),
    CONSTRAINT agents_theme_check CHECK ((theme = ANY (ARRAY['system'::text, 'light'::text, 'dark'::text])))
);

CREATE TABLE alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE announcement_texts (
    announcement_id uuid NOT NULL,
    language text NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    source text NOT NULL,
    html text NOT NULL,
    saved_at timestamp with time zone NOT NULL
);

CREATE TABLE announcements (
    id uuid NOT NULL,
    slug text NOT NULL,
    kind text NOT NULL,
    is_pinned boolean DEFAULT false NOT NULL,
    published_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    ends_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT announcements_kind_check CHECK ((kind = ANY (ARRAY['listing'::text, 'maintenance'::text, 'security'::text, 'incident'::text, 'campaign'::text, 'notice'::text])))
);

CREATE TABLE audit_log (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid NOT NULL,
    action text NOT NULL,
    target text DEFAULT ''::text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    link bigint,
    hash bytea
);

CREATE TABLE auto_replies (
    id uuid NOT NULL,
    recipient text NOT NULL,
    ticket_id uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE blobs (
    id uuid NOT NULL,
    sha256 bytea NOT NULL,
    size_bytes bigint NOT NULL,
    sealed_key bytea,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE chat_contacts (
    conversation_id uuid NOT NULL,
    email text,
    language text NOT NULL,
    is_signed boolean NOT NULL,
    mail_after_s integer NOT NULL,
    mail_while_open_s integer NOT NULL,
    came_at timestamp with time zone,
    left_at timestamp with time zone,
    mailed_seq integer DEFAULT 0 NOT NULL
);

CREATE TABLE chat_sessions (
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text,
    language text NOT NULL,
    page text DEFAULT ''::text NOT NULL,
    proven_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT chat_sessions_check CHECK (((kind = 'exchange'::text) = (proven_at IS NOT NULL))),
    CONSTRAINT chat_sessions_kind_check CHECK ((kind = ANY (ARRAY['visitor'::text, 'exchange'::text])))
);

CREATE TABLE conversations (
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    channel text NOT NULL,
    account_id text NOT NULL,
    thread_key text,
    recipient text NOT NULL,
    subject text,
    last_seq integer DEFAULT 0 NOT NULL,
    agent_read_seq integer DEFAULT 0 NOT NULL,
    customer_read_seq integer DEFAULT 0 NOT NULL,
    customer_delivered_seq integer DEFAULT 0 NOT NULL,
    last_inbound_at timestamp with time zone,
    is_blocked boolean DEFAULT false NOT NULL,
    is_current boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE counters (
    key text NOT NULL,
    slot smallint NOT NULL,
    n bigint NOT NULL
);

CREATE TABLE cron_runs (
    name text NOT NULL,
    slot timestamp with time zone NOT NULL
);

CREATE TABLE customer_merges (
    id uuid NOT NULL,
    kept_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    identity_ids uuid[] NOT NULL,
    reason text NOT NULL,
    agent_id uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE customers (
    id uuid NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    merged_into uuid,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT customers_check CHECK ((merged_into <> id))
);

CREATE TABLE diagnoses (
    id uuid NOT NULL,
    symptom text NOT NULL,
    uid text,
    code text NOT NULL,
    verdict text NOT NULL,
    named jsonb NOT NULL,
    finding jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    took_ms integer NOT NULL,
    made_by text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ticket_id uuid,
    CONSTRAINT diagnoses_made_by_check CHECK ((made_by = ANY (ARRAY['customer'::text, 'agent'::text]))),
    CONSTRAINT diagnoses_verdict_check CHECK ((verdict = ANY (ARRAY['nothing'::text, 'wait'::text, 'unproven'::text, 'act'::text, 'person'::text, 'urgent'::text])))
);

CREATE TABLE drafts (
    agent_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    conversation_id uuid,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT drafts_kind_check CHECK ((kind = ANY (ARRAY['reply'::text, 'note'::text])))
);

CREATE TABLE export_requests (
    id uuid NOT NULL,
    what text NOT NULL,
    form text NOT NULL,
    is_clear boolean NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    settled_by uuid,
    settled_at timestamp with time zone,
    done integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    blob_id uuid,
    size_bytes bigint DEFAULT 0 NOT NULL,
    sha256 text DEFAULT ''::text NOT NULL,
    expires_at timestamp with time zone,
    taken_at timestamp with time zone,
    CONSTRAINT export_requests_check CHECK (((settled_by IS NULL) OR (settled_by <> asked_by) OR (state = 'withdrawn'::text))),
    CONSTRAINT export_requests_form_check CHECK ((form = ANY (ARRAY['jsonl'::text, 'csv'::text]))),
    CONSTRAINT export_requests_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'refused'::text, 'withdrawn'::text, 'writing'::text, 'ready'::text, 'taken'::text, 'expired'::text, 'failed'::text]))),
    CONSTRAINT export_requests_what_check CHECK ((what = ANY (ARRAY['tickets'::text, 'customers'::text])))
);

CREATE TABLE files (
    id uuid NOT NULL,
    ticket_id uuid,
    message_id uuid,
    uploaded_by_kind text NOT NULL,
    uploaded_by uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 bytea,
    blob_id uuid,
    state text NOT NULL,
    detail text,
    width integer,
    height integer,
    content_id text,
    source jsonb,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT files_state_check CHECK ((state = ANY (ARRAY['clean'::text, 'fetching'::text, 'refused'::text])))
);

CREATE TABLE freeze_steps (
    freeze_id uuid NOT NULL,
    step text NOT NULL,
    done_by uuid NOT NULL,
    done_at timestamp with time zone NOT NULL
);

CREATE TABLE freeze_unlocks (
    challenge_id text NOT NULL,
    freeze_id uuid NOT NULL,
    visit bytea NOT NULL,
    method text NOT NULL,
    sent_to text NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    passed_at timestamp with time zone
);

CREATE TABLE freezes (
    id uuid NOT NULL,
    road text NOT NULL,
    level smallint NOT NULL,
    method text NOT NULL,
    proven_at timestamp with time zone NOT NULL,
    subject text NOT NULL,
    uid text DEFAULT ''::text NOT NULL,
    mailbox text DEFAULT ''::text NOT NULL,
    token bytea,
    language text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    asked_by uuid,
    state text NOT NULL,
    trouble text DEFAULT ''::text NOT NULL,
    said text DEFAULT ''::text NOT NULL,
    stops text[] NOT NULL,
    lasts_hours integer NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    tried_at timestamp with time zone,
    tries integer DEFAULT 0 NOT NULL,
    freeze_id text DEFAULT ''::text NOT NULL,
    since timestamp with time zone,
    until timestamp with time zone,
    is_confirmed boolean DEFAULT false NOT NULL,
    ended_at timestamp with time zone,
    promised_at timestamp with time zone NOT NULL,
    first_promised_at timestamp with time zone NOT NULL,
    customer_id uuid,
    ticket_id uuid,
    looked_at timestamp with time zone,
    missed_at timestamp with time zone,
    CONSTRAINT freezes_road_check CHECK ((road = ANY (ARRAY['session'::text, 'mailbox'::text, 'alert'::text, 'agent'::text, 'drill'::text]))),
    CONSTRAINT freezes_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'unknown'::text, 'acknowledged'::text, 'failed'::text, 'lifted'::text, 'expired'::text])))
);

CREATE TABLE guide_corrections (
    id uuid NOT NULL,
    text text NOT NULL,
    guessed text NOT NULL,
    category text NOT NULL,
    urgency text NOT NULL,
    state text DEFAULT 'waits'::text NOT NULL,
    said_at timestamp with time zone NOT NULL,
    decided_by uuid,
    CONSTRAINT guide_corrections_state_check CHECK ((state = ANY (ARRAY['waits'::text, 'taken'::text, 'dropped'::text])))
);

CREATE TABLE guide_rules (
    number bigint NOT NULL,
    text text NOT NULL,
    saved_by uuid NOT NULL,
    saved_at timestamp with time zone NOT NULL
);

ALTER TABLE guide_rules ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME guide_rules_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE help_links (
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    groups text[] DEFAULT '{}'::text[] NOT NULL,
    proven_at timestamp with time zone,
    leads_to text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT help_links_kind_check CHECK ((kind = ANY (ARRAY['exchange'::text, 'email'::text])))
);

CREATE TABLE help_sessions (
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    groups text[] DEFAULT '{}'::text[] NOT NULL,
    proven_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT help_sessions_kind_check CHECK ((kind = ANY (ARRAY['exchange'::text, 'email'::text])))
);

CREATE TABLE help_wishes (
    kind text NOT NULL,
    key text NOT NULL,
    written text NOT NULL,
    saved_at timestamp with time zone NOT NULL
);

CREATE TABLE honey_records (
    customer_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE identities (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    display text DEFAULT ''::text NOT NULL,
    proven_at timestamp with time zone,
    proven_by text,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE inbound_events (
    channel text NOT NULL,
    account_id text NOT NULL,
    dedupe_key text NOT NULL,
    kind text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    message_id uuid,
    original_id uuid
);

CREATE TABLE installation (
    key text NOT NULL,
    value jsonb NOT NULL
);

CREATE TABLE jobs (
    id uuid NOT NULL,
    kind text NOT NULL,
    lane text DEFAULT 'default'::text NOT NULL,
    payload jsonb NOT NULL,
    key text,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    leased_until timestamp with time zone,
    lease uuid,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'dead'::text])))
);

CREATE TABLE kb_answers (
    id uuid NOT NULL,
    key bytea NOT NULL,
    question text NOT NULL,
    language text NOT NULL,
    sentences jsonb NOT NULL,
    sources jsonb NOT NULL,
    right_count integer DEFAULT 0 NOT NULL,
    wrong_count integer DEFAULT 0 NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE kb_articles (
    id uuid NOT NULL,
    number integer NOT NULL,
    path text NOT NULL,
    category text NOT NULL,
    slug text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    is_risk boolean DEFAULT false NOT NULL,
    related text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    source_language text,
    review_by date,
    team text,
    audience text[] DEFAULT '{public}'::text[] NOT NULL,
    owner_id uuid,
    reviewer_id uuid,
    CONSTRAINT kb_articles_audience_check CHECK ((cardinality(audience) > 0))
);

ALTER TABLE kb_articles ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME kb_articles_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE kb_asked (
    hour timestamp with time zone NOT NULL,
    article_id uuid NOT NULL,
    views integer DEFAULT 0 NOT NULL,
    searches integer DEFAULT 0 NOT NULL
);

CREATE TABLE kb_cards (
    article_id uuid NOT NULL,
    language text NOT NULL,
    mark text NOT NULL,
    blob_id uuid NOT NULL
);

CREATE TABLE kb_categories (
    key text NOT NULL,
    "position" integer NOT NULL,
    icon text NOT NULL,
    names jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE TABLE kb_citations (
    message_id uuid NOT NULL,
    article_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    language text NOT NULL,
    agent_id uuid NOT NULL,
    cited_at timestamp with time zone NOT NULL
);

CREATE TABLE kb_clips (
    id uuid NOT NULL,
    blob_id uuid NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by uuid NOT NULL
);

CREATE TABLE kb_contexts (
    key text NOT NULL,
    article_id uuid NOT NULL
);

CREATE TABLE kb_contexts_wanted (
    key text NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);

CREATE TABLE kb_drafts (
    article_id uuid NOT NULL,
    language text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    tags text[] NOT NULL,
    asked_as text[] NOT NULL,
    source text NOT NULL,
    stage text NOT NULL,
    publish_at timestamp with time zone,
    based_on integer NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    authors uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    sent_back text DEFAULT ''::text NOT NULL,
    sent_back_by uuid,
    CONSTRAINT kb_drafts_check CHECK (((stage = 'scheduled'::text) = (publish_at IS NOT NULL))),
    CONSTRAINT kb_drafts_stage_check CHECK ((stage = ANY (ARRAY['writing'::text, 'review'::text, 'scheduled'::text])))
);

CREATE TABLE kb_embeddings (
    model text NOT NULL,
    hash bytea NOT NULL,
    vector bytea NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE kb_faces (
    article_id uuid NOT NULL,
    language text NOT NULL,
    face text NOT NULL
);

CREATE TABLE kb_facts (
    article_id uuid NOT NULL,
    views integer NOT NULL,
    helped integer NOT NULL,
    failed integer NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE kb_feedback (
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    language text NOT NULL,
    is_helpful boolean NOT NULL,
    reason text,
    comment text DEFAULT ''::text NOT NULL,
    given_at timestamp with time zone NOT NULL,
    step text
);

CREATE TABLE kb_figure_sets (
    name text NOT NULL,
    titles jsonb NOT NULL,
    row_keys jsonb NOT NULL,
    columns jsonb NOT NULL,
    sources jsonb NOT NULL,
    stale_after_s integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT kb_figure_sets_stale_after_s_check CHECK ((stale_after_s > 0))
);

CREATE TABLE kb_figures (
    name text NOT NULL,
    row_key text[] NOT NULL,
    column_key text NOT NULL,
    "position" integer NOT NULL,
    value numeric,
    unit text DEFAULT ''::text NOT NULL,
    as_of timestamp with time zone,
    CONSTRAINT kb_figures_check CHECK (((value IS NULL) = (as_of IS NULL))),
    CONSTRAINT kb_figures_value_check CHECK ((value <> ALL (ARRAY['NaN'::numeric, 'Infinity'::numeric, '-Infinity'::numeric])))
);

CREATE TABLE kb_flaws (
    article_id uuid NOT NULL,
    language text NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    host text DEFAULT ''::text NOT NULL,
    CONSTRAINT kb_flaws_kind_check CHECK ((kind = ANY (ARRAY['broken'::text, 'anchor'::text, 'withdrawn'::text, 'picture_missing'::text, 'picture_foreign'::text, 'outside'::text])))
);

CREATE TABLE kb_left_addresses (
    category text NOT NULL,
    slug text NOT NULL,
    article_id uuid NOT NULL,
    left_at timestamp with time zone NOT NULL
);

CREATE TABLE kb_left_shelves (
    key text NOT NULL,
    now_at text NOT NULL,
    left_at timestamp with time zone NOT NULL
);

CREATE TABLE kb_legal_texts (
    key text NOT NULL,
    kind text NOT NULL,
    texts jsonb NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT kb_legal_texts_kind_check CHECK ((kind = ANY (ARRAY['risk'::text, 'note'::text])))
);

CREATE TABLE kb_links (
    article_id uuid NOT NULL,
    language text NOT NULL,
    address text NOT NULL,
    target_id uuid
);

CREATE TABLE kb_passages (
    article_id uuid NOT NULL,
    language text NOT NULL,
    number integer NOT NULL,
    anchor text NOT NULL,
    heading text NOT NULL,
    text text NOT NULL
);

CREATE TABLE kb_paths (
    key text NOT NULL,
    "position" integer NOT NULL,
    names jsonb NOT NULL,
    steps jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE TABLE kb_pictures (
    id uuid NOT NULL,
    blob_id uuid NOT NULL,
    media_type text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by uuid NOT NULL
);

CREATE TABLE kb_questions (
    place text NOT NULL,
    articles uuid[] NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE TABLE kb_redirects (
    path text NOT NULL,
    article_id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE kb_revisions (
    article_id uuid NOT NULL,
    language text NOT NULL,
    number integer NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    tags text[] NOT NULL,
    asked_as text[] NOT NULL,
    source text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by uuid NOT NULL
);

CREATE TABLE kb_searches (
    id uuid NOT NULL,
    text text NOT NULL,
    language text NOT NULL,
    door text NOT NULL,
    results integer NOT NULL,
    searched_at timestamp with time zone NOT NULL,
    is_foreign boolean DEFAULT false NOT NULL,
    opened_at timestamp with time zone,
    is_gathered boolean DEFAULT false NOT NULL
);

CREATE TABLE kb_synonyms (
    id uuid NOT NULL,
    words text[] NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    is_one_way boolean DEFAULT false NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT kb_synonyms_words_check CHECK ((cardinality(words) >= 2))
);

CREATE TABLE kb_teams (
    key text NOT NULL,
    names jsonb NOT NULL,
    categories text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE TABLE kb_terms (
    key text NOT NULL,
    names jsonb NOT NULL,
    article text DEFAULT ''::text NOT NULL,
    is_automatic boolean DEFAULT true NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE TABLE kb_transfers (
    id uuid NOT NULL,
    direction text NOT NULL,
    name text NOT NULL,
    size_bytes bigint DEFAULT 0 NOT NULL,
    options jsonb NOT NULL,
    state text NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    report jsonb,
    fault text DEFAULT ''::text NOT NULL,
    blob_id uuid,
    begun_by uuid NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT kb_transfers_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
    CONSTRAINT kb_transfers_state_check CHECK ((state = ANY (ARRAY['looking'::text, 'looked'::text, 'importing'::text, 'imported'::text, 'exporting'::text, 'exported'::text, 'failed'::text, 'dropped'::text])))
);

CREATE TABLE kb_translations (
    article_id uuid NOT NULL,
    language text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    asked_as text[] DEFAULT '{}'::text[] NOT NULL,
    source text NOT NULL,
    html text NOT NULL,
    toc jsonb NOT NULL,
    state text NOT NULL,
    is_derived boolean DEFAULT false NOT NULL,
    reviewed_on date,
    published_at timestamp with time zone,
    saved_at timestamp with time zone NOT NULL,
    saved_by uuid NOT NULL,
    import_key text,
    render_version integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    source_at timestamp with time zone,
    import_mark text,
    CONSTRAINT kb_translations_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'internal'::text, 'archived'::text])))
);

CREATE TABLE kb_unlooked (
    article_id uuid NOT NULL,
    language text NOT NULL
);

CREATE TABLE kb_wish_tickets (
    wish_id uuid NOT NULL,
    ticket_id uuid NOT NULL
);

CREATE TABLE kb_wish_weeks (
    wish_id uuid NOT NULL,
    week date NOT NULL,
    times integer NOT NULL
);

CREATE TABLE kb_wishes (
    id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    article_id uuid,
    times integer DEFAULT 0 NOT NULL,
    since timestamp with time zone NOT NULL,
    latest timestamp with time zone NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    settled_at timestamp with time zone,
    settled_by uuid,
    CONSTRAINT kb_wishes_kind_check CHECK ((kind = ANY (ARRAY['no_result'::text, 'no_click'::text, 'other_script'::text, 'bad_feedback'::text, 'uncited'::text]))),
    CONSTRAINT kb_wishes_state_check CHECK ((state = ANY (ARRAY['open'::text, 'taken'::text, 'dismissed'::text])))
);

CREATE TABLE letter_marks (
    mark text NOT NULL,
    mailbox_mac bytea NOT NULL,
    sent_at timestamp with time zone NOT NULL
);

CREATE TABLE mailbox_codes (
    id uuid NOT NULL,
    mailbox text NOT NULL,
    purpose text NOT NULL,
    language text NOT NULL,
    code_mac bytea NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT mailbox_codes_purpose_check CHECK ((purpose = ANY (ARRAY['freeze'::text, 'keep'::text, 'recover'::text])))
);

CREATE TABLE message_marks (
    mark text NOT NULL,
    message_id uuid NOT NULL
);

CREATE TABLE message_names (
    message_id uuid NOT NULL,
    number smallint NOT NULL,
    place text NOT NULL,
    value text NOT NULL,
    verdict text NOT NULL,
    apes text,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    campaign_id uuid,
    CONSTRAINT message_names_place_check CHECK ((place = ANY (ARRAY['text'::text, 'sender'::text]))),
    CONSTRAINT message_names_verdict_check CHECK ((verdict = ANY (ARRAY['official'::text, 'retired'::text, 'look_alike'::text, 'unknown'::text])))
);

CREATE TABLE message_parts (
    message_id uuid NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    native_id text,
    failure text,
    lease uuid,
    leased_until timestamp with time zone,
    attempts integer DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT message_parts_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'sent'::text, 'failed'::text, 'unknown'::text])))
);

CREATE TABLE message_refs (
    channel text NOT NULL,
    account_id text NOT NULL,
    native_id text NOT NULL,
    message_id uuid NOT NULL,
    conversation_id uuid NOT NULL
);

CREATE TABLE message_versions (
    message_id uuid NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    text text NOT NULL
);

CREATE TABLE messages (
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    conversation_id uuid,
    seq integer,
    kind text NOT NULL,
    author_kind text NOT NULL,
    author_id uuid,
    author_name text DEFAULT ''::text NOT NULL,
    text text NOT NULL,
    visible_text text,
    html text,
    subject text,
    language text,
    client_key text,
    occurred_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    edited_at timestamp with time zone,
    is_deleted boolean DEFAULT false NOT NULL,
    redactions text[] DEFAULT '{}'::text[] NOT NULL,
    level smallint DEFAULT 0 NOT NULL,
    method text DEFAULT 'none'::text NOT NULL,
    proven_at timestamp with time zone,
    auth jsonb DEFAULT '{}'::jsonb NOT NULL,
    activity jsonb,
    delivery text,
    delivery_detail text,
    original_id uuid,
    CONSTRAINT messages_author_kind_check CHECK ((author_kind = ANY (ARRAY['customer'::text, 'agent'::text, 'system'::text, 'machine'::text]))),
    CONSTRAINT messages_check CHECK (((conversation_id IS NULL) = (seq IS NULL))),
    CONSTRAINT messages_check1 CHECK (((kind = ANY (ARRAY['note'::text, 'activity'::text])) = (conversation_id IS NULL))),
    CONSTRAINT messages_delivery_check CHECK ((delivery = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'delivered'::text, 'read'::text, 'failed'::text, 'unknown'::text, 'bounced'::text, 'refused'::text]))),
    CONSTRAINT messages_kind_check CHECK ((kind = ANY (ARRAY['inbound'::text, 'outbound'::text, 'note'::text, 'activity'::text])))
);

CREATE TABLE official_changes (
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    act text NOT NULL,
    source jsonb NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    CONSTRAINT official_changes_act_check CHECK ((act = ANY (ARRAY['add'::text, 'change'::text, 'retire'::text, 'restore'::text]))),
    CONSTRAINT official_changes_state_check CHECK ((state = ANY (ARRAY['open'::text, 'confirmed'::text, 'refused'::text, 'withdrawn'::text])))
);

CREATE TABLE official_lookups (
    day date NOT NULL,
    kind text NOT NULL,
    verdict text NOT NULL,
    door text NOT NULL,
    asked integer NOT NULL
);

CREATE TABLE official_sources (
    id uuid NOT NULL,
    kind text NOT NULL,
    platform text DEFAULT ''::text NOT NULL,
    value text NOT NULL,
    native_id text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    words jsonb DEFAULT '{}'::jsonb NOT NULL,
    since date NOT NULL,
    until date,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT official_sources_check CHECK (((state = 'retired'::text) = (until IS NOT NULL))),
    CONSTRAINT official_sources_kind_check CHECK ((kind = ANY (ARRAY['domain'::text, 'email'::text, 'phone'::text, 'handle'::text, 'group'::text]))),
    CONSTRAINT official_sources_state_check CHECK ((state = ANY (ARRAY['official'::text, 'retired'::text])))
);

CREATE TABLE oversight_alerts (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    agent_id uuid,
    key text NOT NULL,
    detail jsonb NOT NULL,
    settled_at timestamp with time zone,
    settled_by uuid,
    words text DEFAULT ''::text NOT NULL
);

CREATE TABLE oversight_words (
    id uuid NOT NULL,
    agent_id uuid NOT NULL,
    measure text NOT NULL,
    reason text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    settled_by uuid,
    settled_at timestamp with time zone,
    until timestamp with time zone,
    CONSTRAINT oversight_words_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'given'::text, 'refused'::text])))
);

CREATE TABLE passkey_challenges (
    challenge bytea NOT NULL,
    purpose text NOT NULL,
    agent_id uuid,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE passkeys (
    id uuid NOT NULL,
    agent_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    transports text[] DEFAULT '{}'::text[] NOT NULL,
    is_backed_up boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    suspected_at timestamp with time zone
);

CREATE TABLE phishing_codes (
    customer_id uuid NOT NULL,
    sealed bytea,
    set_at timestamp with time zone,
    suspected_at timestamp with time zone,
    pending bytea,
    challenge_id text,
    visit bytea,
    pending_until timestamp with time zone
);

CREATE TABLE presence (
    agent_id uuid NOT NULL,
    state text NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT presence_state_check CHECK ((state = ANY (ARRAY['online'::text, 'away'::text, 'off'::text])))
);

CREATE UNLOGGED TABLE rate_limits (
    key text NOT NULL,
    slot timestamp with time zone NOT NULL,
    used integer NOT NULL
);

CREATE TABLE recovery_codes (
    agent_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE roles (
    key text NOT NULL,
    name text NOT NULL,
    permissions text[] NOT NULL,
    is_shipped boolean DEFAULT false NOT NULL
);

CREATE TABLE scam_campaigns (
    id uuid NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    is_watched boolean NOT NULL,
    reports integer DEFAULT 0 NOT NULL,
    hits integer DEFAULT 0 NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT scam_campaigns_state_check CHECK ((state = ANY (ARRAY['open'::text, 'requested'::text, 'gone'::text, 'dismissed'::text])))
);

CREATE TABLE scam_indicators (
    key text NOT NULL,
    campaign_id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    verdict text NOT NULL,
    apes text,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);

CREATE TABLE scam_reports (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    mail jsonb,
    original_id uuid
);

CREATE TABLE team_members (
    team_key text NOT NULL,
    agent_id uuid NOT NULL
);

CREATE TABLE teams (
    key text NOT NULL,
    name text NOT NULL,
    languages text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT teams_key_check CHECK ((key ~ '^[a-z][a-z0-9-]{0,39}$'::text))
);

CREATE TABLE text_samples (
    fingerprint text NOT NULL,
    kind text NOT NULL,
    said_by uuid NOT NULL,
    said_at timestamp with time zone NOT NULL
);

CREATE TABLE ticket_changes (
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id bigint NOT NULL,
    ticket_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ticket_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ticket_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ticket_objects (
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    chain text,
    chains text[] DEFAULT '{}'::text[] NOT NULL,
    checksum text NOT NULL,
    is_certain boolean NOT NULL,
    message_id uuid NOT NULL,
    found_at timestamp with time zone NOT NULL,
    CONSTRAINT ticket_objects_checksum_check CHECK ((checksum = ANY (ARRAY['right'::text, 'wrong'::text, 'none'::text]))),
    CONSTRAINT ticket_objects_kind_check CHECK ((kind = ANY (ARRAY['transaction'::text, 'address'::text, 'order'::text, 'account'::text])))
);

CREATE TABLE ticket_triage (
    ticket_id uuid NOT NULL,
    category text NOT NULL,
    category_by text NOT NULL,
    urgency text,
    complexity text,
    sensitivity text,
    confidence real,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    triaged_at timestamp with time zone,
    labelled_at timestamp with time zone,
    CONSTRAINT ticket_triage_category_by_check CHECK ((category_by = ANY (ARRAY['guide'::text, 'customer'::text, 'agent'::text])))
);

CREATE TABLE used_tokens (
    kind text NOT NULL,
    token text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY agent_activity
    ADD CONSTRAINT agent_activity_pkey PRIMARY KEY (agent_id, measure, hour);

ALTER TABLE ONLY agent_invites
    ADD CONSTRAINT agent_invites_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY agent_looks
    ADD CONSTRAINT agent_looks_pkey PRIMARY KEY (agent_id, ticket_id, slot);

ALTER TABLE ONLY agent_pins
    ADD CONSTRAINT agent_pins_pkey PRIMARY KEY (id);

ALTER TABLE ONLY agent_public_ids
    ADD CONSTRAINT agent_public_ids_pkey PRIMARY KEY (agent_id);

ALTER TABLE ONLY agent_public_ids
    ADD CONSTRAINT agent_public_ids_value_key UNIQUE (value);

ALTER TABLE ONLY agent_roles
    ADD CONSTRAINT agent_roles_pkey PRIMARY KEY (agent_id, role_key);

ALTER TABLE ONLY agent_sessions
    ADD CONSTRAINT agent_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY agent_sessions
    ADD CONSTRAINT agent_sessions_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY agents
    ADD CONSTRAINT agents_one_email UNIQUE (email);

ALTER TABLE ONLY agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY announcement_texts
    ADD CONSTRAINT announcement_texts_pkey PRIMARY KEY (announcement_id, language);

ALTER TABLE ONLY announcements
    ADD CONSTRAINT announcements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY announcements
    ADD CONSTRAINT announcements_slug_key UNIQUE (slug);

ALTER TABLE ONLY audit_log
    ADD CONSTRAINT audit_log_link_key UNIQUE (link);

ALTER TABLE ONLY audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY auto_replies
    ADD CONSTRAINT auto_replies_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blobs
    ADD CONSTRAINT blobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY chat_contacts
    ADD CONSTRAINT chat_contacts_pkey PRIMARY KEY (conversation_id);

ALTER TABLE ONLY chat_sessions
    ADD CONSTRAINT chat_sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (key, slot);

ALTER TABLE ONLY cron_runs
    ADD CONSTRAINT cron_runs_pkey PRIMARY KEY (name, slot);

ALTER TABLE ONLY customer_merges
    ADD CONSTRAINT customer_merges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY diagnoses
    ADD CONSTRAINT diagnoses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (agent_id, ticket_id, kind);

ALTER TABLE ONLY export_requests
    ADD CONSTRAINT export_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY files
    ADD CONSTRAINT files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY freeze_steps
    ADD CONSTRAINT freeze_steps_pkey PRIMARY KEY (freeze_id, step);

ALTER TABLE ONLY freeze_unlocks
    ADD CONSTRAINT freeze_unlocks_pkey PRIMARY KEY (challenge_id);

ALTER TABLE ONLY freezes
    ADD CONSTRAINT freezes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY guide_corrections
    ADD CONSTRAINT guide_corrections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY guide_rules
    ADD CONSTRAINT guide_rules_pkey PRIMARY KEY (number);

ALTER TABLE ONLY help_links
    ADD CONSTRAINT help_links_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY help_sessions
    ADD CONSTRAINT help_sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY help_wishes
    ADD CONSTRAINT help_wishes_pkey PRIMARY KEY (kind, key);

ALTER TABLE ONLY honey_records
    ADD CONSTRAINT honey_records_pkey PRIMARY KEY (customer_id);

ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_one_owner UNIQUE (kind, key);

ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY inbound_events
    ADD CONSTRAINT inbound_events_pkey PRIMARY KEY (channel, account_id, dedupe_key);

ALTER TABLE ONLY installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (key);

ALTER TABLE ONLY jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_answers
    ADD CONSTRAINT kb_answers_key_key UNIQUE (key);

ALTER TABLE ONLY kb_answers
    ADD CONSTRAINT kb_answers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_articles
    ADD CONSTRAINT kb_articles_category_slug_key UNIQUE (category, slug);

ALTER TABLE ONLY kb_articles
    ADD CONSTRAINT kb_articles_number_key UNIQUE (number);

ALTER TABLE ONLY kb_articles
    ADD CONSTRAINT kb_articles_path_key UNIQUE (path);

ALTER TABLE ONLY kb_articles
    ADD CONSTRAINT kb_articles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_asked
    ADD CONSTRAINT kb_asked_pkey PRIMARY KEY (hour, article_id);

ALTER TABLE ONLY kb_cards
    ADD CONSTRAINT kb_cards_pkey PRIMARY KEY (article_id, language);

ALTER TABLE ONLY kb_categories
    ADD CONSTRAINT kb_categories_pkey PRIMARY KEY (key);

ALTER TABLE ONLY kb_citations
    ADD CONSTRAINT kb_citations_pkey PRIMARY KEY (message_id, article_id);

ALTER TABLE ONLY kb_clips
    ADD CONSTRAINT kb_clips_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_contexts
    ADD CONSTRAINT kb_contexts_pkey PRIMARY KEY (key);

ALTER TABLE ONLY kb_contexts_wanted
    ADD CONSTRAINT kb_contexts_wanted_pkey PRIMARY KEY (key);

ALTER TABLE ONLY kb_drafts
    ADD CONSTRAINT kb_drafts_pkey PRIMARY KEY (article_id, language);

ALTER TABLE ONLY kb_embeddings
    ADD CONSTRAINT kb_embeddings_pkey PRIMARY KEY (model, hash);

ALTER TABLE ONLY kb_faces
    ADD CONSTRAINT kb_faces_pkey PRIMARY KEY (article_id, language);

ALTER TABLE ONLY kb_facts
    ADD CONSTRAINT kb_facts_pkey PRIMARY KEY (article_id);

ALTER TABLE ONLY kb_feedback
    ADD CONSTRAINT kb_feedback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_figure_sets
    ADD CONSTRAINT kb_figure_sets_pkey PRIMARY KEY (name);

ALTER TABLE ONLY kb_figures
    ADD CONSTRAINT kb_figures_pkey PRIMARY KEY (name, row_key, column_key);

ALTER TABLE ONLY kb_flaws
    ADD CONSTRAINT kb_flaws_pkey PRIMARY KEY (article_id, language, kind, address);

ALTER TABLE ONLY kb_left_addresses
    ADD CONSTRAINT kb_left_addresses_pkey PRIMARY KEY (category, slug);

ALTER TABLE ONLY kb_left_shelves
    ADD CONSTRAINT kb_left_shelves_pkey PRIMARY KEY (key);

ALTER TABLE ONLY kb_legal_texts
    ADD CONSTRAINT kb_legal_texts_pkey PRIMARY KEY (key);

ALTER TABLE ONLY kb_links
    ADD CONSTRAINT kb_links_pkey PRIMARY KEY (article_id, language, address);

ALTER TABLE ONLY kb_passages
    ADD CONSTRAINT kb_passages_pkey PRIMARY KEY (article_id, language, number);

ALTER TABLE ONLY kb_paths
    ADD CONSTRAINT kb_paths_pkey PRIMARY KEY (key);

ALTER TABLE ONLY kb_pictures
    ADD CONSTRAINT kb_pictures_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_questions
    ADD CONSTRAINT kb_questions_pkey PRIMARY KEY (place);

ALTER TABLE ONLY kb_redirects
    ADD CONSTRAINT kb_redirects_pkey PRIMARY KEY (path);

ALTER TABLE ONLY kb_revisions
    ADD CONSTRAINT kb_revisions_pkey PRIMARY KEY (article_id, language, number);

ALTER TABLE ONLY kb_searches
    ADD CONSTRAINT kb_searches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_synonyms
    ADD CONSTRAINT kb_synonyms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_teams
    ADD CONSTRAINT kb_teams_pkey PRIMARY KEY (key);

ALTER TABLE ONLY kb_terms
    ADD CONSTRAINT kb_terms_pkey PRIMARY KEY (key);

ALTER TABLE ONLY kb_transfers
    ADD CONSTRAINT kb_transfers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb_translations
    ADD CONSTRAINT kb_translations_pkey PRIMARY KEY (article_id, language);

ALTER TABLE ONLY kb_unlooked
    ADD CONSTRAINT kb_unlooked_pkey PRIMARY KEY (article_id, language);

ALTER TABLE ONLY kb_wish_tickets
    ADD CONSTRAINT kb_wish_tickets_pkey PRIMARY KEY (wish_id, ticket_id);

ALTER TABLE ONLY kb_wish_weeks
    ADD CONSTRAINT kb_wish_weeks_pkey PRIMARY KEY (wish_id, week);

ALTER TABLE ONLY kb_wishes
    ADD CONSTRAINT kb_wishes_kind_language_key_key UNIQUE (kind, language, key);

ALTER TABLE ONLY kb_wishes
    ADD CONSTRAINT kb_wishes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY letter_marks
    ADD CONSTRAINT letter_marks_pkey PRIMARY KEY (mark);

ALTER TABLE ONLY mailbox_codes
    ADD CONSTRAINT mailbox_codes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY message_marks
    ADD CONSTRAINT message_marks_message_id_key UNIQUE (message_id);

ALTER TABLE ONLY message_marks
    ADD CONSTRAINT message_marks_pkey PRIMARY KEY (mark);

ALTER TABLE ONLY message_names
    ADD CONSTRAINT message_names_pkey PRIMARY KEY (message_id, number);

ALTER TABLE ONLY message_parts
    ADD CONSTRAINT message_parts_pkey PRIMARY KEY (message_id, number);

ALTER TABLE ONLY message_refs
    ADD CONSTRAINT message_refs_pkey PRIMARY KEY (channel, account_id, native_id);

ALTER TABLE ONLY message_versions
    ADD CONSTRAINT message_versions_pkey PRIMARY KEY (message_id, replaced_at);

ALTER TABLE ONLY messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY official_changes
    ADD CONSTRAINT official_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY official_lookups
    ADD CONSTRAINT official_lookups_pkey PRIMARY KEY (day, kind, verdict, door);

ALTER TABLE ONLY official_sources
    ADD CONSTRAINT official_sources_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight_alerts
    ADD CONSTRAINT oversight_alerts_key_key UNIQUE (key);

ALTER TABLE ONLY oversight_alerts
    ADD CONSTRAINT oversight_alerts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight_words
    ADD CONSTRAINT oversight_words_pkey PRIMARY KEY (id);

ALTER TABLE ONLY passkey_challenges
    ADD CONSTRAINT passkey_challenges_pkey PRIMARY KEY (challenge);

ALTER TABLE ONLY passkeys
    ADD CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id);

ALTER TABLE ONLY passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY phishing_codes
    ADD CONSTRAINT phishing_codes_pkey PRIMARY KEY (customer_id);

ALTER TABLE ONLY presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (agent_id);

ALTER TABLE ONLY rate_limits
    ADD CONSTRAINT rate_limits_pkey PRIMARY KEY (key, slot);

ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (agent_id, code_hash);

ALTER TABLE ONLY roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (key);

ALTER TABLE ONLY scam_campaigns
    ADD CONSTRAINT scam_campaigns_pkey PRIMARY KEY (id);

ALTER TABLE ONLY scam_indicators
    ADD CONSTRAINT scam_indicators_pkey PRIMARY KEY (key);

ALTER TABLE ONLY scam_reports
    ADD CONSTRAINT scam_reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY scam_reports
    ADD CONSTRAINT scam_reports_ticket_id_key UNIQUE (ticket_id);

ALTER TABLE ONLY team_members
    ADD CONSTRAINT team_members_pkey PRIMARY KEY (team_key, agent_id);

ALTER TABLE ONLY teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (key);

ALTER TABLE ONLY text_samples
    ADD CONSTRAINT text_samples_pkey PRIMARY KEY (fingerprint);

ALTER TABLE ONLY ticket_changes
    ADD CONSTRAINT ticket_changes_pkey PRIMARY KEY (xid, id);

ALTER TABLE ONLY ticket_objects
    ADD CONSTRAINT ticket_objects_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ticket_objects
    ADD CONSTRAINT ticket_objects_ticket_id_kind_key_key UNIQUE (ticket_id, kind, key);

ALTER TABLE ONLY ticket_triage
    ADD CONSTRAINT ticket_triage_pkey PRIMARY KEY (ticket_id);

ALTER TABLE ONLY tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tickets
    ADD CONSTRAINT tickets_reference_key UNIQUE (reference);

ALTER TABLE ONLY used_tokens
    ADD CONSTRAINT used_tokens_pkey PRIMARY KEY (kind, token);

CREATE INDEX agent_activity_by_hour ON agent_activity USING btree (hour);

CREATE INDEX agent_invites_by_agent ON agent_invites USING btree (agent_id);

CREATE INDEX agent_looks_by_slot ON agent_looks USING btree (slot);

CREATE INDEX agent_pins_of_customer ON agent_pins USING btree (customer_id, expires_at);

CREATE INDEX agent_pins_of_ticket ON agent_pins USING btree (ticket_id, opened_at);

CREATE INDEX agent_roles_by_role ON agent_roles USING btree (role_key);

CREATE INDEX agent_sessions_by_agent ON agent_sessions USING btree (agent_id, last_seen_at DESC, id) WHERE (revoked_at IS NULL);

CREATE INDEX agent_sessions_ended ON agent_sessions USING btree (expires_at);

CREATE INDEX announcements_latest ON announcements USING btree (published_at DESC, id DESC) WHERE ((published_at IS NOT NULL) AND (withdrawn_at IS NULL));

CREATE INDEX audit_log_by_target ON audit_log USING btree (target, at DESC);

CREATE INDEX audit_log_newest ON audit_log USING btree (at DESC, id DESC);

CREATE INDEX audit_log_unlinked ON audit_log USING btree (id) WHERE (link IS NULL);

CREATE INDEX auto_replies_to ON auto_replies USING btree (recipient, at DESC);

CREATE INDEX chat_sessions_ended ON chat_sessions USING btree (expires_at);

CREATE INDEX conversations_chat ON conversations USING btree (recipient, created_at DESC) WHERE ((channel = 'chat.web'::text) AND is_current);

CREATE UNIQUE INDEX conversations_current ON conversations USING btree (channel, account_id, thread_key) WHERE ((thread_key IS NOT NULL) AND is_current);

CREATE INDEX conversations_of_customer ON conversations USING btree (customer_id, channel);

CREATE INDEX conversations_of_ticket ON conversations USING btree (ticket_id, created_at, id);

CREATE INDEX customer_merges_kept ON customer_merges USING btree (kept_id, at);

CREATE INDEX customers_merged ON customers USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX diagnoses_of_ticket ON diagnoses USING btree (ticket_id, made_at DESC, id DESC) WHERE (ticket_id IS NOT NULL);

CREATE INDEX diagnoses_over ON diagnoses USING btree (expires_at) WHERE (ticket_id IS NULL);

CREATE INDEX export_requests_latest ON export_requests USING btree (asked_at DESC, id DESC);

CREATE INDEX files_loose ON files USING btree (created_at) WHERE (message_id IS NULL);

CREATE INDEX files_of_message ON files USING btree (message_id) WHERE (message_id IS NOT NULL);

CREATE INDEX freezes_ending ON freezes USING btree (until) WHERE (state = 'acknowledged'::text);

CREATE INDEX freezes_holding ON freezes USING btree (looked_at NULLS FIRST) WHERE ((state = 'acknowledged'::text) AND (uid <> ''::text) AND (road <> 'drill'::text));

CREATE INDEX freezes_in_line ON freezes USING btree (asked_at) WHERE ((road = 'alert'::text) AND (uid = ''::text));

CREATE INDEX freezes_latest ON freezes USING btree (asked_at DESC, id DESC) WHERE (ticket_id IS NOT NULL);

CREATE INDEX freezes_of_account ON freezes USING btree (uid, asked_at DESC) WHERE (uid <> ''::text);

CREATE INDEX freezes_of_subject ON freezes USING btree (subject, asked_at DESC);

CREATE INDEX freezes_of_ticket ON freezes USING btree (ticket_id, asked_at DESC);

CREATE UNIQUE INDEX freezes_one_at_a_time ON freezes USING btree (subject) WHERE ((state = ANY (ARRAY['requested'::text, 'unknown'::text, 'acknowledged'::text])) AND (road <> 'drill'::text));

CREATE INDEX guide_corrections_latest ON guide_corrections USING btree (state, said_at DESC);

CREATE INDEX help_links_ended ON help_links USING btree (expires_at);

CREATE INDEX help_sessions_ended ON help_sessions USING btree (expires_at);

CREATE INDEX help_sessions_of ON help_sessions USING btree (kind, key);

CREATE INDEX identities_of_customer ON identities USING btree (customer_id, created_at, id);

CREATE INDEX inbound_events_by_original ON inbound_events USING btree (original_id) WHERE (original_id IS NOT NULL);

CREATE INDEX inbound_events_unreadable ON inbound_events USING btree (received_at) WHERE (kind = 'unsupported'::text);

CREATE INDEX jobs_dead ON jobs USING btree (created_at DESC, id DESC) WHERE (state = 'dead'::text);

CREATE INDEX jobs_due ON jobs USING btree (lane, run_at, id) WHERE (state = 'ready'::text);

CREATE UNIQUE INDEX jobs_key ON jobs USING btree (key) WHERE ((key IS NOT NULL) AND (state = 'ready'::text) AND (lease IS NULL));

CREATE INDEX kb_answers_by_age ON kb_answers USING btree (made_at);

CREATE INDEX kb_articles_changed ON kb_articles USING btree (changed_xid);

CREATE INDEX kb_articles_due ON kb_articles USING btree (review_by, id) WHERE (review_by IS NOT NULL);

CREATE INDEX kb_articles_in_order ON kb_articles USING btree (category, "position", slug);

CREATE INDEX kb_citations_of_article ON kb_citations USING btree (article_id, cited_at DESC);

CREATE INDEX kb_citations_of_ticket ON kb_citations USING btree (ticket_id);

CREATE INDEX kb_contexts_of ON kb_contexts USING btree (article_id);

CREATE INDEX kb_drafts_due ON kb_drafts USING btree (publish_at) WHERE (stage = 'scheduled'::text);

CREATE INDEX kb_facts_changed_at ON kb_facts USING btree (changed_at DESC, article_id DESC);

CREATE INDEX kb_facts_failed ON kb_facts USING btree (failed DESC, article_id DESC);

CREATE INDEX kb_facts_views ON kb_facts USING btree (views DESC, article_id DESC);

CREATE INDEX kb_feedback_of ON kb_feedback USING btree (article_id, given_at DESC, id DESC);

CREATE INDEX kb_flaws_hosts ON kb_flaws USING btree (host) WHERE (kind = 'outside'::text);

CREATE INDEX kb_flaws_to_mend ON kb_flaws USING btree (article_id, language, kind, address) WHERE (kind <> 'outside'::text);

CREATE INDEX kb_links_broken ON kb_links USING btree (article_id, language) WHERE (target_id IS NULL);

CREATE INDEX kb_links_to ON kb_links USING btree (target_id) WHERE (target_id IS NOT NULL);

CREATE INDEX kb_redirects_of_article ON kb_redirects USING btree (article_id);

CREATE INDEX kb_searches_in_vain ON kb_searches USING btree (searched_at DESC, id DESC) WHERE (results = 0);

CREATE INDEX kb_searches_latest ON kb_searches USING btree (searched_at DESC, id DESC);

CREATE INDEX kb_searches_to_gather ON kb_searches USING btree (searched_at, id) WHERE (NOT is_gathered);

CREATE UNIQUE INDEX kb_synonyms_of ON kb_synonyms USING btree (language, lower(words[1]));

CREATE INDEX kb_transfers_latest ON kb_transfers USING btree (begun_at DESC, id DESC);

CREATE INDEX kb_wish_weeks_old ON kb_wish_weeks USING btree (week);

CREATE INDEX kb_wishes_most ON kb_wishes USING btree (state, times DESC, id DESC);

CREATE INDEX kb_wishes_most_of ON kb_wishes USING btree (state, kind, times DESC, id DESC);

CREATE INDEX letter_marks_old ON letter_marks USING btree (sent_at);

CREATE INDEX mailbox_codes_old ON mailbox_codes USING btree (expires_at);

CREATE INDEX message_refs_of ON message_refs USING btree (message_id);

CREATE INDEX message_refs_thread ON message_refs USING btree (conversation_id);

CREATE INDEX messages_by_original ON messages USING btree (original_id) WHERE (original_id IS NOT NULL);

CREATE UNIQUE INDEX messages_client_key ON messages USING btree (ticket_id, client_key) WHERE (client_key IS NOT NULL);

CREATE UNIQUE INDEX messages_in_order ON messages USING btree (conversation_id, seq) WHERE (conversation_id IS NOT NULL);

CREATE INDEX messages_in_trouble ON messages USING btree (created_at DESC, id DESC) WHERE (delivery = ANY (ARRAY['failed'::text, 'unknown'::text, 'bounced'::text, 'refused'::text]));

CREATE INDEX messages_timeline ON messages USING btree (ticket_id, occurred_at DESC, id DESC);

CREATE INDEX messages_undelivered ON messages USING btree (conversation_id, seq) WHERE (delivery = ANY (ARRAY['queued'::text, 'sending'::text]));

CREATE INDEX official_changes_latest ON official_changes USING btree (proposed_at DESC, id DESC);

CREATE UNIQUE INDEX official_changes_open ON official_changes USING btree (source_id) WHERE (state = 'open'::text);

CREATE UNIQUE INDEX official_sources_once ON official_sources USING btree (kind, platform, lower(value));

CREATE INDEX oversight_alerts_latest ON oversight_alerts USING btree (at DESC, id DESC);

CREATE INDEX oversight_alerts_open ON oversight_alerts USING btree (at DESC, id DESC) WHERE (settled_at IS NULL);

CREATE UNIQUE INDEX oversight_words_asked ON oversight_words USING btree (agent_id, measure) WHERE (state = 'asked'::text);

CREATE INDEX oversight_words_given ON oversight_words USING btree (agent_id, measure, until) WHERE (state = 'given'::text);

CREATE INDEX passkeys_by_agent ON passkeys USING btree (agent_id, created_at, id);

CREATE INDEX scam_campaigns_latest ON scam_campaigns USING btree (last_at DESC, id DESC);

CREATE INDEX scam_indicators_of ON scam_indicators USING btree (campaign_id, first_at);

CREATE INDEX scam_reports_of ON scam_reports USING btree (campaign_id, at DESC);

CREATE INDEX team_members_by_agent ON team_members USING btree (agent_id);

CREATE INDEX ticket_changes_by_age ON ticket_changes USING btree (at);

CREATE INDEX ticket_objects_by_key ON ticket_objects USING btree (key, ticket_id);

CREATE INDEX ticket_objects_of_message ON ticket_objects USING btree (message_id);

CREATE INDEX ticket_triage_labels ON ticket_triage USING btree (labelled_at DESC, ticket_id) WHERE (category_by = 'agent'::text);

CREATE INDEX tickets_by_channel ON tickets USING btree (channel, active_at DESC, id DESC) WHERE (status = ANY (ARRAY['open'::text, 'waiting'::text]));

CREATE INDEX tickets_by_channel_and_team ON tickets USING btree (channel, team, active_at DESC, id DESC) WHERE (status = ANY (ARRAY['open'::text, 'waiting'::text]));

CREATE INDEX tickets_emergencies ON tickets USING btree (active_at DESC, id DESC) WHERE ((priority = 0) AND (status = 'open'::text) AND ('freeze'::text = ANY (tags)));

CREATE INDEX tickets_inbox ON tickets USING btree (active_at DESC, id DESC) WHERE (status = ANY (ARRAY['open'::text, 'waiting'::text]));

CREATE INDEX tickets_inbox_by_assignee ON tickets USING btree (assignee_id, active_at DESC, id DESC) WHERE ((status = ANY (ARRAY['open'::text, 'waiting'::text])) AND (assignee_id IS NOT NULL));

CREATE INDEX tickets_inbox_by_team ON tickets USING btree (team, active_at DESC, id DESC) WHERE (status = ANY (ARRAY['open'::text, 'waiting'::text]));

CREATE INDEX tickets_newest ON tickets USING btree (active_at DESC, id DESC);

CREATE INDEX tickets_of_customer ON tickets USING btree (customer_id, active_at DESC, id DESC);

CREATE INDEX tickets_search ON tickets USING gin (search);

CREATE INDEX tickets_solved ON tickets USING btree (active_at DESC, id DESC) WHERE (status = 'solved'::text);

CREATE INDEX tickets_solved_by_assignee ON tickets USING btree (assignee_id, active_at DESC, id DESC) WHERE (status = 'solved'::text);

CREATE INDEX tickets_solved_by_team ON tickets USING btree (team, active_at DESC, id DESC) WHERE (status = 'solved'::text);

CREATE INDEX tickets_unassigned ON tickets USING btree (active_at DESC, id DESC) WHERE ((status = ANY (ARRAY['open'::text, 'waiting'::text])) AND (assignee_id IS NULL));

CREATE INDEX tickets_unassigned_by_team ON tickets USING btree (team, active_at DESC, id DESC) WHERE ((status = ANY (ARRAY['open'::text, 'waiting'::text])) AND (assignee_id IS NULL));

CREATE INDEX tickets_waiting ON tickets USING btree (active_at DESC, id DESC) WHERE (status = 'waiting'::text);

CREATE INDEX tickets_waiting_by_team ON tickets USING btree (team, active_at DESC, id DESC) WHERE (status = 'waiting'::text);

CREATE TRIGGER audit_log_guard BEFORE DELETE OR UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();

CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();

CREATE TRIGGER count_tickets AFTER INSERT OR UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION count_tickets();

CREATE TRIGGER kb_begin_facts AFTER INSERT ON kb_articles FOR EACH ROW EXECUTE FUNCTION kb_begin_facts();

CREATE TRIGGER kb_look_later AFTER INSERT OR UPDATE OF html, state ON kb_translations FOR EACH ROW EXECUTE FUNCTION kb_look_later();

CREATE TRIGGER ticket_changed AFTER INSERT OR UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION ticket_changed();

ALTER TABLE ONLY agent_invites
    ADD CONSTRAINT agent_invites_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY agent_pins
    ADD CONSTRAINT agent_pins_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY agent_pins
    ADD CONSTRAINT agent_pins_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id) ON DELETE CASCADE;

ALTER TABLE ONLY agent_pins
    ADD CONSTRAINT agent_pins_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id) ON DELETE CASCADE;

ALTER TABLE ONLY agent_public_ids
    ADD CONSTRAINT agent_public_ids_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY agent_roles
    ADD CONSTRAINT agent_roles_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY agent_roles
    ADD CONSTRAINT agent_roles_role_key_fkey FOREIGN KEY (role_key) REFERENCES roles(key);

ALTER TABLE ONLY agent_sessions
    ADD CONSTRAINT agent_sessions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY announcement_texts
    ADD CONSTRAINT announcement_texts_announcement_id_fkey FOREIGN KEY (announcement_id) REFERENCES announcements(id) ON DELETE CASCADE;

ALTER TABLE ONLY auto_replies
    ADD CONSTRAINT auto_replies_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);

ALTER TABLE ONLY chat_contacts
    ADD CONSTRAINT chat_contacts_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE;

ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);

ALTER TABLE ONLY customer_merges
    ADD CONSTRAINT customer_merges_kept_id_fkey FOREIGN KEY (kept_id) REFERENCES customers(id);

ALTER TABLE ONLY customer_merges
    ADD CONSTRAINT customer_merges_merged_id_fkey FOREIGN KEY (merged_id) REFERENCES customers(id);

ALTER TABLE ONLY customers
    ADD CONSTRAINT customers_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES customers(id);

ALTER TABLE ONLY diagnoses
    ADD CONSTRAINT diagnoses_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id) ON DELETE SET NULL;

ALTER TABLE ONLY drafts
    ADD CONSTRAINT drafts_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY drafts
    ADD CONSTRAINT drafts_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id);

ALTER TABLE ONLY drafts
    ADD CONSTRAINT drafts_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);

ALTER TABLE ONLY export_requests
    ADD CONSTRAINT export_requests_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES blobs(id);

ALTER TABLE ONLY files
    ADD CONSTRAINT files_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES blobs(id);

ALTER TABLE ONLY files
    ADD CONSTRAINT files_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id);

ALTER TABLE ONLY files
    ADD CONSTRAINT files_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);

ALTER TABLE ONLY freeze_steps
    ADD CONSTRAINT freeze_steps_done_by_fkey FOREIGN KEY (done_by) REFERENCES agents(id);

ALTER TABLE ONLY freeze_steps
    ADD CONSTRAINT freeze_steps_freeze_id_fkey FOREIGN KEY (freeze_id) REFERENCES freezes(id) ON DELETE CASCADE;

ALTER TABLE ONLY freeze_unlocks
    ADD CONSTRAINT freeze_unlocks_freeze_id_fkey FOREIGN KEY (freeze_id) REFERENCES freezes(id) ON DELETE CASCADE;

ALTER TABLE ONLY freezes
    ADD CONSTRAINT freezes_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES agents(id);

ALTER TABLE ONLY freezes
    ADD CONSTRAINT freezes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE ONLY freezes
    ADD CONSTRAINT freezes_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);

ALTER TABLE ONLY honey_records
    ADD CONSTRAINT honey_records_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE ONLY honey_records
    ADD CONSTRAINT honey_records_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);

ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE ONLY inbound_events
    ADD CONSTRAINT inbound_events_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id);

ALTER TABLE ONLY inbound_events
    ADD CONSTRAINT inbound_events_original_id_fkey FOREIGN KEY (original_id) REFERENCES blobs(id);

ALTER TABLE ONLY kb_articles
    ADD CONSTRAINT kb_articles_category_fkey FOREIGN KEY (category) REFERENCES kb_categories(key);

ALTER TABLE ONLY kb_articles
    ADD CONSTRAINT kb_articles_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES agents(id) ON DELETE SET NULL;

ALTER TABLE ONLY kb_articles
    ADD CONSTRAINT kb_articles_reviewer_id_fkey FOREIGN KEY (reviewer_id) REFERENCES agents(id) ON DELETE SET NULL;

ALTER TABLE ONLY kb_articles
    ADD CONSTRAINT kb_articles_team_fkey FOREIGN KEY (team) REFERENCES kb_teams(key);

ALTER TABLE ONLY kb_asked
    ADD CONSTRAINT kb_asked_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_cards
    ADD CONSTRAINT kb_cards_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_cards
    ADD CONSTRAINT kb_cards_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES blobs(id);

ALTER TABLE ONLY kb_citations
    ADD CONSTRAINT kb_citations_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_citations
    ADD CONSTRAINT kb_citations_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_citations
    ADD CONSTRAINT kb_citations_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_clips
    ADD CONSTRAINT kb_clips_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES blobs(id);

ALTER TABLE ONLY kb_contexts
    ADD CONSTRAINT kb_contexts_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_drafts
    ADD CONSTRAINT kb_drafts_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_faces
    ADD CONSTRAINT kb_faces_article_id_language_fkey FOREIGN KEY (article_id, language) REFERENCES kb_translations(article_id, language) ON DELETE CASCADE;

ALTER TABLE ONLY kb_facts
    ADD CONSTRAINT kb_facts_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_feedback
    ADD CONSTRAINT kb_feedback_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id);

ALTER TABLE ONLY kb_figures
    ADD CONSTRAINT kb_figures_name_fkey FOREIGN KEY (name) REFERENCES kb_figure_sets(name) ON DELETE CASCADE;

ALTER TABLE ONLY kb_flaws
    ADD CONSTRAINT kb_flaws_article_id_language_fkey FOREIGN KEY (article_id, language) REFERENCES kb_translations(article_id, language) ON DELETE CASCADE;

ALTER TABLE ONLY kb_left_addresses
    ADD CONSTRAINT kb_left_addresses_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_left_shelves
    ADD CONSTRAINT kb_left_shelves_now_at_fkey FOREIGN KEY (now_at) REFERENCES kb_categories(key) ON DELETE CASCADE;

ALTER TABLE ONLY kb_links
    ADD CONSTRAINT kb_links_article_id_language_fkey FOREIGN KEY (article_id, language) REFERENCES kb_translations(article_id, language) ON DELETE CASCADE;

ALTER TABLE ONLY kb_links
    ADD CONSTRAINT kb_links_target_id_fkey FOREIGN KEY (target_id) REFERENCES kb_articles(id);

ALTER TABLE ONLY kb_passages
    ADD CONSTRAINT kb_passages_article_id_language_fkey FOREIGN KEY (article_id, language) REFERENCES kb_translations(article_id, language) ON DELETE CASCADE;

ALTER TABLE ONLY kb_pictures
    ADD CONSTRAINT kb_pictures_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES blobs(id);

ALTER TABLE ONLY kb_redirects
    ADD CONSTRAINT kb_redirects_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_revisions
    ADD CONSTRAINT kb_revisions_article_id_language_fkey FOREIGN KEY (article_id, language) REFERENCES kb_translations(article_id, language) ON DELETE CASCADE;

ALTER TABLE ONLY kb_transfers
    ADD CONSTRAINT kb_transfers_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES blobs(id);

ALTER TABLE ONLY kb_translations
    ADD CONSTRAINT kb_translations_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id);

ALTER TABLE ONLY kb_unlooked
    ADD CONSTRAINT kb_unlooked_article_id_language_fkey FOREIGN KEY (article_id, language) REFERENCES kb_translations(article_id, language) ON DELETE CASCADE;

ALTER TABLE ONLY kb_wish_tickets
    ADD CONSTRAINT kb_wish_tickets_wish_id_fkey FOREIGN KEY (wish_id) REFERENCES kb_wishes(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_wish_weeks
    ADD CONSTRAINT kb_wish_weeks_wish_id_fkey FOREIGN KEY (wish_id) REFERENCES kb_wishes(id) ON DELETE CASCADE;

ALTER TABLE ONLY kb_wishes
    ADD CONSTRAINT kb_wishes_article_id_fkey FOREIGN KEY (article_id) REFERENCES kb_articles(id) ON DELETE CASCADE;

ALTER TABLE ONLY message_marks
    ADD CONSTRAINT message_marks_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE;

ALTER TABLE ONLY message_names
    ADD CONSTRAINT message_names_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE;

ALTER TABLE ONLY message_parts
    ADD CONSTRAINT message_parts_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id);

ALTER TABLE ONLY message_refs
    ADD CONSTRAINT message_refs_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id);

ALTER TABLE ONLY message_refs
    ADD CONSTRAINT message_refs_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id);

ALTER TABLE ONLY message_versions
    ADD CONSTRAINT message_versions_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id);

ALTER TABLE ONLY messages
    ADD CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id);

ALTER TABLE ONLY messages
    ADD CONSTRAINT messages_original_id_fkey FOREIGN KEY (original_id) REFERENCES blobs(id);

ALTER TABLE ONLY messages
    ADD CONSTRAINT messages_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);

ALTER TABLE ONLY passkey_challenges
    ADD CONSTRAINT passkey_challenges_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY passkeys
    ADD CONSTRAINT passkeys_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY phishing_codes
    ADD CONSTRAINT phishing_codes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id) ON DELETE CASCADE;

ALTER TABLE ONLY presence
    ADD CONSTRAINT presence_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY scam_indicators
    ADD CONSTRAINT scam_indicators_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES scam_campaigns(id) ON DELETE CASCADE;

ALTER TABLE ONLY scam_reports
    ADD CONSTRAINT scam_reports_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES scam_campaigns(id) ON DELETE CASCADE;

ALTER TABLE ONLY scam_reports
    ADD CONSTRAINT scam_reports_original_id_fkey FOREIGN KEY (original_id) REFERENCES blobs(id);

ALTER TABLE ONLY scam_reports
    ADD CONSTRAINT scam_reports_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id) ON DELETE CASCADE;

ALTER TABLE ONLY team_members
    ADD CONSTRAINT team_members_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY team_members
    ADD CONSTRAINT team_members_team_key_fkey FOREIGN KEY (team_key) REFERENCES teams(key);

ALTER TABLE ONLY ticket_objects
    ADD CONSTRAINT ticket_objects_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE;

ALTER TABLE ONLY ticket_objects
    ADD CONSTRAINT ticket_objects_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id) ON DELETE CASCADE;

ALTER TABLE ONLY ticket_triage
    ADD CONSTRAINT ticket_triage_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id) ON DELETE CASCADE;

ALTER TABLE ONLY tickets
    ADD CONSTRAINT tickets_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES agents(id);

ALTER TABLE ONLY tickets
    ADD CONSTRAINT tickets_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE ONLY tickets
    ADD CONSTRAINT tickets_follows_id_fkey FOREIGN KEY (follows_id) REFERENCES tickets(id);

ALTER TABLE ONLY tickets
    ADD CONSTRAINT tickets_team_fkey FOREIGN KEY (team) REFERENCES teams(key);
