#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sort.h"

#define DIGIT_BITS 11
#define DIGITS 6 /* of 64 bits */
#define BUCKETS (1 << DIGIT_BITS)
#define FEW 256 /* below, counting costs more than comparing */

int
range4_compare(const void *x, const void *y)
{
	const struct range4 *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->last > b->last) - (a->last < b->last);
}

int
range6_compare(const void *x, const void *y)
{
	const struct range6 *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->last > b->last) - (a->last < b->last);
}

static unsigned
digit_of(const struct range4 *item, int digit)
{
	uint64_t key = (uint64_t)item->first << 32 | item->last;

	return (unsigned)(key >> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}

/* One pass of a radix sort; false when all items have the same digit. */
static bool
pass(const struct range4 *from, struct range4 *to, size_t count, int digit)
{
	size_t starts[BUCKETS] = { 0 }, sum = 0;

	for (size_t i = 0; i < count; i++)
		starts[digit_of(&from[i], digit)]++;
	if (starts[digit_of(&from[0], digit)] == count)
		return false;
	for (size_t i = 0; i < BUCKETS; i++) {
		size_t here = starts[i];

		starts[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[digit_of(&from[i], digit)]++] = from[i];
	return true;
}

void
range4_sort(struct range4 *items, size_t count)
{
	struct range4 *from = items, *to, *spare;

	if (count < FEW) {
		if (count)
			qsort(items, count, sizeof(*items), range4_compare);
		return;
	}
	spare = mem_resize(NULL, count, sizeof(*spare));
	to = spare;
	for (int digit = 0; digit < DIGITS; digit++) {
		struct range4 *other = from;

		if (!pass(from, to, count, digit))
			continue;
		from = to;
		to = other;
	}
	if (from != items)
		memcpy(items, from, count * sizeof(*items));
	free(spare);
}
