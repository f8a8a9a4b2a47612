/* The order in which a list shows its entries. */
#ifndef TUI_ENTRY_SORT_H
#define TUI_ENTRY_SORT_H

#include "entry_facts.h"

enum entry_order {
	ORDER_ADDRESS, /* as they are kept */
	ORDER_SIZE,    /* widest first; names last */
	ORDER_COMMENT, /* those without one last, as in what follows */
	ORDER_OWNER,
	ORDER_TICKET,
	ORDER_EXPIRY, /* soonest first */
	ORDER_AGE,    /* newest first */
	ORDER_SOURCE, /* imports by name, then what came by hand */
	ORDER_MAIL,   /* none in the logs first, then the oldest; unknown last */
	ORDERS,
};

struct entry_order_row {
	const char *name; /* for the title: "size" */
	const char *help;
	/* What must be known first: facts_origins(), facts_mail(), or NULL. */
	bool (*needs)(struct entry_facts *facts);
};

extern const struct entry_order_row entry_orders[]; /* by order */

/* The places in that order, for free(); NULL: as they are.  Entries that are
 * equal in it stay in the order of addresses. */
uint32_t *entry_sort(const struct entry_facts *facts, enum entry_order order);

#endif
