-- What a console lists is read once and then only where it changed: `change_no` is the number of the change that last
-- touched a row, `revision` counts how often an account's review item was made anew.

ALTER TABLE findings ADD COLUMN change_no BIGINT NOT NULL DEFAULT 0;
CREATE INDEX findings_by_change ON findings (tenant, change_no, fingerprint);

ALTER TABLE vendor_customers ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

-- A customer with its sums, as JSON; see src/store/hub.rs.
CREATE TABLE hub_lines (
    tenant TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    change_no BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, customer_id)
);
CREATE INDEX hub_lines_by_change ON hub_lines (tenant, change_no, customer_id);
ALTER TABLE hub_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON hub_lines USING (tenant = current_setting('vectis.tenant', true));
