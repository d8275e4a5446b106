-- Microsoft tenants of a company beside `ms_tenant_id`, with spaces between them: some companies have several.
ALTER TABLE customers ADD COLUMN other_ms_tenants TEXT NOT NULL DEFAULT '';
