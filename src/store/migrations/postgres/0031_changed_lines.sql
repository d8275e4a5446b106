-- A reading writes only the lines that changed: what it no longer lists is told by ids, not by a mark on every row.
ALTER TABLE agreement_lines DROP COLUMN seen_sync;
