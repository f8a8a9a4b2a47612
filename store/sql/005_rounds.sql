-- One push of one or more gateways, by a console or a command.  Others may ask
-- it to begin no more of them.
CREATE TABLE push_round (
	round INTEGER PRIMARY KEY,
	author TEXT NOT NULL,
	revision INTEGER NOT NULL,
	started INTEGER NOT NULL,
	ended INTEGER NOT NULL,
	-- The names, a line each, in the order in which they are begun.
	gateways TEXT NOT NULL,
	stop_author TEXT,
	stop_time INTEGER NOT NULL
) STRICT;

CREATE INDEX push_round_open ON push_round (round) WHERE ended = 0;

ALTER TABLE push ADD COLUMN round INTEGER REFERENCES push_round;

CREATE INDEX push_of_round ON push (round);
