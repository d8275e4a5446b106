-- What a decision was taken on (the two profiles, as JSON; empty for older decisions), and why a link needs attention.
ALTER TABLE match_decisions ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
ALTER TABLE vendor_customers ADD COLUMN attention TEXT NOT NULL DEFAULT '';
