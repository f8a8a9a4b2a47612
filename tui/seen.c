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

#define HEADING "relayadm-mail 1\n"
#define LINE_MOST 400
/* More clients than the mail of a gateway has; the file has no more lines. */
#define CLIENTS_MOST 2000000

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
	*seen = (struct seen){ 0 };
}

/* --- one client once ------------------------------------------------------ */

void
seen_add(struct seen *seen, const char *server, const struct net *client,
    int64_t last)
{
	if (seen->count == CLIENTS_MOST)
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

void
seen_settle(struct seen *seen)
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

/* The first that is at the server and not before the range. */
static size_t
place_in(const struct seen *seen, const char *server, const struct net *range)
{
	size_t low = 0, high = seen->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct seen_client *c = &seen->items[middle];
		int order = strcmp(c->server, server);

		if (order < 0 || (!order &&
		        (c->client.family < range->family ||
		            (c->client.family == range->family &&
		                c->client.first < range->first))))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t
seen_last(const struct seen *seen, const char *server,
    const struct net *range)
{
	int64_t last = 0;

	for (size_t i = place_in(seen, server, range); i < seen->count; i++) {
		const struct seen_client *c = &seen->items[i];

		if (strcmp(c->server, server) != 0 ||
		    c->client.family != range->family ||
		    c->client.first > range->last)
			break;
		if (c->last > last)
			last = c->last;
	}
	return last;
}

/* --- the file ------------------------------------------------------------- */

/* "SERVER ADDRESS SECONDS" */
static bool
read_line(struct seen *seen, char *line)
{
	char *save = line, *server = strsep(&save, " ");
	char *address = strsep(&save, " "), *end;
	struct net client;
	struct err err;
	long long last;

	if (!address || !save || !*server ||
	    !net_parse_addr(&client, address, strlen(address), &err))
		return false;
	errno = 0;
	last = strtoll(save, &end, 10);
	if (errno || end == save || strcmp(end, "\n") != 0 || last <= 0)
		return false;
	seen_add(seen, server, &client, last);
	return true;
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
	    fgets(line, sizeof(line), file) && !strcmp(line, HEADING);
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
