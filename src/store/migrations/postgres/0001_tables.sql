-- Every key begins with the tenant. Same numbers and columns as ../sqlite.

CREATE TABLE tenants (
    tenant TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE feed (
    tenant TEXT NOT NULL PRIMARY KEY,
    n BIGINT NOT NULL
);

CREATE TABLE documents (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE connections (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    vendor TEXT NOT NULL,
    base_url TEXT NOT NULL,
    settings TEXT NOT NULL,
    requests_per_minute BIGINT,
    created_at TIMESTAMPTZ NOT NULL,
    last_sync_at TIMESTAMPTZ,
    listed_at TIMESTAMPTZ,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE secrets (
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant, owner, name)
);

CREATE TABLE tokens (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    current BYTEA NOT NULL,
    previous BYTEA,
    version BIGINT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    access BYTEA,
    access_expires_at TIMESTAMPTZ,
    state TEXT NOT NULL,
    attempt_at TIMESTAMPTZ,
    attempt_host TEXT NOT NULL,
    PRIMARY KEY (tenant, connection)
);

CREATE TABLE leases (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE pace_state (
    tenant TEXT NOT NULL,
    credential TEXT NOT NULL,
    ceiling BIGINT,
    paused_until_ms BIGINT NOT NULL,
    bulk_at_ms BIGINT NOT NULL,
    kept_until_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, credential)
);

CREATE TABLE pace_slot (
    tenant TEXT NOT NULL,
    credential TEXT NOT NULL,
    k BIGINT NOT NULL,
    taken_at_ms BIGINT NOT NULL,
    free_at_ms BIGINT NOT NULL,
    owner TEXT NOT NULL,
    class TEXT NOT NULL,
    PRIMARY KEY (tenant, credential, k)
);

CREATE TABLE pace_history (
    tenant TEXT NOT NULL,
    credential TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    limited BIGINT NOT NULL,
    PRIMARY KEY (tenant, credential, at_ms)
);

CREATE TABLE customers (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    postcode TEXT NOT NULL,
    country TEXT NOT NULL,
    ms_tenant_id TEXT NOT NULL,
    psa_system TEXT,
    psa_id TEXT,
    active BOOLEAN NOT NULL,
    declared_from TEXT,
    seen_sync BIGINT NOT NULL,
    UNIQUE (tenant, psa_system, psa_id),
    UNIQUE (tenant, declared_from),
    PRIMARY KEY (tenant, id)
);

CREATE TABLE vendor_customers (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_customer_id TEXT NOT NULL,
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    postcode TEXT NOT NULL,
    country TEXT NOT NULL,
    ms_tenant_id TEXT NOT NULL,
    psa_id_hint TEXT,
    customer_id BIGINT,
    link_state TEXT NOT NULL,
    link_reason TEXT NOT NULL,
    link_score DOUBLE PRECISION,
    review_weight BIGINT NOT NULL DEFAULT -1,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    gone_since TIMESTAMPTZ,
    first_run BIGINT NOT NULL,
    seen_run BIGINT NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_customer_id)
);
CREATE INDEX vendor_customers_to_review ON vendor_customers (tenant, review_weight DESC, name, connection, vendor_customer_id)
    WHERE link_state = 'pending' AND gone_since IS NULL;
CREATE INDEX vendor_customers_by_customer ON vendor_customers (tenant, customer_id);

CREATE TABLE license_subscriptions (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_subscription_id TEXT NOT NULL,
    vendor TEXT NOT NULL,
    vendor_customer_id TEXT NOT NULL,
    customer_id BIGINT,
    sku TEXT NOT NULL,
    product_name TEXT NOT NULL,
    status TEXT NOT NULL,
    status_raw TEXT NOT NULL,
    seats BIGINT,
    unit_cost NUMERIC(20,8),
    unit_price NUMERIC(20,8),
    currency TEXT,
    billing_cycle TEXT NOT NULL,
    term TEXT NOT NULL,
    starts_on TIMESTAMPTZ,
    renews_on TIMESTAMPTZ,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    gone_since TIMESTAMPTZ,
    first_run BIGINT NOT NULL,
    seen_run BIGINT NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_subscription_id)
);
CREATE INDEX license_subscriptions_by_account ON license_subscriptions (tenant, connection, vendor_customer_id);

CREATE TABLE license_usage (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_subscription_id TEXT NOT NULL,
    week_start DATE NOT NULL,
    vendor TEXT NOT NULL,
    seats BIGINT,
    unit_cost NUMERIC(20,8),
    currency TEXT,
    status TEXT NOT NULL,
    captured_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_subscription_id, week_start)
);
CREATE INDEX license_usage_by_week ON license_usage (tenant, week_start);

CREATE TABLE agreement_lines (
    tenant TEXT NOT NULL,
    psa_system TEXT NOT NULL,
    psa_line_id TEXT NOT NULL,
    psa_company_id TEXT NOT NULL,
    customer_id BIGINT,
    agreement TEXT NOT NULL,
    product_code TEXT NOT NULL,
    vendor_sku TEXT NOT NULL,
    product_name TEXT NOT NULL,
    seats BIGINT,
    quantity_text TEXT NOT NULL,
    unit_price NUMERIC(20,8),
    unit_cost NUMERIC(20,8),
    currency TEXT,
    billing_cycle TEXT NOT NULL,
    starts_on DATE,
    ends_on DATE,
    active BOOLEAN NOT NULL,
    seen_sync BIGINT NOT NULL,
    PRIMARY KEY (tenant, psa_system, psa_line_id)
);
CREATE INDEX agreement_lines_by_customer ON agreement_lines (tenant, customer_id);

CREATE TABLE product_links (
    tenant TEXT NOT NULL,
    vendor TEXT NOT NULL,
    sku TEXT NOT NULL,
    product_code TEXT NOT NULL,
    seats_per_unit BIGINT NOT NULL,
    link_state TEXT NOT NULL,
    link_score DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (tenant, vendor, sku, product_code)
);

CREATE TABLE match_candidates (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_customer_id TEXT NOT NULL,
    rank BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_customer_id, rank)
);

CREATE TABLE match_decisions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    action TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    score DOUBLE PRECISION,
    reasons TEXT NOT NULL,
    words TEXT NOT NULL,
    undoes BIGINT,
    UNIQUE (tenant, undoes),
    PRIMARY KEY (tenant, id)
);
CREATE INDEX match_decisions_by_subject ON match_decisions (tenant, subject, id);
CREATE INDEX match_decisions_by_actor ON match_decisions (tenant, actor, id);

CREATE TABLE findings (
    tenant TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    kind TEXT NOT NULL,
    vendor TEXT,
    customer_id BIGINT,
    customer TEXT NOT NULL,
    sku TEXT,
    product_name TEXT NOT NULL,
    monthly_amount NUMERIC(20,8) NOT NULL,
    currency TEXT NOT NULL,
    evidence TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    muted_until TIMESTAMPTZ,
    by_person BOOLEAN NOT NULL,
    present BOOLEAN NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant, fingerprint)
);
CREATE INDEX findings_by_state ON findings (tenant, state);

CREATE TABLE finding_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX finding_events_by_finding ON finding_events (tenant, fingerprint, id);

CREATE TABLE notes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX notes_by_subject ON notes (tenant, subject, id);

CREATE TABLE sync_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor TEXT NOT NULL,
    week_start DATE NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    owner TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    requests BIGINT NOT NULL,
    rate_limited BIGINT NOT NULL,
    customers BIGINT NOT NULL,
    subscriptions BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    resumed BOOLEAN NOT NULL,
    resumable BOOLEAN NOT NULL,
    problem TEXT,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX sync_runs_by_connection ON sync_runs (tenant, connection, id);

CREATE TABLE checkpoints (
    tenant TEXT NOT NULL,
    run BIGINT NOT NULL,
    stream TEXT NOT NULL,
    cursor TEXT,
    pages BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    expected_total BIGINT,
    done BOOLEAN NOT NULL,
    PRIMARY KEY (tenant, run, stream)
);

CREATE TABLE sync_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    level TEXT NOT NULL,
    connection TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX sync_events_by_tenant ON sync_events (tenant, id);

CREATE TABLE quarantine (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    stream TEXT NOT NULL,
    source_key TEXT NOT NULL,
    source_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload TEXT NOT NULL,
    run BIGINT NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    times BIGINT NOT NULL,
    UNIQUE (tenant, connection, stream, source_key),
    PRIMARY KEY (tenant, id)
);
CREATE INDEX quarantine_by_run ON quarantine (tenant, run);
CREATE INDEX quarantine_by_time ON quarantine (tenant, at);
