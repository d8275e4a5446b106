-- What is told of some subscriptions alone: the fine print of a commitment, what is ordered for later, and the mark by
-- which an unchanged row is known. It counts as long as it is of the run that saw the subscription last.
CREATE TABLE license_details (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_subscription_id TEXT NOT NULL,
    run BIGINT NOT NULL,
    committed_until DATE,
    decrease_until DATE,
    decrease_to BIGINT,
    scheduled_on DATE,
    scheduled_seats BIGINT,
    revision TEXT NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_subscription_id)
);

-- Accounts whose subscriptions a run could not read: they keep their rows, which are not judged.
CREATE TABLE unread_accounts (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_customer_id TEXT NOT NULL,
    run BIGINT NOT NULL,
    problem TEXT NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_customer_id)
);

ALTER TABLE license_details ENABLE ROW LEVEL SECURITY;
ALTER TABLE license_details FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON license_details USING (tenant = current_setting('vectis.tenant', true));
ALTER TABLE unread_accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE unread_accounts FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON unread_accounts USING (tenant = current_setting('vectis.tenant', true));
