-- Weekly usage by year: it grows for ever, while nearly all that is asked for is of the last weeks. What was captured so far
-- becomes the first part as it is, so that no row moves; then a part for each year, and one for all after them.

ALTER TABLE license_usage RENAME TO license_usage_before;
ALTER TABLE license_usage_before RENAME CONSTRAINT license_usage_pkey TO license_usage_before_pkey;
ALTER INDEX license_usage_by_week RENAME TO license_usage_before_by_week;
-- So that the owner sees the weeks of every tenant below; forced again at the end.
ALTER TABLE license_usage_before NO FORCE ROW LEVEL SECURITY;

CREATE TABLE license_usage (LIKE license_usage_before) PARTITION BY RANGE (week_start);
ALTER TABLE license_usage ADD PRIMARY KEY (tenant, connection, vendor_subscription_id, week_start);
CREATE INDEX license_usage_by_week ON license_usage (tenant, week_start);

DO $$
DECLARE
    first_year int;
    part text;
    given record;
BEGIN
    SELECT greatest(coalesce(max(extract(year FROM week_start))::int + 1, 2026), 2026) INTO first_year
    FROM license_usage_before;
    EXECUTE format(
        'ALTER TABLE license_usage ATTACH PARTITION license_usage_before FOR VALUES FROM (MINVALUE) TO (%L)',
        make_date(first_year, 1, 1));
    FOR year IN first_year .. first_year + 20 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF license_usage FOR VALUES FROM (%L) TO (%L)',
            'license_usage_' || year, make_date(year, 1, 1), make_date(year + 1, 1, 1));
    END LOOP;
    CREATE TABLE license_usage_after PARTITION OF license_usage DEFAULT;

    -- Each part has its tenants' policy of its own, for whoever asks it by its name.
    FOR part IN
        SELECT 'license_usage' UNION ALL
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'license_usage'::regclass AND c.relname <> 'license_usage_before'
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
        EXECUTE format('CREATE POLICY of_tenant ON %I USING (tenant = current_setting(''vectis.tenant'', true))', part);
    END LOOP;
    ALTER TABLE license_usage_before FORCE ROW LEVEL SECURITY;

    -- Who was given rights on the table has them on the new one.
    FOR given IN
        SELECT grantee, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'license_usage_before' AND grantee <> current_user
    LOOP
        EXECUTE format('GRANT %s ON license_usage TO %s', given.privilege_type,
            CASE given.grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(given.grantee) END);
    END LOOP;
END $$;

CREATE OR REPLACE VIEW bi_usage AS
SELECT u.tenant, u.connection, u.vendor, u.vendor_subscription_id, u.week_start,
    b.customer_id, b.customer_name, b.sku, b.product_name,
    u.seats, u.unit_cost, u.currency, u.status,
    u.captured_at
FROM license_usage u
LEFT JOIN bi_subscriptions b ON b.tenant = u.tenant AND b.connection = u.connection
    AND b.vendor_subscription_id = u.vendor_subscription_id;
