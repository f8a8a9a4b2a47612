/* Entries merged into fewer that list the same addresses.  An entry that ends
 * some day is left alone, as what is around it would end, or it would not. */
#ifndef TUI_ENTRY_MERGE_H
#define TUI_ENTRY_MERGE_H

#include "policy/set.h"

struct merge_row {
	struct net span;     /* that they make together */
	size_t first, count; /* in those that are looked at */
	size_t blocks;       /* that they become; fewer */
};

struct merge {
	struct entries from;   /* that are looked at */
	struct entries result; /* all that is listed afterwards */
	struct merge_row *rows;
	size_t count, cap;
	size_t before, after; /* entries of the list */
	size_t notes;         /* entries whose notes go */
	const struct merge_order *order; /* while it is made */
};

struct merge_order {
	const struct entries *entries;
	const size_t *places; /* of those looked at, in order; NULL: all */
	size_t count;
	/* Is told now and then how far it is; false ends it.  NULL: nobody. */
	bool (*goes_on)(size_t done, size_t total, void *context);
	void *context;
};

/* False: it was ended.  Free in any case. */
bool merge_make(struct merge *merge, const struct merge_order *order);
void merge_free(struct merge *merge);

#endif
