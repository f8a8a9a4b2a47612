-- Changes of the draft that were set aside under a name: those of the step that
-- took them out of it.  They count while that step is in force.
CREATE TABLE aside (
	id INTEGER PRIMARY KEY,
	step INTEGER NOT NULL UNIQUE REFERENCES step,
	name TEXT NOT NULL,
	note TEXT NOT NULL
) STRICT;

-- It was taken up by a step, and is while that one is in force; without a step
-- it was dropped for good.
CREATE TABLE aside_end (
	id INTEGER PRIMARY KEY,
	aside INTEGER NOT NULL REFERENCES aside,
	step INTEGER REFERENCES step,
	time INTEGER NOT NULL,
	author TEXT NOT NULL
) STRICT;

CREATE INDEX aside_end_aside ON aside_end (aside);
