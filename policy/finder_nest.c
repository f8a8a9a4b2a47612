#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "finder_build.h"
#include "mem.h"

#define DEPTH_MOST 32 /* of ranges in ranges, while they are searched so */

/* --- ranges that are disjoint or nested ------------------------------- */

/* Those that hold the place where the build is, the narrowest on top. */
struct nest {
	struct finder *finder;
	uint32_t open[DEPTH_MOST];
	size_t depth;
	uint32_t *next;  /* of each the next wider one, or FINDER_NONE */
	uint32_t nested; /* that have one */
};

static void
nest_close(struct nest *n, u128 first)
{
	while (n->depth &&
	    range_at(n->finder, n->open[n->depth - 1]).last < first)
		n->depth--;
}

/* Ranges come by their first address, the narrower first: where several begin
 * the wider goes below. */
static bool
nest_open(struct nest *n, uint32_t i)
{
	struct range6 r = range_at(n->finder, i);
	uint32_t *next = n->next;
	size_t at = n->depth;

	if (n->depth == DEPTH_MOST)
		return false;
	while (at && range_at(n->finder, n->open[at - 1]).first == r.first)
		at--;
	if (at && range_at(n->finder, n->open[at - 1]).last < r.last)
		return false; /* they overlap in part */
	next[i] = at ? n->open[at - 1] : FINDER_NONE;
	n->nested += at > 0;
	if (at < n->depth) {
		n->nested += next[n->open[at]] == FINDER_NONE;
		next[n->open[at]] = i;
	}
	memmove(n->open + at + 1, n->open + at,
	    (n->depth - at) * sizeof(*n->open));
	n->open[at] = i;
	n->depth++;
	return true;
}

/* Few ranges are in others, so only of those is the next one kept. */
static void
keep_wider(struct finder *f, const uint32_t *next, uint32_t nested)
{
	struct wider *w = &f->wider;
	uint32_t kept = 0;

	w->count = nested;
	w->bits = mem_new(f->count / 64 + 1, sizeof(*w->bits));
	w->rank = mem_new(f->count / 64 + 1, sizeof(*w->rank));
	w->next = mem_resize(NULL, nested, sizeof(*w->next));
	for (uint32_t i = 0; i <= f->count; i++) {
		if (i % 64 == 0)
			w->rank[i / 64] = kept;
		if (i == f->count || next[i] == FINDER_NONE)
			continue;
		w->bits[i / 64] |= (uint64_t)1 << i % 64;
		w->next[kept++] = next[i];
	}
}

bool
finder_make_nested(struct finder *f)
{
	struct nest n = { .finder = f };
	bool fits = true;

	n.next = mem_resize(NULL, f->count, sizeof(*n.next));
	for (uint32_t i = 0; fits && i < f->count; i++) {
		nest_close(&n, range_at(f, i).first);
		fits = nest_open(&n, i);
	}
	if (fits && n.nested)
		keep_wider(f, n.next, n.nested);
	free(n.next);
	return fits;
}

/* --- ranges that overlap ---------------------------------------------- */

/* One sweep over the ranges; those that hold the place are in a heap, the
 * narrowest on top. */
struct sweep {
	struct finder *finder;
	uint32_t *heap;
	size_t active;
	uint32_t cuts;
};

static bool
narrower(const struct sweep *sweep, uint32_t a, uint32_t b)
{
	struct range6 x = range_at(sweep->finder, a);
	struct range6 y = range_at(sweep->finder, b);
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

static u128
cut_at(const struct finder *f, uint32_t i)
{
	return f->cuts6 ? f->cuts6[i] : f->cuts4[i];
}

static void
emit(struct sweep *sweep, u128 start, uint32_t owner)
{
	struct finder *f = sweep->finder;

	if (sweep->cuts && cut_at(f, sweep->cuts - 1) == start)
		sweep->cuts--;
	if (sweep->cuts && f->owner[sweep->cuts - 1] == owner)
		return;
	if (f->cuts6)
		f->cuts6[sweep->cuts] = start;
	else
		f->cuts4[sweep->cuts] = (uint32_t)start;
	f->owner[sweep->cuts++] = owner;
}

/* Ranges that ended before the next one begins hand over to wider ones. */
static void
retire(struct sweep *sweep, u128 before, bool to_end)
{
	u128 top = sweep->finder->v6 ? NET_LAST6 : NET_LAST4;

	while (sweep->active) {
		u128 end = range_at(sweep->finder, sweep->heap[0]).last;

		if (!to_end && end >= before)
			return;
		heap_pop(sweep);
		while (sweep->active &&
		    range_at(sweep->finder, sweep->heap[0]).last <= end)
			heap_pop(sweep);
		if (end < top)
			emit(sweep, end + 1, sweep->active ? sweep->heap[0]
			                                   : FINDER_NONE);
	}
}

void
finder_make_cuts(struct finder *f)
{
	struct sweep sweep = { .finder = f };
	size_t most = 2 * (size_t)f->count + 1;

	f->owner = mem_resize(NULL, most, sizeof(*f->owner));
	if (f->v6)
		f->cuts6 = mem_resize(NULL, most, sizeof(*f->cuts6));
	else
		f->cuts4 = mem_resize(NULL, most, sizeof(*f->cuts4));
	sweep.heap = mem_resize(NULL, f->count, sizeof(*sweep.heap));
	emit(&sweep, 0, FINDER_NONE);
	for (uint32_t i = 0; i < f->count; i++) {
		u128 first = range_at(f, i).first;

		retire(&sweep, first, false);
		heap_push(&sweep, i);
		emit(&sweep, first, sweep.heap[0]);
	}
	retire(&sweep, 0, true);
	free(sweep.heap);
	f->count = sweep.cuts;
}
