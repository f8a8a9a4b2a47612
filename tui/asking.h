/* Several gateways asked side by side, and told in their order.  Ctrl-C ends the
 * asking: who has answered is told, the others are told as not asked. */
#ifndef TUI_ASKING_H
#define TUI_ASKING_H

#include <stdint.h>

#include "policy/err.h"

struct asking {
	size_t count;
	int64_t jobs; /* at most so many at a time */
	/* Before it is asked, by the caller; false: it is not, but told. */
	bool (*begin)(void *context, size_t place);
	void (*ask)(void *context, size_t place); /* in a thread of its own */
	/* By the caller; false: nothing more can be told (err says why). */
	bool (*tell)(void *context, size_t place, struct err *err);
	void *context;
};

#define ASKING_JOBS 8

/* False when tell() said so. */
bool asking_run(const struct asking *asking, struct err *err);
/* Ctrl-C came. */
bool asking_stopped(void);

/* --jobs N */
bool asking_read_jobs(const char *text, int64_t *jobs, struct err *err);

#endif
