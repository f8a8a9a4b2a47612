/* The order of ranges: by first, then last. */
#ifndef POLICY_SORT_H
#define POLICY_SORT_H

#include "entries.h"

/* For qsort() and bsearch(), of struct range4 and struct range6. */
int range4_compare(const void *x, const void *y);
int range6_compare(const void *x, const void *y);

/* In time that grows with the count alone. */
void range4_sort(struct range4 *items, size_t count);

/* A range and where it was found; those with equal ranges stay in order. */
struct found4 {
	struct range4 range;
	uint32_t line;
};

void found4_sort(struct found4 *items, size_t count);

#endif
