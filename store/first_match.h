/* Lists whose order matters: of all rows that cover an address (or a name)
 * one decides, so a row that is not taken hides what other rows would give.
 * Rows are held until the end; then those that are hidden in part are replaced
 * by the fewest blocks that remain, and all others are taken as they stand. */
#ifndef STORE_FIRST_MATCH_H
#define STORE_FIRST_MATCH_H

#include "format.h"

enum match_order {
	MATCH_NONE,     /* each row is for itself */
	MATCH_FIRST,    /* the first row decides */
	MATCH_NARROWEST, /* the narrowest, wherever it stands */
};

struct match_row;

struct first_match {
	enum match_order order;
	bool opposed; /* a row that is not taken has come */
	struct match_row *rows;
	size_t count, cap;
};

/* True: the row is held; false: it can be taken at once, whatever comes. */
bool first_match_hold(struct first_match *match, const struct entry *entry,
    const struct item *item, bool taken);

/* What the rows come to.  take is called with each entry that is taken as it
 * stands, cut with each block that remains of one (and, the first time, the
 * line that hides the rest; else 0), lost with each that cannot be taken: nothing remains (hidden is
 * true), or a name within it is denied.  Frees the rows. */
struct match_calls {
	void (*take)(void *context, const struct entry *entry,
	    const struct item *item);
	void (*cut)(void *context, const struct entry *entry,
	    const struct item *item, size_t by_line);
	void (*lost)(void *context, const struct entry *entry,
	    const struct item *item, size_t by_line, bool hidden);
	void *context;
};

void first_match_settle(struct first_match *match,
    const struct match_calls *calls);

#endif
