#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sort.h"

#define DIGIT_BITS 11
#define DIGITS 3 /* of 32 bits */
#define BUCKETS (1 << DIGIT_BITS)
#define FEW 64 /* below, counting costs more than comparing */

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
static inline struct range4
range_of(const char *item)
{
	struct range4 range;

	memcpy(&range, item, sizeof(range));
	return range;
}

static inline unsigned
digit_of(const char *item, bool last, int digit)
{
	struct range4 range = range_of(item);
	uint32_t key = last ? range.last : range.first;

	return key >> (digit * DIGIT_BITS) & (BUCKETS - 1);
}

/* How many items have each value of each digit. */
static inline void
count_digits(uint32_t counts[DIGITS][BUCKETS], const char *items, size_t count,
    size_t size, bool last)
{
	for (size_t i = 0; i < count; i++)
		for (int digit = 0; digit < DIGITS; digit++)
			counts[digit][digit_of(items + i * size, last,
			    digit)]++;
}

/* From counts to where each value begins. */
static void
add_up(uint32_t starts[BUCKETS])
{
	uint32_t sum = 0;

	for (size_t i = 0; i < BUCKETS; i++) {
		uint32_t here = starts[i];

		starts[i] = sum;
		sum += here;
	}
}

/* A radix sort by the one end of the ranges, which leaves equal ones in their
 * order. */
static inline void
sort_by(char *items, char *spare, size_t count, size_t size, bool last)
{
	uint32_t starts[DIGITS][BUCKETS] = { { 0 } };
	char *from = items, *to = spare;

	count_digits(starts, items, count, size, last);
	for (int digit = 0; digit < DIGITS; digit++) {
		uint32_t *start = starts[digit];
		char *other = from;

		if (start[digit_of(from, last, digit)] == count)
			continue;
		add_up(start);
		for (size_t i = 0; i < count; i++)
			memcpy(to + size * start[digit_of(from + i * size,
			               last, digit)]++, from + i * size, size);
		from = to;
		to = other;
	}
	if (from != items)
		memcpy(items, from, count * size);
}

static inline void
sort_few(char *items, size_t count, size_t size)
{
	struct found4 item; /* the largest */

	for (size_t i = 1; i < count; i++) {
		size_t at = i;

		memcpy(&item, items + i * size, size);
		while (at && range4_compare(items + (at - 1) * size, &item) > 0)
			at--;
		memmove(items + (at + 1) * size, items + at * size,
		    (i - at) * size);
		memcpy(items + at * size, &item, size);
	}
}

/* By first, and then those with the same first by last. */
static inline void
sort(char *items, size_t count, size_t size)
{
	char *spare = mem_resize(NULL, count, size);
	size_t end;

	sort_by(items, spare, count, size, false);
	for (size_t i = 0; i < count; i = end) {
		char *run = items + i * size;

		for (end = i + 1; end < count && range_of(items +
		         end * size).first == range_of(run).first;)
			end++;
		if (end - i > FEW)
			sort_by(run, spare, end - i, size, true);
		else if (end - i > 1)
			sort_few(run, end - i, size);
	}
	free(spare);
}

void
range4_sort(struct range4 *items, size_t count)
{
	if (count > FEW)
		sort((char *)items, count, sizeof(*items));
	else
		sort_few((char *)items, count, sizeof(*items));
}

void
found4_sort(struct found4 *items, size_t count)
{
	if (count > FEW)
		sort((char *)items, count, sizeof(*items));
	else
		sort_few((char *)items, count, sizeof(*items));
}
