/* The finder's answer is that of looking at every range, whatever the form it
 * chose, at all edges of random sets. */
#include "config.h"

#include "finder_cases.h"
#include "unit.h"

/* --- the packed form ---------------------------------------------------- */

/* What the byte of a range says: its size, when that is a power of two (or
 * 0x3f), 0x40 when the one before begins where it does, 0x80 when another is
 * around it. */
static unsigned
byte_of_range(const struct entries *e, uint32_t i)
{
	const struct range4 *r = &e->v4[i];
	unsigned byte = 0x3f;

	for (unsigned bits = 0; bits <= 32; bits++)
		if ((uint64_t)r->last - r->first == ((uint64_t)1 << bits) - 1)
			byte = bits;
	if (i && e->v4[i - 1].first == r->first)
		byte |= 0x40;
	for (uint32_t j = 0; j < e->v4_count; j++)
		if (j != i && e->v4[j].first <= r->first &&
		    e->v4[j].last >= r->last)
			return byte | 0x80;
	return byte;
}

/* Does a range reach into a part from before it? */
static bool
reaches_into(const struct entries *e, uint64_t begin)
{
	for (size_t i = 0; i < e->v4_count && e->v4[i].first < begin; i++)
		if (e->v4[i].last >= begin)
			return true;
	return false;
}

static void
check_part(const struct finder *f, const struct entries *e, size_t part)
{
	uint32_t low = f->index[part] & 0x7fffffff;
	uint32_t count = (f->index[part + 1] & 0x7fffffff) - low;
	const uint8_t *begins = f->packed + 3 * (size_t)low;

	assert_int_equal(f->index[part] >> 31,
	    reaches_into(e, (uint64_t)part << (32 - f->bits)));
	for (uint32_t i = 0; i < count; i++) {
		uint16_t begin;

		memcpy(&begin, begins + 2 * (size_t)i, 2);
		assert_int_equal(begin, e->v4[low + i].first &
		    UINT32_MAX >> f->bits);
		assert_int_equal(begins[2 * (size_t)count + i],
		    byte_of_range(e, low + i));
	}
}

/* All of it, which a wrong byte would only make slower; and the bytes that are
 * read behind it. */
static void
check_packed(const struct finder *f, const struct entries *e)
{
	size_t parts = (size_t)1 << f->bits;

	for (size_t part = 0; part < parts; part++)
		if (f->index[part] != f->index[part + 1] || part % 251 == 0)
			check_part(f, e, part);
	assert_int_equal(f->index[parts], e->v4_count);
	for (size_t i = 0; i < 32; i++)
		assert_int_equal(f->packed[3 * e->v4_count + i], 0);
}

/* The form that only very many ranges get. */
static void
ask_dense(const struct entries *e)
{
	struct finder f;

	finder_make(&f, e, 4);
	if (f.count && !f.owner) {
		free(f.index);
		finder_make_index(&f, 16);
		finder_make_dense(&f);
		check_packed(&f, e);
		ask_all(&f, e, 4);
	}
	finder_free(&f);
}

static void
test_forms(void **state)
{
	static const unsigned counts[] = { 1, 2, 3, 7, 20, 64, 65, 150, 600 };

	(void)state;
	for (unsigned round = 0; round < 6 * ROWS(counts); round++)
		for (enum shape shape = 0; shape < SHAPES; shape++)
			for (uint8_t family = 4; family <= 6; family += 2) {
				struct entries e = { 0 };
				struct finder f;

				random_state = round * 100 + shape * 10 + family;
				fill(&e, family, shape,
				    counts[round % ROWS(counts)]);
				finder_make(&f, &e, family);
				ask_all(&f, &e, family);
				finder_free(&f);
				if (family == 4)
					ask_dense(&e);
				entries_free(&e);
			}
}

/* The ends of the space, touching ranges, equal first and last addresses, one
 * address into the next part of an index. */
static void
test_edges(void **state)
{
	static const struct range4 sets[][4] = {
		{ { 0, 0 }, { UINT32_MAX, UINT32_MAX } },
		{ { 0, UINT32_MAX } },
		{ { 0, UINT32_MAX }, { 0, 0 }, { UINT32_MAX, UINT32_MAX } },
		{ { 0x0a00fff0, 0x0a010000 }, { 0x0a010002, 0x0a010003 } },
		{ { 0x0a000000, 0x0a00ffff }, { 0x0a010000, 0x0a01ffff } },
		{ { 0x0a000000, 0x0a0000ff }, { 0x0a000000, 0x0a000000 },
		  { 0x0a000000, 0x0a00007f }, { 0x0a000080, 0x0a0000ff } },
		{ { 1, 10 }, { 5, 14 }, { 10, 12 }, { 1, 10 } },
		{ { 0x0affff00, 0x0b0000ff }, { 0x0b000000, 0x0b000000 } },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(sets); i++) {
		struct entries e = { 0 };
		struct finder f;

		for (size_t j = 0; j < 4; j++) {
			struct entry entry = { .kind = ENTRY_NET };

			entry.net = (struct net){ 4, sets[i][j].first,
				sets[i][j].last };
			entries_append(&e, &entry);
		}
		entries_settle(&e);
		finder_make(&f, &e, 4);
		ask_all(&f, &e, 4);
		finder_free(&f);
		ask_dense(&e);
		entries_free(&e);
	}
}

/* Blocks in blocks in blocks, more than the build keeps open. */
static void
test_deep(void **state)
{
	(void)state;
	for (unsigned most = 30; most <= 33; most++) {
		struct entries e = { 0 };
		struct finder f;

		for (unsigned i = 0; i < most; i++) {
			struct entry entry = { .kind = ENTRY_NET };

			entry.net = (struct net){ 4, 0,
				net_block_last(4, 0, (int)i) };
			entries_append(&e, &entry);
		}
		entries_settle(&e);
		finder_make(&f, &e, 4);
		ask_all(&f, &e, 4);
		finder_free(&f);
		ask_dense(&e);
		entries_free(&e);
	}
}

/* So many that finder_make() packs them itself: some crowded, some thin. */
static void
test_many(void **state)
{
	struct entries e = { 0 };
	struct finder f;

	(void)state;
	random_state = 5;
	for (unsigned i = 0; i < 300000; i++) {
		struct entry entry = { .kind = ENTRY_NET };
		u128 host = ((u128)1 << next_random() % 9) - 1;
		u128 first = i % 3 ? (u128)next_random() << 1
		                   : 0x0a000000 + next_random() % 2000000;

		entry.net = (struct net){ 4, first & ~host, first | host };
		entries_append(&e, &entry);
	}
	entries_settle(&e);
	finder_make(&f, &e, 4);
	assert_non_null(f.packed);
	for (unsigned i = 0; i < 700; i++) {
		const struct range4 *r = &e.v4[next_random() % e.v4_count];

		ask(&f, &e, 4, r->first - (u128)(i & 1));
		ask(&f, &e, 4, r->last + (u128)(i & 1));
		ask(&f, &e, 4, 0x0a000000 + next_random() % 2000000);
	}
	finder_free(&f);
	entries_free(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
