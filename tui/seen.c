#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/mem.h"
#include "seen.h"

#define HEADING "relayadm-mail 2\n"
#define HEADING_1 "relayadm-mail 1\n" /* clients alone */
#define LINE_MOST 400
/* More clients than the mail of a gateway has; the file has no more lines. */
#define CLIENTS_MOST 2000000
#define SPANS_MOST 100000
/* Between two logs, or in one: a quiet weekend is no gap. */
#define PAUSE ((int64_t)3 * 86400)

static char *place;

void
seen_place(const char *database)
{
	struct buf path = { 0 };

	buf_addf(&path, "%s.mail", database);
	free(place);
	place = buf_take(&path);
}

void
seen_free(struct seen *seen)
{
	for (size_t i = 0; i < seen->count; i++)
		free(seen->items[i].server);
	free(seen->items);
	for (size_t i = 0; i < seen->span_count; i++)
		free(seen->spans[i].server);
	free(seen->spans);
	*seen = (struct seen){ 0 };
}

/* --- one client once ------------------------------------------------------ */

void
seen_add(struct seen *seen, const char *server, const struct net *client,
    int64_t last)
{
	seen->full |= seen->count == CLIENTS_MOST;
	if (seen->full)
		return;
	seen->items = mem_grow(seen->items, seen->count, &seen->cap,
	    sizeof(*seen->items));
	seen->items[seen->count++] = (struct seen_client){ mem_text(server),
		*client, last };
}

static int
compare_clients(const void *x, const void *y)
{
	const struct seen_client *a = x, *b = y;
	int order = strcmp(a->server, b->server);

	if (!order)
		order = net_compare(&a->client, &b->client);
	return order ? order : (a->last < b->last) - (a->last > b->last);
}

static bool
same_client(const struct seen_client *a, const struct seen_client *b)
{
	return !strcmp(a->server, b->server) &&
	    !net_compare(&a->client, &b->client);
}

static void
settle_clients(struct seen *seen)
{
	size_t kept = 0;

	if (!seen->count)
		return;
	qsort(seen->items, seen->count, sizeof(*seen->items),
	    compare_clients);
	for (size_t i = 1; i < seen->count; i++) {
		if (same_client(&seen->items[kept], &seen->items[i]))
			free(seen->items[i].server);
		else
			seen->items[++kept] = seen->items[i];
	}
	seen->count = kept + 1;
}

/* --- which times ---------------------------------------------------------- */

void
seen_add_span(struct seen *seen, const char *server, int64_t from, int64_t to)
{
	if (seen->span_count == SPANS_MOST)
		return;
	seen->spans = mem_grow(seen->spans, seen->span_count, &seen->span_cap,
	    sizeof(*seen->spans));
	seen->spans[seen->span_count++] = (struct seen_span){
		mem_text(server), from, to };
}

static int
compare_spans(const void *x, const void *y)
{
	const struct seen_span *a = x, *b = y;
	int order = strcmp(a->server, b->server);

	return order ? order : (a->from > b->from) - (a->from < b->from);
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
		free(next->server);
	}
	seen->span_count = kept + 1;
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

/* --- the file ------------------------------------------------------------- */

static bool
read_seconds(const char *text, const char *after, int64_t *seconds)
{
	char *end;

	errno = 0;
	*seconds = strtoll(text, &end, 10);
	return !errno && end != text && !strcmp(end, after) && *seconds > 0;
}

/* "+ SERVER SECONDS SECONDS"; no name begins with a plus. */
static bool
read_span(struct seen *seen, char *line)
{
	char *server = strsep(&line, " "), *from = strsep(&line, " ");
	int64_t first, last;

	if (!from || !line || !*server || !read_seconds(from, "", &first) ||
	    !read_seconds(line, "\n", &last) || first > last)
		return false;
	seen_add_span(seen, server, first, last);
	return true;
}

/* "SERVER ADDRESS SECONDS" */
static bool
read_client(struct seen *seen, char *line)
{
	char *server = strsep(&line, " "), *address = strsep(&line, " ");
	struct net client;
	struct err err;
	int64_t last;

	if (!address || !line || !*server ||
	    !net_parse_addr(&client, address, strlen(address), &err) ||
	    !read_seconds(line, "\n", &last))
		return false;
	seen_add(seen, server, &client, last);
	return true;
}

static bool
read_line(struct seen *seen, char *line)
{
	return strncmp(line, "+ ", 2) ? read_client(seen, line)
	                              : read_span(seen, line + 2);
}

void
seen_load(struct seen *seen)
{
	char line[LINE_MOST];
	struct stat st;
	FILE *file;
	bool ok;
	int fd;

	*seen = (struct seen){ 0 };
	fd = place ? open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	                  O_NONBLOCK) : -1;
	file = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (!file) {
		if (fd >= 0)
			close(fd);
		return;
	}
	ok = !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	    fgets(line, sizeof(line), file) &&
	    (!strcmp(line, HEADING) || !strcmp(line, HEADING_1));
	while (ok && fgets(line, sizeof(line), file))
		ok = read_line(seen, line);
	fclose(file);
	if (!ok)
		seen_free(seen);
	seen_settle(seen);
}

static bool
write_clients(FILE *file, const struct seen *seen)
{
	char address[NET_TEXT];

	fputs(HEADING, file);
	for (size_t i = 0; !seen->full && i < seen->span_count; i++)
		fprintf(file, "+ %s %lld %lld\n", seen->spans[i].server,
		    (long long)seen->spans[i].from,
		    (long long)seen->spans[i].to);
	for (size_t i = 0; i < seen->count; i++)
		fprintf(file, "%s %s %lld\n", seen->items[i].server,
		    net_text(&seen->items[i].client, address),
		    (long long)seen->items[i].last);
	return !ferror(file);
}

/* Whole or not at all. */
bool
seen_save(const struct seen *seen, struct err *err)
{
	struct buf next = { 0 };
	FILE *file = NULL;
	bool ok = false;
	int fd;

	if (!place)
		return true;
	buf_addf(&next, "%s.%ld", place, (long)getpid());
	fd = open(buf_text(&next), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (fd >= 0)
		file = fdopen(fd, "w");
	if (file) {
		ok = write_clients(file, seen);
		ok = fclose(file) == 0 && ok &&
		    rename(buf_text(&next), place) == 0;
	}
	if (!ok)
		fail_as(err, ERR_STORE, "%s: %s", place, strerror(errno));
	if (!ok && fd >= 0)
		unlink(buf_text(&next));
	buf_free(&next);
	return ok;
}

/* --- who loses ------------------------------------------------------------ */

static bool
loses(const struct server_difference *s, const struct seen_client *c)
{
	static const enum reach reaches[] = { REACH_CONNECT, REACH_RELAY,
		REACH_RELAY_AUTH };

	for (size_t i = 0; i < sizeof(reaches) / sizeof(reaches[0]); i++)
		if (set_holds(&s->sets.loses[reaches[i]], c->client.family,
		        c->client.first))
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
		buf_addf(buf, " address%s that sent mail%s %s at %s, ",
		    count == 1 ? "" : "es", count == 1 ? ":" : ", the last",
		    net_text(&last->client, address), last->server);
		add_ago(buf, now - last->last);
		buf_addc(buf, '\n');
	}
	seen_free(&seen);
}
