#include "config.h"

#include "remote/textdiff.h"
#include "tests/policy/unit.h"

static const struct {
	const char *row, *old_text, *new_text, *wanted;
} rows[] = {
	{ "equal", "a\nb\n", "a\nb\n", "", },
	{ "both missing", NULL, NULL, "", },
	{ "new file", NULL, "a\nb\n",
	    "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n", },
	{ "file gone", "a\n", NULL,
	    "--- a/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n", },
	{ "one line", "a\nb\nc\n", "a\nx\nc\n",
	    "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n", },
	{ "added at the end", "a\n", "a\nb\n",
	    "--- a/f\n+++ b/f\n@@ -1,1 +1,2 @@\n a\n+b\n", },
	{ "context of three", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
	    "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
	    "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n"
	    " 8\n", },
	{ "two hunks",
	    "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n",
	    "x\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\ny\n",
	    "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n"
	    "@@ -9,4 +9,4 @@\n 9\n 10\n 11\n-12\n+y\n", },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = { 0 };
		bool differ = textdiff_add(&text, "f", rows[i].old_text,
		    rows[i].new_text);

		check_same(buf_text(&text), rows[i].wanted, rows[i].row);
		check_row(differ == (rows[i].wanted[0] != '\0'), rows[i].row);
		buf_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests_name("textdiff", tests, NULL, NULL);
}
