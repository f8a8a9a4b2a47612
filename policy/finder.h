/* The narrowest of many ranges that holds an address; one family.  For the
 * lookup only. */
#ifndef POLICY_FINDER_H
#define POLICY_FINDER_H

#include "entries.h"

#define FINDER_NONE UINT32_MAX

/* Of the few ranges that are in others, the next wider one. */
struct wider {
	uint64_t *bits; /* is there one? */
	uint32_t *rank; /* how many of the bits before each 64 are set */
	uint32_t *next; /* of each that has one, in order */
	uint32_t count; /* 0: none has, and nothing is allocated */
};

/* Ranges that are disjoint or nested, as blocks are, are searched where they
 * stand, by their first address, and then from the inner to the outer.  Others
 * are cut at every address where the narrowest one changes. */
struct finder {
	const struct range4 *v4; /* the entries', sorted; one of the two */
	const struct range6 *v6;
	uint32_t count; /* of the ranges, or of the cuts */
	uint32_t made;  /* how many ranges there were when all this was made */
	struct wider wider;
	uint32_t *owner; /* of each cut; NULL: there are no cuts */
	uint32_t *cuts4; /* where the cuts begin; one of the two */
	u128 *cuts6;
	/* IPv4: how many first addresses, or cuts, lie before each part of the
	 * space; NULL for few. */
	uint32_t *index;
	unsigned bits;   /* the space has 1 << bits parts */
	uint8_t *packed; /* finder_dense.c; NULL unless there are very many */
	struct tree *tree; /* finder_tree.c; IPv6, NULL for few */
};

void finder_make(struct finder *finder, const struct entries *entries,
    uint8_t family);
void finder_free(struct finder *finder);

/* The entries got one more range, now at the place; or the net is gone that
 * was there.  Other finders of the entries must be told too. */
void finder_added(struct finder *finder, const struct entries *entries,
    uint8_t family, uint32_t place);
void finder_removed(struct finder *finder, const struct entries *entries,
    uint32_t place, const struct net *net);

/* Fetches what finding the address will look at; changes nothing. */
void finder_hint4(const struct finder *finder, uint32_t addr);

/* The place of the range, or FINDER_NONE. */
uint32_t finder_find4(const struct finder *finder, uint32_t addr);
uint32_t finder_find6(const struct finder *finder, u128 addr);

#endif
