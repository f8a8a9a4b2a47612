#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "loop.h"
#include "policy/err.h"
#include "policy/mem.h"
#include "widget_kinds.h"

/* Milliseconds that a filter may take before keys are looked at again. */
#define SLICE 10
/* So many rows are narrowed down without being felt. */
#define FEW 20000

/* The text of a whole row, cells parted by a blank. */
static void
row_text(const struct table *table, size_t row, struct buf *text)
{
	int column;

	buf_clear(text);
	for (column = 0; table->columns[column].title; column++) {
		if (column)
			buf_addc(text, ' ');
		table->cell(table->context, row, column, text);
	}
}

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
holds(const char *text, const char *part)
{
	size_t i;

	for (; *text; text++) {
		for (i = 0; part[i] && fold(text[i]) == fold(part[i]); i++)
			continue;
		if (!part[i])
			return true;
	}
	return false;
}

/* *text is for passing pieces of memory on. */
static bool
passes(struct table *table, size_t row, const char *part, struct buf *text)
{
	if (table->passes)
		return table->passes(table->context, row);
	row_text(table, row, text);
	return holds(buf_text(text), part);
}

static void
pass(struct table *table, size_t row)
{
	table->shown = mem_grow(table->shown, table->shown_count,
	    &table->shown_cap, sizeof(*table->shown));
	table->shown[table->shown_count++] = row;
}

/* Keeps of the rows that passed a shorter filter those that pass this one. */
static void
narrow(struct table *table)
{
	const char *part = line_text(&table->filter);
	struct buf text = { 0 };
	size_t count = table->shown_count, i;

	table->shown_count = 0;
	for (i = 0; i < count; i++) {
		row_text(table, table->shown[i], &text);
		if (holds(buf_text(&text), part))
			table->shown[table->shown_count++] = table->shown[i];
	}
	buf_free(&text);
	table->scroll.count = table->shown_count;
}

bool
table_scan(struct table *table, int milliseconds)
{
	const char *part = line_text(&table->filter);
	int64_t end = loop_clock() + milliseconds;
	struct buf text = { 0 };
	size_t place = table->scanned;

	if (!table->shown || table->waiting || place >= table->rows)
		return false;
	for (; place < table->rows; place++) {
		size_t row = table->order ? table->order[place] : place;

		if (place % 256 == 0 && loop_clock() >= end)
			break;
		if (passes(table, row, part, &text))
			pass(table, row);
	}
	buf_free(&text);
	table->scanned = place;
	table->scroll.count = table->shown_count;
	return true;
}

/* Words are understood anew, or refused: then no row passes. */
static bool
aim(struct table *table)
{
	struct err err;

	if (!table->aim ||
	    table->aim(table->context, line_text(&table->filter), &err))
		return true;
	buf_add(&table->refused, err.text);
	table->scanned = table->rows;
	return false;
}

void
table_filter(struct table *table, bool narrower)
{
	bool complete = table->scanned >= table->rows;

	if (narrower && !table->aim && complete && table->shown_count < FEW) {
		narrow(table);
		return;
	}
	free(table->shown);
	table->shown = NULL;
	table->shown_count = table->shown_cap = table->scanned = 0;
	table->scroll.count = table->rows;
	table->anchor = 0;
	table->waiting = false;
	buf_clear(&table->refused);
	if (!*line_text(&table->filter))
		return;
	table->shown = mem_grow(NULL, 0, &table->shown_cap,
	    sizeof(*table->shown));
	table->scroll.count = 0;
	if (aim(table))
		table_scan(table, SLICE);
}

void
table_refilter(struct table *table)
{
	size_t row = 0;
	bool any = table_row(table, &row);

	table_filter(table, false);
	if (any)
		table_go(table, row);
}

void
filter_show(struct line *filter, bool typing, const struct canvas *canvas,
    int x, bool focus)
{
	int room = canvas->area.w - x - 9;
	struct rect at = { x + 8, 0, room > 22 ? 22 : room, 1 };
	struct canvas field = canvas_part(canvas, at);
	struct buf text = { 0 };

	if (typing) {
		canvas_text(canvas, x, 0, ROLE_TITLE, " Filter");
		line_show(filter, &field, focus);
	} else if (*line_text(filter)) {
		buf_addf(&text, " Filter: %s ", line_text(filter));
		canvas_text(canvas, x, 0, ROLE_TITLE, buf_text(&text));
	}
	buf_free(&text);
}

enum outcome
filter_key(struct line *filter, bool *typing, const struct event *event)
{
	if (event->key == K_ESC) {
		line_set(filter, "");
		*typing = false;
		return CHANGED;
	}
	if (event->key == K_ENTER || event->key == K_TAB ||
	    event->key == K_DOWN || event->key == K_UP) {
		*typing = false;
		return event->key == K_TAB ? IGNORED : HANDLED;
	}
	return line_type(filter, event);
}

enum outcome
table_filter_key(struct table *table, const struct event *event)
{
	size_t before = table->filter.text.len;
	bool append = table->filter.at == before;
	enum outcome outcome =
	    filter_key(&table->filter, &table->filtering, event);

	if (outcome != CHANGED)
		return outcome;
	table_filter(table,
	    append && table->filter.text.len > before && before);
	table->scroll.cursor = table->scroll.top = 0;
	return HANDLED;
}
