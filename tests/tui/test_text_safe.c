#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/text_safe.h"

struct row {
	const char *text, *safe;
	int columns;
};

static const struct row rows[] = {
	{ "", "", 0, },
	{ "plain ~", "plain ~", 7, },
	{ "\033]0;owned\007", "\\u{1B}]0;owned\\u{7}", 19, },
	{ "a\tb\nc\r", "a\\u{9}b\\u{A}c\\u{D}", 18, },
	{ "\xc2\x9b" "31m", "\\u{9B}31m", 9, },
	{ "\x9b" "31m", "\\x9B31m", 7, },
	{ "b\xc3\xbc" "cher", "b\xc3\xbc" "cher", 6, },
	{ "\xe6\xbc\xa2", "\xe6\xbc\xa2", 2, },
	/* bidi override, zero width space, tag, variation selector */
	{ "\xe2\x80\xae" "x", "\\u{202E}x", 9, },
	{ "\xe2\x80\x8b", "\\u{200B}", 8, },
	{ "\xf3\xa0\x81\x81", "\\u{E0041}", 9, },
	{ "\xef\xb8\x8f", "\\u{FE0F}", 8, },
	{ "\xe2\x80\xa8", "\\u{2028}", 8, },
	/* two marks stay, the third is escaped; one without a base, too */
	{ "e\xcc\x81\xcc\x82\xcc\x83", "e\xcc\x81\xcc\x82\\u{303}", 8, },
	{ "\xcc\x81", "\\u{301}", 7, },
	/* overlong, surrogate, cut short, above the last code point */
	{ "\xc0\xaf", "\\xC0\\xAF", 8, },
	{ "\xed\xa0\x80", "\\xED\\xA0\\x80", 12, },
	{ "\xe2\x82", "\\xE2\\x82", 8, },
	{ "\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80", 16, },
	{ "\x7f", "\\u{7F}", 6, },
};

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = { 0 };

		text_safe_add(&out, rows[i].text);
		assert_string_equal(buf_text(&out), rows[i].safe);
		assert_int_equal(text_columns(rows[i].text), rows[i].columns);
		buf_free(&out);
	}
}

static void
test_ascii(void **state)
{
	struct buf out = { 0 };

	(void)state;
	text_use_utf8(false);
	text_safe_add(&out, "b\xc3\xbc" "cher");
	assert_string_equal(buf_text(&out), "b\\u{FC}cher");
	text_use_utf8(true);
	buf_free(&out);
}

/* Whatever comes in, what goes out is printable. */
static void
test_any_bytes(void **state)
{
	uint64_t seed = 88172645463325252u;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		char text[24];
		struct buf out = { 0 };
		size_t i;

		for (i = 0; i < sizeof(text); i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			text[i] = (char)seed;
		}
		text_safe_addn(&out, text, sizeof(text));
		for (i = 0; i < out.len; i++) {
			unsigned char c = (unsigned char)out.data[i];

			assert_true(c >= 0x20 && c != 0x7f);
		}
		/* what is safe stays as it is */
		assert_int_equal(strlen(out.data), out.len);
		buf_free(&out);
	}
}

static void
test_idempotent(void **state)
{
	struct buf once = { 0 }, twice = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&once);
		buf_clear(&twice);
		text_safe_add(&once, rows[i].text);
		text_safe_add(&twice, buf_text(&once));
		assert_string_equal(buf_text(&once), buf_text(&twice));
	}
	buf_free(&once);
	buf_free(&twice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_idempotent),
	};

	setlocale(LC_ALL, "C.UTF-8");
	text_use_utf8(true);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
