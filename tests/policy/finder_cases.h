/* Random sets of ranges, and what a finder must answer about them. */
#ifndef TESTS_POLICY_FINDER_CASES_H
#define TESTS_POLICY_FINDER_CASES_H

#include "policy/finder_build.h"

extern uint64_t random_state; /* sets what comes next */

uint32_t next_random(void);

enum shape {
	BLOCKS, /* nested */
	HOSTS,  /* disjoint */
	RANGES, /* overlap in any way */
	ODD,    /* disjoint or nested, and of no block's size */
	SHAPES,
};

/* Where sets are interesting: both ends of the space, around a part of the
 * index, anywhere. */
u128 place_of(uint8_t family, uint32_t kind);
struct net some_net(uint8_t family, enum shape shape);
/* ODD ranges less one at the end may cut others: those are left out. */
bool crosses(const struct entries *e, const struct net *net);
void fill(struct entries *e, uint8_t family, enum shape shape, unsigned count);

/* The answer is that of looking at every range: for one address, and for all
 * edges of the set. */
void ask(const struct finder *f, const struct entries *e, uint8_t family,
    u128 addr);
void ask_all(const struct finder *f, const struct entries *e, uint8_t family);

#endif
