#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "widget_kinds.h"

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

void
table_filter(struct table *table, bool narrower)
{
	size_t *from = narrower ? table->shown : NULL;
	size_t count = from ? table->shown_count : table->rows, i, n = 0;
	const char *part = line_text(&table->filter);
	struct buf text = { 0 };
	size_t *shown;

	if (!*part) {
		free(table->shown);
		table->shown = NULL;
		table->scroll.count = table->rows;
		return;
	}
	shown = mem_new(count + 1, sizeof(*shown));
	for (i = 0; i < count; i++) {
		size_t row = from ? from[i] : i;

		row_text(table, row, &text);
		if (holds(buf_text(&text), part))
			shown[n++] = row;
	}
	buf_free(&text);
	free(table->shown);
	table->shown = shown;
	table->shown_count = n;
	table->scroll.count = n;
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
