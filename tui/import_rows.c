#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "import_rows.h"
#include "policy/mem.h"

enum row_kind {
	ROW_BAD,
	ROW_LEFT,
	ROW_JUDGED,
};

struct import_row {
	enum row_kind kind;
	uint32_t line;
	size_t at; /* in the array of its kind */
};

const char *const import_show_words[] = { "problems", "bad", "held",
	"left out", "inside another", "twice", "known", "taken", "comes",
	"goes", NULL };

const struct column import_columns[] = {
	{ "Line", 10, true, 0, },
	{ "Text", 28, false, 0, },
	{ "What", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static int
compare_rows(const void *x, const void *y)
{
	const struct import_row *a = x, *b = y;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static void
add_lines(struct import_rows *rows, enum row_kind kind,
    const struct bad_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rows->rows[rows->count++] = (struct import_row){ kind,
			(uint32_t)lines[i].number, i };
}

static unsigned
kinds_shown(enum import_show show)
{
	static const unsigned kinds[] = {
		[SHOW_PROBLEMS] = 1 << LINE_HELD,
		[SHOW_HELD] = 1 << LINE_HELD,
		[SHOW_LEFT] = 1 << LINE_SKIPPED,
		[SHOW_INSIDE] = 1 << LINE_INSIDE,
		[SHOW_TWICE] = 1 << LINE_TWICE,
		[SHOW_KNOWN] = 1 << LINE_KNOWN,
		[SHOW_TAKEN] = 0,
		[SHOW_COMES] = 0,
		[SHOW_GOES] = 0,
	};

	return show == SHOW_BAD ? 0 : kinds[show];
}

static void
list_rows(struct import_rows *rows, const struct import_work *work)
{
	const struct import *m = &work->import;

	if (rows->show == SHOW_TAKEN && m->route_count) {
		rows->count = m->route_count;
		return;
	}
	rows->listed = rows->show == SHOW_TAKEN ? &m->entries
	    : rows->show == SHOW_COMES          ? &work->comes
	                                        : &work->goes;
	rows->count = entries_count(rows->listed);
}

void
import_rows_make(struct import_rows *rows, const struct import_work *work,
    enum import_show show)
{
	const struct import *m = work ? &work->import : NULL;
	unsigned kinds = kinds_shown(show);

	import_rows_clear(rows);
	rows->work = work;
	rows->show = show;
	if (!m)
		return;
	if (show >= SHOW_TAKEN) {
		list_rows(rows, work);
		return;
	}
	rows->rows = mem_new(m->bad_count + m->left_count + m->judged_count +
	    1, sizeof(*rows->rows));
	if (show == SHOW_PROBLEMS || show == SHOW_BAD)
		add_lines(rows, ROW_BAD, m->bad, m->bad_count);
	if (show == SHOW_PROBLEMS || show == SHOW_LEFT)
		add_lines(rows, ROW_LEFT, m->left, m->left_count);
	for (size_t i = 0; i < m->judged_count; i++)
		if (kinds >> m->judged[i].kind & 1)
			rows->rows[rows->count++] = (struct import_row){
				ROW_JUDGED, m->judged[i].line, i };
	qsort(rows->rows, rows->count, sizeof(*rows->rows), compare_rows);
}

void
import_rows_clear(struct import_rows *rows)
{
	free(rows->rows);
	*rows = (struct import_rows){ 0 };
}

static const struct judged_line *
judged_of(const struct import_rows *rows, size_t row)
{
	if (!rows->rows || rows->rows[row].kind != ROW_JUDGED)
		return NULL;
	return &rows->work->import.judged[rows->rows[row].at];
}

static const struct bad_line *
bad_of(const struct import_rows *rows, size_t row)
{
	const struct import *m = &rows->work->import;

	if (!rows->rows || rows->rows[row].kind == ROW_JUDGED)
		return NULL;
	return rows->rows[row].kind == ROW_BAD ? &m->bad[rows->rows[row].at]
	                                       : &m->left[rows->rows[row].at];
}

/* A row for a routing list, or NULL. */
static const struct route *
route_of(const struct import_rows *rows, size_t row)
{
	const struct import *m = &rows->work->import;

	return rows->rows || rows->listed ? NULL : &m->routes[row];
}

uint32_t
import_rows_line(const struct import_rows *rows, size_t row)
{
	if (route_of(rows, row))
		return rows->work->import.route_lines[row];
	return rows->rows ? rows->rows[row].line : 0;
}

unsigned
import_rows_holds(const struct import_rows *rows, size_t row)
{
	const struct judged_line *line = judged_of(rows, row);

	return line && line->kind == LINE_HELD ? line->holds : 0;
}

/* --- cells ------------------------------------------------------------- */

static bool
row_entry(const struct import_rows *rows, size_t row, struct entry *entry)
{
	const struct import *m = &rows->work->import;
	const struct judged_line *line = judged_of(rows, row);

	if (!line)
		entries_at(rows->listed, row, entry);
	else if (line->kind == LINE_SKIPPED || m->route_count)
		return false;
	else
		entries_at(line->kind == LINE_HELD ? &m->held : &m->entries,
		    line->place, entry);
	return true;
}

static void
add_source_line(struct buf *out, const struct import *m, uint32_t line)
{
	struct line_finder finder = { .import = m };
	const char *text;
	size_t len;

	if (line_finder_go(&finder, line, &text, &len))
		buf_addn(out, text, len > 200 ? 200 : len);
}

static void
add_text(struct buf *out, const struct import_rows *rows, size_t row)
{
	const struct bad_line *bad = bad_of(rows, row);
	struct entry entry;

	if (bad)
		buf_add(out, bad->text);
	else if (route_of(rows, row))
		route_add(out, route_of(rows, row));
	else if (row_entry(rows, row, &entry))
		entry_add(out, &entry);
	else
		add_source_line(out, &rows->work->import,
		    import_rows_line(rows, row));
}

static void
add_inside(struct buf *out, const struct import_rows *rows,
    const struct judged_line *line)
{
	struct entry entry;

	buf_add(out, "inside ");
	if (!line->there) {
		buf_addf(out, "line %u: ", (unsigned)line->other);
		add_source_line(out, &rows->work->import, line->other);
		return;
	}
	entries_at(import_work_present(rows->work), line->other, &entry);
	entry_add(out, &entry);
	buf_add(out, ", which is there");
}

static void
add_route_what(struct buf *out, const struct route *route)
{
	buf_add(out, action_words[route->action]);
	if (!route->next_hop)
		return;
	buf_add(out, ", route to ");
	route_add_next_hop(out, route);
}

static void
add_what(struct buf *out, const struct import_rows *rows, size_t row)
{
	const struct judged_line *line = judged_of(rows, row);
	const struct bad_line *bad = bad_of(rows, row);
	struct entry entry;

	if (bad) {
		buf_add(out, bad->reason);
	} else if (route_of(rows, row)) {
		add_route_what(out, route_of(rows, row));
	} else if (!line) {
		entries_at(rows->listed, row, &entry);
		buf_add(out, entry.comment ? entry.comment : "");
	} else if (line->kind == LINE_HELD) {
		row_entry(rows, row, &entry);
		buf_add(out, "held: ");
		hold_add_reasons(out, &rows->work->task.rules, line->holds,
		    &entry.net);
	} else if (line->kind == LINE_INSIDE) {
		add_inside(out, rows, line);
	} else if (line->kind == LINE_TWICE) {
		buf_addf(out, "stands on line %u, too", (unsigned)line->other);
	} else {
		buf_add(out, line->kind == LINE_KNOWN ? "is there already"
		                                      : "skipped");
	}
}

void
import_rows_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct import_rows *rows = context;

	if (column == 0 && import_rows_line(rows, row))
		buf_add_grouped(out, import_rows_line(rows, row));
	else if (column == 1)
		add_text(out, rows, row);
	else if (column == 2)
		add_what(out, rows, row);
}

enum role
import_rows_look(void *context, size_t row, char *mark)
{
	const struct import_rows *rows = context;
	const struct judged_line *line = judged_of(rows, row);
	struct entry entry;

	if (bad_of(rows, row)) {
		*mark = rows->rows[row].kind == ROW_BAD ? 'X' : '-';
		return *mark == 'X' ? ROLE_STRONG : ROLE_TEXT;
	}
	if (line) {
		*mark = line->kind == LINE_HELD ? '!' : '=';
		return line->kind == LINE_HELD ? ROLE_STRONG : ROLE_TEXT;
	}
	if (rows->show != SHOW_TAKEN || route_of(rows, row)) {
		*mark = rows->show == SHOW_GOES ? '-' : '+';
		return ROLE_TEXT;
	}
	entries_at(rows->listed, row, &entry);
	*mark = entries_find(import_work_present(rows->work), &entry) ==
	        ENTRY_NOWHERE
	    ? '+'
	    : '=';
	return ROLE_TEXT;
}
