/* What an import makes of its target. */
#ifndef STORE_ARRIVAL_H
#define STORE_ARRIVAL_H

#include "import.h"
#include "store.h"
#include "target.h"

enum import_mode {
	IMPORT_ADD,
	IMPORT_REPLACE, /* what is not in the source goes */
	IMPORT_REMOVE,  /* what is in the source goes */
	IMPORT_REFRESH, /* what came and went since the source's last import */
};

extern const char *const import_mode_words[]; /* "add" ..., then NULL */

/* What must have a yes before it gets into this target: sets holds, widest4 and
 * widest6, and for a routing list the rows that are there already.  It is less
 * for what can only shut out than for what lets in. */
void arrival_rules(struct import_rules *rules, const struct target *target,
    const struct policy *draft);

struct refresh;

struct arrival {
	const struct target *target;
	const struct policy *draft;
	enum import_mode mode;
	const struct refresh *refresh; /* of IMPORT_REFRESH */
	void *object;   /* the list or server as it becomes; ours */
	bool was_there; /* false: a new list */
	size_t before, after; /* entries or rows */
	size_t came, went;
};

/* target, draft and mode are set, and the import is judged against what is
 * there, for a refresh with what the source held; false when the target may not
 * hold what was read.  Free by arrival_clear() either way. */
bool arrival_make(struct arrival *arrival, const struct import *import,
    struct err *err);
void arrival_clear(struct arrival *arrival);

/* What the target holds afterwards; NULL of a routing list. */
const struct entries *arrival_entries(const struct arrival *arrival);

/* For store_edit(); borrows from the arrival. */
struct change arrival_change(const struct arrival *arrival);

/* The draft as it becomes; the caller frees it. */
struct policy *arrival_policy(const struct arrival *arrival);

#endif
