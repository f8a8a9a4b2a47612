/* Bytes of a file become UTF-8 text, or are refused. */
#include "config.h"

#include "policy/mem.h"
#include "store/source.h"
#include "tests/policy/unit.h"

struct row {
	const char *name;
	const char *bytes;
	size_t len;
	const char *text; /* NULL: refused */
	const char *why;
};

/* The literal's own end is not counted. */
#define TEXT(name, bytes, text) { name, bytes, sizeof(bytes) - 1, text, "", }
#define REFUSED(name, bytes, why) \
	{ name, bytes, sizeof(bytes) - 1, NULL, why, }

static const struct row rows[] = {
	TEXT("plain", "10.0.0.1\n", "10.0.0.1\n"),
	TEXT("UTF-8 mark", "\xef\xbb\xbf" "a", "a"),
	TEXT("UTF-8", "Z\xc3\xbcrich", "Z\xc3\xbcrich"),
	TEXT("one byte", "1", "1"),
	TEXT("LE", "\xff\xfe" "1\0\n\0", "1\n"),
	TEXT("BE", "\xfe\xff" "\0001\0\n", "1\n"),
	TEXT("LE unmarked", "1\0000\0.\0", "10."),
	TEXT("BE unmarked", "\0001\0000\0.", "10."),
	TEXT("two bytes", "\xff\xfe\xfc\0", "\xc3\xbc"),
	TEXT("three bytes", "\xff\xfe\xac\x20", "\xe2\x82\xac"),
	TEXT("four bytes", "\xff\xfe\x3d\xd8\x00\xde", "\xf0\x9f\x98\x80"),
	TEXT("four bytes BE", "\xfe\xff\xd8\x3d\xde\x00", "\xf0\x9f\x98\x80"),
	TEXT("last", "\xff\xfe\xff\xdb\xff\xdf", "\xf4\x8f\xbf\xbf"),
	TEXT("mark twice", "\xff\xfe\xff\xfe" "1\0", "1"),
	REFUSED("odd", "\xff\xfe" "1\0\n", "is UTF-16 that ends within a "
	    "character, at byte 5"),
	REFUSED("odd unmarked", "1\0000\0.", "is UTF-16 that ends within a "
	    "character, at byte 5"),
	REFUSED("high alone", "\xff\xfe" "1\0\x3d\xd8\n\0",
	    "is UTF-16 with half of a surrogate pair at byte 4"),
	REFUSED("high last", "\xff\xfe\x3d\xd8",
	    "is UTF-16 with half of a surrogate pair at byte 2"),
	REFUSED("low alone", "\xff\xfe\x00\xde\x3d\xd8",
	    "is UTF-16 with half of a surrogate pair at byte 2"),
	REFUSED("high twice", "\xff\xfe\x3d\xd8\x3d\xd8",
	    "is UTF-16 with half of a surrogate pair at byte 2"),
	REFUSED("UTF-32 LE", "\xff\xfe\0\0" "1\0\0\0", "is UTF-32"),
	REFUSED("UTF-32 BE", "\0\0\xfe\xff\0\0\0001", "is UTF-32"),
	REFUSED("empty", "", "is empty"),
	REFUSED("marks alone", "\xff\xfe", "is empty"),
	REFUSED("HTML", "<html>", "is HTML or XML"),
	REFUSED("HTML, blanks", "\xef\xbb\xbf\r\n <html>", "is HTML or XML"),
	REFUSED("HTML in UTF-16", "\xff\xfe<\0h\0", "is HTML or XML"),
	REFUSED("gzip", "\x1f\x8b\x08", "is compressed by gzip"),
	TEXT("hardly xz", "\xfd" "7zX", "\xfd" "7zX"),
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct row *r = &rows[i];
		struct source source = { .name = "" };
		struct buf own = { 0 };
		struct err err = { ERR_NONE, "" };
		bool ok = source_open(&source, &own, r->bytes, r->len, &err);

		if (ok != (r->text != NULL))
			fail_msg("%s: '%s'", r->name, ok ? "read" : err.text);
		if (!ok && strncmp(err.text, r->why, strlen(r->why)) != 0)
			fail_msg("%s: '%s'", r->name, err.text);
		if (ok && (source.len != strlen(r->text) ||
		        memcmp(source.text, r->text, source.len + 1) != 0))
			fail_msg("%s: '%s'", r->name, source.text);
		buf_free(&own);
	}
}

/* Binary files and texts with a NUL or two are not UTF-16. */
static void
test_narrow(void **state)
{
	static const char *const texts[] = { "1\0002\n", "\0\0\0\0",
		"1\0\0\0", };
	struct source source;
	struct buf own = { 0 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++) {
		assert_true(source_open(&source, &own, texts[i], 4, &err));
		assert_ptr_equal(source.text, texts[i]);
	}
	buf_free(&own);
}

/* Only the first KiB is looked at, and then all of it is decoded. */
static void
test_long(void **state)
{
	char *bytes = mem_new(3001, 1);
	struct source source;
	struct buf own = { 0 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < 3000; i += 2)
		bytes[i] = 'a';
	bytes[2000] = (char)0xe9;
	assert_true(source_open(&source, &own, bytes, 3000, &err));
	assert_int_equal(source.len, 1501);
	assert_memory_equal(source.text + 1000, "\xc3\xa9", 2);
	buf_free(&own);
	free(bytes);
}

static void
test_looks(void **state)
{
	static const struct {
		const char *text;
		bool json, key, has;
	} looks[] = {
		{ "{}", true, false, false, },
		{ " \n[ {", true, false, false, },
		{ "[\"a\"]", true, false, false, },
		{ "[2001:db8::1]", false, false, false, },
		{ "[", false, false, false, },
		{ "{\"word\" : 1}", true, true, true, },
		{ "\"word", false, false, true, },
		{ "\"word\"", false, false, true, },
		{ "\"aword\":", false, false, true, },
		{ "\"words\":\"word\":", false, true, true, },
		{ "wor WOrd", false, false, true, },
		{ "wor", false, false, false, },
		{ "w{rd", false, false, false, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(looks); i++) {
		struct source source = { "", looks[i].text,
			strlen(looks[i].text) };

		if (source_is_json(&source) != looks[i].json ||
		    source_has_key(&source, "word") != looks[i].key ||
		    source_has(&source, "word") != looks[i].has)
			fail_msg("%s", looks[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
