-- What is known about one customer is read without looking at all subscriptions: what a person gave to it, when its
-- connections first listed anything, and under which name a SKU is listed.

CREATE INDEX license_subscriptions_by_customer ON license_subscriptions (tenant, customer_id)
    WHERE customer_id IS NOT NULL;
CREATE INDEX license_subscriptions_by_age ON license_subscriptions (tenant, connection, first_seen_at);
CREATE INDEX license_subscriptions_by_name ON license_subscriptions (tenant, vendor, sku, product_name);
