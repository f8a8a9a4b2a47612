#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "finder_build.h"
#include "mem.h"

/* Memory is what a question among a million ranges waits for, so what nearly
 * all of them need stands together.  Each part of the space has, from three
 * times the place of its first range on, the low bits of where its ranges
 * begin, then for each a byte that says where it ends. */

#define LANES 16 /* ranges that are looked at together */

/* The byte. */
enum {
	SIZE = 0x3f,  /* 0 to 32: it has 1 << SIZE addresses, as blocks have */
	OTHER = 0x3f, /* it has not: see the range */
	SAME = 0x40,  /* the range before begins at the same address */
	INNER = 0x80, /* there is a wider one around it */
};

/* In the index: a range reaches from before into the part. */
#define CARRIED 0x80000000u

static inline uint32_t
index_at(const struct finder *f, size_t part)
{
	return f->index[part] & ~CARRIED;
}

static uint8_t
byte_of(const struct finder *f, uint32_t i)
{
	const struct range4 *r = &f->v4[i];
	uint64_t size = (uint64_t)r->last - r->first + 1;
	unsigned byte = OTHER;

	if (!(size & (size - 1)))
		byte = (unsigned)__builtin_ctzll(size);
	if (i && f->v4[i - 1].first == r->first)
		byte |= SAME;
	if (wider_next(&f->wider, i) != FINDER_NONE)
		byte |= INNER;
	return (uint8_t)byte;
}

static void
pack_part(struct finder *f, size_t part)
{
	uint32_t low = index_at(f, part), count = index_at(f, part + 1) - low;
	uint8_t *begins = f->packed + 3 * (size_t)low;
	uint8_t *bytes = begins + 2 * (size_t)count;
	uint32_t mask = UINT32_MAX >> f->bits;

	for (uint32_t i = 0; i < count; i++) {
		uint16_t begin = (uint16_t)(f->v4[low + i].first & mask);

		memcpy(begins + 2 * (size_t)i, &begin, 2);
		bytes[i] = byte_of(f, low + i);
	}
}

/* Marks the parts into which a range reaches that began before them. */
static void
mark_carried(struct finder *f)
{
	size_t parts = (size_t)1 << f->bits;
	uint32_t i = 0, furthest = 0;

	for (size_t part = 0; part < parts; part++) {
		uint32_t begin = (uint32_t)(part << (32 - f->bits));

		for (; i < index_at(f, part); i++)
			if (f->v4[i].last > furthest)
				furthest = f->v4[i].last;
		if (i && furthest >= begin)
			f->index[part] |= CARRIED;
	}
}

void
finder_make_dense(struct finder *f)
{
	size_t parts = (size_t)1 << f->bits;

	/* Lanes are read behind the last range too. */
	f->packed = mem_resize(NULL, 3 * (size_t)f->count + 2 * LANES, 1);
	memset(f->packed + 3 * (size_t)f->count, 0, 2 * LANES);
	mark_carried(f);
	for (size_t part = 0; part < parts; part++)
		pack_part(f, part);
}

/* --- after an edit ------------------------------------------------------ */

/* The bytes of the parts behind this one move. */
static void
move_tail(struct finder *f, size_t part, bool up)
{
	size_t to = 3 * (size_t)index_at(f, part + 1);
	size_t end = 3 * (size_t)f->count + 2 * LANES;

	if (up) {
		f->packed = mem_resize(f->packed, end, 1);
		memmove(f->packed + to, f->packed + to - 3, end - to);
	} else {
		memmove(f->packed + to, f->packed + to + 3, end - to);
	}
}

void
finder_dense_added(struct finder *f, uint32_t place)
{
	size_t part = f->v4[place].first >> (32 - f->bits);
	size_t last = f->v4[place].last >> (32 - f->bits);

	move_tail(f, part, true);
	pack_part(f, part);
	while (part++ < last)
		f->index[part] |= CARRIED;
}

void
finder_dense_removed(struct finder *f, struct range4 r)
{
	size_t part = r.first >> (32 - f->bits);
	size_t last = r.last >> (32 - f->bits);

	move_tail(f, part, false);
	pack_part(f, part);
	while (part++ < last) {
		uint32_t begin = (uint32_t)(part << (32 - f->bits));
		uint32_t low = index_at(f, part);

		if (!low || finder_climb4(f, low - 1, begin) == FINDER_NONE)
			f->index[part] = low;
	}
}

void
finder_dense_inner(struct finder *f, uint32_t place, bool inner)
{
	size_t part = f->v4[place].first >> (32 - f->bits);
	/* Three times the part's first place, two bytes for each range of the
	 * part, one for each before this one. */
	uint8_t *byte = f->packed + 2 * (size_t)index_at(f, part + 1) + place;

	*byte = (uint8_t)(inner ? *byte | INNER : *byte & ~INNER);
}

/* --- asking ------------------------------------------------------------- */

static inline uint32_t
begin_at(const uint8_t *begins, uint32_t i)
{
	uint16_t begin;

	memcpy(&begin, begins + 2 * (size_t)i, 2);
	return begin;
}

/* How many of the first count, at most LANES, begin no later. */
static inline uint32_t
begun(const uint8_t *begins, uint32_t count, uint32_t addr)
{
	uint16_t lanes[LANES], n = 0;

	memcpy(lanes, begins, sizeof(lanes));
	for (uint16_t i = 0; i < LANES; i++)
		n = (uint16_t)(n + ((lanes[i] <= addr) & (i < count)));
	return n;
}

uint32_t
finder_find_dense(const struct finder *f, uint32_t addr)
{
	size_t part = addr >> (32 - f->bits);
	uint32_t start = index_at(f, part), skip = 0, left, count, n;
	const uint8_t *begins = f->packed + 3 * (size_t)start;
	uint32_t in = addr & UINT32_MAX >> f->bits;
	uint8_t byte;

	count = left = index_at(f, part + 1) - start;
	while (left > LANES) {
		uint32_t half = left / 2;

		skip = begin_at(begins, skip + half) <= in ? skip + half : skip;
		left -= half;
	}
	n = skip + begun(begins + 2 * (size_t)skip, left, in);
	if (!n)
		return f->index[part] & CARRIED
		    ? finder_climb4(f, start - 1, addr) : FINDER_NONE;
	byte = begins[2 * (size_t)count + n - 1];
	if ((byte & SIZE) == OTHER || byte & SAME)
		return finder_climb4(f, start + n - 1, addr);
	if ((uint64_t)(in - begin_at(begins, n - 1)) >> (byte & SIZE) == 0)
		return start + n - 1;
	return byte & INNER ? finder_climb4(f, start + n - 1, addr)
	                    : FINDER_NONE;
}

void
finder_hint_dense(const struct finder *f, uint32_t addr)
{
	uint32_t start = index_at(f, addr >> (32 - f->bits));
	const uint8_t *at = f->packed + 3 * (size_t)start;

	__builtin_prefetch(at);
	__builtin_prefetch(at + 32);
}
