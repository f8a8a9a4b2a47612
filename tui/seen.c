#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "policy/sort.h"
#include "seen.h"

/* More clients than the mail of a gateway has; the file has no more lines. */
#define CLIENTS_MOST 2000000
#define SPANS_MOST 100000
/* Between two logs, or in one: a quiet weekend is no gap. */
#define PAUSE ((int64_t)3 * 86400)

void
seen_free(struct seen *seen)
{
	free(seen->items);
	free(seen->spans);
	for (size_t i = 0; i < seen->name_count; i++)
		free(seen->names[i]);
	free(seen->names);
	*seen = (struct seen){ 0 };
}

/* --- servers -------------------------------------------------------------- */

/* Where it is among the names, or would be. */
static size_t
place_of(const struct seen *seen, const char *name)
{
	size_t low = 0, high = seen->name_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(seen->names[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const char *
name_of(struct seen *seen, const char *name)
{
	size_t at;

	if (seen->name && !strcmp(seen->name, name))
		return seen->name;
	at = place_of(seen, name);
	if (at == seen->name_count || strcmp(seen->names[at], name) != 0) {
		seen->names = mem_grow(seen->names, seen->name_count,
		    &seen->name_cap, sizeof(*seen->names));
		memmove(seen->names + at + 1, seen->names + at,
		    (seen->name_count++ - at) * sizeof(*seen->names));
		seen->names[at] = mem_text(name);
	}
	return seen->name = seen->names[at];
}

/* --- one client once ------------------------------------------------------ */

static int
compare_clients(const struct seen_client *a, const struct seen_client *b)
{
	int order = a->server == b->server ? 0 : strcmp(a->server, b->server);

	return order ? order : seen_compare(a, b);
}

void
seen_add(struct seen *seen, const char *server, const struct net *client,
    int64_t last)
{
	struct seen_client *c;

	if (seen->count == CLIENTS_MOST)
		seen->full = seen->changed = true;
	if (seen->full)
		return;
	seen->items = mem_grow(seen->items, seen->count, &seen->cap,
	    sizeof(*seen->items));
	c = &seen->items[seen->count];
	*c = (struct seen_client){ name_of(seen, server), last,
		client->first, client->family };
	if (seen->settled == seen->count &&
	    (!seen->count || compare_clients(c - 1, c) < 0)) {
		seen->settled++;
		seen->changed = true;
	}
	seen->count++;
}

/* Some of the clients, in order. */
struct run {
	const struct seen_client **at, **end;
};

enum { RUN_OLD, RUN_4, RUN_6, RUNS }; /* what was settled, and what was not */

static void
run_old(const struct seen *seen, struct run *run)
{
	for (size_t i = 0; i < seen->settled; i++)
		*run->end++ = &seen->items[i];
}

/* By counting: there are many, and in the order of a hash. */
static void
run_4(const struct seen *seen, struct run *run)
{
	struct found4 *keys = mem_resize(NULL, seen->count, sizeof(*keys));
	const char *server = NULL;
	uint32_t place = 0;
	size_t count = 0;

	for (size_t i = seen->settled; i < seen->count; i++) {
		const struct seen_client *c = &seen->items[i];

		if (c->family != 4)
			continue;
		if (c->server != server)
			place = (uint32_t)place_of(seen, c->server);
		server = c->server;
		keys[count++] = (struct found4){ { place,
			(uint32_t)c->addr }, (uint32_t)i };
	}
	found4_sort(keys, count);
	for (size_t i = 0; i < count; i++)
		*run->end++ = &seen->items[keys[i].line];
	free(keys);
}

static int
compare_places(const void *x, const void *y)
{
	const struct seen_client *const *a = x, *const *b = y;

	return compare_clients(*a, *b);
}

static void
run_6(const struct seen *seen, struct run *run)
{
	for (size_t i = seen->settled; i < seen->count; i++)
		if (seen->items[i].family == 6)
			*run->end++ = &seen->items[i];
	qsort(run->at, (size_t)(run->end - run->at), sizeof(*run->at),
	    compare_places);
}

static const struct seen_client *
next_of(struct run runs[RUNS])
{
	struct run *first = NULL;

	for (struct run *r = runs; r < runs + RUNS; r++)
		if (r->at < r->end &&
		    (!first || compare_clients(*r->at, *first->at) < 0))
			first = r;
	return first ? *first->at++ : NULL;
}

/* Of the same client at the same server the one that is old comes first.  Where
 * the clients end that are kept. */
static struct seen_client *
merge(struct seen *seen, struct run runs[RUNS], struct seen_client *all)
{
	const struct seen_client *c, *fresh = seen->items + seen->settled;
	struct seen_client *end = all;

	while ((c = next_of(runs)))
		if (end == all || compare_clients(end - 1, c)) {
			seen->changed |= c >= fresh;
			*end++ = *c;
		} else if (c->last > end[-1].last) {
			seen->changed = true;
			end[-1].last = c->last;
		}
	return end;
}

static void
settle_clients(struct seen *seen)
{
	static void (*const fill[RUNS])(const struct seen *, struct run *) = {
		run_old, run_4, run_6 };
	const struct seen_client **places;
	struct seen_client *all;
	struct run runs[RUNS];
	size_t count;

	if (seen->settled == seen->count)
		return;
	places = mem_resize(NULL, seen->count, sizeof(*places));
	for (int i = 0; i < RUNS; i++) {
		runs[i].at = runs[i].end = i ? runs[i - 1].end : places;
		fill[i](seen, &runs[i]);
	}
	all = mem_resize(NULL, seen->count, sizeof(*all));
	count = (size_t)(merge(seen, runs, all) - all);
	free(places);
	free(seen->items);
	seen->items = all;
	seen->cap = seen->count;
	seen->count = seen->settled = count;
}

/* --- which times ---------------------------------------------------------- */

static int
compare_spans(const void *x, const void *y)
{
	const struct seen_span *a = x, *b = y;
	int order = strcmp(a->server, b->server);

	return order ? order : (a->from > b->from) - (a->from < b->from);
}

/* Is it within one that was settled? */
static bool
is_known(const struct seen *seen, const struct seen_span *span)
{
	size_t low = 0, high = seen->span_settled;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_spans(&seen->spans[middle], span) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && seen->spans[low - 1].server == span->server &&
	    seen->spans[low - 1].to >= span->to;
}

void
seen_add_span(struct seen *seen, const char *server, int64_t from, int64_t to)
{
	const struct seen_span span = { name_of(seen, server), from, to };

	if (seen->span_count == SPANS_MOST || is_known(seen, &span))
		return;
	seen->changed = true;
	seen->spans = mem_grow(seen->spans, seen->span_count, &seen->span_cap,
	    sizeof(*seen->spans));
	seen->spans[seen->span_count++] = span;
}

/* Those that touch become one. */
static void
settle_spans(struct seen *seen)
{
	size_t kept = 0;

	if (!seen->span_count)
		return;
	qsort(seen->spans, seen->span_count, sizeof(*seen->spans),
	    compare_spans);
	for (size_t i = 1; i < seen->span_count; i++) {
		struct seen_span *last = &seen->spans[kept];
		struct seen_span *next = &seen->spans[i];

		if (strcmp(last->server, next->server) != 0 ||
		    next->from - last->to > PAUSE) {
			seen->spans[++kept] = *next;
			continue;
		}
		if (next->to > last->to)
			last->to = next->to;
	}
	seen->span_count = seen->span_settled = kept + 1;
}

void
seen_settle(struct seen *seen)
{
	settle_clients(seen);
	settle_spans(seen);
}

bool
seen_read(const struct seen *seen, const char *server, int64_t *from,
    int64_t *to)
{
	bool any = false;

	for (size_t i = 0; !seen->full && i < seen->span_count; i++) {
		const struct seen_span *span = &seen->spans[i];

		if (strcmp(span->server, server) != 0)
			continue;
		*from = span->from;
		*to = span->to;
		any = true;
	}
	return any;
}

/* --- who loses ------------------------------------------------------------ */

static bool
loses(const struct server_difference *s, const struct seen_client *c)
{
	static const enum reach reaches[] = { REACH_CONNECT, REACH_RELAY,
		REACH_RELAY_AUTH };

	for (size_t i = 0; i < sizeof(reaches) / sizeof(reaches[0]); i++)
		if (set_holds(&s->sets.loses[reaches[i]], c->family,
		        c->addr))
			return true;
	return false;
}

static void
add_ago(struct buf *buf, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		int64_t count = seconds / units[i].seconds;

		if (count < 1)
			continue;
		buf_addf(buf, "%lld %s%s ago", (long long)count,
		    units[i].unit, count == 1 ? "" : "s");
		return;
	}
	buf_add(buf, "within the last minute");
}

static bool
is_of(const struct server_difference *s, const struct seen_client *c)
{
	return s->from && !strcmp(s->from->name, c->server) && loses(s, c);
}

void
seen_add_losses(struct buf *buf, const struct difference *d, int64_t now)
{
	const struct seen_client *last = NULL;
	char address[NET_TEXT];
	struct seen seen;
	struct net net;
	size_t count = 0;

	if (!difference_has_losses(d))
		return;
	seen_load(&seen);
	for (size_t i = 0; i < seen.count; i++)
		for (size_t k = 0; k < d->server_count; k++) {
			const struct seen_client *c = &seen.items[i];

			if (!is_of(&d->servers[k], c))
				continue;
			count++;
			if (!last || c->last > last->last)
				last = c;
		}
	if (last) {
		buf_add(buf, "LOSES ");
		buf_add_grouped(buf, count);
		net = seen_net(last);
		buf_addf(buf, " address%s that sent mail%s %s at %s, ",
		    count == 1 ? "" : "es", count == 1 ? ":" : ", the last",
		    net_text(&net, address), last->server);
		add_ago(buf, now - last->last);
		buf_addc(buf, '\n');
	}
	seen_free(&seen);
}
