#include "config.h"

#include "policy/domain.h"
#include "unit.h"

#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *text;
	const char *wanted; /* NULL: refused */
	const char *reason;
} parsed[] = {
	{ "example.com", "example.com", NULL, },
	{ "EXAMPLE.Com", "example.com", NULL, },
	{ "example.com.", "example.com", NULL, },
	{ "com", "com", NULL, },
	{ "a-b.c--d.example", "a-b.c--d.example", NULL, },
	{ "1.example", "1.example", NULL, },
	{ "b\xc3\xbc" "cher.example", "xn--bcher-kva.example", NULL, },
	{ "B\xc3\x9c" "CHER.EXAMPLE.", "xn--bcher-kva.example", NULL, },
	{ "XN--Bcher-KVA.example", "xn--bcher-kva.example", NULL, },
	{ "stra\xc3\x9f" "e.example", "xn--strae-oqa.example", NULL, },
	{ "\xe6\x97\xa5\xe6\x9c\xac.example", "xn--wgv71a.example", NULL, },
	{ L63 ".example", L63 ".example", NULL, },
	{ L63 "." L63 "." L63 "." "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop"
	    "qrstuvwxyzabcdefghi", L63 "." L63 "." L63 "."
	    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi",
	    NULL, },
	{ "", NULL, "missing", },
	{ ".", NULL, "missing", },
	{ "..", NULL, "empty label", },
	{ ".example.com", NULL, "empty label", },
	{ "example..com", NULL, "empty label", },
	{ "example.com..", NULL, "empty label", },
	{ "-a.example", NULL, "hyphen", },
	{ "a-.example", NULL, "hyphen", },
	{ "a_b.example", NULL, "letters", },
	{ "a b.example", NULL, "letters", },
	{ "*.example", NULL, "letters", },
	{ "#example.com", NULL, "letters", },
	{ "user@example.com", NULL, "letters", },
	{ "[192.0.2.1]", NULL, "letters", },
	{ "x" L63 ".example", NULL, "63", },
	{ L63 "." L63 "." L63 "." L63, NULL, "253", },
	{ "192.0.2.1", NULL, "ends in the number 1,", },
	{ "1.2.3", NULL, "ends in the number 3,", },
	{ "example.123.", NULL, "ends in the number 123,", },
	{ "25", NULL, "ends in the number 25,", },
	{ "1.2.3a", "1.2.3a", NULL, },
	/* what IDNA would change or drop */
	{ "\xef\xbd\x85xample.com", NULL, "example.com", }, /* full width e */
	{ "exam\xc2\xadple.com", NULL, "example.com", }, /* soft hyphen */
	{ "example\xe3\x80\x82" "com", NULL, "example.com", },
	{ "\xff.example", NULL, "internationalised", },
	{ "\xe2\x80\xae.example", NULL, "internationalised", }, /* RLO */
	{ "xn--\xc3\xbc.example", NULL, "", },
	{ "ZZ.example", "zz.example", NULL, },
	{ "\x80.example", NULL, "internationalised", },
	{ "\x7f.example", NULL, "letters", },
	/* letters in both cases, of two, three and four bytes */
	{ "\xc4\x80" "b.example", "xn--b-nha.example", NULL, },
	{ "\xe1\xb8\x80" "b.example", "xn--b-vlm.example", NULL, },
	{ "\xf0\x90\x90\x80" "b.example", "xn--b-os2i.example", NULL, },
	/* a symbol that is read as a letter whose bytes begin like its own */
	{ "x\xcf\x95.example", NULL, "changed or dropped", },
	{ "cafe\xcc\x81.example", NULL, "changed or dropped", },
	{ "example.com\xc2\xad", NULL, "changed or dropped", },
	{ L63 ".b\xc3\xbc" "cher.exam\xc2\xadple", NULL,
	    "changed or dropped", },
	/* of a long label the message shows a part */
	{ A40 A40 "a.example", NULL, "characters: " A40 A40 "...", },
	{ A40 A40 A40 ".example", NULL, "characters: " A40 A40 "...", },
	{ A40 A40 ".example", NULL, "characters: " A40 A40 "...", },
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(parsed); i++) {
		const char *text = parsed[i].text;
		char name[DOMAIN_SIZE] = "";
		struct err err = { 0 };
		size_t len = strlen(text);
		/* With nothing behind it, so that reading on is seen. */
		char *exact = memcpy(malloc(len ? len : 1), text, len);
		bool ok = domain_parse(name, exact, len, &err);

		free(exact);
		check_row(ok == (parsed[i].wanted != NULL), text);
		if (ok)
			check_same(name, parsed[i].wanted, text);
		else if (!strstr(err.text, parsed[i].reason))
			fail_msg("row '%s': reason '%s'", text, err.text);
	}
}

static void
test_parse_odd_lengths(void **state)
{
	char name[DOMAIN_SIZE], many[2000];
	struct err err;

	(void)state;
	assert_false(domain_parse(name, "a\0b", 3, &err));
	assert_non_null(strstr(err.text, "NUL"));
	memset(many, 'a', sizeof(many));
	assert_false(domain_parse(name, many, sizeof(many), &err));
	/* UTF-8 may be longer than 253 bytes, its A-labels may not */
	for (size_t i = 0; i + 4 <= 800; i += 4)
		memcpy(many + i, i ? ".\xe6\x97\xa5" : "a\xe6\x97\xa5", 4);
	assert_false(domain_parse(name, many, 800, &err));
	/* as long as there is room for, and more */
	for (size_t len = 1020; len < 1030; len++) {
		assert_false(domain_parse(name, many, len, &err));
		assert_non_null(strstr(err.text,
		    len < 1024 ? "internationalised" : "253"));
	}
}

/* The A-labels count, not the bytes of what was written. */
static void
test_longest(void **state)
{
	(void)state;
	for (size_t total = 250; total <= 255; total++) {
		char text[400], name[DOMAIN_SIZE] = "";
		struct err err = { 0 };
		bool ok;

		snprintf(text, sizeof(text), L63 "." L63 "." L63 ".%.*s"
		    ".\xe6\x97\xa5\xe6\x9c\xac",
		    (int)(total - 3 * 64 - 11), L63);
		ok = domain_parse(name, text, strlen(text), &err);
		assert_int_equal(ok, total <= DOMAIN_LONGEST);
		if (ok)
			assert_int_equal(strlen(name), total);
		else
			assert_string_equal(name, "");
	}
}

static const struct {
	const char *text, *wanted;
} folded[] = {
	{ "Example.COM.", "example.com", },
	{ "example.com..", "example.com.", },
	{ "", "", },
	{ ".", "", },
	{ ".example.com", ".example.com", },
	{ "a_b.example", "a_b.example", },
	{ "[192.0.2.1]", "[192.0.2.1]", },
	{ "[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]", },
	{ "B\xc3\x9c" "CHER.example", "xn--bcher-kva.example", },
	{ "\xef\xbd\x85xample.com", "example.com", },
	{ "example\xe3\x80\x82" "com\xe3\x80\x82", "example.com", },
	{ "\xff.EXAMPLE", "\xff.example", },
	{ "\xc2\xad", "\xc2\xad", }, /* IDNA leaves nothing of it */
	{ L63 ".B\xc3\x9c" "CHER.example", L63 ".xn--bcher-kva.example", },
};

static void
test_fold(void **state)
{
	char name[DOMAIN_SIZE], many[1100];

	(void)state;
	for (size_t i = 0; i < ROWS(folded); i++) {
		domain_fold(name, folded[i].text, strlen(folded[i].text));
		check_same(name, folded[i].wanted, folded[i].text);
	}
	/* a NUL ends nothing */
	domain_fold(name, "a\0.example", 10);
	assert_string_equal(name, "a\x01.example");
	domain_fold(name, "\xc3\xbc\0.example", 11);
	assert_string_equal(name, "\xc3\xbc\x01.example");
	/* of a name that is too long the end stays */
	memset(many, 'x', sizeof(many));
	memcpy(many + sizeof(many) - 12, ".example.com", 12);
	domain_fold(name, many, sizeof(many));
	assert_int_equal(strlen(name), DOMAIN_SIZE - 1);
	assert_true(domain_covers("example.com", name));
	many[0] = '\xc3', many[1] = '\xbc';
	domain_fold(name, many, sizeof(many));
	assert_true(domain_covers("example.com", name));
	domain_fold(name, many, sizeof(many) - 1);
	assert_int_equal(strlen(name), DOMAIN_SIZE - 1);
	for (size_t len = 1020; len < 1028; len++) {
		domain_fold(name, many, len);
		assert_int_equal(strlen(name), DOMAIN_SIZE - 1);
	}
	memset(many, 'x', sizeof(many));
	for (size_t len = 250; len < 260; len++) {
		domain_fold(name, many, len);
		assert_int_equal(strlen(name),
		    len < DOMAIN_SIZE ? len : DOMAIN_SIZE - 1);
	}
}

static const struct {
	const char *domain, *name;
	bool covers;
} covered[] = {
	{ "example.com", "example.com", true, },
	{ "example.com", "a.example.com", true, },
	{ "example.com", "b.a.example.com", true, },
	{ "example.com", "xexample.com", false, },
	{ "sea.com", "chelsea.com", false, },
	{ "sea.com", "x.sea.com", true, },
	{ "a.example.com", "example.com", false, },
	{ "com", "example.com", true, },
	{ "example.com", "", false, },
	{ "example.com", ".example.com", true, },
};

static void
test_covers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(covered); i++)
		check_row(domain_covers(covered[i].domain, covered[i].name) ==
		    covered[i].covers, covered[i].name);
}

static void
test_parent(void **state)
{
	(void)state;
	assert_string_equal(domain_parent("a.b.c"), "b.c");
	assert_string_equal(domain_parent("a."), "");
	assert_null(domain_parent("c"));
	assert_null(domain_parent(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_odd_lengths),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
