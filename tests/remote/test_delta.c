/* Differences by lines: put together again they are the new text. */
#include "config.h"

#include <stdlib.h>

#include "remote/delta.h"
#include "tests/policy/unit.h"

static void
copy(struct buf *to, const char **old, size_t lines)
{
	while (lines--) {
		size_t len = strcspn(*old, "\n") + 1;

		if (to)
			buf_addn(to, *old, len);
		*old += len;
	}
}

/* As the gateway's script does. */
static void
apply(struct buf *to, const char *old, const char *delta)
{
	for (; *delta; delta += strcspn(delta, "\n") + 1)
		if (*delta == '=')
			copy(to, &old, strtoul(delta + 1, NULL, 10));
		else if (*delta == '-')
			copy(NULL, &old, strtoul(delta + 1, NULL, 10));
		else
			buf_addn(to, delta + 1, strcspn(delta, "\n"));
}

static const struct {
	const char *row, *from, *to, *delta; /* NULL: it does not pay */
} rows[] = {
	{ "one more", "a 1111\nb 2222\nc 3333\n", "a 1111\nb 2222\nx\nc 3333\n",
	    "=2\n+x\n=1\n", },
	{ "one less", "a 1111\nb 2222\nc 3333\nd 4444\n",
	    "a 1111\nc 3333\nd 4444\n", "=1\n-1\n=2\n", },
	{ "another", "a 1111 is long\nb 2222\nc 3333\nd 4444\n",
	    "a 1111 is long\nB 2\nc 3333\nd 4444\n", "=1\n-1\n+B 2\n=2\n", },
	{ "at the end", "a 1111\nb 2222\nc 3333\n",
	    "a 1111\nb 2222\nc 3333\nd\n", "=3\n+d\n", },
	{ "all of it", "a\nb\n", "c\nd\n", NULL, },
	{ "no end", "a 1111\nb 2222\n", "a 1111\nb 2222", NULL, },
	{ "nothing before", "", "a\n", NULL, },
	{ "nothing after", "a\n", "", NULL, },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf from = { 0 }, to = { 0 }, delta = { 0 };
		bool pays;

		buf_add(&from, rows[i].from);
		buf_add(&to, rows[i].to);
		pays = delta_make(&delta, &from, &to);
		check_row(pays == (rows[i].delta != NULL), rows[i].row);
		check_row(!pays || !strcmp(buf_text(&delta), rows[i].delta),
		    rows[i].row);
		buf_free(&from);
		buf_free(&to);
		buf_free(&delta);
	}
}

static unsigned
dice(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

static void
test_random(void **state)
{
	unsigned seed = 7;
	size_t paid = 0;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct buf from = { 0 }, to = { 0 }, delta = { 0 };
		struct buf again = { 0 };
		unsigned lines = 1 + dice(&seed, 900);
		unsigned rare = 1 + dice(&seed, 200);

		for (unsigned i = 0; i < lines; i++) {
			unsigned what = dice(&seed, rare);
			size_t begin = from.len;

			buf_addf(&from, "%u some text\n", dice(&seed, 500));
			if (what == 0)
				buf_addf(&to, "+%u\n", dice(&seed, 500));
			if (what != 1)
				buf_add(&to, from.data + begin);
		}
		if (to.len && delta_make(&delta, &from, &to)) {
			apply(&again, from.data, delta.data);
			assert_int_equal(again.len, to.len);
			assert_memory_equal(again.data, to.data, to.len);
			assert_true(delta.len <= to.len);
			paid++;
		}
		buf_free(&from);
		buf_free(&to);
		buf_free(&delta);
		buf_free(&again);
	}
	assert_true(paid > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("delta", tests, NULL, NULL);
}
