/* A look-up of both families and of names together: its places are those of
 * the whole set, also after edits. */
#include "config.h"

#include "policy/lookup.h"

#include "unit.h"

static struct entry
block(uint8_t family, u128 first, int bits)
{
	struct entry e = { .kind = ENTRY_NET };

	e.net = (struct net){ family, first,
		first | net_block_last(family, 0, bits) };
	return e;
}

static struct entry
domain(const char *name)
{
	struct entry e = { .kind = ENTRY_DOMAIN };

	memcpy(e.name, name, strlen(name) + 1);
	return e;
}

/* Block i of the family: hosts, and around each eight of them a wider one. */
static struct entry
some_block(uint8_t family, unsigned i)
{
	u128 base = family == 4 ? (u128)0x0a000000 : (u128)0x20010db8 << 96;
	bool wide = i % 9 == 8;

	return block(family, base + (u128)16 * (i / 9) + (wide ? 0 : i % 9),
	    net_bits(family) - (wide ? 3 : 0));
}

/* The narrowest in the set, looked for one by one. */
static size_t
narrowest(const struct entries *e, uint8_t family, u128 addr)
{
	size_t best = ENTRY_NOWHERE;
	u128 width = 0;

	for (size_t i = 0; i < entries_count(e); i++) {
		struct entry entry;

		entries_at(e, i, &entry);
		if (entry.kind != ENTRY_NET || entry.net.family != family ||
		    addr < entry.net.first || addr > entry.net.last)
			continue;
		if (best == ENTRY_NOWHERE ||
		    entry.net.last - entry.net.first < width) {
			best = i;
			width = entry.net.last - entry.net.first;
		}
	}
	return best;
}

static void
ask_all(const struct lookup *lookup, const struct entries *e)
{
	for (uint8_t family = 4; family <= 6; family += 2)
		for (unsigned i = 0; i < 180; i++) {
			u128 addr = some_block(family, i).net.last + i % 2;

			lookup_hint(lookup, family, addr);
			assert_int_equal(lookup_find(lookup, family, addr,
			    NULL), narrowest(e, family, addr));
		}
}

static void
put(struct lookup *lookup, struct entries *e, const struct entry *entry)
{
	if (!entries_add(e, entry))
		return;
	lookup_added(lookup, entries_find(e, entry));
	ask_all(lookup, e);
}

static void
take(struct lookup *lookup, struct entries *e, const struct entry *entry)
{
	size_t place = entries_find(e, entry);

	assert_true(place != ENTRY_NOWHERE);
	entries_remove(e, entry);
	lookup_removed(lookup, place, &entry->net);
	ask_all(lookup, e);
}

/* Every other block is there at first; the others come, then all go. */
static void
test_both_families(void **state)
{
	struct entries e = { 0 };
	struct lookup *lookup;

	(void)state;
	for (unsigned i = 0; i < 180; i++) {
		struct entry v4 = some_block(4, i), v6 = some_block(6, i);

		entries_append(&e, &v4);
		if (i % 2)
			entries_append(&e, &v6);
	}
	entries_settle(&e);
	lookup = lookup_new(&e, true);
	assert_ptr_equal(lookup_entries(lookup), &e);
	ask_all(lookup, &e);
	for (unsigned i = 0; i < 180; i += 2) {
		struct entry v6 = some_block(6, i), v4 = some_block(4, i);

		put(lookup, &e, &v6);
		take(lookup, &e, &v4);
	}
	for (unsigned i = 179; i > 40; i -= 3) {
		struct entry v6 = some_block(6, i);

		take(lookup, &e, &v6);
	}
	lookup_free(lookup);
	entries_free(&e);
}

/* --- names ---------------------------------------------------------------- */

/* Labels of one letter before the domain, so many bytes in all; from the size
 * of what holds a name on, only its parents can be in a set. */
static void
make_long(char *name, size_t size, const char *below)
{
	size_t tail = strlen(below);

	for (size_t i = 0; i + tail < size; i++)
		name[i] = (size - tail - i) % 2 ? '.' : 'a';
	memcpy(name + size - tail, below, tail + 1);
}

static void
test_names(void **state)
{
	static const char *const domains[] = { "example.com",
		"mail.example.com" };
	static const struct {
		const char *name;
		const char *found; /* NULL: nothing */
	} rows[] = {
		{ "example.com", "example.com" },
		{ "a.example.com", "example.com" },
		{ "a.b.mail.example.com", "mail.example.com" },
		{ "notexample.com", NULL },
		{ "com", NULL },
	};
	struct entries e = { 0 };
	struct lookup *with, *without;

	(void)state;
	for (size_t i = 0; i < ROWS(domains); i++) {
		struct entry entry = domain(domains[i]);

		entries_append(&e, &entry);
	}
	entries_settle(&e);
	with = lookup_new(&e, true);
	without = lookup_new(&e, false);
	for (size_t i = 0; i < ROWS(rows); i++) {
		size_t place = lookup_find(with, 4, 1, rows[i].name);
		struct entry found;

		check_row((place != ENTRY_NOWHERE) == !!rows[i].found,
		    rows[i].name);
		check_row(lookup_covers(with, rows[i].name) ==
		    !!rows[i].found, rows[i].name);
		check_row(!lookup_covers(without, rows[i].name),
		    rows[i].name);
		check_row(lookup_find(without, 4, 1, rows[i].name) ==
		    ENTRY_NOWHERE, rows[i].name);
		if (place == ENTRY_NOWHERE)
			continue;
		entries_at(&e, place, &found);
		check_same(found.name, rows[i].found, rows[i].name);
	}
	assert_true(lookup_find(with, 4, 1, NULL) == ENTRY_NOWHERE);
	lookup_free(with);
	lookup_free(without);
	entries_free(&e);
}

/* A name that no domain can be as long as still has parents. */
static void
test_long_names(void **state)
{
	struct entry entry = domain("example.com");
	struct entries e = { 0 };
	struct lookup *lookup;

	(void)state;
	entries_append(&e, &entry);
	entries_settle(&e);
	lookup = lookup_new(&e, true);
	for (size_t size = DOMAIN_SIZE - 3; size < DOMAIN_SIZE + 4; size++) {
		/* Just as much as it needs, so that reading on is seen. */
		char *name = malloc(size + 1);

		assert_non_null(name);
		make_long(name, size, size % 2 ? ".example.com"
		                               : "a.example.com");
		assert_int_equal(strlen(name), size);
		assert_int_equal(lookup_find(lookup, 6, 1, name), 0);
		assert_true(lookup_covers(lookup, name));
		free(name);
	}
	lookup_free(lookup);
	entries_free(&e);
}

/* What has been freed, or was never made. */
static void
test_nothing(void **state)
{
	struct entries e = { 0 };
	struct lookup *lookup = lookup_new(&e, true);

	(void)state;
	lookup_hint(lookup, 4, 1);
	assert_true(lookup_find(lookup, 4, 1, "a.example") == ENTRY_NOWHERE);
	assert_false(lookup_covers(lookup, "a.example"));
	lookup_free(lookup);
	lookup_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_families),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
