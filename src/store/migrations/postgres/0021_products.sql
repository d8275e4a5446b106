-- What a person decides about SKUs. A link says why it was made or suggested, and what a person said of the PSA product
-- (nothing, 'one_product', 'bundle'). A SKU that is sold as no product has a link without a code.
ALTER TABLE product_links ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE product_links ADD COLUMN coverage TEXT NOT NULL DEFAULT '';

-- Both sides as of the last matching, each summed up over all customers, so that a list waits for no sum.
CREATE TABLE distributor_skus (
    tenant TEXT NOT NULL,
    vendor TEXT NOT NULL,
    sku TEXT NOT NULL,
    product_name TEXT NOT NULL,
    edition TEXT NOT NULL,
    term TEXT NOT NULL,
    billing_cycle TEXT NOT NULL,
    seats BIGINT NOT NULL,
    customers BIGINT NOT NULL,
    monthly_cost TEXT NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (tenant, vendor, sku)
);
CREATE TABLE psa_products (
    tenant TEXT NOT NULL,
    product_code TEXT NOT NULL,
    product_name TEXT NOT NULL,
    vendor_sku TEXT NOT NULL,
    edition TEXT NOT NULL,
    term TEXT NOT NULL,
    billing_cycle TEXT NOT NULL,
    seats BIGINT NOT NULL,
    customers BIGINT NOT NULL,
    PRIMARY KEY (tenant, product_code)
);

ALTER TABLE distributor_skus ENABLE ROW LEVEL SECURITY;
ALTER TABLE distributor_skus FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON distributor_skus USING (tenant = current_setting('vectis.tenant', true));
ALTER TABLE psa_products ENABLE ROW LEVEL SECURITY;
ALTER TABLE psa_products FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON psa_products USING (tenant = current_setting('vectis.tenant', true));
