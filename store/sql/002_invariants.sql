-- A fourth kind of object, invariants.  Every row is taken over as it is.  The
-- new tables refer to one another until the old ones are gone, and then take
-- their names.
CREATE TABLE version_2 (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
	name TEXT NOT NULL,
	body TEXT NOT NULL
) STRICT;

CREATE TABLE part_2 (
	version INTEGER NOT NULL REFERENCES version_2,
	slot TEXT NOT NULL,
	series INTEGER NOT NULL REFERENCES series,
	PRIMARY KEY (version, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE change_2 (
	step INTEGER NOT NULL REFERENCES step,
	number INTEGER NOT NULL,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
	old_version INTEGER REFERENCES version_2,
	old_place INTEGER,
	new_version INTEGER REFERENCES version_2,
	new_place INTEGER,
	PRIMARY KEY (step, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft_2 (
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
	name TEXT NOT NULL,
	place INTEGER NOT NULL,
	version INTEGER NOT NULL REFERENCES version_2,
	head INTEGER NOT NULL,
	PRIMARY KEY (kind, name),
	UNIQUE (kind, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE member_2 (
	revision INTEGER NOT NULL REFERENCES revision,
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
	place INTEGER NOT NULL,
	version INTEGER NOT NULL REFERENCES version_2,
	PRIMARY KEY (revision, kind, place)
) STRICT, WITHOUT ROWID;

INSERT INTO version_2 (id, digest, kind, name, body)
	SELECT id, digest, kind, name, body FROM version;
INSERT INTO part_2 (version, slot, series)
	SELECT version, slot, series FROM part;
INSERT INTO change_2 (step, number, kind, old_version, old_place,
	    new_version, new_place)
	SELECT step, number, kind, old_version, old_place, new_version,
	    new_place FROM change;
INSERT INTO draft_2 (kind, name, place, version, head)
	SELECT kind, name, place, version, head FROM draft;
INSERT INTO member_2 (revision, kind, place, version)
	SELECT revision, kind, place, version FROM member;

DROP TABLE part;
DROP TABLE change;
DROP TABLE draft;
DROP TABLE member;
DROP TABLE version;

ALTER TABLE version_2 RENAME TO version;
ALTER TABLE part_2 RENAME TO part;
ALTER TABLE change_2 RENAME TO change;
ALTER TABLE draft_2 RENAME TO draft;
ALTER TABLE member_2 RENAME TO member;
