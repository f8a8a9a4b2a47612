/* The finder's answer is that of looking at every range, whatever the form it
 * chose, at all edges of random sets. */
#include "config.h"

#include "policy/finder_build.h"

#include "unit.h"

static uint64_t random_state;

static uint32_t
next_random(void)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33);
}

/* Where sets are interesting: both ends of the space, around a part of the
 * index, anywhere. */
static u128
place_of(uint8_t family, uint32_t kind)
{
	u128 top = net_top(family), near = next_random() % 600;

	switch (kind % 5) {
	case 0:
		return near;
	case 1:
		return top - near;
	case 2:
		return family == 4 ? 0x0a00ff00 + near
		                   : ((u128)0x20010db8 << 96) + near;
	case 3:
		return family == 4
		    ? (u128)(next_random() % 8) << 16 | (near & 3)
		    : (u128)0x20010db8 << 96 | near << 64 | (near & 3);
	default:
		return (family == 4 ? (u128)next_random() << 1
		                    : (u128)next_random() << 97 |
		                next_random()) & top;
	}
}

enum shape {
	BLOCKS, /* nested */
	HOSTS,  /* disjoint */
	RANGES, /* overlap in any way */
	ODD,    /* disjoint or nested, and of no block's size */
	SHAPES,
};

static struct net
some_net(uint8_t family, enum shape shape)
{
	u128 first = place_of(family, next_random()), last = first;
	u128 top = net_top(family);
	int host = (int)(next_random() % 12);

	if (next_random() % 40 == 0)
		host = (int)(next_random() % (uint32_t)(net_bits(family) + 1));
	if (shape == BLOCKS || shape == ODD) {
		u128 mask = net_block_last(family, 0, net_bits(family) - host);

		first &= ~mask;
		last = first | mask;
	}
	if (shape == ODD && host > 2)
		last -= 1; /* still around all that it was around */
	if (shape == RANGES) {
		u128 more = next_random() % 700;

		last = top - first < more ? top : first + more;
	}
	return (struct net){ family, first, last };
}

/* ODD ranges less one at the end may cut others: those are left out. */
static bool
crosses(const struct entries *e, const struct net *net)
{
	size_t count = net->family == 4 ? e->v4_count : e->v6_count;

	for (size_t i = 0; i < count; i++) {
		struct range6 r = net->family == 4
		    ? (struct range6){ e->v4[i].first, e->v4[i].last }
		    : e->v6[i];

		if ((r.first < net->first && net->first <= r.last &&
		        r.last < net->last) ||
		    (net->first < r.first && r.first <= net->last &&
		        net->last < r.last))
			return true;
	}
	return false;
}

static void
fill(struct entries *e, uint8_t family, enum shape shape, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct entry entry = { .kind = ENTRY_NET };

		entry.net = some_net(family, shape);
		if (shape != ODD || !crosses(e, &entry.net))
			entries_append(e, &entry);
	}
	entries_settle(e);
}

/* The narrowest; of equally wide ones the first. */
static uint32_t
look_at_all(const struct entries *e, uint8_t family, u128 addr)
{
	size_t count = family == 4 ? e->v4_count : e->v6_count;
	uint32_t best = FINDER_NONE;
	u128 width = 0;

	for (uint32_t i = 0; i < count; i++) {
		u128 first = family == 4 ? e->v4[i].first : e->v6[i].first;
		u128 last = family == 4 ? e->v4[i].last : e->v6[i].last;

		if (addr < first || addr > last ||
		    (best != FINDER_NONE && last - first >= width))
			continue;
		best = i;
		width = last - first;
	}
	return best;
}

static uint32_t
find(const struct finder *f, uint8_t family, u128 addr)
{
	return family == 4 ? finder_find4(f, (uint32_t)addr)
	                   : finder_find6(f, addr);
}

static void
ask(const struct finder *f, const struct entries *e, uint8_t family,
    u128 addr)
{
	uint32_t wanted, got;

	addr &= net_top(family); /* one before 0 is the other end */
	wanted = look_at_all(e, family, addr);
	if (family == 4)
		finder_hint4(f, (uint32_t)addr);
	got = find(f, family, addr);
	if (got != wanted)
		fail_msg("seed state %llx: IPv%d, of %zu at %llx %llx: place "
		    "%u instead of %u", (unsigned long long)random_state,
		    family, family == 4 ? e->v4_count : e->v6_count,
		    (unsigned long long)(addr >> 64),
		    (unsigned long long)addr, got, wanted);
}

static void
ask_all(const struct finder *f, const struct entries *e, uint8_t family)
{
	size_t count = family == 4 ? e->v4_count : e->v6_count;

	ask(f, e, family, 0);
	ask(f, e, family, net_top(family));
	for (size_t i = 0; i < count; i++) {
		u128 first = family == 4 ? e->v4[i].first : e->v6[i].first;
		u128 last = family == 4 ? e->v4[i].last : e->v6[i].last;

		ask(f, e, family, first - 1);
		ask(f, e, family, first);
		ask(f, e, family, first + (last - first) / 2);
		ask(f, e, family, last);
		ask(f, e, family, last + 1);
	}
	for (unsigned i = 0; i < 50; i++)
		ask(f, e, family, place_of(family, i));
}

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

/* --- edits -------------------------------------------------------------- */

static void
check_same_array(const void *a, const void *b, size_t bytes, const char *what,
    unsigned long seed)
{
	if ((a != NULL) != (b != NULL) || (a && memcmp(a, b, bytes)))
		fail_msg("seed %lu: %s is not as made anew", seed, what);
}

static void
check_wider(const struct finder *f, const struct finder *fresh,
    unsigned long seed)
{
	size_t words = fresh->count / 64 + 1;

	assert_int_equal(f->wider.count, fresh->wider.count);
	if (!f->wider.count)
		return;
	check_same_array(f->wider.bits, fresh->wider.bits, words * 8, "bits",
	    seed);
	check_same_array(f->wider.rank, fresh->wider.rank, words * 4, "rank",
	    seed);
	check_same_array(f->wider.next, fresh->wider.next,
	    f->wider.count * 4, "next", seed);
}

/* Everything in it is what it would be, made anew in the same form. */
static void
check_fresh(const struct finder *f, const struct entries *e, uint8_t family,
    unsigned long seed)
{
	struct finder fresh;

	finder_make(&fresh, e, family);
	assert_int_equal(f->count, fresh.count);
	check_wider(f, &fresh, seed);
	if (f->index) {
		free(fresh.index);
		free(fresh.packed);
		fresh.packed = NULL;
		finder_make_index(&fresh, f->bits);
		if (f->packed)
			finder_make_dense(&fresh);
		check_same_array(f->index, fresh.index,
		    (((size_t)1 << f->bits) + 1) * 4, "index", seed);
		check_same_array(f->packed, fresh.packed,
		    3 * (size_t)f->count + 32, "packed", seed);
	}
	finder_free(&fresh);
}

static void
edit_once(struct finder *f, struct entries *e, uint8_t family,
    enum shape shape)
{
	struct entry entry = { .kind = ENTRY_NET };
	size_t count = entries_count(e), place;

	if (next_random() % 2 && count > 80) {
		place = next_random() % count;
		entries_at(e, place, &entry);
		entries_remove(e, &entry);
		finder_removed(f, e, (uint32_t)place, &entry.net);
		return;
	}
	/* Now and then one that makes them overlap. */
	if (shape == BLOCKS && next_random() % 16 == 0)
		shape = RANGES;
	entry.net = some_net(family, shape);
	if ((shape == ODD && crosses(e, &entry.net)) || !entries_add(e, &entry))
		return;
	place = entries_find(e, &entry);
	finder_added(f, e, family, (uint32_t)place);
}

static void
ask_some(const struct finder *f, const struct entries *e, uint8_t family)
{
	for (unsigned i = 0; i < 60; i++) {
		struct entry entry;

		entries_at(e, next_random() % entries_count(e), &entry);
		ask(f, e, family, entry.net.first - (u128)(i & 1));
		ask(f, e, family, entry.net.last + (u128)(i & 1));
		ask(f, e, family, place_of(family, i));
	}
}

static void
run_edits(unsigned long seed, uint8_t family, enum shape shape, bool dense)
{
	struct entries e = { 0 };
	struct finder f;

	random_state = seed;
	fill(&e, family, shape, 110 + next_random() % 300);
	finder_make(&f, &e, family);
	if (dense && f.index && !f.owner) {
		free(f.index);
		finder_make_index(&f, 16);
		finder_make_dense(&f);
	}
	for (int i = 0; i < 60; i++) {
		edit_once(&f, &e, family, shape);
		ask_some(&f, &e, family);
		if (shape == RANGES || i % 8 == 0)
			check_fresh(&f, &e, family, seed);
	}
	ask_all(&f, &e, family);
	finder_free(&f);
	entries_free(&e);
}

static void
test_edits(void **state)
{
	(void)state;
	for (unsigned long seed = 1; seed <= 40; seed++)
		for (enum shape shape = 0; shape < SHAPES; shape++) {
			run_edits(seed, 4, shape, false);
			run_edits(seed, 4, shape, true);
			run_edits(seed, 6, shape, false);
		}
}

static struct entry
entry_at(uint8_t family, u128 first, u128 last)
{
	struct entry entry = { .kind = ENTRY_NET };

	entry.net = (struct net){ family, first, last };
	return entry;
}

static void
add(struct finder *f, struct entries *e, struct entry entry)
{
	assert_true(entries_add(e, &entry));
	finder_added(f, e, entry.net.family,
	    (uint32_t)entries_find(e, &entry));
	check_fresh(f, e, entry.net.family, 0);
	ask_all(f, e, entry.net.family);
}

static void
take(struct finder *f, struct entries *e, struct entry entry)
{
	uint32_t place = (uint32_t)entries_find(e, &entry);

	assert_true(entries_remove(e, &entry));
	finder_removed(f, e, place, &entry.net);
	check_fresh(f, e, entry.net.family, 0);
	ask_all(f, e, entry.net.family);
}

/* So many hosts, each in a /64, or a /24, of its own. */
static void
fill_apart(struct entries *e, struct finder *f, uint8_t family, unsigned count,
    u128 *step)
{
	*step = family == 4 ? 256 : (u128)1 << 64;
	for (unsigned i = 0; i < count; i++) {
		struct entry entry = entry_at(family, i * *step, i * *step);

		entries_append(e, &entry);
	}
	entries_settle(e);
	finder_make(f, e, family);
}

/* The first range around others comes by an edit, and goes. */
static void
test_first_nest(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2)
		for (unsigned count = 124; count <= 130; count++) {
			struct entries e = { 0 };
			struct finder f;
			u128 step;

			fill_apart(&e, &f, family, count, &step);
			for (u128 from = 0; from < count; from += 41) {
				struct entry wide = entry_at(family,
				    from * step, (from + 5) * step);
				struct entry inner = entry_at(family,
				    (from + 1) * step, (from + 2) * step + 3);

				add(&f, &e, wide);
				add(&f, &e, inner);
				take(&f, &e, wide);
				take(&f, &e, inner);
			}
			finder_free(&f);
			entries_free(&e);
		}
}

/* From the end, and from the front, as long as the form is kept. */
static void
test_shrink(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2)
		for (int front = 0; front < 2; front++) {
			struct entries e = { 0 };
			struct finder f;
			u128 step;

			fill_apart(&e, &f, family, 120, &step);
			for (unsigned i = 0; i < 70; i++) {
				u128 first = (front ? i : 119 - i) * step;

				take(&f, &e, entry_at(family, first, first));
			}
			finder_free(&f);
			entries_free(&e);
		}
}

/* What once stood behind the last range is not looked at. */
static void
test_behind_the_end(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct entries e = { 0 };
		struct finder f;
		u128 step, at;

		fill_apart(&e, &f, family, 100, &step);
		at = 200 * step;
		add(&f, &e, entry_at(family, at, at));
		add(&f, &e, entry_at(family, at, at + 9));
		take(&f, &e, entry_at(family, at, at + 9));
		take(&f, &e, entry_at(family, at, at));
		add(&f, &e, entry_at(family, at, at));
		finder_free(&f);
		entries_free(&e);
	}
}

/* Is what was made kept, between half and twice as many? */
static void
test_keeping(void **state)
{
	struct entries e = { 0 };
	struct finder f;
	u128 step;

	(void)state;
	fill_apart(&e, &f, 4, 100, &step);
	assert_int_equal(f.made, 100);
	for (unsigned i = 100; i < 199; i++)
		add(&f, &e, entry_at(4, i * step, i * step));
	assert_int_equal(f.made, 100);
	add(&f, &e, entry_at(4, 199 * step, 199 * step));
	assert_int_equal(f.made, 200);
	for (unsigned i = 199; i > 100; i--)
		take(&f, &e, entry_at(4, i * step, i * step));
	assert_int_equal(f.made, 200);
	take(&f, &e, entry_at(4, 100 * step, 100 * step));
	assert_int_equal(f.made, 100);
	for (unsigned i = 99; i > 63; i--)
		take(&f, &e, entry_at(4, i * step, i * step));
	assert_int_equal(f.made, 100);
	/* with fewer it is made anew, and without an index */
	take(&f, &e, entry_at(4, 63 * step, 63 * step));
	assert_int_equal(f.made, 63);
	assert_null(f.index);
	finder_free(&f);
	entries_free(&e);
}

/* From nothing to many and back: every change of form. */
static void
test_growth(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct entries e = { 0 };
		struct finder f;
		struct entry entry = { .kind = ENTRY_NET };

		random_state = family;
		finder_make(&f, &e, family);
		for (int i = 0; i < 300; i++) {
			entry.net = some_net(family, BLOCKS);
			if (!entries_add(&e, &entry))
				continue;
			finder_added(&f, &e, family,
			    (uint32_t)entries_find(&e, &entry));
			ask_some(&f, &e, family);
		}
		while (entries_count(&e)) {
			size_t place = next_random() % entries_count(&e);

			entries_at(&e, place, &entry);
			entries_remove(&e, &entry);
			finder_removed(&f, &e, (uint32_t)place, &entry.net);
			if (entries_count(&e))
				ask_some(&f, &e, family);
			ask(&f, &e, family, entry.net.first);
		}
		finder_free(&f);
		entries_free(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_first_nest),
		cmocka_unit_test(test_shrink),
		cmocka_unit_test(test_behind_the_end),
		cmocka_unit_test(test_keeping),
		cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
