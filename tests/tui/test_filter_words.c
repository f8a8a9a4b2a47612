/* Filter words: what they mean, and which are refused. */
#include "config.h"

#include "tui/filter_words.h"
#include "tests/policy/unit.h"

struct row {
	const char *text;
	const char *means; /* as written anew; NULL: how the refusal begins */
	const char *refused;
};

static const struct row rows[] = {
	{ "", "", NULL },
	{ "   ", "", NULL },
	{ "Printer", "\"printer\"", NULL },
	{ "192.0.2", "\"192.0.2\"", NULL },
	{ "192.0.2.7", "192.0.2.7", NULL },
	{ "!192.0.2.7 x", "!192.0.2.7 \"x\"", NULL },
	{ "2001:DB8::1", "2001:db8::1", NULL },
	{ "fe80:", "\"fe80:\"", NULL },
	{ "dead:beef", "\"dead:beef\"", NULL },
	{ "list:x domain:example", "\"list:x\" \"domain:example\"", NULL },
	{ "host.example:25", "\"host.example:25\"", NULL },
	{ "note:Hall comment:\"two words\"", "note:hall comment:\"two words\"",
	    NULL },
	{ "owner:ana !owner:bob ticket:", "owner:ana !owner:bob ticket:",
	    NULL },
	{ "source:x.csv source:#9 source:", "source:x.csv source:#9 source:",
	    NULL },
	{ "age>90d age<7", "age>90d age<1w", NULL },
	{ "age<36h", "age<36h", NULL },
	{ "age>730d", "age>2y", NULL },
	{ "expires<30d !expires:", "expires<30d !expires:", NULL },
	{ "state:new", "state:new", NULL },
	{ "used<30d !used: used>2y", "used<30d !used: used>2y", NULL },
	{ "unused>90d", "unused>90d", NULL },
	{ "problem:wide !problem:", "problem:wide !problem:", NULL },
	{ "\"colour:red\"", "\"colour:red\"", NULL },
	{ "!\"a b\"", "!\"a b\"", NULL },
	{ "!", "", NULL },
	{ "\"not ended", "\"not ended\"", NULL },
	{ "colour:red", NULL, "'colour:red' is no filter word; there are "
	    "note: comment: owner: ticket: source:" },
	{ "size>3", NULL, "'size>3' is no filter word" },
	{ "age:3", NULL, "'age:3' is no filter word" },
	{ "problem:odd", NULL, "'odd' is none of: wide, private" },
	{ "state:", NULL, "'' is none of: new, committed" },
	{ "age>", NULL, "write a time like 90d" },
	{ "age>1234567d", NULL, "write a time like 90d" },
	{ "age>3m", NULL, "'m' is no unit of time; h, d, w and y are" },
	{ "expires<3days", NULL, "'days' is no unit" },
	{ "expires:soon", NULL, "write expires<30d" },
	{ "used:often", NULL, "write used<30d, used>1y or used: alone" },
	{ "unused<90d", NULL, "'unused<90d' is no filter word" },
	{ "unused>", NULL, "write a time like 90d" },
	{ "source:#", NULL, "the number of an import" },
	{ "source:#x", NULL, "the number of an import" },
	{ NULL, NULL, NULL },
};

static void
check_words(const struct row *row)
{
	struct filter filter;
	struct buf text = { 0 };
	struct err err;
	bool ok = filter_parse(&filter, row->text, &err);

	if (ok != (row->means != NULL))
		fail_msg("%s: %s", row->text, ok ? "taken" : err.text);
	if (ok)
		filter_add(&text, &filter);
	else if (strncmp(err.text, row->refused, strlen(row->refused)) != 0)
		fail_msg("%s: %s", row->text, err.text);
	if (ok)
		assert_string_equal(buf_text(&text), row->means);
	buf_free(&text);
	filter_free(&filter);
}

static void
test_rows(void **state)
{
	(void)state;
	for (const struct row *row = rows; row->text; row++)
		check_words(row);
}

static void
test_values(void **state)
{
	struct filter f;
	struct err err;

	(void)state;
	assert_true(filter_parse(&f, "!age<2d problem: source:#12 8.8.8.8",
	    &err));
	assert_int_equal(f.count, 4);
	assert_true(f.words[0].not);
	assert_true(f.words[0].less);
	assert_int_equal(f.words[0].seconds, 2 * 24 * 3600);
	assert_int_equal(f.words[1].which, PROBLEM_ANY);
	assert_int_equal(f.words[2].number, 12);
	assert_int_equal(f.words[3].kind, FILTER_ADDRESS);
	assert_true(f.words[3].address.first == 0x08080808);
	filter_free(&f);
}

static const struct {
	const char *outer, *inner;
	bool within;
} pairs[] = {
	{ "1", "19", true, },
	{ "9", "192", true, },
	{ "19", "1", false, },
	{ "a", "a b", true, },
	{ "a b", "a", false, },
	{ "a b", "ax xb c", true, },
	{ "a b", "b a", false, },
	{ "!a", "!ab", false, },
	{ "!a", "!a b", true, },
	{ "a", "!a", false, },
	{ "!a", "a", false, },
	/* An address also passes what covers it. */
	{ "192.0.2.", "192.0.2.1", false, },
	{ "192.0.2.1", "192.0.2.1/", true, },
	{ "192.0.2.1", "192.0.2.12", false, },
	{ "192.0.2.1", "192.0.2.1 x", true, },
	{ "note:", "note:a", true, },
	{ "note:a", "note:ab", true, },
	{ "note:a", "note:b", false, },
	{ "comment:a", "note:a", false, },
	{ "a", "note:a", false, },
	{ "source:a", "source:ab", false, },
	{ "source:#1", "source:#12", false, },
	{ "age>9d", "age>90d", false, },
	{ "age>9d", "age>9d x", true, },
	{ "age>9d", "age<9d", false, },
	{ "expires:", "expires>1y", false, },
	{ "state:new", "state:committed", false, },
	{ "problem:", "problem:wide", false, },
	{ "problem:wide", "problem:wide 1", true, },
};

static void
test_within(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct filter outer, inner;
		struct err err;
		bool within;

		assert_true(filter_parse(&outer, pairs[i].outer, &err));
		assert_true(filter_parse(&inner, pairs[i].inner, &err));
		within = filter_within(&inner, &outer);
		if (within != pairs[i].within)
			print_error("'%s' within '%s'\n", pairs[i].inner,
			    pairs[i].outer);
		assert_int_equal(within, pairs[i].within);
		assert_true(filter_within(&inner, &inner));
		filter_free(&outer);
		filter_free(&inner);
	}
}

static void
test_text(void **state)
{
	(void)state;
	assert_true(filter_text_has("The Printer", "print"));
	assert_true(filter_text_has("aab", "ab"));
	assert_true(filter_text_has("", ""));
	assert_false(filter_text_has("", "a"));
	assert_false(filter_text_has("printe", "printer"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
