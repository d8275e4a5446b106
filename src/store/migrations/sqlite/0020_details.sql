-- What is told of some subscriptions alone: the fine print of a commitment, what is ordered for later, and the mark by
-- which an unchanged row is known. It counts as long as it is of the run that saw the subscription last.
CREATE TABLE license_details (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_subscription_id TEXT NOT NULL,
    run INTEGER NOT NULL,
    committed_until TEXT,
    decrease_until TEXT,
    decrease_to INTEGER,
    scheduled_on TEXT,
    scheduled_seats INTEGER,
    revision TEXT NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_subscription_id)
) STRICT;

-- Accounts whose subscriptions a run could not read: they keep their rows, which are not judged.
CREATE TABLE unread_accounts (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_customer_id TEXT NOT NULL,
    run INTEGER NOT NULL,
    problem TEXT NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_customer_id)
) STRICT;
