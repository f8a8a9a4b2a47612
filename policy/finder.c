#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "finder.h"
#include "mem.h"

#define DEPTH_MOST 32 /* of ranges in ranges, while they are searched so */

static struct range6
range_at(const struct finder *f, uint32_t i)
{
	if (f->v6)
		return f->v6[i];
	return (struct range6){ f->v4[i].first, f->v4[i].last };
}

/* --- ranges that are disjoint or nested ------------------------------- */

/* Those that hold the place where the build is, the narrowest on top. */
struct nest {
	struct finder *finder;
	uint32_t open[DEPTH_MOST];
	size_t depth;
	bool nested; /* so far more than disjoint */
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
	uint32_t *next = n->finder->next;
	size_t at = n->depth;

	if (n->depth == DEPTH_MOST)
		return false;
	while (at && range_at(n->finder, n->open[at - 1]).first == r.first)
		at--;
	if (at && range_at(n->finder, n->open[at - 1]).last < r.last)
		return false; /* they overlap in part */
	next[i] = at ? n->open[at - 1] : FINDER_NONE;
	if (at < n->depth)
		next[n->open[at]] = i;
	memmove(n->open + at + 1, n->open + at,
	    (n->depth - at) * sizeof(*n->open));
	n->open[at] = i;
	n->nested = n->nested || n->depth;
	n->depth++;
	return true;
}

/* The wider ones are asked for far more often than there are any. */
static void
make_within(struct finder *f)
{
	f->within = mem_new(f->count / 8 + 1, 1);
	for (uint32_t i = 0; i < f->count; i++)
		if (f->next[i] != FINDER_NONE)
			f->within[i / 8] |= (uint8_t)(1u << i % 8);
}

static inline uint32_t
next_of(const struct finder *f, uint32_t i)
{
	return f->within[i / 8] >> i % 8 & 1 ? f->next[i] : FINDER_NONE;
}

/* False when the ranges are neither disjoint nor nested, or too deep. */
static bool
make_nested(struct finder *f)
{
	struct nest n = { .finder = f };
	bool fits = true;

	f->next = mem_resize(NULL, f->count, sizeof(*f->next));
	for (uint32_t i = 0; fits && i < f->count; i++) {
		nest_close(&n, range_at(f, i).first);
		fits = nest_open(&n, i);
	}
	if (fits && n.nested) {
		make_within(f);
		return true;
	}
	free(f->next);
	f->next = NULL;
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

static void
make_cuts(struct finder *f)
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

/* --- the index -------------------------------------------------------- */

/* Below that many a search without an index is as good. */
#define INDEX_FEW 64

static inline size_t
part4(const struct finder *f, uint32_t addr)
{
	return addr >> (32 - f->bits);
}

/* Nearly all addresses are in 2000::/3; the parts divide that. */
static inline size_t
part6(const struct finder *f, u128 addr)
{
	uint64_t high = (uint64_t)(addr >> 64);

	if (high >> 61 == 1)
		return (high << 3) >> (64 - f->bits);
	return high >> 61 ? ((size_t)1 << f->bits) - 1 : 0;
}

static size_t
part_of(const struct finder *f, uint32_t i)
{
	if (f->owner)
		return f->cuts6 ? part6(f, f->cuts6[i]) : part4(f, f->cuts4[i]);
	return f->v6 ? part6(f, f->v6[i].first) : part4(f, f->v4[i].first);
}

static void
make_index(struct finder *f)
{
	size_t parts, part = 0;

	if (f->count < INDEX_FEW)
		return;
	for (f->bits = 1; f->bits < 18 && f->count >> (f->bits + 2); f->bits++)
		;
	parts = (size_t)1 << f->bits;
	f->index = mem_resize(NULL, parts + 1, sizeof(*f->index));
	for (uint32_t i = 0; i < f->count; i++)
		for (size_t here = part_of(f, i); part <= here; part++)
			f->index[part] = i;
	for (; part <= parts; part++)
		f->index[part] = f->count;
}

void
finder_make(struct finder *f, const struct entries *e, uint8_t family)
{
	*f = (struct finder){ .count = (uint32_t)(family == 4 ? e->v4_count
	                                                      : e->v6_count) };
	if (!f->count)
		return;
	if (family == 4)
		f->v4 = e->v4;
	else
		f->v6 = e->v6;
	if (!make_nested(f))
		make_cuts(f);
	make_index(f);
}

void
finder_free(struct finder *f)
{
	free(f->next);
	free(f->within);
	free(f->owner);
	free(f->cuts4);
	free(f->cuts6);
	free(f->index);
}

/* --- asking ----------------------------------------------------------- */

/* Between low and high the last that begins no later, else the one before low,
 * which is FINDER_NONE for 0.  No branch depends on what is found. */
static inline uint32_t
last_begun4(const struct range4 *items, uint32_t low, uint32_t high,
    uint32_t addr)
{
	const struct range4 *base = items + low;
	uint32_t left = high - low;

	while (left > 1) {
		uint32_t half = left / 2;

		base = base[half].first <= addr ? base + half : base;
		left -= half;
	}
	low = (uint32_t)(base - items);
	return left && base->first <= addr ? low : low - 1;
}

static inline uint32_t
last_begun6(const struct range6 *items, uint32_t low, uint32_t high,
    u128 addr)
{
	const struct range6 *base = items + low;
	uint32_t left = high - low;

	while (left > 1) {
		uint32_t half = left / 2;

		base = base[half].first <= addr ? base + half : base;
		left -= half;
	}
	low = (uint32_t)(base - items);
	return left && base->first <= addr ? low : low - 1;
}

static inline uint32_t
last_cut4(const uint32_t *items, uint32_t low, uint32_t high, uint32_t addr)
{
	const uint32_t *base = items + low;
	uint32_t left = high - low;

	while (left > 1) {
		uint32_t half = left / 2;

		base = base[half] <= addr ? base + half : base;
		left -= half;
	}
	low = (uint32_t)(base - items);
	return left && base[0] <= addr ? low : low - 1;
}

static inline uint32_t
last_cut6(const u128 *items, uint32_t low, uint32_t high, u128 addr)
{
	const u128 *base = items + low;
	uint32_t left = high - low;

	while (left > 1) {
		uint32_t half = left / 2;

		base = base[half] <= addr ? base + half : base;
		left -= half;
	}
	low = (uint32_t)(base - items);
	return left && base[0] <= addr ? low : low - 1;
}

uint32_t
finder_find4(const struct finder *f, uint32_t addr)
{
	uint32_t low = 0, high = f->count, i;

	if (!high)
		return FINDER_NONE;
	if (f->index) {
		size_t part = part4(f, addr);

		low = f->index[part];
		high = f->index[part + 1];
	}
	if (f->owner)
		return f->owner[last_cut4(f->cuts4, low, high, addr)];
	i = last_begun4(f->v4, low, high, addr);
	if (i == FINDER_NONE || !f->next)
		return i != FINDER_NONE && f->v4[i].last >= addr ? i
		                                                 : FINDER_NONE;
	while (i && f->v4[i - 1].first == f->v4[i].first)
		i--;
	while (i != FINDER_NONE && f->v4[i].last < addr)
		i = next_of(f, i);
	return i;
}

uint32_t
finder_find6(const struct finder *f, u128 addr)
{
	uint32_t low = 0, high = f->count, i;

	if (!high)
		return FINDER_NONE;
	if (f->index) {
		size_t part = part6(f, addr);

		low = f->index[part];
		high = f->index[part + 1];
	}
	if (f->owner)
		return f->owner[last_cut6(f->cuts6, low, high, addr)];
	i = last_begun6(f->v6, low, high, addr);
	if (i == FINDER_NONE || !f->next)
		return i != FINDER_NONE && f->v6[i].last >= addr ? i
		                                                 : FINDER_NONE;
	while (i && f->v6[i - 1].first == f->v6[i].first)
		i--;
	while (i != FINDER_NONE && f->v6[i].last < addr)
		i = next_of(f, i);
	return i;
}
