#include "config.h"

#include "policy/entries.h"
#include "policy/lookup.h"
#include "policy/mem.h"
#include "unit.h"

static struct entry
parse(const char *text, const char *comment)
{
	struct entry entry;
	struct err err;

	if (!entry_parse(&entry, text, strlen(text), 0, &err))
		fail_msg("'%s': %s", text, err.text);
	entry.comment = comment;
	return entry;
}

static void
check_all(const struct entries *e, const char *wanted)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < entries_count(e); i++) {
		struct entry entry;

		entries_at(e, i, &entry);
		entry_add(&text, &entry);
		if (entry.comment)
			buf_addf(&text, "(%s)", entry.comment);
		buf_addc(&text, ' ');
		assert_int_equal(entries_find(e, &entry), i);
	}
	assert_string_equal(buf_text(&text), wanted);
	buf_free(&text);
}

static void
test_parse(void **state)
{
	static const struct {
		const char *text, *wanted; /* NULL: refused */
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", },
		{ "domain:Example.COM.", "domain:example.com", },
		{ "list:Branches-2", "list:Branches-2", },
		{ "domain:", NULL, }, { "domain:a b", NULL, },
		{ "list:", NULL, }, { "list:a/b", NULL, },
		{ "list:-a", NULL, }, { "Domain:example.com", NULL, },
		{ "", NULL, }, { "example.com", NULL, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct entry entry;
		struct err err;
		struct buf text = { 0 };
		bool ok = entry_parse(&entry, rows[i].text,
		    strlen(rows[i].text), 0, &err);

		check_row(ok == (rows[i].wanted != NULL), rows[i].text);
		if (ok) {
			entry_add(&text, &entry);
			check_same(text.data, rows[i].wanted, rows[i].text);
		}
		buf_free(&text);
	}
}

static void
test_add_remove(void **state)
{
	struct entries e = { 0 }, copy;
	struct entry one = parse("192.0.2.0/24", "first");
	struct entry same = parse("192.0.2.0 255.255.255.0", NULL);
	struct entry name = parse("domain:example.com", "a name");
	struct entry list = parse("list:branches", NULL);
	struct entry six = parse("2001:db8::/32", NULL);

	(void)state;
	assert_true(entries_add(&e, &list));
	assert_true(entries_add(&e, &name));
	assert_true(entries_add(&e, &six));
	assert_true(entries_add(&e, &one));
	check_all(&e, "192.0.2.0/24(first) 2001:db8::/32 "
	    "domain:example.com(a name) list:branches ");
	entries_copy(&copy, &e);
	assert_true(entries_equal(&e, &copy));
	assert_false(entries_add(&e, &same)); /* takes the comment away */
	check_all(&e, "192.0.2.0/24 2001:db8::/32 domain:example.com(a name) "
	    "list:branches ");
	assert_false(entries_equal(&e, &copy));
	same.comment = "second";
	assert_false(entries_add(&e, &same));
	assert_false(entries_equal(&e, &copy));
	same.comment = "first";
	assert_false(entries_add(&e, &same));
	assert_true(entries_equal(&e, &copy));
	assert_true(entries_remove(&e, &name));
	assert_false(entries_remove(&e, &name));
	assert_int_equal(entries_find(&e, &name), ENTRY_NOWHERE);
	assert_true(entries_remove(&e, &one));
	assert_true(entries_remove(&e, &list));
	check_all(&e, "2001:db8::/32 ");
	assert_true(entries_add(&e, &one));
	assert_false(entries_equal(&e, &copy));
	entries_free(&copy);
	entries_free(&e);
	assert_int_equal(entries_count(&e), 0);
}

/* In bulk the first comment of equal entries stays. */
static void
test_settle(void **state)
{
	static const char *const texts[][2] = {
		{ "10.0.0.9", "a", }, { "10.0.0.1", NULL, },
		{ "10.0.0.9", "b", }, { "list:x", NULL, },
		{ "10.0.0.1", "c", }, { "domain:b.example", "d", },
		{ "domain:a.example", NULL, }, { "::1", NULL, },
		{ "domain:b.example", NULL, }, { "::1", "e", },
		{ "10.0.0.0/8", NULL, }, { "10.0.0.9", "f", },
	};
	struct entries e = { 0 };

	(void)state;
	assert_int_equal(entries_settle(&e), 0);
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct entry entry = parse(texts[i][0], texts[i][1]);

		entries_append(&e, &entry);
	}
	assert_int_equal(entries_settle(&e), 5);
	check_all(&e, "10.0.0.0/8 10.0.0.1(c) 10.0.0.9(a) ::1(e) "
	    "domain:a.example domain:b.example(d) list:x ");
	assert_int_equal(entries_settle(&e), 0);
	entries_free(&e);
}

/* Adding one by one and in bulk comes to the same. */
static void
test_same(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int round = 0; round < 100; round++) {
		struct entries a = { 0 }, b = { 0 };

		for (int i = 0; i < 50; i++) {
			char text[40];
			struct entry entry;

			seed = seed * 6364136223846793005u + 1;
			snprintf(text, sizeof(text), seed >> 63
			    ? "10.0.0.%u" : "2001:db8::%u",
			    (unsigned)(seed >> 40) % 30);
			entry = parse(text, NULL);
			entries_add(&a, &entry);
			entries_append(&b, &entry);
		}
		entries_settle(&b);
		assert_true(entries_equal(&a, &b));
		entries_free(&a);
		entries_free(&b);
	}
}

/* Each list differs from each other. */
static void
test_equal(void **state)
{
	static const char *const texts[][3] = {
		{ NULL, }, { "10.0.0.1", NULL, }, { "10.0.0.2", NULL, },
		{ "::1", NULL, }, { "::2", NULL, },
		{ "domain:a.example", NULL, }, { "domain:b.example", NULL, },
		{ "list:a", NULL, }, { "list:b", NULL, },
		{ "10.0.0.1", "::1", NULL, }, { "10.0.0.1", "list:a", NULL, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++)
		for (size_t j = 0; j < ROWS(texts); j++) {
			struct entries a = { 0 }, b = { 0 };

			for (size_t k = 0; texts[i][k]; k++) {
				struct entry e = parse(texts[i][k], "");

				entries_add(&a, &e);
			}
			for (size_t k = 0; texts[j][k]; k++) {
				struct entry e = parse(texts[j][k], "");

				entries_append(&b, &e);
			}
			assert_int_equal(entries_equal(&a, &b), i == j);
			entries_free(&a);
			entries_free(&b);
		}
}

/* --- the narrowest entry, against a linear scan ----------------------- */

static size_t
scan(const struct entries *e, uint8_t family, u128 addr)
{
	size_t best = ENTRY_NOWHERE;
	struct entry entry, narrowest = { .kind = ENTRY_NET };

	for (size_t i = 0; i < entries_count(e); i++) {
		entries_at(e, i, &entry);
		if (!net_holds(&entry.net, family, addr))
			continue;
		if (best != ENTRY_NOWHERE && entry.net.last - entry.net.first >=
		        narrowest.net.last - narrowest.net.first)
			continue;
		best = i;
		narrowest = entry;
	}
	return best;
}

static uint64_t random_seed = 11;

static unsigned
next_random(unsigned n)
{
	random_seed = random_seed * 6364136223846793005u + 1;
	return (unsigned)(random_seed >> 33) % n;
}

/* Blocks nest; ranges overlap in any way; depth puts one in the other. */
static void
fill(struct entries *e, int kind, unsigned count, uint8_t family)
{
	u128 base = family == 4 ? 0x0a000000 : (u128)0x20010db8 << 96;

	for (unsigned i = 0; i < count; i++) {
		struct entry entry = { .kind = ENTRY_NET };
		u128 first = base + next_random(4000), last = first;

		if (kind == 0) { /* blocks */
			u128 host = (1u << next_random(10)) - 1;

			first &= ~host;
			last = first | host;
		}
		if (kind == 1)
			last = first + next_random(500);
		if (kind == 2)
			first = base + i, last = base + 5000 - i;
		entry.net = (struct net){ family, first, last };
		entries_append(e, &entry);
	}
	entries_settle(e);
}

static void
test_lookup(void **state)
{
	static const unsigned counts[] = { 0, 1, 5, 40, 70, 500, 3000 };

	(void)state;
	for (int kind = 0; kind < 4; kind++)
		for (size_t c = 0; c < ROWS(counts) * 2; c++) {
			uint8_t family = c % 2 ? 6 : 4;
			u128 base = family == 4 ? 0x0a000000
			                        : (u128)0x20010db8 << 96;
			struct entries e = { 0 };
			struct lookup *lookup;

			fill(&e, kind, counts[c / 2], family);
			lookup = lookup_new(&e, true);
			for (int i = 0; i < 300; i++) {
				u128 addr = base - 5 + next_random(5100);

				if (lookup_find(lookup, family, addr, NULL) !=
				    scan(&e, family, addr))
					fail_msg("kind %d count %u at %u",
					    kind, counts[c / 2],
					    (unsigned)(addr - base));
			}
			assert_int_equal(lookup_find(lookup, family, 0, NULL),
			    scan(&e, family, 0));
			assert_int_equal(lookup_find(lookup, family,
			    net_top(family), NULL),
			    scan(&e, family, net_top(family)));
			lookup_free(lookup);
			entries_free(&e);
		}
}

/* All over the space, so that the index has many parts. */
static void
test_lookup_wide(void **state)
{
	struct entries e = { 0 };
	struct lookup *lookup;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct entry entry = { .kind = ENTRY_NET };
		u128 addr = (u128)next_random(1u << 31) << 97 |
		    next_random(1u << 31);
		uint32_t four = next_random(1u << 31) * 2;

		entry.net = (struct net){ 6, addr, addr | 0xffff };
		entries_append(&e, &entry);
		entry.net = (struct net){ 4, four, four | 0xff };
		entries_append(&e, &entry);
	}
	entries_settle(&e);
	lookup = lookup_new(&e, true);
	for (size_t i = 0; i < 2000; i++) {
		struct entry entry;
		uint8_t family;

		entries_at(&e, next_random((unsigned)entries_count(&e)),
		    &entry);
		family = entry.net.family;
		for (unsigned j = 0; j < 3; j++) {
			u128 a = entry.net.first + j - 1;
			u128 b = entry.net.last + j - 1;

			if (family == 4)
				a &= NET_LAST4, b &= NET_LAST4;
			assert_int_equal(lookup_find(lookup, family, a, NULL),
			    scan(&e, family, a));
			assert_int_equal(lookup_find(lookup, family, b, NULL),
			    scan(&e, family, b));
		}
	}
	lookup_free(lookup);
	entries_free(&e);
}

static void
test_lookup_names(void **state)
{
	static const struct {
		const char *name;
		size_t place;
	} rows[] = {
		{ "example.com", 1, }, { "a.example.com", 1, },
		{ "b.a.sub.example.com", 2, },
		{ "example.org", ENTRY_NOWHERE, },
		{ "xexample.com", ENTRY_NOWHERE, }, { "", ENTRY_NOWHERE, },
	};
	struct entries e = { 0 };
	struct entry all[] = { parse("10.0.0.0/8", NULL),
		parse("domain:example.com", NULL),
		parse("domain:sub.example.com", NULL) };
	struct lookup *with, *without;

	(void)state;
	for (size_t i = 0; i < ROWS(all); i++)
		entries_add(&e, &all[i]);
	with = lookup_new(&e, true);
	without = lookup_new(&e, false);
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *name = rows[i].name;

		check_row(lookup_find(with, 6, 1, name) == rows[i].place,
		    name);
		check_row(lookup_find(without, 6, 1, name) == ENTRY_NOWHERE,
		    name);
		/* the address comes first */
		check_row(lookup_find(with, 4, 0x0a000001, name) == 0, name);
		check_row(lookup_covers(with, name) ==
		    (rows[i].place != ENTRY_NOWHERE), name);
		check_row(!lookup_covers(without, name), name);
	}
	lookup_free(with);
	lookup_free(without);
	lookup_free(NULL);
	entries_free(&e);
}

/* --- the edits between two ---------------------------------------------- */

static void
fill_any(struct entries *e, unsigned count)
{
	static const char *const comments[] = { NULL, NULL, "a", "b" };

	for (unsigned i = 0; i < count; i++) {
		struct entry entry = { .kind = (enum entry_kind)
			(next_random(8) ? 0 : 1 + next_random(2)) };

		if (entry.kind == ENTRY_NET)
			entry.net = (struct net){ next_random(5) ? 4 : 6,
				next_random(5000), 5000 + next_random(3) };
		else
			snprintf(entry.name, sizeof(entry.name), "n%u",
			    next_random(20));
		entry.comment = comments[next_random(4)];
		entries_append(e, &entry);
	}
	entries_settle(e);
}

/* Some of it goes, something comes, comments change. */
static size_t
change_some(struct entries *e, unsigned changes)
{
	struct entries more = { 0 };
	struct entry entry;
	size_t changed = 0;

	fill_any(&more, changes);
	for (size_t i = 0; i < entries_count(&more); i++) {
		size_t all = entries_count(e);

		if (all && next_random(2)) {
			entries_at(e, next_random((unsigned)all), &entry);
			changed += entries_remove(e, &entry);
		} else {
			entries_at(&more, i, &entry);
			entries_add(e, &entry);
			changed++;
		}
	}
	entries_free(&more);
	return changed;
}

static void
test_edits(void **state)
{
	static const unsigned counts[] = { 0, 1, 20, 600, 4000 };
	static struct entry_edit edits[200];

	(void)state;
	for (unsigned round = 0; round < 40 * ROWS(counts); round++) {
		struct entries a = { 0 }, b = { 0 }, made = { 0 };
		size_t changed, count;

		fill_any(&a, counts[round % ROWS(counts)]);
		entries_copy(&b, &a);
		changed = change_some(&b, round % 7 * 3);
		count = entries_edits(&a, &b, edits, ROWS(edits));
		assert_true(count <= changed);
		entries_copy(&made, &a);
		for (size_t i = 0; i < count; i++)
			if (edits[i].add)
				entries_add(&made, &edits[i].entry);
			else
				assert_true(entries_remove(&made,
				    &edits[i].entry));
		assert_true(entries_equal(&made, &b));
		assert_true(count || entries_equal(&a, &b));
		if (count)
			assert_int_equal(entries_edits(&a, &b, edits,
			    count - 1), ENTRY_NOWHERE);
		assert_int_equal(entries_edits(&a, &a, edits, 0), 0);
		entries_free(&a);
		entries_free(&b);
		entries_free(&made);
	}
}

/* A walk that takes the quick step wherever it may sees what the other does. */
static void
test_quick_walk(void **state)
{
	static const char *const texts[] = { "10.0.0.1", "10.0.0.0/24",
		"10.0.0.2", "192.0.2.1", "2001:db8::1", "domain:a.example",
		"list:b", };

	(void)state;
	for (unsigned noted = 0; noted < 1u << ROWS(texts); noted++) {
		struct entries e = { 0 };
		struct entries_walk slow = { .entries = &e }, quick = slow;
		struct entry wanted, entry;
		struct range4 range;

		for (size_t i = 0; i < ROWS(texts); i++) {
			entry = parse(texts[i], noted >> i & 1 ? "c" : NULL);
			entries_add(&e, &entry);
		}
		while (entries_next(&slow, &wanted)) {
			bool plain = wanted.kind == ENTRY_NET &&
			    wanted.net.family == 4 && !wanted.comment;

			assert_int_equal(entries_next_v4(&quick, &range),
			    plain);
			if (plain) {
				assert_true(range.first == wanted.net.first);
				assert_true(range.last == wanted.net.last);
				continue;
			}
			assert_true(entries_next(&quick, &entry));
			assert_int_equal(entry_compare(&entry, &wanted), 0);
			assert_ptr_equal(entry.comment, wanted.comment);
		}
		assert_false(entries_next_v4(&quick, &range));
		entries_free(&e);
	}
}

/* Of some of the places, one after the other. */
static void
check_skips(const struct entries *e, unsigned places)
{
	struct entries_walk walk = { .entries = e };
	struct entry wanted, entry;

	for (size_t i = 0; i < entries_count(e); i++) {
		if (!(places >> i & 1))
			continue;
		entries_at(e, i, &wanted);
		entries_skip(&walk, i);
		assert_true(entries_next(&walk, &entry));
		assert_int_equal(entry_compare(&entry, &wanted), 0);
		assert_ptr_equal(entry.comment, wanted.comment);
	}
	entries_skip(&walk, entries_count(e));
	assert_false(entries_next(&walk, &entry));
}

static void
test_skip(void **state)
{
	static const char *const texts[] = { "10.0.0.1", "10.0.0.0/24",
		"192.0.2.1", "2001:db8::1", "domain:a.example", "list:b", };

	(void)state;
	for (unsigned noted = 0; noted < 1u << ROWS(texts); noted++) {
		struct entries e = { 0 };

		for (size_t i = 0; i < ROWS(texts); i++) {
			struct entry entry = parse(texts[i],
			    noted >> i & 1 ? "c" : NULL);

			entries_add(&e, &entry);
		}
		for (unsigned some = 0; some < 1u << ROWS(texts); some++)
			check_skips(&e, some);
		entries_free(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_add_remove),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_lookup_wide),
		cmocka_unit_test(test_lookup_names),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_quick_walk),
		cmocka_unit_test(test_skip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
