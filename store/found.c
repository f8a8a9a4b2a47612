#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "policy/mem.h"

#define DIGIT_BITS 11
#define DIGITS 6 /* of 64 bits */
#define BUCKETS (1 << DIGIT_BITS)
#define FEW 256 /* below, counting costs more than comparing */

static int
compare4(const void *x, const void *y)
{
	const struct found4 *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	if (a->last != b->last)
		return a->last < b->last ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static int
compare6(const void *x, const void *y)
{
	const struct found6 *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	if (a->last != b->last)
		return a->last < b->last ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static int
compare_names(const void *x, const void *y)
{
	const struct found_name *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static unsigned
digit_of(const struct found4 *item, int digit)
{
	uint64_t key = (uint64_t)item->first << 32 | item->last;

	return (unsigned)(key >> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}

/* One pass of a radix sort; false when all items have the same digit. */
static bool
pass(const struct found4 *from, struct found4 *to, size_t count, int digit)
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

static bool
is_sorted4(const struct found4 *items, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (compare4(&items[i - 1], &items[i]) > 0)
			return false;
	return true;
}

/* Stable, and the lines come in order: so equal items stay in it. */
static void
sort4(struct found4 *items, size_t count)
{
	struct found4 *from = items, *spare, *to;

	if (is_sorted4(items, count))
		return;
	if (count < FEW) {
		qsort(items, count, sizeof(*items), compare4);
		return;
	}
	spare = mem_resize(NULL, count, sizeof(*spare));
	to = spare;
	for (int digit = 0; digit < DIGITS; digit++) {
		struct found4 *other = from;

		if (!pass(from, to, count, digit))
			continue;
		from = to;
		to = other;
	}
	if (from != items)
		memcpy(items, from, count * sizeof(*items));
	free(spare);
}

void
found_sort(struct found *f)
{
	sort4(f->v4, f->v4_count);
	if (f->v6_count)
		qsort(f->v6, f->v6_count, sizeof(*f->v6), compare6);
	if (f->domain_count)
		qsort(f->domains, f->domain_count, sizeof(*f->domains),
		    compare_names);
	if (f->list_count)
		qsort(f->lists, f->list_count, sizeof(*f->lists),
		    compare_names);
}

void
found_free(struct found *f)
{
	for (size_t i = 0; i < f->domain_count; i++)
		free(f->domains[i].name);
	for (size_t i = 0; i < f->list_count; i++)
		free(f->lists[i].name);
	free(f->v4);
	free(f->v6);
	free(f->domains);
	free(f->lists);
	*f = (struct found){ 0 };
}
