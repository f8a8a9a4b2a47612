-- What persons said about revisions that others made, and about how many of
-- them must approve one before a push, in the order in which it was said.
CREATE TABLE approval (
	id INTEGER PRIMARY KEY,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	-- 0: approves this revision, 1: no longer, 2: wants so many approvals.
	word INTEGER NOT NULL CHECK (word BETWEEN 0 AND 2),
	number INTEGER NOT NULL,
	comment TEXT NOT NULL,
	-- Of the revision, which stands for all that is in it.
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

-- Where the draft stood at the commit: who moved it since the commit before
-- has made the revision.  Of older ones the last step tells.
ALTER TABLE revision ADD COLUMN head INTEGER NOT NULL DEFAULT 0;

UPDATE revision SET head = (SELECT coalesce(max(move.head), 0) FROM move
	WHERE move.way = 0 AND move.step <= revision.step);
