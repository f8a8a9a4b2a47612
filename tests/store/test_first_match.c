/* Lists whose order matters, against a model that asks row for row. */
#include "config.h"

#include "policy/set.h"
#include "store/import.h"
#include "tests/policy/unit.h"

#define MOST_ROWS 12
#define HOSTS 64 /* addresses that are asked for */

static const struct entries none;

static uint32_t
next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

enum said { ALLOW, DENY, NOTHING };

struct row {
	unsigned first, last; /* of HOSTS */
	enum said said;
	uint8_t family;
};

/* Places 0 to 63 are 10.0.0.0 to 10.0.0.63, or 2001:db8:: to ...:3f. */
static u128
address(uint8_t family, unsigned place)
{
	return family == 4 ? (u128)0x0a000000 + place
	                   : ((u128)0x20010db8 << 96) + place;
}

static void
make_rows(struct row *rows, size_t count, uint64_t *seed)
{
	for (size_t i = 0; i < count; i++) {
		unsigned bits = next(seed) % 7, first = next(seed) % HOSTS;

		first &= ~((1u << bits) - 1);
		rows[i] = (struct row){ first, first + (1u << bits) - 1,
			(enum said)(next(seed) % 3),
			next(seed) % 3 ? 4 : 6 };
	}
}

/* As a cidr table. */
static void
add_table(struct buf *buf, const struct row *rows, size_t count)
{
	static const char *const results[] = { "OK", "REJECT", "DUNNO" };

	for (size_t i = 0; i < count; i++) {
		struct net net = { rows[i].family,
			address(rows[i].family, rows[i].first),
			address(rows[i].family, rows[i].last) };

		net_add(buf, &net);
		buf_addf(buf, "\t%s # row %zu\n", results[rows[i].said], i + 1);
	}
}

static enum said
ask(const struct row *rows, size_t count, uint8_t family, unsigned place)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].family == family && rows[i].first <= place &&
		    place <= rows[i].last)
			return rows[i].said;
	return NOTHING;
}

static void
check_table(const char *text, const struct row *rows, size_t count,
    bool denied)
{
	struct import_rules rules = { .format = "postfix-cidr",
		.denied = denied };
	struct import import;
	struct err err;
	struct set set;

	assert_true(import_judge(&import, text, strlen(text), &rules, &none,
	    &err));
	assert_int_equal(import.bad_count, 0);
	for (size_t i = 1; i < import.left_count; i++)
		assert_true(import.left[i - 1].number <= import.left[i].number);
	set_of_entries(&set, &import.entries);
	for (unsigned place = 0; place < HOSTS; place++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			enum said said = ask(rows, count, family, place);
			bool held = set_holds(&set, family,
			    address(family, place));

			if (held != (said == (denied ? DENY : ALLOW)))
				fail_msg("%s%s: IPv%d place %u", text,
				    denied ? "denied" : "allowed", family,
				    place);
		}
	for (size_t i = 0; i < import.entries.v4_count; i++) {
		struct net net = { 4, import.entries.v4[i].first,
			import.entries.v4[i].last };

		assert_true(net_prefix(&net) >= 0);
	}
	set_free(&set);
	import_free(&import);
}

static void
test_addresses(void **state)
{
	uint64_t seed = 21;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct row rows[MOST_ROWS];
		size_t count = next(&seed) % MOST_ROWS + 1;
		struct buf text = { 0 };

		make_rows(rows, count, &seed);
		add_table(&text, rows, count);
		check_table(buf_text(&text), rows, count, false);
		check_table(buf_text(&text), rows, count, true);
		buf_free(&text);
	}
}

/* What nothing hides stays as it was written, with its comment. */
static void
test_untouched(void **state)
{
	static const char text[] = "10.0.0.0/8 OK # a\n10.0.0.0/9 OK # b\n"
	    "10.1.0.0/16 REJECT\n10.1.1.0/24 OK\n192.0.2.0/24 OK # c\n"
	    "192.0.2.1 REJECT\n";
	struct import_rules rules = { .format = "postfix-cidr" };
	struct import import;
	struct buf got = { 0 };
	struct err err;

	(void)state;
	assert_true(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &none, &err));
	assert_true(export_entries(&got, &import.entries, "plain", false,
	    &err));
	assert_string_equal(buf_text(&got), "10.0.0.0/9  # b\n"
	    "10.0.0.0/8  # a\n192.0.2.0/24  # c\n");
	buf_free(&got);
	import_free(&import);
}

/* The whole of both families, cut at its ends. */
static void
test_ends(void **state)
{
	static const char text[] = "0.0.0.0 REJECT\n255.255.255.255 REJECT\n"
	    "0.0.0.0/0 OK\n:: REJECT\nffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	    "REJECT\n::/0 OK\n";
	struct import_rules rules = { .format = "postfix-cidr" };
	struct import import;
	struct err err;
	struct set set;

	(void)state;
	assert_true(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &none, &err));
	set_of_entries(&set, &import.entries);
	assert_int_equal(set.v4_count, 1);
	assert_int_equal(set.v4[0].first, 1);
	assert_int_equal(set.v4[0].last, 0xfffffffe);
	assert_int_equal(set.v6_count, 1);
	assert_true(set.v6[0].first == 1 && set.v6[0].last == NET_LAST6 - 1);
	assert_int_equal(import.entries.v4_count, 62);
	assert_int_equal(import.entries.v6_count, 254);
	set_free(&set);
	import_free(&import);
}

/* --- the narrowest row ---------------------------------------------------- */

/* A key of one to four octets, "10" in front and 0 or 1 behind. */
struct key {
	unsigned octets, bits;
	enum said said;
};

static void
add_key(struct buf *buf, const struct key *key)
{
	static const char *const results[] = { "OK", "REJECT", "DUNNO" };

	buf_add(buf, "10");
	for (unsigned i = 1; i < key->octets; i++)
		buf_addf(buf, ".%u", key->bits >> i & 1);
	buf_addf(buf, " %s\n", results[key->said]);
}

/* Of the longest keys that begin the address the first. */
static enum said
ask_longest(const struct key *keys, size_t count, unsigned bits)
{
	for (unsigned octets = 4; octets; octets--)
		for (size_t i = 0; i < count; i++) {
			unsigned mask = (1u << octets) - 2;

			if (keys[i].octets == octets &&
			    (keys[i].bits & mask) == (bits & mask))
				return keys[i].said;
		}
	return NOTHING;
}

static void
check_keys(const struct key *keys, size_t count)
{
	struct import_rules rules = { .format = "postfix-access" };
	struct buf text = { 0 };
	struct import import;
	struct err err;
	struct set set;

	for (size_t i = 0; i < count; i++)
		add_key(&text, &keys[i]);
	assert_true(import_judge(&import, buf_text(&text), text.len, &rules,
	    &none, &err));
	assert_int_equal(import.bad_count, 0);
	set_of_entries(&set, &import.entries);
	for (unsigned bits = 0; bits < 16; bits += 2) {
		u128 addr = (u128)10 << 24 | (bits >> 1 & 1) << 16 |
		    (bits >> 2 & 1) << 8 | (bits >> 3 & 1);

		if (set_holds(&set, 4, addr) !=
		    (ask_longest(keys, count, bits) == ALLOW))
			fail_msg("%saddress %u", buf_text(&text), bits);
	}
	set_free(&set);
	import_free(&import);
	buf_free(&text);
}

static void
test_narrowest(void **state)
{
	uint64_t seed = 23;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct key keys[MOST_ROWS];
		size_t count = next(&seed) % MOST_ROWS + 1;

		for (size_t k = 0; k < count; k++)
			keys[k] = (struct key){ next(&seed) % 4 + 1,
				next(&seed) % 16, (enum said)(next(&seed) % 3) };
		check_keys(keys, count);
	}
}

/* --- names --------------------------------------------------------------- */

#define NAMES 19

/* Names of one to three labels of "a" and "b" below "test", and some that end
 * alike. */
static void
make_name(char name[32], uint32_t number)
{
	static const char *const names[NAMES] = { "test", "a.test", "b.test",
		"a.a.test", "b.a.test", "a.b.test", "b.b.test", "a.a.a.test",
		"b.a.a.test", "a.b.a.test", "b.b.a.test", "a.a.b.test",
		"b.a.b.test", "a.b.b.test", "b.b.b.test", "ba.test", "a-a.test",
		"b.ba.test", "ba.a.test", };

	snprintf(name, 32, "%s", names[number % NAMES]);
}

struct name_row {
	char name[32];
	bool allowed;
};

/* In a file of Exim the first row counts that is the name or above it. */
static bool
ask_name(const struct name_row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (domain_covers(rows[i].name, name))
			return rows[i].allowed;
	return false;
}

static bool
is_held(const struct entries *entries, const char *name)
{
	for (size_t i = 0; i < entries->domain_count; i++)
		if (domain_covers(entries->domains[i], name))
			return true;
	return false;
}

static bool
is_bad(const struct import *import, const struct name_row *rows,
    const char *name)
{
	for (size_t i = 0; i < import->bad_count; i++)
		if (domain_covers(rows[import->bad[i].number - 1].name, name))
			return true;
	return false;
}

static void
check_names(const char *text, const struct name_row *rows, size_t count)
{
	struct import_rules rules = { .format = "exim" };
	struct import import;
	struct err err;

	assert_true(import_judge(&import, text, strlen(text), &rules, &none,
	    &err));
	for (uint32_t n = 0; n < NAMES; n++) {
		char name[32];
		bool allowed, held;

		make_name(name, n);
		allowed = ask_name(rows, count, name);
		held = is_held(&import.entries, name);
		if (held && !allowed)
			fail_msg("%s%s is let in", text, name);
		if (!held && allowed && !is_bad(&import, rows, name))
			fail_msg("%s%s is lost", text, name);
	}
	import_free(&import);
}

static void
test_names(void **state)
{
	uint64_t seed = 22;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct name_row rows[8];
		size_t count = next(&seed) % 8 + 1;
		struct buf text = { 0 };

		for (size_t k = 0; k < count; k++) {
			make_name(rows[k].name, next(&seed));
			rows[k].allowed = next(&seed) % 3 > 0;
			buf_addf(&text, "%s*.%s\n", rows[k].allowed ? "" : "!",
			    rows[k].name);
		}
		check_names(buf_text(&text), rows, count);
		buf_free(&text);
	}
}

/* --- very many ----------------------------------------------------------- */

/* Every other row denies a part of all rows behind it: what comes of it stays
 * in proportion. */
static void
test_many(void **state)
{
	struct import_rules rules = { .format = "postfix-cidr" };
	struct buf text = { 0 };
	struct import import;
	struct err err;
	struct set set;

	(void)state;
	for (unsigned i = 0; i < 20000; i++)
		buf_addf(&text, "10.%u.%u.1 REJECT\n10.0.0.0/%u OK\n", i >> 8,
		    i & 255, 8 + i % 8);
	assert_true(import_judge(&import, buf_text(&text), text.len, &rules,
	    &none, &err));
	assert_true(entries_count(&import.entries) < 600000);
	set_of_entries(&set, &import.entries);
	assert_false(set_holds(&set, 4, 0x0a000001));
	/* 10.0.1.1 was allowed by the row before it was denied. */
	assert_true(set_holds(&set, 4, 0x0a000101));
	assert_true(set_holds(&set, 4, 0x0a000002));
	assert_false(set_holds(&set, 4, 0x0b000000));
	set_free(&set);
	import_free(&import);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_untouched),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_narrowest),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("first match", tests, NULL, NULL);
}
