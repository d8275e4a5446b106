-- Whether a run reads everything or only what has changed: one that is resumed goes on as it began.
ALTER TABLE sync_runs ADD COLUMN scope TEXT NOT NULL DEFAULT 'everything';
