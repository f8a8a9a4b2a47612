#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "past.h"
#include "policy/mem.h"
#include "shape.h"
#include "state.h"

void
past_free(struct past *past, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(past[i].step.author);
		free(past[i].step.label);
		free(past[i].message);
	}
	free(past);
}

/* Every change of an object of the kind, the newest first. */
static struct query *
change_rows(struct db *db, enum object_kind kind)
{
	struct query *q = query_begin(db,
	    "SELECT step.id, step.time, step.author, step.label,"
	    " (SELECT min(number) FROM revision WHERE step >= change.step),"
	    " (SELECT message FROM revision WHERE step >= change.step"
	    " ORDER BY number LIMIT 1), old_version, new_version,"
	    " (SELECT name FROM version WHERE id = old_version),"
	    " (SELECT name FROM version WHERE id = new_version)"
	    " FROM change"
	    " JOIN step ON step.id = change.step AND step.state = 0"
	    " WHERE change.kind = ? ORDER BY step.id DESC, change.number DESC");

	bind_int(q, (int64_t)kind);
	return q;
}

static void
take_row(struct past *past, struct query *q)
{
	*past = (struct past){ .step = { column_int(q, 0), column_int(q, 1),
		mem_text(column_text(q, 2)), mem_text(column_text(q, 3)),
		false }, .revision = column_int(q, 4),
		.message = mem_text_or_null(column_text(q, 5)),
		.before = column_int(q, 6), .after = column_int(q, 7) };
}

/* Is the row about the object as it was called after it?  Before it, it may
 * have had another name. */
static bool
follow(struct query *q, char **name)
{
	const char *before = column_text(q, 8), *after = column_text(q, 9);
	const char *last = after ? after : before;

	if (!last || strcmp(last, *name) != 0)
		return false;
	if (before && strcmp(before, *name) != 0) {
		free(*name);
		*name = mem_text(before);
	}
	return true;
}

bool
store_past(struct store *store, enum object_kind kind, const char *name,
    struct past **past, size_t *count, struct err *err)
{
	struct query *q = change_rows(store->db, kind);
	char *called = mem_text(name);
	struct past *all = NULL;
	size_t n = 0, cap = 0;
	bool row, ok;

	while ((ok = query_next(q, &row, err)) && row) {
		if (!follow(q, &called))
			continue;
		all = mem_grow(all, n, &cap, sizeof(*all));
		take_row(&all[n++], q);
	}
	query_end(q);
	free(called);
	if (!ok) {
		past_free(all, n);
		return false;
	}
	*past = all;
	*count = n;
	return true;
}

static bool
load(struct store *store, int64_t version, enum object_kind *kind,
    void **object, struct err *err)
{
	*object = NULL;
	return !version ||
	    version_load(store->db, version, kind, object, err);
}

bool
store_past_objects(struct store *store, const struct past *past,
    void **before, void **after, struct err *err)
{
	enum object_kind kind;

	if (!load(store, past->before, &kind, before, err))
		return false;
	if (load(store, past->after, &kind, after, err))
		return true;
	if (*before)
		shapes[kind].free(*before);
	*before = NULL;
	return false;
}

bool
store_revision_at(struct store *store, int64_t seconds, int64_t *number,
    struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT coalesce(max(number), 0) FROM revision WHERE time <= ?");
	bool row, ok;

	bind_int(q, seconds);
	ok = query_next(q, &row, err);
	*number = ok && row ? column_int(q, 0) : 0;
	query_end(q);
	return ok;
}
