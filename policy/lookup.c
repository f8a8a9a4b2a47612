#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lookup.h"
#include "mem.h"

#define NOBODY UINT32_MAX

/* The whole space of a family cut at every point where the deciding entry
 * changes: from start[i] on (up to start[i + 1]) it is owner[i]. */
struct cuts4 {
	uint32_t *start;
	uint32_t *owner;
	size_t count;
};

struct cuts6 {
	u128 *start;
	uint32_t *owner;
	size_t count;
};

struct lookup {
	const struct entries *entries;
	struct cuts4 v4;
	struct cuts6 v6;
	bool with_domains;
};

/* --- building: one sweep over ranges sorted by their first address ---- */

struct sweep {
	const struct entries *entries;
	uint8_t family;
	uint32_t *heap; /* active ranges, narrowest first */
	size_t active;
	void (*emit)(struct lookup *lookup, u128 start, uint32_t owner);
};

static struct range6
range_at(const struct sweep *sweep, uint32_t i)
{
	const struct entries *e = sweep->entries;

	if (sweep->family == 6)
		return e->v6[i];
	return (struct range6){ e->v4[i].first, e->v4[i].last };
}

static bool
narrower(const struct sweep *sweep, uint32_t a, uint32_t b)
{
	struct range6 x = range_at(sweep, a), y = range_at(sweep, b);
	u128 p = x.last - x.first, q = y.last - y.first;

	return p != q ? p < q : a < b;
}

static void
heap_swap(struct sweep *sweep, size_t a, size_t b)
{
	uint32_t t = sweep->heap[a];

	sweep->heap[a] = sweep->heap[b];
	sweep->heap[b] = t;
}

static void
heap_push(struct sweep *sweep, uint32_t range)
{
	size_t i = sweep->active++;

	sweep->heap[i] = range;
	while (i && narrower(sweep, sweep->heap[i], sweep->heap[(i - 1) / 2])) {
		heap_swap(sweep, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static void
heap_pop(struct sweep *sweep)
{
	size_t i = 0, child;

	sweep->heap[0] = sweep->heap[--sweep->active];
	while ((child = 2 * i + 1) < sweep->active) {
		if (child + 1 < sweep->active &&
		    narrower(sweep, sweep->heap[child + 1], sweep->heap[child]))
			child++;
		if (!narrower(sweep, sweep->heap[child], sweep->heap[i]))
			break;
		heap_swap(sweep, i, child);
		i = child;
	}
}

/* Ranges that ended before the next one begins hand over to wider ones. */
static void
retire(struct sweep *sweep, struct lookup *lookup, u128 before, bool to_end)
{
	u128 top = net_top(sweep->family);

	while (sweep->active) {
		u128 end = range_at(sweep, sweep->heap[0]).last;

		if (!to_end && end >= before)
			return;
		heap_pop(sweep);
		while (sweep->active &&
		    range_at(sweep, sweep->heap[0]).last <= end)
			heap_pop(sweep);
		if (end < top)
			sweep->emit(lookup, end + 1,
			    sweep->active ? sweep->heap[0] : NOBODY);
	}
}

static void
run_sweep(struct sweep *sweep, struct lookup *lookup, size_t count)
{
	sweep->heap = mem_new(count, sizeof(*sweep->heap));
	sweep->emit(lookup, 0, NOBODY);
	for (size_t i = 0; i < count; i++) {
		u128 first = range_at(sweep, (uint32_t)i).first;

		retire(sweep, lookup, first, false);
		heap_push(sweep, (uint32_t)i);
		sweep->emit(lookup, first, sweep->heap[0]);
	}
	retire(sweep, lookup, 0, true);
	free(sweep->heap);
}

static void
emit4(struct lookup *lookup, u128 start, uint32_t owner)
{
	struct cuts4 *c = &lookup->v4;

	if (c->count && c->start[c->count - 1] == (uint32_t)start)
		c->count--;
	if (c->count && c->owner[c->count - 1] == owner)
		return;
	c->start[c->count] = (uint32_t)start;
	c->owner[c->count++] = owner;
}

static void
emit6(struct lookup *lookup, u128 start, uint32_t owner)
{
	struct cuts6 *c = &lookup->v6;

	if (c->count && c->start[c->count - 1] == start)
		c->count--;
	if (c->count && c->owner[c->count - 1] == owner)
		return;
	c->start[c->count] = start;
	c->owner[c->count++] = owner;
}

struct lookup *
lookup_new(const struct entries *e, bool with_domains)
{
	struct lookup *lookup = mem_new(1, sizeof(*lookup));
	struct sweep four = { .entries = e, .family = 4, .emit = emit4 };
	struct sweep six = { .entries = e, .family = 6, .emit = emit6 };
	size_t cuts4 = 2 * e->v4_count + 1, cuts6 = 2 * e->v6_count + 1;

	lookup->entries = e;
	lookup->with_domains = with_domains;
	lookup->v4.start = mem_new(cuts4, sizeof(*lookup->v4.start));
	lookup->v4.owner = mem_new(cuts4, sizeof(*lookup->v4.owner));
	run_sweep(&four, lookup, e->v4_count);
	lookup->v6.start = mem_new(cuts6, sizeof(*lookup->v6.start));
	lookup->v6.owner = mem_new(cuts6, sizeof(*lookup->v6.owner));
	run_sweep(&six, lookup, e->v6_count);
	return lookup;
}

void
lookup_free(struct lookup *lookup)
{
	if (!lookup)
		return;
	free(lookup->v4.start);
	free(lookup->v4.owner);
	free(lookup->v6.start);
	free(lookup->v6.owner);
	free(lookup);
}

/* --- asking ----------------------------------------------------------- */

static uint32_t
find4(const struct cuts4 *c, uint32_t addr)
{
	const uint32_t *base = c->start;
	size_t n = c->count;

	while (n > 1) {
		size_t half = n / 2;

		base = base[half] <= addr ? base + half : base;
		n -= half;
	}
	return c->owner[base - c->start];
}

static uint32_t
find6(const struct cuts6 *c, u128 addr)
{
	const u128 *base = c->start;
	size_t n = c->count;

	while (n > 1) {
		size_t half = n / 2;

		base = base[half] <= addr ? base + half : base;
		n -= half;
	}
	return c->owner[base - c->start];
}

static size_t
find_name(const struct lookup *lookup, const char *name)
{
	const struct entries *e = lookup->entries;
	struct entry wanted = { .kind = ENTRY_DOMAIN };

	for (; name; name = domain_parent(name)) {
		size_t len = strlen(name), place;

		if (len >= sizeof(wanted.name))
			continue;
		memcpy(wanted.name, name, len + 1);
		place = entries_find(e, &wanted);
		if (place != ENTRY_NOWHERE)
			return place;
	}
	return ENTRY_NOWHERE;
}

size_t
lookup_find(const struct lookup *lookup, uint8_t family, u128 addr,
    const char *name)
{
	uint32_t owner = family == 4 ? find4(&lookup->v4, (uint32_t)addr)
	                             : find6(&lookup->v6, addr);

	if (owner != NOBODY)
		return family == 4 ? owner : lookup->entries->v4_count + owner;
	if (name && lookup->with_domains && lookup->entries->domain_count)
		return find_name(lookup, name);
	return ENTRY_NOWHERE;
}

bool
lookup_covers(const struct lookup *lookup, const char *name)
{
	return lookup->with_domains && lookup->entries->domain_count &&
	    find_name(lookup, name) != ENTRY_NOWHERE;
}

const struct entries *
lookup_entries(const struct lookup *lookup)
{
	return lookup->entries;
}
