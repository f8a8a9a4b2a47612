/* The rows over the line of all addresses, seen from above. */
#include "config.h"

#include <stdlib.h>

#include "least.h"
#include "match_rows.h"
#include "policy/mem.h"

/* --- the rows that cover the present address, the lowest rank on top ----- */

struct heap {
	size_t *ranks;
	size_t count;
};

static void
swap(size_t *a, size_t *b)
{
	size_t c = *a;

	*a = *b;
	*b = c;
}

static void
heap_push(struct heap *h, size_t rank)
{
	size_t i = h->count++;

	h->ranks[i] = rank;
	for (; i && h->ranks[(i - 1) / 2] > h->ranks[i]; i = (i - 1) / 2)
		swap(&h->ranks[(i - 1) / 2], &h->ranks[i]);
}

static void
heap_pop(struct heap *h)
{
	size_t i = 0, child;

	h->ranks[0] = h->ranks[--h->count];
	while ((child = 2 * i + 1) < h->count) {
		child += child + 1 < h->count &&
		    h->ranks[child + 1] < h->ranks[child];
		if (h->ranks[i] <= h->ranks[child])
			return;
		swap(&h->ranks[i], &h->ranks[child]);
		i = child;
	}
}

/* --- layers -------------------------------------------------------------- */

static void
layer_add(struct layer *l, u128 first, u128 last, size_t rank)
{
	struct segment *before = l->count ? &l->segments[l->count - 1] : NULL;

	if (before && before->rank == rank && before->last + 1 == first) {
		before->last = last;
		return;
	}
	l->segments = mem_grow(l->segments, l->count, &l->cap,
	    sizeof(*l->segments));
	l->segments[l->count++] = (struct segment){ first, last, rank };
}

void
layer_free(struct layer *layer)
{
	free(layer->segments);
	*layer = (struct layer){ 0 };
}

/* A row by where it begins. */
struct start {
	u128 first;
	size_t rank;
};

static int
compare_starts(const void *x, const void *y)
{
	const struct start *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->rank > b->rank) - (a->rank < b->rank);
}

static size_t
collect(struct start *starts, const struct first_match *m, uint8_t family,
    bool cut)
{
	size_t count = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct match_row *row = &m->rows[i];

		if (!row->name && row->family == family &&
		    (cut ? row->cut : !row->taken))
			starts[count++] = (struct start){ row->first, i };
	}
	qsort(starts, count, sizeof(*starts), compare_starts);
	return count;
}

/* From left to right; the heap holds the rows that have begun, those that have
 * ended too until they come to the top. */
static void
sweep(struct layer *layer, const struct match_row *rows,
    const struct start *starts, size_t count, struct heap *heap)
{
	size_t next = 0;
	u128 at = 0;

	while (next < count || heap->count) {
		u128 end;

		if (!heap->count)
			at = starts[next].first;
		while (next < count && starts[next].first <= at)
			heap_push(heap, starts[next++].rank);
		end = rows[heap->ranks[0]].last;
		if (end < at) {
			heap_pop(heap);
			continue;
		}
		if (next < count && starts[next].first <= end)
			end = starts[next].first - 1;
		layer_add(layer, at, end, heap->ranks[0]);
		if (end == net_top(rows[heap->ranks[0]].family))
			break;
		at = end + 1;
	}
	heap->count = 0;
}

void
layer_make(struct layer *layer, const struct first_match *match,
    uint8_t family, bool cut)
{
	struct start *starts = mem_new(match->count + 1, sizeof(*starts));
	struct heap heap = { mem_new(match->count + 1, sizeof(size_t)), 0 };
	size_t count = collect(starts, match, family, cut);

	*layer = (struct layer){ 0 };
	sweep(layer, match->rows, starts, count, &heap);
	free(heap.ranks);
	free(starts);
}

/* The first segment that ends at or behind the address. */
static size_t
find_segment(const struct layer *l, u128 addr)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->segments[mid].last < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void
match_mark_cut(struct first_match *m, const struct layer *denied,
    uint8_t family)
{
	struct least least;

	least_open(&least, denied->count);
	for (size_t i = 0; i < denied->count; i++)
		least_set(&least, i, denied->segments[i].rank);
	least_build(&least);
	for (size_t i = 0; i < m->count; i++) {
		struct match_row *row = &m->rows[i];
		size_t begin, end;

		if (row->name || !row->taken || row->family != family)
			continue;
		begin = find_segment(denied, row->first);
		end = find_segment(denied, row->last);
		end += end < denied->count &&
		    denied->segments[end].first <= row->last;
		row->cut = least_of(&least, begin, end) < i;
	}
	least_close(&least);
}
