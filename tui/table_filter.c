#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "loop.h"
#include "policy/err.h"
#include "policy/mem.h"
#include "widget_kinds.h"

/* Milliseconds that a filter may take before keys are looked at again. */
#define SLICE 10

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

bool
table_scanning(const struct table *table)
{
	return table->shown && !table->waiting &&
	    (table->again < table->again_end || table->scanned < table->rows);
}

/* The next one that is to be looked at; there is one. */
static size_t
next_row(struct table *table)
{
	size_t place;

	if (table->again < table->again_end)
		return table->shown[table->again++];
	place = table->scanned++;
	return table->order ? table->order[place] : place;
}

bool
table_scan(struct table *table, int milliseconds)
{
	const char *part = line_text(&table->filter);
	int64_t end = loop_clock() + milliseconds;
	struct buf text = { 0 };
	unsigned looked = 0;

	if (!table_scanning(table))
		return false;
	while (table_scanning(table) &&
	    (looked++ % 256 || loop_clock() < end)) {
		size_t row = next_row(table);

		if (passes(table, row, part, &text))
			pass(table, row);
	}
	buf_free(&text);
	table->scroll.count = table->shown_count;
	return true;
}

/* The rows that passed, and those that still were to be looked at, are looked
 * at by this filter. */
static void
look_again(struct table *table)
{
	size_t left = table->again_end - table->again;

	if (left)
		memmove(table->shown + table->shown_count,
		    table->shown + table->again, left * sizeof(*table->shown));
	table->again = 0;
	table->again_end = table->shown_count + left;
	table->shown_count = table->scroll.count = 0;
}

static void
look_anew(struct table *table)
{
	free(table->shown);
	table->shown_cap = table->shown_count = table->scanned = 0;
	table->again = table->again_end = 0;
	table->shown = mem_grow(NULL, 0, &table->shown_cap,
	    sizeof(*table->shown));
	table->scroll.count = 0;
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
	return false;
}

static void
show_all(struct table *table)
{
	free(table->shown);
	table->shown = NULL;
	table->scroll.count = table->rows;
}

void
table_filter(struct table *table, bool longer)
{
	bool had = table->shown && !table->refused.len, understood;

	table->anchor = 0;
	table->waiting = false;
	buf_clear(&table->refused);
	if (!*line_text(&table->filter)) {
		show_all(table);
		return;
	}
	understood = aim(table);
	if (longer && had && (!table->aim || table->narrower))
		look_again(table);
	else
		look_anew(table);
	if (understood)
		table_scan(table, SLICE);
	else
		table->scanned = table->rows;
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
