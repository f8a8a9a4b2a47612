/* What was seen, beside the database. */
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
#define TEXT_MOST 65536 /* bytes that are written at once */

static char *place;

void
seen_place(const char *database)
{
	struct buf path = { 0 };

	buf_addf(&path, "%s.mail", database);
	free(place);
	place = buf_take(&path);
}

/* Digits alone. */
static bool
read_seconds(const char *text, char after, int64_t *seconds)
{
	const char *at = text;

	for (*seconds = 0; *at >= '0' && *at <= '9' && at - text < 18; at++)
		*seconds = *seconds * 10 + (*at - '0');
	return *seconds > 0 && *at == after && (!after || !at[1]);
}

/* "+ SERVER SECONDS SECONDS"; no name begins with a plus. */
static bool
read_span(struct seen *seen, char *line)
{
	char *server = strsep(&line, " "), *from = strsep(&line, " ");
	int64_t first, last;

	if (!from || !line || !*server || !read_seconds(from, '\0', &first) ||
	    !read_seconds(line, '\n', &last) || first > last)
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
	    !read_seconds(line, '\n', &last))
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

static bool
read_all(struct seen *seen, FILE *file)
{
	char line[LINE_MOST];
	struct stat st;
	bool ok = !fstat(fileno(file), &st) && S_ISREG(st.st_mode) &&
	    fgets(line, sizeof(line), file) &&
	    (!strcmp(line, HEADING) || !strcmp(line, HEADING_1));

	while (ok && fgets(line, sizeof(line), file))
		ok = read_line(seen, line);
	return ok && !ferror(file);
}

bool
seen_look(struct seen *seen, struct err *err)
{
	FILE *file;
	bool ok;
	int fd;

	*seen = (struct seen){ 0 };
	if (!place)
		return true;
	fd = open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	file = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (!file) {
		if (fd < 0 && errno == ENOENT)
			return true;
		fail_as(err, ERR_STORE, "%s: %s", place, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	ok = read_all(seen, file);
	fclose(file);
	if (!ok)
		seen_free(seen);
	seen->changed = false;
	seen_settle(seen);
	return ok || fail_as(err, ERR_STORE, "%s: is not what replay writes",
	    place);
}

void
seen_load(struct seen *seen)
{
	struct err err;

	seen_look(seen, &err);
}

/* By hand, for there are many: " 1790848800". */
static void
add_seconds(struct buf *text, int64_t seconds)
{
	char digits[20], *at = digits + sizeof(digits);

	for (uint64_t left = (uint64_t)seconds; left; left /= 10)
		*--at = (char)('0' + left % 10);
	*--at = ' ';
	buf_addn(text, at, (size_t)(digits + sizeof(digits) - at));
}

static void
add_spans(struct buf *text, const struct seen *seen)
{
	for (size_t i = 0; !seen->full && i < seen->span_count; i++) {
		buf_add(text, "+ ");
		buf_add(text, seen->spans[i].server);
		add_seconds(text, seen->spans[i].from);
		add_seconds(text, seen->spans[i].to);
		buf_addc(text, '\n');
	}
}

static void
add_client(struct buf *text, const struct seen_client *c)
{
	buf_add(text, c->server);
	buf_addc(text, ' ');
	net_add_addr(text, c->family, c->addr);
	add_seconds(text, c->last);
	buf_addc(text, '\n');
}

static bool
write_clients(FILE *file, const struct seen *seen)
{
	struct buf text = { 0 };

	buf_add(&text, HEADING);
	add_spans(&text, seen);
	for (size_t i = 0; i < seen->count; i++) {
		add_client(&text, &seen->items[i]);
		if (text.len < TEXT_MOST)
			continue;
		fwrite(text.data, 1, text.len, file);
		buf_clear(&text);
	}
	fwrite(buf_text(&text), 1, text.len, file);
	buf_free(&text);
	return !ferror(file);
}

/* Whole or not at all.  What one that was ended has left behind is in nobody's
 * way. */
bool
seen_save(const struct seen *seen, struct err *err)
{
	struct buf next = { 0 };
	FILE *file = NULL;
	bool ok = false;
	int fd;

	if (!place || !seen->changed)
		return true;
	buf_addf(&next, "%s.XXXXXX", place);
	fd = mkostemp(next.data, O_CLOEXEC);
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
