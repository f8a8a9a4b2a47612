#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "finder_build.h"
#include "mem.h"

/* From so many IPv4 ranges on they are packed. */
#define DENSE_FROM (1u << 18)

static size_t
part_of(const struct finder *f, uint32_t i)
{
	uint32_t first = f->owner ? f->cuts4[i] : f->v4[i].first;

	return first >> (32 - f->bits);
}

void
finder_make_index(struct finder *f, unsigned bits)
{
	size_t parts = (size_t)1 << bits, part = 0;

	f->bits = bits;
	f->index = mem_resize(NULL, parts + 1, sizeof(*f->index));
	for (uint32_t i = 0; i < f->count; i++)
		for (size_t here = part_of(f, i); part <= here; part++)
			f->index[part] = i;
	for (; part <= parts; part++)
		f->index[part] = f->count;
}

/* From this place on one range more, or less, lies before a part. */
static void
shift_index(struct finder *f, uint32_t first, uint32_t by)
{
	size_t parts = (size_t)1 << f->bits;

	for (size_t part = (first >> (32 - f->bits)) + 1; part <= parts;
	     part++)
		f->index[part] += by;
}

void
finder_index_added(struct finder *f, uint32_t place)
{
	shift_index(f, f->v4[place].first, 1);
	if (f->packed)
		finder_dense_added(f, place);
}

void
finder_index_removed(struct finder *f, struct range4 r)
{
	shift_index(f, r.first, UINT32_MAX);
	if (f->packed)
		finder_dense_removed(f, r);
}

/* So many that there are about 1 << crowd to a part. */
static unsigned
bits_for(const struct finder *f, unsigned crowd)
{
	unsigned bits = 1;

	while (bits < 22 && f->count >> (bits + crowd))
		bits++;
	return bits;
}

void
finder_make(struct finder *f, const struct entries *e, uint8_t family)
{
	*f = (struct finder){ .count = (uint32_t)(family == 4 ? e->v4_count
	                                                      : e->v6_count) };
	f->made = f->count;
	if (!f->count)
		return;
	if (family == 4)
		f->v4 = e->v4;
	else
		f->v6 = e->v6;
	if (!finder_make_nested(f))
		finder_make_cuts(f);
	if (f->count < FINDER_FEW)
		return;
	if (f->v6) {
		finder_make_tree(f);
	} else if (!f->owner && f->count >= DENSE_FROM) {
		finder_make_index(f, bits_for(f, 3));
		finder_make_dense(f);
	} else {
		finder_make_index(f, bits_for(f, 2));
	}
}

void
finder_free(struct finder *f)
{
	free(f->wider.bits);
	free(f->wider.rank);
	free(f->wider.next);
	free(f->owner);
	free(f->cuts4);
	free(f->cuts6);
	free(f->index);
	free(f->packed);
	free(f->tree);
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
finder_climb4(const struct finder *f, uint32_t i, uint32_t addr)
{
	while (i && f->v4[i - 1].first == f->v4[i].first)
		i--;
	while (i != FINDER_NONE && f->v4[i].last < addr)
		i = wider_next(&f->wider, i);
	return i;
}

uint32_t
finder_climb6(const struct finder *f, uint32_t i, u128 addr)
{
	while (i && f->v6[i - 1].first == f->v6[i].first)
		i--;
	while (i != FINDER_NONE && f->v6[i].last < addr)
		i = wider_next(&f->wider, i);
	return i;
}

uint32_t
finder_find4(const struct finder *f, uint32_t addr)
{
	uint32_t low = 0, high = f->count, i;

	if (f->packed)
		return finder_find_dense(f, addr);
	if (f->index) {
		size_t part = addr >> (32 - f->bits);

		low = f->index[part];
		high = f->index[part + 1];
	}
	if (f->owner)
		return f->owner[last_cut4(f->cuts4, low, high, addr)];
	i = last_begun4(f->v4, low, high, addr);
	if (i == FINDER_NONE)
		return i;
	if (f->wider.count)
		return finder_climb4(f, i, addr);
	return f->v4[i].last >= addr ? i : FINDER_NONE;
}

void
finder_hint4(const struct finder *f, uint32_t addr)
{
	if (f->packed)
		finder_hint_dense(f, addr);
}

uint32_t
finder_find6(const struct finder *f, u128 addr)
{
	uint32_t low = 0, high = f->count, i;

	if (f->tree)
		finder_search_tree(f, addr, &low, &high);
	if (f->owner)
		return f->owner[last_cut6(f->cuts6, low, high, addr)];
	i = last_begun6(f->v6, low, high, addr);
	return i == FINDER_NONE ? i : finder_climb6(f, i, addr);
}
