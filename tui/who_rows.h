/* What each of the ten rows looked at, in few words, for one question. */
#ifndef TUI_WHO_ROWS_H
#define TUI_WHO_ROWS_H

#include "policy/relay.h"

#define WHO_ROWS 10

struct who_answer {
	bool known; /* false: there is nothing to ask */
	struct decision decision;
	struct buf rows[WHO_ROWS];
};

/* rules NULL: not known. */
void who_answer_fill(struct who_answer *answer, const struct ruleset *rules,
    const struct server *server, const struct question *question);
void who_answer_clear(struct who_answer *answer);

/* A row's name that fits a narrow column; row counts from 1. */
const char *who_row_name(int row);

/* "RELAYED", "REFUSED 550 5.7.1". */
const char *who_answer_verdict(const struct who_answer *answer);
/* " by row 10, relay restrictions: 192.0.2.0/24". */
void who_answer_add_why(struct buf *out, const struct who_answer *answer);
bool who_answer_accepts(const struct who_answer *answer);

#endif
