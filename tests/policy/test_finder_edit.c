/* A finder that is edited is what it would be, made anew, and answers like
 * it. */
#include "config.h"

#include "finder_cases.h"
#include "unit.h"

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

/* From so many ranges on there is an index. */
static void
test_few(void **state)
{
	(void)state;
	for (unsigned count = FINDER_FEW - 1; count <= FINDER_FEW; count++) {
		struct entries e = { 0 };
		struct finder f;
		u128 step;

		fill_apart(&e, &f, 4, count, &step);
		assert_int_equal(f.index != NULL, count == FINDER_FEW);
		finder_free(&f);
		entries_free(&e);
	}
}

/* More ranges than fit in the bits of 63 words. */
static void
test_many_words(void **state)
{
	struct entries e = { 0 };
	struct entry wide, host;
	struct finder f;
	u128 step;

	(void)state;
	fill_apart(&e, &f, 4, 4029, &step);
	wide = entry_at(4, 0, 5 * step);
	assert_true(entries_add(&e, &wide));
	finder_added(&f, &e, 4, (uint32_t)entries_find(&e, &wide));
	for (unsigned i = 4029; i < 4034; i++) {
		host = entry_at(4, i * step, i * step);
		assert_true(entries_add(&e, &host));
		finder_added(&f, &e, 4, (uint32_t)entries_find(&e, &host));
		check_fresh(&f, &e, 4, i);
	}
	finder_free(&f);
	entries_free(&e);
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
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_first_nest),
		cmocka_unit_test(test_shrink),
		cmocka_unit_test(test_behind_the_end),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_many_words),
		cmocka_unit_test(test_keeping),
		cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
