-- Decisions that a person made in one go name the first of them, so that they can be taken back in one go.
ALTER TABLE match_decisions ADD COLUMN batch BIGINT;
CREATE INDEX match_decisions_by_batch ON match_decisions (tenant, batch);
