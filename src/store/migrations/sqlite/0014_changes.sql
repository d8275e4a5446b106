-- What a console lists is read once and then only where it changed: `change_no` is the number of the change that last
-- touched a row, `revision` counts how often an account's review item was made anew.

ALTER TABLE findings ADD COLUMN change_no INTEGER NOT NULL DEFAULT 0;
CREATE INDEX findings_by_change ON findings (tenant, change_no, fingerprint);

ALTER TABLE vendor_customers ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- A customer with its sums, as JSON; see src/store/hub.rs.
CREATE TABLE hub_lines (
    tenant TEXT NOT NULL,
    customer_id INTEGER NOT NULL,
    change_no INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, customer_id)
) STRICT;
CREATE INDEX hub_lines_by_change ON hub_lines (tenant, change_no, customer_id);

-- The newest decisions, notes after a number: without these SQLite sorts. (Elsewhere the primary keys are such.)
CREATE INDEX match_decisions_by_number ON match_decisions (tenant, id);
CREATE INDEX notes_by_number ON notes (tenant, id);
