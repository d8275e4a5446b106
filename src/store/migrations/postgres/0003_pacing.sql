-- What 429s have taught about a credential, as JSON; see src/store/lesson.rs.
ALTER TABLE pace_state ADD COLUMN lesson TEXT NOT NULL DEFAULT '';
