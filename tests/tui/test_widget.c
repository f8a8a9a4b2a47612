#include "config.h"

#include "policy/err.h" /* before cmocka has its own fail() */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/text_safe.h"
#include "tui/widget.h"
#include "tui/widget_kinds.h"

static enum outcome
press(enum control_kind kind, void *value, uint32_t key)
{
	struct control control = { .kind = kind, .value = 2, };
	struct event event = { .key = key, };

	return widget_of(kind)->key(&control, value, &event);
}

static void
type(struct line *line, const char *text)
{
	for (; *text; text++)
		press(CONTROL_LINE, line, (unsigned char)*text);
}

static void
test_line(void **state)
{
	struct line line = { 0 };

	(void)state;
	type(&line, "192.0.2.1");
	press(CONTROL_LINE, &line, K_LEFT);
	press(CONTROL_LINE, &line, K_BACKSPACE);
	type(&line, "/");
	assert_string_equal(line_text(&line), "192.0.2/1");
	press(CONTROL_LINE, &line, K_HOME);
	press(CONTROL_LINE, &line, K_DELETE);
	press(CONTROL_LINE, &line, 0xfc);
	assert_string_equal(line_text(&line), "\xc3\xbc" "92.0.2/1");
	press(CONTROL_LINE, &line, K_BACKSPACE);
	press(CONTROL_LINE, &line, K_CTRL('k'));
	assert_string_equal(line_text(&line), "");
	type(&line, "two words");
	press(CONTROL_LINE, &line, K_CTRL('w'));
	assert_string_equal(line_text(&line), "two ");
	press(CONTROL_LINE, &line, K_CTRL('u'));
	assert_string_equal(line_text(&line), "");
	line_clear(&line);
}

static void
test_line_paste(void **state)
{
	struct line line = { .most = 12, };
	struct event event = { .key = K_PASTE,
		.text = "ab\033[31mc\nsecond", .len = 15, };

	(void)state;
	assert_int_equal(line_type(&line, &event), CHANGED);
	assert_string_equal(line_text(&line), "ab[31mc");
	type(&line, "0123456789");
	assert_string_equal(line_text(&line), "ab[31mc01234");
	line_clear(&line);
}

static void
test_box(void **state)
{
	bool on = false;
	int choice = 0;

	(void)state;
	assert_int_equal(press(CONTROL_CHECK, &on, ' '), CHANGED);
	assert_true(on);
	assert_int_equal(press(CONTROL_RADIO, &choice, ' '), CHANGED);
	assert_int_equal(choice, 2);
	assert_int_equal(press(CONTROL_RADIO, &choice, ' '), HANDLED);
	assert_int_equal(press(CONTROL_BUTTON, &choice, K_ENTER), PRESSED);
	assert_int_equal(press(CONTROL_BUTTON, &choice, 'x'), IGNORED);
}

static const struct column columns[] = {
	{ "Number", 10, true, 0, },
	{ "Word", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
cell(void *context, size_t row, int column, struct buf *out)
{
	(void)context;
	if (column == 0)
		buf_addf(out, "%zu", row);
	else
		buf_add(out, row % 2 ? "odd" : "even");
}

static struct table
new_table(size_t rows)
{
	struct table table = { .columns = columns, .cell = cell,
		.marks = true, };

	table_reset(&table, rows);
	scroll_settle(&table.scroll, 10);
	return table;
}

static size_t
here(const struct table *table)
{
	size_t row = (size_t)-1;

	table_row(table, &row);
	return row;
}

static void
test_table_moves(void **state)
{
	struct table table = new_table(1000000);

	(void)state;
	press(CONTROL_TABLE, &table, 'j');
	press(CONTROL_TABLE, &table, K_PGDN);
	assert_int_equal(here(&table), 10);
	press(CONTROL_TABLE, &table, 'G');
	assert_int_equal(here(&table), 999999);
	press(CONTROL_TABLE, &table, K_DOWN);
	assert_int_equal(here(&table), 999999);
	press(CONTROL_TABLE, &table, '5');
	press(CONTROL_TABLE, &table, '0');
	press(CONTROL_TABLE, &table, 'G');
	assert_int_equal(here(&table), 49);
	press(CONTROL_TABLE, &table, 'g');
	assert_int_equal(here(&table), 0);
	assert_int_equal(press(CONTROL_TABLE, &table, K_ENTER), PRESSED);
	table_clear(&table);
}

/* However slow the machine is: the rest that a key leaves is looked at. */
static void
look_at_all(struct table *table)
{
	while (table_scanning(table))
		table_scan(table, 1000);
}

static void
filter(struct table *table, const char *text)
{
	press(CONTROL_TABLE, table, '/');
	for (; *text; text++) {
		press(CONTROL_TABLE, table, (unsigned char)*text);
		look_at_all(table);
	}
	press(CONTROL_TABLE, table, K_ENTER);
}

static void
test_table_filter(void **state)
{
	struct table table = new_table(1000);

	(void)state;
	filter(&table, "99 ODD");
	assert_int_equal(table.scroll.count, 10);
	assert_int_equal(here(&table), 99);
	press(CONTROL_TABLE, &table, K_END);
	assert_int_equal(here(&table), 999);
	press(CONTROL_TABLE, &table, '/');
	press(CONTROL_TABLE, &table, K_BACKSPACE);
	look_at_all(&table);
	assert_int_equal(table.scroll.count, 10);
	press(CONTROL_TABLE, &table, K_ESC);
	assert_int_equal(table.scroll.count, 1000);
	assert_false(table.filtering);
	table_clear(&table);
}

/* How many rows of such a table have the text, in whole. */
static size_t
count_rows(size_t rows, const char *text)
{
	char row[64];
	size_t count = 0;

	for (size_t i = 0; i < rows; i++) {
		snprintf(row, sizeof(row), "%zu %s", i, i % 2 ? "odd" : "even");
		count += strstr(row, text) != NULL;
	}
	return count;
}

static void
scan_all(struct table *table)
{
	while (table_scan(table, 1000))
		continue;
	assert_false(table_scanning(table));
}

/* Letters come faster than the rows of a long list can be looked at: from
 * this one on. */
static void
check_hasty(const char *text, size_t fast)
{
	struct table table = new_table(2000000);

	press(CONTROL_TABLE, &table, '/');
	for (size_t i = 0; text[i]; i++) {
		press(CONTROL_TABLE, &table, (unsigned char)text[i]);
		if (i < fast)
			scan_all(&table);
	}
	assert_true(table_scanning(&table));
	scan_all(&table);
	assert_int_equal(table.scroll.count, count_rows(2000000, text));
	for (size_t i = 1; i < table.scroll.count; i++)
		assert_true(table.shown[i - 1] < table.shown[i]);
	press(CONTROL_TABLE, &table, K_BACKSPACE);
	scan_all(&table);
	assert_true(table.scroll.count >= count_rows(2000000, text));
	table_clear(&table);
}

static void
test_table_filter_long(void **state)
{
	(void)state;
	check_hasty("77 odd", 0);
	check_hasty("7 ev", 1);
	check_hasty("7 od", 2);
}

static void
test_table_marks(void **state)
{
	struct table table = new_table(1000);
	size_t *rows, count;

	(void)state;
	rows = table_chosen(&table, &count);
	assert_int_equal(count, 1);
	free(rows);
	press(CONTROL_TABLE, &table, ' ');
	assert_int_equal(here(&table), 1);
	filter(&table, "77");
	press(CONTROL_TABLE, &table, '*');
	rows = table_chosen(&table, &count);
	assert_int_equal(count, 20);
	assert_int_equal(rows[0], 0);
	assert_int_equal(rows[1], 77);
	free(rows);
	press(CONTROL_TABLE, &table, '-');
	assert_int_equal(table.marked_count, 0);
	table_clear(&table);
}

/* V at both ends, in the order that shows. */
static void
test_table_range(void **state)
{
	struct table table = new_table(10);
	uint32_t *order = calloc(10, sizeof(*order));
	size_t *rows, count;

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		order[i] = 9 - i;
	table_sort(&table, order, "number");
	assert_int_equal(here(&table), 9);
	press(CONTROL_TABLE, &table, 'j');
	press(CONTROL_TABLE, &table, 'V');
	press(CONTROL_TABLE, &table, 'j');
	press(CONTROL_TABLE, &table, 'V');
	rows = table_chosen(&table, &count);
	assert_int_equal(count, 2);
	assert_int_equal(rows[0], 7);
	assert_int_equal(rows[1], 8);
	free(rows);
	table_go(&table, 3);
	assert_int_equal(here(&table), 3);
	filter(&table, "odd");
	assert_int_equal(table.scroll.count, 5);
	assert_int_equal(here(&table), 9);
	table_sort(&table, NULL, NULL);
	assert_int_equal(here(&table), 1);
	assert_int_equal(table.marked_count, 2);
	table_clear(&table);
}

static bool
aim(void *context, const char *text, struct err *err)
{
	struct table *table = context;

	table->waiting = *text == 'w';
	snprintf(err->text, sizeof(err->text), "no %s", text);
	return *text != 'x';
}

static bool
passes(void *context, size_t row)
{
	(void)context;
	return row % 2 == 0;
}

/* A filter that knows words: refused, waiting, asked. */
static void
test_table_words(void **state)
{
	struct table table = new_table(10);

	(void)state;
	table.context = &table;
	table.aim = aim;
	table.passes = passes;
	filter(&table, "x");
	assert_string_equal(buf_text(&table.refused), "no x");
	assert_int_equal(table.scroll.count, 0);
	assert_false(table_scan(&table, 10));
	press(CONTROL_TABLE, &table, '/');
	press(CONTROL_TABLE, &table, K_ESC);
	assert_string_equal(buf_text(&table.refused), "");
	assert_int_equal(table.scroll.count, 10);
	filter(&table, "w");
	assert_int_equal(table.scroll.count, 0);
	assert_false(table_scan(&table, 10));
	press(CONTROL_TABLE, &table, '/');
	press(CONTROL_TABLE, &table, K_ESC);
	filter(&table, "even");
	assert_int_equal(table.scroll.count, 5);
	table_clear(&table);
}

static void
test_table_empty(void **state)
{
	struct table table = new_table(0);
	size_t *rows, count;

	(void)state;
	press(CONTROL_TABLE, &table, 'G');
	press(CONTROL_TABLE, &table, ' ');
	assert_int_equal(press(CONTROL_TABLE, &table, K_ENTER), IGNORED);
	rows = table_chosen(&table, &count);
	assert_int_equal(count, 0);
	free(rows);
	table_clear(&table);
}

/* --- a tree ---------------------------------------------------------------- */

/* Two open branches; the first has a leaf, the last nothing. */
static void
tree_row(void *context, size_t row, struct tree_row *what, struct buf *text)
{
	static const struct tree_row rows[] = {
		{ .branch = true, .open = true },
		{ .depth = 1 },
		{ .branch = true, .open = true },
		{ .branch = true, .open = true },
	};

	(void)context;
	assert_true(row < sizeof(rows) / sizeof(rows[0]));
	*what = rows[row];
	buf_addf(text, "row %zu", row);
}

static void
test_tree_into(void **state)
{
	static const struct {
		size_t from, to;
	} rows[] = { { 0, 1 }, { 2, 2 }, { 3, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tree tree = { .row = tree_row };

		tree.scroll.count = 4;
		tree.scroll.cursor = rows[i].from;
		assert_int_equal(press(CONTROL_TREE, &tree, K_RIGHT), HANDLED);
		assert_int_equal(tree.scroll.cursor, rows[i].to);
		tree_clear(&tree);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_line_paste),
		cmocka_unit_test(test_box),
		cmocka_unit_test(test_table_moves),
		cmocka_unit_test(test_table_filter),
		cmocka_unit_test(test_table_filter_long),
		cmocka_unit_test(test_table_marks),
		cmocka_unit_test(test_table_range),
		cmocka_unit_test(test_table_words),
		cmocka_unit_test(test_table_empty),
		cmocka_unit_test(test_tree_into),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
