/* Boxes beside the virtual servers of the draft, in a dialog that is open while
 * others add and remove some. */
#ifndef TUI_TICKS_H
#define TUI_TICKS_H

#include "policy/invariant.h"

struct ticks {
	struct texts names; /* the draft's, in its order */
	bool *on;           /* by name */
};

/* Those of the draft now.  keep: what was ticked, or not, stays so; the rest is
 * as names says. */
void ticks_renew(struct ticks *ticks, const struct policy *policy, bool keep,
    bool (*names)(const void *object, const char *server), const void *object);
void ticks_free(struct ticks *ticks);

#endif
