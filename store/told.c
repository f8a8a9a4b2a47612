#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "told.h"

#define MOST_KEPT 400
#define MOST_SHOWN 400 /* bytes */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool
same(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]) || !a[i])
			return false;
	return !b[len];
}

static void
keep(struct told *t, const char *name, size_t len)
{
	for (size_t i = 0; i < t->count; i++)
		if (!strncmp(t->names[i], name, len) && !t->names[i][len])
			return;
	if (t->count == MOST_KEPT) {
		t->more = true;
		return;
	}
	t->names = mem_grow(t->names, t->count, &t->cap, sizeof(*t->names));
	t->names[t->count++] = mem_textn(name, len);
}

bool
told_add(struct told *t, const char *name, size_t len)
{
	bool is_it;

	if (t->all && len)
		keep(t, name, len);
	if (!t->asked)
		return true;
	is_it = same(name, t->asked, len) ||
	    same(name, t->asked, strlen(name));
	t->found |= is_it;
	if (!t->all && !t->found && len)
		keep(t, name, len);
	return is_it;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_names(struct buf *buf, const struct told *t)
{
	size_t i = 0;

	for (; i < t->count && buf->len < MOST_SHOWN; i++)
		buf_addf(buf, "%s%.60s", i ? ", " : "", t->names[i]);
	if (i < t->count || t->more)
		buf_addf(buf, " and %s%zu more", t->more ? "over " : "",
		    t->count - i);
}

void
told_add_names(struct buf *buf, struct told *t)
{
	struct buf names = { 0 };

	qsort(t->names, t->count, sizeof(*t->names), compare);
	add_names(&names, t);
	buf_add(buf, buf_text(&names));
	buf_free(&names);
}

bool
told_check(const struct told *t, const char *what, struct err *err)
{
	struct buf names = { 0 };

	if (!t->asked || t->found)
		return true;
	if (!t->count)
		return fail(err, "there is no %s '%.60s': the file names "
		    "none; leave it out", what, t->asked);
	qsort(t->names, t->count, sizeof(*t->names), compare);
	add_names(&names, t);
	fail(err, "there is no %s '%.60s'; there %s: %s", what, t->asked,
	    t->count == 1 ? "is" : "are", buf_text(&names));
	buf_free(&names);
	return false;
}

void
told_free(struct told *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->names[i]);
	free(t->names);
	*t = (struct told){ .asked = t->asked };
}
