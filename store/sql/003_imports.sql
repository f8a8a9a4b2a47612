-- What an import was read from.  It counts while its step is in force.
CREATE TABLE import (
	id INTEGER PRIMARY KEY,
	step INTEGER NOT NULL UNIQUE REFERENCES step,
	target TEXT NOT NULL,
	source TEXT NOT NULL,
	size INTEGER NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	lines INTEGER NOT NULL,
	format TEXT NOT NULL,
	options TEXT NOT NULL,
	mode INTEGER NOT NULL CHECK (mode BETWEEN 0 AND 3),
	came INTEGER NOT NULL,
	went INTEGER NOT NULL,
	-- The entries of the source, whether they came or were there; NULL of
	-- rows for a routing list.
	series INTEGER REFERENCES series
) STRICT;
