//! Full databases, made by the engine itself.

use vectis::store::EngineKind;

use super::{Database, TENANTS};

/// Subscriptions of each customer.
const EACH: i64 = 10;

/// How much of everything there is.
#[derive(Clone, Copy)]
pub struct Shape {
    /// In words, for the table.
    pub name: &'static str,
    /// Tenants in the database, named by [`super::tenant`].
    pub tenants: i64,
    /// Customers of each tenant.
    pub customers: i64,
    /// Weeks of usage.
    weeks: i64,
    /// Log entries of each tenant.
    log: i64,
}

/// One large MSP: 50,000 subscriptions, two years of weekly usage (5.2 million rows).
pub const LARGE: Shape = Shape {
    name: "5,000 customers",
    tenants: 1,
    customers: 5_000,
    weeks: 104,
    log: 100_000,
};

/// Many MSPs in one database: 600,000 subscriptions, 4.8 million rows of usage.
pub const MANY: Shape = Shape {
    name: "300 tenants",
    tenants: 300,
    customers: 200,
    weeks: 8,
    log: 1_000,
};

/// 2026-11-24 07:00 UTC, in seconds.
pub const NOW: i64 = 1_795_503_600;

/// The distributor of the account number `value`; each has one connection.
const VENDOR: &str = "CASE {} % 4 WHEN 0 THEN 'synnex' WHEN 1 THEN 'pax8' WHEN 2 THEN 'sherweb' ELSE 'ingram_micro' END";

/// Fills an empty database whose tables are made.
pub fn fill(database: &Database, shape: Shape) {
    let engine = database.engine;
    let mut commands = match engine {
        // Only to fill it quickly.
        EngineKind::Sqlite => vec![
            "PRAGMA cache_size = -1000000".to_owned(),
            "PRAGMA synchronous = OFF".to_owned(),
        ],
        EngineKind::Postgres => Vec::new(),
    };
    for number in 0..shape.tenants {
        if engine == EngineKind::Postgres {
            // Each session sees and makes rows of its tenant only.
            commands.push(format!("SET vectis.tenant = '{TENANTS}{number}'"));
        }
        commands.extend(rows_of(engine, shape, number));
    }
    let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
    database.shell(&commands);
    settle(database);
}

/// Does what a server does by itself within minutes after much was written.
pub fn settle(database: &Database) {
    if database.engine == EngineKind::Postgres {
        database.shell(&["VACUUM ANALYZE"]);
    }
}

/// The statements that make a tenant's rows. Every tenth account waits for a person, every tenth line lacks seats.
fn rows_of(engine: EngineKind, shape: Shape, number: i64) -> [String; 11] {
    let Shape {
        customers,
        weeks,
        log,
        ..
    } = shape;
    let subscriptions = customers * EACH;
    let tenant = format!("'{TENANTS}{number}'");
    // Its first customer's number, without the one for counting from 1.
    let base = number * customers;
    let now = instant(engine, &NOW.to_string());
    let old = instant(engine, &(NOW - weeks * 7 * 86_400).to_string());
    let monday = week(engine, "value", weeks);
    let (cost, price) = (money(engine, 1_000), money(engine, 1_300));
    let of = |number: &str| VENDOR.replace("{}", number);
    let (vendor, account_vendor) = (of("value"), of("(value / 10)"));
    let profile = "'example' || CAST(value AS TEXT) || '.com', 'a@example.com', '', '1 Main Street', 'Bend', 'OR', '97701',
        'US', ''";
    [
        format!(
            "INSERT INTO connections (tenant, name, vendor, base_url, settings, created_at, last_sync_at, listed_at)
             SELECT {tenant}, {vendor}, {vendor}, 'https://example.com', '{{}}', {old}, {now}, {now}
             FROM generate_series(0, 3) AS value"
        ),
        format!(
            "INSERT INTO customers (tenant, name, domain, email, phone, address, city, state, postcode, country,
                 ms_tenant_id, psa_system, psa_id, active, seen_sync)
             SELECT {tenant}, 'Customer ' || CAST(value * 7919 % {customers} AS TEXT), {profile}, 'csv',
                 CAST(value AS TEXT), TRUE, 1
             FROM generate_series(0, {customers} - 1) AS value ORDER BY value"
        ),
        format!(
            "INSERT INTO vendor_customers (tenant, connection, vendor_customer_id, vendor, name, domain, email, phone,
                 address, city, state, postcode, country, ms_tenant_id, customer_id, link_state, link_reason,
                 review_weight, first_seen_at, last_seen_at, first_run, seen_run)
             SELECT {tenant}, {vendor}, CAST(400000 + value AS TEXT), {vendor}, 'Account ' || CAST(value AS TEXT),
                 {profile}, CASE WHEN value % 10 > 0 THEN {base} + value + 1 END,
                 CASE WHEN value % 10 > 0 THEN 'auto' ELSE 'pending' END, '', value * 100, {old}, {now}, 1, 104
             FROM generate_series(0, {customers} - 1) AS value"
        ),
        format!(
            "INSERT INTO match_candidates (tenant, connection, vendor_customer_id, rank, customer_id, score, reasons)
             SELECT {tenant}, {account_vendor}, CAST(400000 + value / 10 AS TEXT), value % 10, {base} + value / 10 + value % 10 + 1,
                 0.7, '[\"the names are alike\"]'
             FROM generate_series(0, {subscriptions} - 1) AS value WHERE value / 10 % 10 = 0 AND value % 10 < 3"
        ),
        format!(
            "INSERT INTO license_subscriptions (tenant, connection, vendor_subscription_id, vendor, vendor_customer_id, sku,
                 product_name, status, status_raw, seats, unit_cost, currency, billing_cycle, term, starts_on,
                 renews_on, first_seen_at, last_seen_at, first_run, seen_run)
             SELECT {tenant}, {account_vendor}, CAST(7000000 + value AS TEXT), {account_vendor},
                 CAST(400000 + value / 10 AS TEXT), 'CFQ7TTC0L' || CAST(100 + value * 3 % 40 AS TEXT) || ':0002:P1Y:M',
                 'Product ' || CAST(value * 3 % 40 AS TEXT), 'active', 'active', 5 + value % 60, {cost}, 'USD',
                 'monthly', 'P1Y', {old}, {later}, {old}, {now}, 1, 104
             FROM generate_series(0, {subscriptions} - 1) AS value",
            later = instant(engine, &(NOW + 100 * 86_400).to_string()),
        ),
        // Week by week, as it comes in.
        format!(
            "INSERT INTO license_usage (tenant, connection, vendor_subscription_id, week_start, vendor, seats, unit_cost,
                 currency, status, captured_at)
             SELECT tenant, connection, vendor_subscription_id, {monday}, vendor, seats, unit_cost, currency, status,
                 {now}
             FROM generate_series(0, {weeks} - 1) AS value CROSS JOIN license_subscriptions
             WHERE tenant = {tenant}"
        ),
        format!(
            "INSERT INTO agreement_lines (tenant, psa_system, psa_line_id, psa_company_id, customer_id, agreement,
                 product_code, vendor_sku, product_name, seats, quantity_text, unit_price, currency, billing_cycle,
                 active)
             SELECT {tenant}, 'csv', CAST(value AS TEXT), CAST(value / 10 AS TEXT), {base} + value / 10 + 1, 'Managed',
                 'P' || CAST(value * 3 % 40 AS TEXT), '', 'Product', 5 + value % 60 - CASE value % 10 WHEN 1 THEN 3 ELSE 0 END,
                 '', {price}, 'USD', 'monthly', TRUE
             FROM generate_series(0, {subscriptions} - 1) AS value WHERE value / 10 % 10 > 0"
        ),
        format!(
            "INSERT INTO product_links (tenant, vendor, sku, product_code, seats_per_unit, link_state, link_score)
             SELECT {tenant}, {vendor}, 'CFQ7TTC0L' || CAST(100 + value / 4 AS TEXT) || ':0002:P1Y:M',
                 'P' || CAST(value / 4 AS TEXT), 1, 'auto', 0.99
             FROM generate_series(0, 159) AS value"
        ),
        format!(
            "INSERT INTO match_decisions (tenant, at, actor, subject, action, \"from\", \"to\", reasons, words)
             SELECT {tenant}, {now}, 'ana@host', {vendor} || '/' || CAST(400000 + value AS TEXT), 'confirm', '', '', '[]',
                 'confirmed'
             FROM generate_series(0, {customers} - 1) AS value"
        ),
        format!(
            "INSERT INTO sync_runs (tenant, connection, vendor, week_start, state, phase, owner, started_at, ended_at,
                 requests, rate_limited, customers, subscriptions, quarantined, resumed, resumable)
             SELECT {tenant}, {vendor}, {vendor}, {monday}, 'complete', 'done', 'bench', {now}, {now}, 60, 0, 1250,
                 12500, 0, FALSE, FALSE
             FROM generate_series(0, {weeks} - 1) AS value"
        ),
        format!(
            "INSERT INTO sync_events (tenant, at, level, text)
             SELECT {tenant}, {now}, 'info', 'page ' || CAST(value AS TEXT) || ' of subscriptions: 1000 rows'
             FROM generate_series(0, {log} - 1) AS value"
        ),
    ]
}

fn instant(engine: EngineKind, seconds: &str) -> String {
    match engine {
        EngineKind::Sqlite => format!("({seconds}) * 1000000"),
        EngineKind::Postgres => format!("to_timestamp({seconds})"),
    }
}

/// The Monday of the week that lies so many weeks after the first; the last is this one.
fn week(engine: EngineKind, number: &str, weeks: i64) -> String {
    match engine {
        EngineKind::Sqlite => {
            format!("date('2026-11-23', CAST(7 * ({number} - {weeks} + 1) AS TEXT) || ' days')")
        }
        EngineKind::Postgres => format!("date '2026-11-23' + 7 * ({number} - {weeks} + 1)"),
    }
}

fn money(engine: EngineKind, cents: i64) -> String {
    match engine {
        EngineKind::Sqlite => (cents * 1_000_000).to_string(),
        EngineKind::Postgres => format!("{cents} / 100.0"),
    }
}
