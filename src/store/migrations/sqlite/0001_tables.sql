-- Money: integers of 10^-8 units. Instants: microseconds since 1970, UTC. Weeks and days: yyyy-mm-dd.
-- Every key begins with the tenant. Same numbers and columns as ../postgres.

CREATE TABLE tenants (
    tenant TEXT NOT NULL PRIMARY KEY
) STRICT;

CREATE TABLE feed (
    tenant TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL
) STRICT;

CREATE TABLE documents (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT;

CREATE TABLE connections (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    vendor TEXT NOT NULL,
    base_url TEXT NOT NULL,
    settings TEXT NOT NULL,
    requests_per_minute INTEGER,
    created_at INTEGER NOT NULL,
    last_sync_at INTEGER,
    listed_at INTEGER,
    PRIMARY KEY (tenant, name)
) STRICT;

CREATE TABLE secrets (
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (tenant, owner, name)
) STRICT;

CREATE TABLE tokens (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    current BLOB NOT NULL,
    previous BLOB,
    version INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER,
    access BLOB,
    access_expires_at INTEGER,
    state TEXT NOT NULL,
    attempt_at INTEGER,
    attempt_host TEXT NOT NULL,
    PRIMARY KEY (tenant, connection)
) STRICT;

CREATE TABLE leases (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT;

CREATE TABLE pace_state (
    tenant TEXT NOT NULL,
    credential TEXT NOT NULL,
    ceiling INTEGER,
    paused_until_ms INTEGER NOT NULL,
    bulk_at_ms INTEGER NOT NULL,
    kept_until_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, credential)
) STRICT;

CREATE TABLE pace_slot (
    tenant TEXT NOT NULL,
    credential TEXT NOT NULL,
    k INTEGER NOT NULL,
    taken_at_ms INTEGER NOT NULL,
    free_at_ms INTEGER NOT NULL,
    owner TEXT NOT NULL,
    class TEXT NOT NULL,
    PRIMARY KEY (tenant, credential, k)
) STRICT, WITHOUT ROWID;

CREATE TABLE pace_history (
    tenant TEXT NOT NULL,
    credential TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    limited INTEGER NOT NULL,
    PRIMARY KEY (tenant, credential, at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
    active INTEGER NOT NULL,
    declared_from TEXT,
    seen_sync INTEGER NOT NULL,
    UNIQUE (tenant, psa_system, psa_id),
    UNIQUE (tenant, declared_from)
) STRICT;

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
    customer_id INTEGER,
    link_state TEXT NOT NULL,
    link_reason TEXT NOT NULL,
    link_score REAL,
    review_weight INTEGER NOT NULL DEFAULT -1,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    gone_since INTEGER,
    first_run INTEGER NOT NULL,
    seen_run INTEGER NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_customer_id)
) STRICT;
CREATE INDEX vendor_customers_to_review ON vendor_customers (tenant, review_weight DESC, name, connection, vendor_customer_id)
    WHERE link_state = 'pending' AND gone_since IS NULL;
CREATE INDEX vendor_customers_by_customer ON vendor_customers (tenant, customer_id);

CREATE TABLE license_subscriptions (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_subscription_id TEXT NOT NULL,
    vendor TEXT NOT NULL,
    vendor_customer_id TEXT NOT NULL,
    customer_id INTEGER,
    sku TEXT NOT NULL,
    product_name TEXT NOT NULL,
    status TEXT NOT NULL,
    status_raw TEXT NOT NULL,
    seats INTEGER,
    unit_cost INTEGER,
    unit_price INTEGER,
    currency TEXT,
    billing_cycle TEXT NOT NULL,
    term TEXT NOT NULL,
    starts_on INTEGER,
    renews_on INTEGER,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    gone_since INTEGER,
    first_run INTEGER NOT NULL,
    seen_run INTEGER NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_subscription_id)
) STRICT;
CREATE INDEX license_subscriptions_by_account ON license_subscriptions (tenant, connection, vendor_customer_id);

CREATE TABLE license_usage (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_subscription_id TEXT NOT NULL,
    week_start TEXT NOT NULL,
    vendor TEXT NOT NULL,
    seats INTEGER,
    unit_cost INTEGER,
    currency TEXT,
    status TEXT NOT NULL,
    captured_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_subscription_id, week_start)
) STRICT;
CREATE INDEX license_usage_by_week ON license_usage (tenant, week_start);

CREATE TABLE agreement_lines (
    tenant TEXT NOT NULL,
    psa_system TEXT NOT NULL,
    psa_line_id TEXT NOT NULL,
    psa_company_id TEXT NOT NULL,
    customer_id INTEGER,
    agreement TEXT NOT NULL,
    product_code TEXT NOT NULL,
    vendor_sku TEXT NOT NULL,
    product_name TEXT NOT NULL,
    seats INTEGER,
    quantity_text TEXT NOT NULL,
    unit_price INTEGER,
    unit_cost INTEGER,
    currency TEXT,
    billing_cycle TEXT NOT NULL,
    starts_on TEXT,
    ends_on TEXT,
    active INTEGER NOT NULL,
    seen_sync INTEGER NOT NULL,
    PRIMARY KEY (tenant, psa_system, psa_line_id)
) STRICT;
CREATE INDEX agreement_lines_by_customer ON agreement_lines (tenant, customer_id);

CREATE TABLE product_links (
    tenant TEXT NOT NULL,
    vendor TEXT NOT NULL,
    sku TEXT NOT NULL,
    product_code TEXT NOT NULL,
    seats_per_unit INTEGER NOT NULL,
    link_state TEXT NOT NULL,
    link_score REAL NOT NULL,
    PRIMARY KEY (tenant, vendor, sku, product_code)
) STRICT;

CREATE TABLE match_candidates (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_customer_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    score REAL NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_customer_id, rank)
) STRICT, WITHOUT ROWID;

CREATE TABLE match_decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    action TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    score REAL,
    reasons TEXT NOT NULL,
    words TEXT NOT NULL,
    undoes INTEGER,
    UNIQUE (tenant, undoes)
) STRICT;
CREATE INDEX match_decisions_by_subject ON match_decisions (tenant, subject, id);
CREATE INDEX match_decisions_by_actor ON match_decisions (tenant, actor, id);

CREATE TABLE findings (
    tenant TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    kind TEXT NOT NULL,
    vendor TEXT,
    customer_id INTEGER,
    customer TEXT NOT NULL,
    sku TEXT,
    product_name TEXT NOT NULL,
    monthly_amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    evidence TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    muted_until INTEGER,
    by_person INTEGER NOT NULL,
    present INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, fingerprint)
) STRICT;
CREATE INDEX findings_by_state ON findings (tenant, state);

CREATE TABLE finding_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX finding_events_by_finding ON finding_events (tenant, fingerprint, id);

CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX notes_by_subject ON notes (tenant, subject, id);

CREATE TABLE sync_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor TEXT NOT NULL,
    week_start TEXT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    owner TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    requests INTEGER NOT NULL,
    rate_limited INTEGER NOT NULL,
    customers INTEGER NOT NULL,
    subscriptions INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    resumed INTEGER NOT NULL,
    resumable INTEGER NOT NULL,
    problem TEXT
) STRICT;
CREATE INDEX sync_runs_by_connection ON sync_runs (tenant, connection, id);

CREATE TABLE checkpoints (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    stream TEXT NOT NULL,
    cursor TEXT,
    pages INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    expected_total INTEGER,
    done INTEGER NOT NULL,
    PRIMARY KEY (tenant, run, stream)
) STRICT;

CREATE TABLE sync_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    at INTEGER NOT NULL,
    level TEXT NOT NULL,
    connection TEXT,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX sync_events_by_tenant ON sync_events (tenant, id);

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    stream TEXT NOT NULL,
    source_key TEXT NOT NULL,
    source_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload TEXT NOT NULL,
    run INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    UNIQUE (tenant, connection, stream, source_key)
) STRICT;
CREATE INDEX quarantine_by_run ON quarantine (tenant, run);
CREATE INDEX quarantine_by_time ON quarantine (tenant, at);
