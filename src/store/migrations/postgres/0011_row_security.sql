-- No query goes without its tenant: rows of other tenants than `vectis.tenant` says do not exist, not even for the
-- tables' owner. (A superuser still sees all.) A later table needs the same; a later migration that changes rows has to
-- set `vectis.tenant` for each tenant in turn.

DO $$
DECLARE
    t text;
BEGIN
    FOR t IN
        SELECT c.table_name FROM information_schema.columns c
        JOIN information_schema.tables i ON i.table_schema = c.table_schema AND i.table_name = c.table_name
        WHERE c.table_schema = current_schema() AND i.table_type = 'BASE TABLE' AND c.column_name = 'tenant'
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY of_tenant ON %I USING (tenant = current_setting(''vectis.tenant'', true))', t);
    END LOOP;
END $$;

-- The names alone, to be counted.
CREATE POLICY names ON tenants FOR SELECT USING (true);
