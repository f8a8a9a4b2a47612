#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/buf.h"
#include "policy/mem.h"
#include "tui/grid.h"
#include "tui/text_safe.h"

/* The row as text; the right half of a wide character is left out. */
static char *
row_text(const struct grid *grid, int y)
{
	struct buf out = { 0 };
	char bytes[4];
	int x;

	for (x = 0; x < grid->w; x++) {
		const struct cell *cell = grid_cell(grid, x, y);

		if (cell->width)
			buf_addn(&out, bytes, utf8_write(bytes, cell->ch));
	}
	return buf_take(&out);
}

static void
assert_row(const struct grid *grid, int y, const char *want)
{
	char *text = row_text(grid, y);

	assert_string_equal(text, want);
	free(text);
}

static struct grid
new_grid(int w, int h)
{
	struct grid grid = { 0 };

	grid_resize(&grid, w, h);
	return grid;
}

static void
test_fit(void **state)
{
	struct grid grid = new_grid(8, 4);
	struct canvas all = canvas_of(&grid);

	(void)state;
	canvas_fit(&all, (struct rect){ 0, 0, 8, 1 }, ROLE_TEXT, "abc");
	canvas_fit(&all, (struct rect){ 0, 1, 8, 1 }, ROLE_TEXT, "abcdefghi");
	canvas_fit_right(&all, (struct rect){ 0, 2, 8, 1 }, ROLE_TEXT, "12");
	canvas_fit(&all, (struct rect){ 0, 3, 2, 1 }, ROLE_TEXT, "abc");
	assert_row(&grid, 0, "abc     ");
	assert_row(&grid, 1, "abcde...");
	assert_row(&grid, 2, "      12");
	assert_row(&grid, 3, "..      ");
	grid_free(&grid);
}

static void
test_clip(void **state)
{
	struct grid grid = new_grid(10, 4);
	struct canvas all = canvas_of(&grid), part, inner;

	(void)state;
	part = canvas_part(&all, (struct rect){ 3, 1, 4, 2 });
	inner = canvas_part(&part, (struct rect){ -2, -1, 20, 9 });
	canvas_text(&inner, 0, 0, ROLE_TEXT, "hidden row");
	canvas_text(&inner, 0, 1, ROLE_TEXT, "0123456789");
	canvas_text(&inner, 0, 2, ROLE_TEXT, "0123456789");
	canvas_text(&inner, 0, 3, ROLE_TEXT, "hidden row");
	canvas_cursor(&inner, 0, 0);
	assert_row(&grid, 0, "          ");
	assert_row(&grid, 1, "   2345   ");
	assert_row(&grid, 2, "   2345   ");
	assert_row(&grid, 3, "          ");
	assert_int_equal(grid.cursor_x, -1);
	canvas_cursor(&inner, 3, 1);
	assert_int_equal(grid.cursor_x, 4);
	assert_int_equal(grid.cursor_y, 1);
	grid_free(&grid);
}

/* Half a wide character is never left behind. */
static void
test_wide(void **state)
{
	struct grid grid = new_grid(6, 2);
	struct canvas all = canvas_of(&grid);

	(void)state;
	canvas_text(&all, 0, 0, ROLE_TEXT, "\xe6\xbc\xa2\xe5\xad\x97x");
	assert_row(&grid, 0, "\xe6\xbc\xa2\xe5\xad\x97x ");
	canvas_text(&all, 1, 0, ROLE_TEXT, "ab");
	assert_row(&grid, 0, " ab x ");
	canvas_text(&all, 5, 1, ROLE_TEXT, "\xe6\xbc\xa2");
	assert_row(&grid, 1, "      ");
	grid_free(&grid);
}

static void
test_wrap(void **state)
{
	struct grid grid = new_grid(8, 5);
	struct canvas all = canvas_of(&grid);

	(void)state;
	assert_int_equal(canvas_wrap(&all, (struct rect){ 0, 0, 8, 5 },
	    ROLE_TEXT, "one two three\nabcdefghijk"), 4);
	assert_row(&grid, 0, "one two ");
	assert_row(&grid, 1, "three   ");
	assert_row(&grid, 2, "abcdefgh");
	assert_row(&grid, 3, "ijk     ");
	grid_free(&grid);
}

static void
test_frame(void **state)
{
	struct grid grid = new_grid(14, 3);
	struct canvas all = canvas_of(&grid);

	(void)state;
	glyph_use_ascii(true);
	canvas_frame(&all, (struct rect){ 0, 0, 14, 3 }, ROLE_FRAME, "Title");
	assert_row(&grid, 0, "+- Title ----+");
	assert_row(&grid, 1, "|            |");
	assert_row(&grid, 2, "+------------+");
	grid_free(&grid);
}

/* What comes from outside cannot leave its cells. */
static void
test_hostile(void **state)
{
	struct grid grid = new_grid(12, 2);
	struct canvas all = canvas_of(&grid);

	(void)state;
	canvas_fit(&all, (struct rect){ 0, 0, 12, 1 }, ROLE_TEXT,
	    "a\033[2Jb\ncd");
	assert_row(&grid, 0, "a\\u{1B}[2...");
	assert_row(&grid, 1, "            ");
	grid_free(&grid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_clip),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_hostile),
	};

	setlocale(LC_ALL, "C.UTF-8");
	text_use_utf8(true);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
