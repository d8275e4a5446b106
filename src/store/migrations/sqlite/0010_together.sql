-- Several processes on one database: who changed what, how their runs are, who looks at which item.

DROP TABLE feed;
-- `n` rises with each change that the process `writer` makes to an area; it is never below the clock's milliseconds.
CREATE TABLE feed (
    tenant TEXT NOT NULL,
    writer INTEGER NOT NULL,
    area TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (tenant, writer, area)
) STRICT;

ALTER TABLE sync_events ADD COLUMN writer INTEGER NOT NULL DEFAULT 0;

CREATE TABLE run_progress (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    writer INTEGER NOT NULL,
    owner TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, connection)
) STRICT;

CREATE TABLE review_claims (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    vendor_customer_id TEXT NOT NULL,
    writer INTEGER NOT NULL,
    actor TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, connection, vendor_customer_id)
) STRICT;
