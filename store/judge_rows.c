/* Rows for a routing list: one for each domain, whatever the order. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "policy/mem.h"

struct row {
	const struct route *route;
	uint32_t line;
	uint32_t place; /* in the order of the source */
};

static int
compare_routes(const struct route *a, const struct route *b)
{
	int order = strcmp(a->domain, b->domain);

	return order ? order : (int)a->exact - (int)b->exact;
}

static int
compare_rows(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	int order = compare_routes(a->route, b->route);

	return order ? order : (a->place > b->place) - (a->place < b->place);
}

static struct row *
sorted_rows(const struct route *routes, const uint32_t *lines, size_t count)
{
	struct row *rows = mem_new(count + 1, sizeof(*rows));

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){ &routes[i], lines ? lines[i] : 0,
			(uint32_t)i };
	qsort(rows, count, sizeof(*rows), compare_rows);
	return rows;
}

static bool
same_effect(const struct route *a, const struct route *b)
{
	return a->action == b->action && a->port == b->port &&
	    !strcmp(a->next_hop ? a->next_hop : "",
	        b->next_hop ? b->next_hop : "");
}

static void
add_row(struct buf *buf, const struct route *route)
{
	buf_addf(buf, "%s", action_words[route->action]);
	if (!route->next_hop)
		return;
	buf_addc(buf, ' ');
	route_add_next_hop(buf, route);
}

/* A domain that is to be treated in two ways; line 0: it is there already. */
static void
conflict(struct import *m, const struct row *row, const struct route *other,
    uint32_t line)
{
	struct buf text = { 0 }, reason = { 0 }, there = { 0 };

	route_add(&text, row->route);
	buf_addf(&reason, "%s is ", buf_text(&text));
	add_row(&reason, row->route);
	add_row(&there, other);
	if (line)
		buf_addf(&reason, " here and %s on line %u; a domain has one "
		    "row", buf_text(&there), (unsigned)line);
	else
		buf_addf(&reason, " here and %s in the list already; replace "
		    "the list, or remove the row first", buf_text(&there));
	import_bad(m, row->line, buf_text(&text), buf_text(&reason));
	buf_free(&text);
	buf_free(&reason);
	buf_free(&there);
}

/* The rows of one domain: the first stays, if it may. */
static void
judge_domain(struct import *m, const struct row *rows, size_t count,
    const struct route *there, bool *keep)
{
	keep[rows[0].place] = true;
	if (there && same_effect(there, rows[0].route)) {
		m->known++;
	} else if (there && !m->overrules) {
		conflict(m, &rows[0], there, 0);
		keep[rows[0].place] = false;
	} else {
		m->added++;
	}
	for (size_t i = 1; i < count; i++) {
		struct judged_line note = { .line = rows[i].line,
			.other = rows[0].line, .kind = LINE_TWICE };

		if (!same_effect(rows[i].route, rows[0].route)) {
			conflict(m, &rows[i], rows[0].route, rows[0].line);
			continue;
		}
		m->repeated++;
		import_note(m, &note);
	}
}

static void
drop_rows(struct import *m, const bool *keep)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->route_count; i++) {
		if (!keep[i]) {
			route_free(&m->routes[i]);
			continue;
		}
		m->routes[kept] = m->routes[i];
		m->route_lines[kept++] = m->route_lines[i];
	}
	m->route_count = kept;
}

static int
compare_lines(const void *x, const void *y)
{
	const struct bad_line *a = x, *b = y;

	return (a->number > b->number) - (a->number < b->number);
}

void
judge_rows(struct import *m, const struct server *present)
{
	size_t count = m->route_count, i = 0, at = 0;
	size_t there_count = present ? present->route_count : 0;
	struct row *rows = sorted_rows(m->routes, m->route_lines, count);
	struct row *there = sorted_rows(present ? present->routes : NULL, NULL,
	    there_count);
	bool *keep = mem_new(count + 1, sizeof(*keep));

	while (i < count) {
		const struct route *same = NULL;
		size_t end = i + 1;

		while (end < count &&
		    !compare_routes(rows[end].route, rows[i].route))
			end++;
		while (at < there_count &&
		    compare_routes(there[at].route, rows[i].route) < 0)
			at++;
		if (at < there_count &&
		    !compare_routes(there[at].route, rows[i].route))
			same = there[at].route;
		judge_domain(m, rows + i, end - i, same, keep);
		i = end;
	}
	drop_rows(m, keep);
	if (count && m->bad_count)
		qsort(m->bad, m->bad_count, sizeof(*m->bad), compare_lines);
	free(rows);
	free(there);
	free(keep);
}
