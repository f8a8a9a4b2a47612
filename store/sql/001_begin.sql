-- Nothing that was once saved is changed or deleted here, but for the rows of
-- draft, which say what the draft is now.

-- A run of equal-kind items (addresses, names, comments, routing rows), found
-- by what it holds, so that one edit in a long list adds one chunk.
CREATE TABLE chunk (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
	body BLOB NOT NULL
) STRICT;

-- A whole list of entries or routing rows: the ids of its chunks, 8 bytes
-- each, most significant first.  The digest is that of the chunks' digests.
CREATE TABLE series (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
	chunks BLOB NOT NULL
) STRICT;

-- A list, server or gateway as it was at some time.
CREATE TABLE version (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	name TEXT NOT NULL,
	body TEXT NOT NULL
) STRICT;

CREATE TABLE part (
	version INTEGER NOT NULL REFERENCES version,
	slot TEXT NOT NULL,
	series INTEGER NOT NULL REFERENCES series,
	PRIMARY KEY (version, slot)
) STRICT, WITHOUT ROWID;

-- An edit of the draft. state 0: in force, 1: undone and can be redone,
-- 2: undone and left behind by a later edit.
CREATE TABLE step (
	id INTEGER PRIMARY KEY,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	label TEXT NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2)
) STRICT;

CREATE INDEX step_state ON step (state, id);

-- What a step did to one object; NULL: the object was not there.
CREATE TABLE change (
	step INTEGER NOT NULL REFERENCES step,
	number INTEGER NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	old_version INTEGER REFERENCES version,
	old_place INTEGER,
	new_version INTEGER REFERENCES version,
	new_place INTEGER,
	PRIMARY KEY (step, number)
) STRICT, WITHOUT ROWID;

-- Every move of the draft; the highest head is its present state.
CREATE TABLE move (
	head INTEGER PRIMARY KEY,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	step INTEGER NOT NULL REFERENCES step,
	way INTEGER NOT NULL CHECK (way BETWEEN 0 AND 2)
) STRICT;

CREATE TABLE draft (
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	name TEXT NOT NULL,
	place INTEGER NOT NULL,
	version INTEGER NOT NULL REFERENCES version,
	head INTEGER NOT NULL,
	PRIMARY KEY (kind, name),
	UNIQUE (kind, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
	number INTEGER PRIMARY KEY,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	message TEXT NOT NULL,
	overrides TEXT,
	step INTEGER NOT NULL,
	policy BLOB NOT NULL CHECK (length(policy) = 32),
	chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

CREATE TABLE member (
	revision INTEGER NOT NULL REFERENCES revision,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	place INTEGER NOT NULL,
	version INTEGER NOT NULL REFERENCES version,
	PRIMARY KEY (revision, kind, place)
) STRICT, WITHOUT ROWID;

-- The last row of a gateway counts; type '' forgets the key.
CREATE TABLE pin (
	id INTEGER PRIMARY KEY,
	gateway TEXT NOT NULL,
	time INTEGER NOT NULL,
	author TEXT NOT NULL,
	type TEXT NOT NULL,
	blob BLOB NOT NULL
) STRICT;

CREATE INDEX pin_gateway ON pin (gateway, id);

CREATE TABLE push (
	generation INTEGER PRIMARY KEY,
	gateway TEXT NOT NULL,
	revision INTEGER NOT NULL,
	digest TEXT NOT NULL,
	started INTEGER NOT NULL,
	ended INTEGER NOT NULL,
	author TEXT NOT NULL,
	state TEXT NOT NULL,
	detail TEXT
) STRICT;

CREATE INDEX push_gateway ON push (gateway, generation);
