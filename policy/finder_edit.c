#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "finder_build.h"
#include "mem.h"

/* One range more or less among a million: what stands behind it moves up or
 * down by a place, which is far less work than making everything anew. */

/* The ranges whose next wider one changes, in order. */
struct moves {
	uint32_t *items;
	size_t count, cap;
};

static void
moves_add(struct moves *m, uint32_t i)
{
	m->items = mem_grow(m->items, m->count, &m->cap, sizeof(*m->items));
	m->items[m->count++] = i;
}

/* --- the next wider ones ------------------------------------------------ */

static void
wider_start(struct wider *w, uint32_t count)
{
	if (w->bits)
		return;
	w->bits = mem_new(count / 64 + 1, sizeof(*w->bits));
	w->rank = mem_new(count / 64 + 1, sizeof(*w->rank));
}

static bool
has_bit(const struct wider *w, uint32_t i)
{
	return w->bits[i / 64] >> i % 64 & 1;
}

static uint32_t
rank_of(const struct wider *w, uint32_t i)
{
	uint64_t below = w->bits[i / 64] & (((uint64_t)1 << i % 64) - 1);

	return w->rank[i / 64] + (uint32_t)__builtin_popcountll(below);
}

/* The array without what these have, and with the new one for each. */
static void
move_next(struct wider *w, const struct moves *m, uint32_t next)
{
	uint32_t *all = mem_resize(NULL, w->count + m->count, sizeof(*all));
	uint32_t from = 0, to = 0;

	for (size_t k = 0; k < m->count; k++) {
		uint32_t at = rank_of(w, m->items[k]);

		for (; from < at; from++)
			all[to++] = w->next[from];
		from += has_bit(w, m->items[k]);
		if (next != FINDER_NONE)
			all[to++] = next;
	}
	while (from < w->count)
		all[to++] = w->next[from++];
	free(w->next);
	w->next = all;
	w->count = to;
}

static void
move_bits(struct wider *w, uint32_t count, const struct moves *m, bool set)
{
	uint32_t more = 0; /* in the words before; modulo 2^32 */
	size_t k = 0;

	for (uint32_t i = m->items[0] / 64; i <= count / 64; i++) {
		w->rank[i] += more;
		for (; k < m->count && m->items[k] / 64 == i; k++) {
			uint64_t bit = (uint64_t)1 << m->items[k] % 64;

			more += (uint32_t)set - has_bit(w, m->items[k]);
			w->bits[i] = set ? w->bits[i] | bit
			                 : w->bits[i] & ~bit;
		}
	}
}

/* All of them, of so many ranges, get this next wider one or none. */
static void
wider_move(struct wider *w, uint32_t count, const struct moves *m,
    uint32_t next)
{
	if (!m->count || (next == FINDER_NONE && !w->bits))
		return;
	wider_start(w, count);
	move_next(w, m, next);
	move_bits(w, count, m, next != FINDER_NONE);
}

static void
wider_move_one(struct wider *w, uint32_t count, uint32_t i, uint32_t next)
{
	wider_move(w, count, &(struct moves){ &i, 1, 1 }, next);
}

/* A place for a range that has no wider one yet; count is with it. */
static void
wider_open(struct wider *w, uint32_t count, uint32_t place)
{
	uint64_t low = ((uint64_t)1 << place % 64) - 1, carry;
	uint32_t i = place / 64;

	if (!w->bits)
		return;
	if (count % 64 == 0) {
		w->bits = mem_resize(w->bits, count / 64 + 1,
		    sizeof(*w->bits));
		w->rank = mem_resize(w->rank, count / 64 + 1,
		    sizeof(*w->rank));
		w->bits[count / 64] = 0;
		w->rank[count / 64] = w->count;
	}
	carry = w->bits[i] >> 63;
	w->bits[i] = (w->bits[i] & low) | (w->bits[i] & ~low) << 1;
	while (++i <= count / 64) {
		uint64_t word = w->bits[i];

		w->bits[i] = word << 1 | carry;
		w->rank[i] -= (uint32_t)carry;
		carry = word >> 63;
	}
	for (uint32_t k = 0; k < w->count; k++)
		w->next[k] += w->next[k] >= place;
}

/* The place of a range that has no wider one, and is the next wider one of
 * none, goes; count is without it. */
static void
wider_close(struct wider *w, uint32_t count, uint32_t place)
{
	uint64_t low = ((uint64_t)1 << place % 64) - 1;
	uint32_t last = (count + 1) / 64;

	if (!w->bits)
		return;
	for (uint32_t i = place / 64; i <= last; i++) {
		uint64_t after = i < last ? w->bits[i + 1] : 0;
		uint64_t word = w->bits[i] >> 1 | after << 63;

		if (i < last)
			w->rank[i + 1] += (uint32_t)(after & 1);
		w->bits[i] = (w->bits[i] & low) | (word & ~low);
		low = 0;
	}
	for (uint32_t k = 0; k < w->count; k++)
		w->next[k] -= w->next[k] > place;
}

/* --- where a range stands among the others ------------------------------ */

static uint32_t
climb(const struct finder *f, uint32_t i, u128 addr)
{
	return f->v6 ? finder_climb6(f, i, addr)
	             : finder_climb4(f, i, (uint32_t)addr);
}

/* The narrowest around the one at the place; false when one overlaps it in
 * part. */
static bool
find_around(const struct finder *f, uint32_t place, uint32_t *around)
{
	struct range6 r = range_at(f, place), other;
	uint32_t i;

	*around = FINDER_NONE;
	if (place + 1 < f->count && range_at(f, place + 1).first == r.first) {
		*around = place + 1;
		return true;
	}
	i = place ? climb(f, place - 1, r.first) : FINDER_NONE;
	for (; i != FINDER_NONE; i = wider_next(&f->wider, i)) {
		other = range_at(f, i);
		if (other.last >= r.last) {
			*around = i;
			return true;
		}
		if (other.first != r.first)
			return false;
	}
	return true;
}

/* Those within the range r, which stands or stood at the place, whose next
 * wider one is this.  Their places are from when r was there.  False when one
 * overlaps r in part. */
static bool
find_within(const struct finder *f, uint32_t place, struct range6 r,
    uint32_t next, struct moves *m)
{
	bool there = place < f->count && range_at(f, place).first == r.first &&
	    range_at(f, place).last == r.last;
	uint32_t i = place;

	while (i && range_at(f, i - 1).first == r.first)
		i--;
	for (; i < f->count; i++) {
		struct range6 other = range_at(f, i);
		uint32_t was = i + (!there && i >= place);

		if (other.first > r.last)
			break;
		if (other.first == r.first && other.last >= r.last)
			continue;
		if (other.last > r.last)
			return false;
		if (wider_next(&f->wider, was) == next)
			moves_add(m, was);
	}
	return true;
}

/* --- an edit ------------------------------------------------------------ */

/* Is what was made still the right thing for so many? */
static bool
keeps_form(const struct finder *f, size_t count)
{
	return (f->index || f->tree) && !f->owner && count >= FINDER_FEW &&
	    count < 2 * (size_t)f->made && count > f->made / 2;
}

static void
take_ranges(struct finder *f, const struct entries *e, uint8_t family)
{
	if (family == 4)
		f->v4 = e->v4;
	else
		f->v6 = e->v6;
	f->count = (uint32_t)(family == 4 ? e->v4_count : e->v6_count);
}

static bool
put_in(struct finder *f, uint32_t place)
{
	struct moves within = { NULL, 0, 0 };
	uint32_t around;
	bool fits;

	wider_open(&f->wider, f->count, place);
	fits = find_around(f, place, &around) &&
	    find_within(f, place, range_at(f, place), around, &within);
	if (fits) {
		wider_move(&f->wider, f->count, &within, place);
		wider_move_one(&f->wider, f->count, place, around);
		if (f->v6)
			finder_make_tree(f);
		else
			finder_index_added(f, place);
		for (size_t k = 0; k < within.count && f->packed; k++)
			finder_dense_inner(f, within.items[k], true);
	}
	free(within.items);
	return fits;
}

static void
take_out(struct finder *f, uint32_t place, struct range6 r)
{
	struct moves within = { NULL, 0, 0 };
	uint32_t around = wider_next(&f->wider, place);

	find_within(f, place, r, place, &within);
	wider_move(&f->wider, f->count + 1, &within, around);
	wider_move_one(&f->wider, f->count + 1, place, FINDER_NONE);
	wider_close(&f->wider, f->count, place);
	if (f->v6)
		finder_make_tree(f);
	else
		finder_index_removed(f, (struct range4){
			(uint32_t)r.first, (uint32_t)r.last });
	for (size_t k = 0; k < within.count && f->packed; k++)
		finder_dense_inner(f,
		    within.items[k] - (within.items[k] > place),
		    around != FINDER_NONE);
	free(within.items);
}

static void
make_again(struct finder *f, const struct entries *e, uint8_t family)
{
	finder_free(f);
	finder_make(f, e, family);
}

void
finder_added(struct finder *f, const struct entries *e, uint8_t family,
    uint32_t place)
{
	bool kept = keeps_form(f, family == 4 ? e->v4_count : e->v6_count);

	if (kept) {
		take_ranges(f, e, family);
		kept = put_in(f, place);
	}
	if (!kept)
		make_again(f, e, family);
}

void
finder_removed(struct finder *f, const struct entries *e, uint32_t place,
    const struct net *net)
{
	bool kept = keeps_form(f,
	    net->family == 4 ? e->v4_count : e->v6_count);

	if (!kept) {
		make_again(f, e, net->family);
		return;
	}
	take_ranges(f, e, net->family);
	take_out(f, place, (struct range6){ net->first, net->last });
}
