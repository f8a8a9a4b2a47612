/* Work side by side: each piece in a thread of its own, a bounded number at a
 * time. */
#ifndef REMOTE_CREW_H
#define REMOTE_CREW_H

#include <stdbool.h>
#include <stddef.h>

struct crew_calls {
	bool (*go_on)(void *context); /* asked before each; false: no more */
	/* Before a piece; false: it is left out. */
	bool (*begin)(void *context, size_t place);
	/* In its thread. */
	void (*work)(void *context, size_t place);
	void (*end)(void *context, size_t place);
	void *context; /* of all; they but work are called by the caller */
};

/* Any number of pieces in order, at most jobs (from 1) at a time.  Returns how
 * many it came to before go_on said no; those at work are waited for. */
size_t crew_run(size_t count, unsigned jobs, const struct crew_calls *calls);

#endif
