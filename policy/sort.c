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

/* What is sorted begins with a range; size is that of the whole, a constant
 * wherever this is expanded. */
static inline unsigned
digit_of(const char *item, int digit)
{
	struct range4 range;
	uint64_t key;

	memcpy(&range, item, sizeof(range));
	key = (uint64_t)range.first << 32 | range.last;
	return (unsigned)(key >> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}

/* One pass of a radix sort; false when all items have the same digit. */
static inline bool
pass(const char *from, char *to, size_t count, size_t size, int digit)
{
	size_t starts[BUCKETS] = { 0 }, sum = 0;

	for (size_t i = 0; i < count; i++)
		starts[digit_of(from + i * size, digit)]++;
	if (starts[digit_of(from, digit)] == count)
		return false;
	for (size_t i = 0; i < BUCKETS; i++) {
		size_t here = starts[i];

		starts[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < count; i++)
		memcpy(to + size * starts[digit_of(from + i * size, digit)]++,
		    from + i * size, size);
	return true;
}

static inline void
sort(char *items, size_t count, size_t size)
{
	char *from = items, *spare = mem_resize(NULL, count, size);
	char *to = spare;

	for (int digit = 0; digit < DIGITS; digit++) {
		char *other = from;

		if (!pass(from, to, count, size, digit))
			continue;
		from = to;
		to = other;
	}
	if (from != items)
		memcpy(items, from, count * size);
	free(spare);
}

void
range4_sort(struct range4 *items, size_t count)
{
	if (count >= FEW)
		sort((char *)items, count, sizeof(*items));
	else if (count)
		qsort(items, count, sizeof(*items), range4_compare);
}

void
found4_sort(struct found4 *items, size_t count)
{
	if (count)
		sort((char *)items, count, sizeof(*items));
}
