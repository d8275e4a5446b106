-- The promise to BI tools: words, decimals, ISO times. Same columns as ../postgres.

CREATE VIEW bi_customers AS
SELECT c.tenant, c.id AS customer_id, c.name, c.domain, c.email, c.phone, c.address, c.city, c.state, c.postcode,
    c.country, c.ms_tenant_id, c.psa_system, c.psa_id,
    CASE WHEN c.active THEN 'yes' ELSE 'no' END AS active,
    (SELECT count(*) FROM vendor_customers v WHERE v.tenant = c.tenant AND v.customer_id = c.id) AS accounts
FROM customers c;

CREATE VIEW bi_subscriptions AS
SELECT s.tenant, s.connection, s.vendor,
    CASE s.vendor WHEN 'synnex' THEN 'TD SYNNEX' WHEN 'pax8' THEN 'Pax8' WHEN 'sherweb' THEN 'Sherweb'
        WHEN 'ingram_micro' THEN 'Ingram Micro' ELSE s.vendor END AS vendor_label,
    s.vendor_subscription_id, s.vendor_customer_id, v.name AS account_name, v.link_state,
    coalesce(s.customer_id, v.customer_id) AS customer_id, c.name AS customer_name,
    s.sku, s.product_name, s.status, s.seats,
    s.unit_cost / 100000000.0 AS unit_cost, s.unit_price / 100000000.0 AS unit_price, s.currency,
    s.billing_cycle, s.term,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.starts_on / 1000000, 'unixepoch') AS starts_on,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.renews_on / 1000000, 'unixepoch') AS renews_on,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.first_seen_at / 1000000, 'unixepoch') AS first_seen_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.last_seen_at / 1000000, 'unixepoch') AS last_seen_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.gone_since / 1000000, 'unixepoch') AS gone_since
FROM license_subscriptions s
LEFT JOIN vendor_customers v ON v.tenant = s.tenant AND v.connection = s.connection
    AND v.vendor_customer_id = s.vendor_customer_id
LEFT JOIN customers c ON c.tenant = s.tenant AND c.id = coalesce(s.customer_id, v.customer_id);

CREATE VIEW bi_usage AS
SELECT u.tenant, u.connection, u.vendor, u.vendor_subscription_id, u.week_start,
    b.customer_id, b.customer_name, b.sku, b.product_name,
    u.seats, u.unit_cost / 100000000.0 AS unit_cost, u.currency, u.status,
    strftime('%Y-%m-%dT%H:%M:%SZ', u.captured_at / 1000000, 'unixepoch') AS captured_at
FROM license_usage u
LEFT JOIN bi_subscriptions b ON b.tenant = u.tenant AND b.connection = u.connection
    AND b.vendor_subscription_id = u.vendor_subscription_id;

CREATE VIEW bi_licensing AS
WITH bought AS (
    SELECT s.tenant, coalesce(s.customer_id, v.customer_id) AS customer_id, s.vendor, s.sku,
        max(s.product_name) AS product_name, s.currency, s.billing_cycle,
        CAST(sum(s.seats) AS BIGINT) AS seats, max(s.unit_cost) AS unit_cost
    FROM license_subscriptions s
    LEFT JOIN vendor_customers v ON v.tenant = s.tenant AND v.connection = s.connection
        AND v.vendor_customer_id = s.vendor_customer_id
    WHERE s.status IN ('active', 'suspended') AND s.gone_since IS NULL
    GROUP BY s.tenant, coalesce(s.customer_id, v.customer_id), s.vendor, s.sku, s.currency, s.billing_cycle
)
SELECT b.tenant, b.customer_id, c.name AS customer_name, b.vendor,
    CASE b.vendor WHEN 'synnex' THEN 'TD SYNNEX' WHEN 'pax8' THEN 'Pax8' WHEN 'sherweb' THEN 'Sherweb'
        WHEN 'ingram_micro' THEN 'Ingram Micro' ELSE b.vendor END AS vendor_label,
    b.sku, b.product_name, b.seats,
    (SELECT CAST(sum(l.seats * k.seats_per_unit) AS BIGINT) FROM product_links k
        JOIN agreement_lines l ON l.tenant = k.tenant AND l.product_code = k.product_code
        WHERE k.tenant = b.tenant AND k.vendor = b.vendor AND k.sku = b.sku
            AND k.link_state IN ('auto', 'confirmed') AND l.customer_id = b.customer_id AND l.active) AS contracted,
    b.unit_cost / 100000000.0 AS unit_cost, b.currency, b.billing_cycle
FROM bought b
LEFT JOIN customers c ON c.tenant = b.tenant AND c.id = b.customer_id;

CREATE VIEW bi_findings AS
SELECT f.tenant, f.fingerprint, f.kind, f.vendor,
    CASE f.vendor WHEN 'synnex' THEN 'TD SYNNEX' WHEN 'pax8' THEN 'Pax8' WHEN 'sherweb' THEN 'Sherweb'
        WHEN 'ingram_micro' THEN 'Ingram Micro' ELSE f.vendor END AS vendor_label,
    f.customer_id, f.customer AS customer_name, f.sku, f.product_name,
    f.monthly_amount / 100000000.0 AS monthly_amount, f.currency, f.state, f.action, f.evidence,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.first_seen_at / 1000000, 'unixepoch') AS first_seen_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.last_seen_at / 1000000, 'unixepoch') AS last_seen_at
FROM findings f;
