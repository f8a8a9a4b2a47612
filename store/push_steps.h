/* The steps of a push to a gateway, for others who look while it goes on: in
 * the file of push_lock.h, a place for each of the last pushes.  Nothing of it is
 * needed afterwards, so that it is not made durable; where there is no such file
 * nothing is told. */
#ifndef STORE_PUSH_STEPS_H
#define STORE_PUSH_STEPS_H

#include "store.h"

#define PUSH_TOLD_MOST 8

struct push_told {
	unsigned number, of; /* "3/7" */
	int64_t time;        /* seconds since 1970 */
	char word[16];       /* "switch" */
	char text[48];       /* what was said with it, cut */
};

/* One more step of this push, whose process we are; from any thread, one at a
 * time. */
void store_push_tell(struct store *store, int64_t generation,
    const struct push_told *step);
/* What was told of it, in order; at most PUSH_TOLD_MOST. */
size_t store_push_told(struct store *store, int64_t generation,
    struct push_told *steps);

#endif
