/* How a finder is made, for its own files only. */
#ifndef POLICY_FINDER_BUILD_H
#define POLICY_FINDER_BUILD_H

#include "finder.h"

/* Fewer are searched as well without an index, and made anew at once. */
#define FINDER_FEW 64

static inline struct range6
range_at(const struct finder *f, uint32_t i)
{
	if (f->v6)
		return f->v6[i];
	return (struct range6){ f->v4[i].first, f->v4[i].last };
}

/* The next wider range around one, or FINDER_NONE. */
static inline uint32_t
wider_next(const struct wider *w, uint32_t i)
{
	uint64_t word;

	if (!w->count)
		return FINDER_NONE;
	word = w->bits[i / 64];
	if (!(word >> i % 64 & 1))
		return FINDER_NONE;
	word &= ((uint64_t)1 << i % 64) - 1;
	return w->next[w->rank[i / 64] + (uint32_t)__builtin_popcountll(word)];
}

/* False when the ranges are neither disjoint nor nested, or too deep. */
bool finder_make_nested(struct finder *finder);
void finder_make_cuts(struct finder *finder);

/* The narrowest that holds the address, of the ranges that begin where this
 * one does and those around them. */
uint32_t finder_climb4(const struct finder *finder, uint32_t i,
    uint32_t addr);
uint32_t finder_climb6(const struct finder *finder, uint32_t i, u128 addr);

/* Of IPv4 ranges or cuts; 1 << bits parts. */
void finder_make_index(struct finder *finder, unsigned bits);
/* The index, and what is packed, after an edit. */
void finder_index_added(struct finder *finder, uint32_t place);
void finder_index_removed(struct finder *finder, struct range4 range);
/* Of IPv4 ranges that are disjoint or nested, with an index of 16 bits or
 * more. */
void finder_make_dense(struct finder *finder);
uint32_t finder_find_dense(const struct finder *finder, uint32_t addr);
void finder_hint_dense(const struct finder *finder, uint32_t addr);
void finder_dense_added(struct finder *finder, uint32_t place);
void finder_dense_removed(struct finder *finder, struct range4 range);
/* There is, or is not, a wider range around the one at the place. */
void finder_dense_inner(struct finder *finder, uint32_t place, bool inner);

/* For many IPv6 ranges or cuts; one that was made before is dropped. */
void finder_make_tree(struct finder *finder);
/* Among which the last that begins no later is, if it is not the one before
 * *low. */
void finder_search_tree(const struct finder *finder, u128 addr, uint32_t *low,
    uint32_t *high);

#endif
