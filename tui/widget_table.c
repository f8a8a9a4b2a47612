#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "column_choice.h"
#include "policy/mem.h"
#include "text_safe.h"
#include "widget_kinds.h"

#define GAP 2
/* Of a column that shares what is left: so wide it is as good as whole. */
#define ENOUGH 16

/* Left of the cells: cursor, mark, how it changed, a blank. */
static int
margin(const struct table *table)
{
	return table->marks ? 4 : 3;
}

static size_t
row_at(const struct table *table, size_t place)
{
	if (table->shown)
		return table->shown[place];
	return table->order ? table->order[place] : place;
}

bool
table_row(const struct table *table, size_t *row)
{
	if (table->scroll.cursor >= table->scroll.count)
		return false;
	*row = row_at(table, table->scroll.cursor);
	return true;
}

/* Of rows in their own order: the first that is not before it. */
static size_t
find_place(const struct table *table, size_t row)
{
	size_t low = 0, high = table->shown_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (table->shown[middle] < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
table_go(struct table *table, size_t row)
{
	size_t place = row;

	if (table->order) {
		place = 0;
		while (place < table->scroll.count &&
		    row_at(table, place) != row)
			place++;
		if (place == table->scroll.count)
			place = 0;
	} else if (table->shown) {
		place = find_place(table, row);
	}
	table->scroll.cursor = place;
}

void
table_sort(struct table *table, uint32_t *order, const char *sorted)
{
	free(table->order);
	table->order = order;
	table->sorted = sorted;
	table_filter(table, false);
	table->scroll.cursor = table->scroll.top = 0;
}

void
table_reset(struct table *table, size_t rows)
{
	table->rows = rows;
	free(table->order);
	table->order = NULL;
	table->sorted = NULL;
	free(table->marked);
	table->marked = NULL;
	table->marked_count = 0;
	table_filter(table, false);
}

void
table_clear(struct table *table)
{
	free(table->marked);
	free(table->shown);
	free(table->order);
	line_clear(&table->filter);
	buf_free(&table->refused);
	table->marked = NULL;
	table->shown = NULL;
	table->order = NULL;
}

bool
table_is_marked(const struct table *table, size_t row)
{
	return table->marked && (table->marked[row / 8] >> (row % 8) & 1);
}

void
table_mark(struct table *table, size_t row, bool on)
{
	if (!table->marked)
		table->marked = mem_new(table->rows / 8 + 1, 1);
	if (table_is_marked(table, row) == on)
		return;
	table->marked[row / 8] ^= (unsigned char)(1u << (row % 8));
	table->marked_count += on ? 1 : (size_t)-1;
}

/* V at the one end, V at the other. */
static void
mark_range(struct table *table)
{
	size_t from = table->anchor - 1, to = table->scroll.cursor;

	if (!table->anchor) {
		table->anchor = table->scroll.cursor + 1;
		return;
	}
	table->anchor = 0;
	for (size_t i = from < to ? from : to;
	    i <= (from < to ? to : from) && i < table->scroll.count; i++)
		table_mark(table, row_at(table, i), true);
}

static enum outcome
mark_key(struct table *table, uint32_t key)
{
	size_t row, i;

	if (key == ' ' && table_row(table, &row)) {
		table_mark(table, row, !table_is_marked(table, row));
		if (table->scroll.cursor + 1 < table->scroll.count)
			table->scroll.cursor++;
	} else if (key == '*') {
		for (i = 0; i < table->scroll.count; i++)
			table_mark(table, row_at(table, i), true);
	} else if (key == 'V' && table->scroll.count) {
		mark_range(table);
	} else if (key == '-') {
		table->anchor = 0;
		free(table->marked);
		table->marked = NULL;
		table->marked_count = 0;
	} else {
		return IGNORED;
	}
	return HANDLED;
}

size_t *
table_chosen(const struct table *table, size_t *count)
{
	size_t *rows = mem_new(table->marked_count + 1, sizeof(*rows));
	size_t row, n = 0;

	*count = 0;
	if (table->marked_count)
		for (row = 0; row < table->rows; row++)
			if (table_is_marked(table, row))
				rows[n++] = row;
	if (!n && table_row(table, &row))
		rows[n++] = row;
	*count = n;
	return rows;
}

/* What is to the right, at any width, beside the first column, which gets at
 * most half of it. */
static void
fit_beyond(const struct table *table, int w, int widths[COLUMNS_MOST])
{
	const struct column *columns = table->columns;
	uint32_t hidden = column_choice(columns);
	int left = w - margin(table);

	for (int i = 0; columns[i].title; i++) {
		widths[i] = columns[i].width;
		if (!i && (!widths[i] || widths[i] > left / 2))
			widths[i] = left / 2;
		if (!widths[i] || widths[i] > left)
			widths[i] = left;
		if ((i && i < table->beyond) || hidden >> i & 1 ||
		    widths[i] < 1)
			widths[i] = -1;
		else
			left -= widths[i] + GAP;
	}
}

/* Widths of the columns that show at this width of the table; less than 1:
 * hidden. */
static void
fit_columns(const struct table *table, int w, int widths[COLUMNS_MOST])
{
	const struct column *columns = table->columns;
	uint32_t hidden = column_choice(columns);
	int left = w - margin(table), sharing = 0, i;

	if (table->beyond) {
		fit_beyond(table, w, widths);
		return;
	}
	for (i = 0; columns[i].title; i++) {
		widths[i] = abs(columns[i].from) > w || hidden >> i & 1
		    ? -1
		    : columns[i].width;
		if (widths[i] < 0)
			continue;
		left -= widths[i] + GAP;
		sharing += widths[i] == 0;
	}
	left += GAP;
	for (i = 0; columns[i].title; i++)
		if (widths[i] == 0) {
			widths[i] = left > 0 ? left / sharing : 0;
			left -= widths[i];
			sharing--;
		}
}

/* The first column to the right of those in sight that is not shown, or not
 * whole; 0: there is none. */
static int
find_beyond(const struct table *table)
{
	const struct column *columns = table->columns;
	uint32_t hidden = column_choice(columns);
	int widths[COLUMNS_MOST], i;

	fit_columns(table, table->width, widths);
	for (i = table->beyond + 1; columns[i].title; i++)
		if (!(hidden >> i & 1) && widths[i] < (columns[i].width
		        ? columns[i].width : ENOUGH))
			return i;
	return 0;
}

static void
draw_cell(const struct canvas *canvas, struct rect at, enum role role,
    const struct column *column, const char *text)
{
	if (column->right)
		canvas_fit_right(canvas, at, role, text);
	else
		canvas_fit(canvas, at, role, text);
}

static void
draw_head(const struct table *table, const struct canvas *canvas,
    const int widths[COLUMNS_MOST])
{
	struct rect at = { margin(table), 0, 0, 1 };
	int i;

	if (table->beyond)
		canvas_text(canvas, 0, 0, ROLE_HEAD, "<");
	for (i = 0; table->columns[i].title; i++) {
		if (widths[i] <= 0)
			continue;
		at.w = widths[i];
		draw_cell(canvas, at, ROLE_HEAD, &table->columns[i],
		    table->columns[i].title);
		at.x += widths[i] + GAP;
	}
}

static void
draw_row(struct table *table, const struct canvas *canvas, size_t row,
    enum role role, const int widths[COLUMNS_MOST])
{
	struct rect at = { margin(table), 0, 0, 1 };
	struct buf text = { 0 };
	int i;

	for (i = 0; table->columns[i].title; i++) {
		if (widths[i] <= 0)
			continue;
		buf_clear(&text);
		table->cell(table->context, row, i, &text);
		at.w = widths[i];
		draw_cell(canvas, at, role, &table->columns[i],
		    buf_text(&text));
		at.x += widths[i] + GAP;
	}
	buf_free(&text);
}

static void
draw_line(struct table *table, const struct canvas *canvas, size_t place,
    bool focus, const int widths[COLUMNS_MOST])
{
	struct rect all = { 0, 0, canvas->area.w, 1 };
	size_t row = row_at(table, place);
	bool here = place == table->scroll.cursor;
	char marks[4] = "   ", change = ' ';
	enum role role = ROLE_TEXT;

	if (table->look)
		role = table->look(table->context, row, &change);
	if (here)
		role = focus ? ROLE_CURSOR : ROLE_CURSOR_AWAY;
	marks[0] = here ? '>' : ' ';
	if (table->marks && table_is_marked(table, row))
		marks[1] = '*';
	marks[table->marks ? 2 : 1] = change;
	canvas_fill(canvas, all, role);
	canvas_text(canvas, 0, 0, role, marks);
	draw_row(table, canvas, row, role, widths);
	if (here && focus && !table->filtering)
		canvas_cursor(canvas, margin(table), 0);
}

/* In the upper frame: "Filter: part   1-7 of 1,534". */
static void
draw_place(struct table *table, const struct canvas *canvas, int title)
{
	struct buf text = { 0 };
	struct scroll *scroll = &table->scroll;
	size_t last = scroll->top + scroll->page;
	int x;

	if (last > scroll->count)
		last = scroll->count;
	buf_add(&text, " ");
	if (table->anchor)
		buf_add(&text, "V ends the range, ");
	if (table->marked_count) {
		buf_add_grouped(&text, table->marked_count);
		buf_add(&text, " marked, ");
	}
	if (scroll->count) {
		buf_add_grouped(&text, scroll->top + 1);
		buf_add(&text, "-");
		buf_add_grouped(&text, last);
		buf_add(&text, " of ");
	}
	buf_add_grouped(&text, scroll->count);
	if (table->shown && scroll->count != table->rows) {
		buf_add(&text, " (all ");
		buf_add_grouped(&text, table->rows);
		buf_add(&text, ")");
	}
	if (table_scanning(table))
		buf_add(&text, "...");
	buf_add(&text, " ");
	x = canvas->area.w - text_columns(buf_text(&text)) - 2;
	if (x > title)
		canvas_text(canvas, x, 0, ROLE_FRAME, buf_text(&text));
	buf_free(&text);
}

static void
draw_rows(struct table *table, const struct canvas *canvas, bool focus)
{
	struct rect all = { 1, 0, canvas->area.w - 2, canvas->area.h - 1 };
	int widths[COLUMNS_MOST], y;

	table->width = canvas->area.w;
	fit_columns(table, canvas->area.w, widths);
	draw_head(table, canvas, widths);
	scroll_settle(&table->scroll, canvas->area.h - 1);
	for (y = 1; y < canvas->area.h; y++) {
		size_t place = table->scroll.top + (size_t)y - 1;
		struct rect at = { 0, y, canvas->area.w, 1 };
		struct canvas line = canvas_part(canvas, at);

		if (place >= table->scroll.count)
			break;
		draw_line(table, &line, place, focus, widths);
	}
	all.y = 1;
	if (!table->scroll.count) {
		if (focus && !table->filtering)
			canvas_cursor(canvas, 1, 1);
		canvas_wrap(canvas, all, ROLE_TEXT,
		    table->refused.len ? buf_text(&table->refused)
		        : table->waiting ? "looking it up..."
		        : table->rows ? "(no row passes the filter; / "
		                        "changes it, Esc there clears it)"
		        : table->empty ? table->empty
		                       : "(none)");
	}
}

/* The frame, and by what the rows are sorted; how wide that is. */
static int
draw_title(const struct table *table, const struct control *control,
    const struct canvas *canvas, bool focus)
{
	struct rect frame = { 0, 0, canvas->area.w, canvas->area.h };
	struct buf text = { 0 };
	int more;

	buf_add(&text, control->text ? control->text : "");
	if (table->sorted)
		buf_addf(&text, " by %s", table->sorted);
	canvas_frame(canvas, frame, focus ? ROLE_FRAME_FOCUS : ROLE_FRAME,
	    buf_text(&text));
	more = text_columns(buf_text(&text)) - label_columns(control->text);
	buf_free(&text);
	return more;
}

static void
table_draw(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	struct table *table = value;
	struct rect frame = { 0, 0, canvas->area.w, canvas->area.h };
	struct rect inner = { 1, 1, frame.w - 2, frame.h - 2 };
	int title = 3 + label_columns(control->text) + 2;
	struct canvas inside = canvas_part(canvas, inner);

	if (frame.w < 10 || frame.h < 3)
		return;
	title += draw_title(table, control, canvas, focus);
	draw_rows(table, &inside, focus);
	if (table->shown || table->filtering) {
		filter_show(&table->filter, table->filtering, canvas, title,
		    focus);
		title += 30;
	}
	draw_place(table, canvas, title);
}

static enum outcome
table_key(const struct control *control, void *value,
    const struct event *event)
{
	struct table *table = value;
	enum outcome outcome;
	size_t row;

	(void)control;
	if (event->key == K_CLICK) {
		table->filtering = false;
		return scroll_click(&table->scroll, event->y - 2,
		    event->again);
	}
	if (table->filtering)
		return table_filter_key(table, event);
	if (event->key == '/') {
		table->filtering = true;
		return HANDLED;
	}
	if (event->key == '>' || event->key == '<') {
		if (event->key == '<')
			table->beyond = 0;
		else if (find_beyond(table))
			table->beyond = find_beyond(table);
		return HANDLED;
	}
	if (event->key == K_ENTER)
		return table_row(table, &row) ? PRESSED : IGNORED;
	if (table->marks) {
		outcome = mark_key(table, event->key);
		if (outcome != IGNORED)
			return outcome;
	}
	return scroll_key(&table->scroll, event);
}

const struct widget table_widget = { true, false, table_draw, table_key };
