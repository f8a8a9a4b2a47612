#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lineage.h"
#include "origin.h"
#include "policy/mem.h"
#include "series.h"

/* --- the step of each entry --------------------------------------------- */

struct tracing {
	struct db *db;
	const struct target *target;
	const struct entries *entries;
	struct origins *origins;
	size_t left; /* entries whose origin is not known yet */
	struct err *err;
};

/* The step, and the import that it may have been. */
static bool
load_origin(struct db *db, int64_t step, struct origin *origin, bool *found,
    struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT s.time, s.author, s.label, coalesce(i.id, 0), i.source"
	    " FROM step AS s LEFT JOIN import AS i ON i.step = s.id"
	    " WHERE s.id = ?");
	const char *source;
	bool ok;

	bind_int(q, step);
	ok = query_next(q, found, err);
	if (ok && *found) {
		source = column_text(q, 4);
		*origin = (struct origin){ step, column_int(q, 0),
			mem_text(column_text(q, 1)),
			mem_text(column_text(q, 2)), column_int(q, 3),
			source ? mem_text(source) : NULL };
	}
	query_end(q);
	return ok;
}

static bool
add_origin(struct tracing *t, int64_t step)
{
	struct origins *o = t->origins;
	struct origin origin;
	bool found;

	if (!load_origin(t->db, step, &origin, &found, t->err))
		return false;
	if (!found)
		return true;
	o->items = mem_grow(o->items, o->count, &o->cap, sizeof(*o->items));
	o->items[o->count++] = origin;
	return true;
}

static bool
claim(struct tracing *t, size_t place, uint32_t origin)
{
	if (t->origins->of[place])
		return false;
	t->origins->of[place] = origin;
	t->left--;
	return true;
}

/* Both in order; a few are looked up, many are walked along. */
static bool
claim_all(struct tracing *t, const struct entries *added, uint32_t origin)
{
	struct entries_walk walk = { .entries = added };
	struct entries_walk along = { .entries = t->entries };
	bool many = entries_count(added) > t->origins->entry_count / 16;
	bool more = many, any = false;
	struct entry entry, there;

	if (many)
		more = entries_next(&along, &there);
	while (entries_next(&walk, &entry)) {
		size_t place = ENTRY_NOWHERE;

		while (more && entry_compare(&there, &entry) < 0)
			more = entries_next(&along, &there);
		if (more && !entry_compare(&there, &entry))
			place = along.place - 1;
		if (!many)
			place = entries_find(t->entries, &entry);
		if (place != ENTRY_NOWHERE)
			any = claim(t, place, origin) || any;
	}
	return any;
}

static bool
part_of(struct tracing *t, int64_t version, int64_t *series)
{
	*series = 0;
	return !version || version_part(t->db, version,
	    target_part(t->target), series, t->err);
}

static bool
trace_step(struct tracing *t, const struct lineage_step *step)
{
	struct entries added = { 0 };
	int64_t old, new;
	bool ok = part_of(t, step->old_version, &old) &&
	    part_of(t, step->new_version, &new);

	if (ok && old != new) {
		ok = series_added(t->db, old, new, &added, t->err);
		if (ok && claim_all(t, &added,
		        (uint32_t)t->origins->count + 1))
			ok = add_origin(t, step->step);
		entries_free(&added);
	}
	return ok;
}

/* From the last step back: the first that is met which brought an entry is the
 * one that it comes from. */
static bool
trace(struct tracing *t)
{
	struct lineage lineage;
	bool ok = lineage_of(t->db, target_kind(t->target), t->target->name,
	    &lineage, t->err);

	for (size_t i = 0; ok && t->left && i < lineage.count; i++)
		ok = trace_step(t, &lineage.steps[i]);
	lineage_free(&lineage);
	return ok;
}

static bool
origins_make(struct db *db, const struct target *target,
    const struct entries *entries, struct origins *origins, struct err *err)
{
	size_t count = entries_count(entries);
	struct tracing t = { db, target, entries, origins, count, err };

	*origins = (struct origins){ .entry_count = count,
		.of = mem_new(count + 1, sizeof(*origins->of)) };
	if (trace(&t))
		return true;
	origins_free(origins);
	return false;
}

bool
store_origins(struct store *store, const struct target *target,
    const struct entries *entries, struct origins *origins, struct err *err)
{
	bool ok;

	if (!db_begin(store->db, false, err))
		return false;
	ok = origins_make(store->db, target, entries, origins, err);
	db_rollback(store->db);
	return ok;
}

/* --- of one entry ------------------------------------------------------- */

/* Did this step bring it? */
static bool
ask_step(struct tracing *t, const struct lineage_step *step,
    const struct entry *entry, bool *brought)
{
	int64_t old, new;
	bool was = false, is = false;

	*brought = false;
	if (!part_of(t, step->old_version, &old) ||
	    !part_of(t, step->new_version, &new))
		return false;
	if (old == new)
		return true;
	if (!series_holds(t->db, new, entry, &is, t->err) ||
	    (is && !series_holds(t->db, old, entry, &was, t->err)))
		return false;
	*brought = is && !was;
	return true;
}

static bool
origin_find(struct db *db, const struct target *target,
    const struct entry *entry, struct origin *origin, bool *found,
    struct err *err)
{
	struct tracing t = { db, target, NULL, NULL, 0, err };
	struct lineage lineage;
	bool brought = false;
	bool ok = lineage_of(db, target_kind(target), target->name, &lineage,
	    err);
	size_t i = 0;

	*found = false;
	for (; ok && !brought && i < lineage.count; i++)
		ok = ask_step(&t, &lineage.steps[i], entry, &brought);
	if (ok && brought)
		ok = load_origin(db, lineage.steps[i - 1].step, origin, found,
		    err);
	lineage_free(&lineage);
	return ok;
}

bool
store_origin(struct store *store, const struct target *target,
    const struct entry *entry, struct origin *origin, bool *found,
    struct err *err)
{
	bool ok;

	if (!db_begin(store->db, false, err))
		return false;
	ok = origin_find(store->db, target, entry, origin, found, err);
	db_rollback(store->db);
	return ok;
}

const struct origin *
origins_find(const struct origins *o, size_t place)
{
	if (place >= o->entry_count || !o->of[place] || o->of[place] > o->count)
		return NULL;
	return &o->items[o->of[place] - 1];
}

void
origin_clear(struct origin *o)
{
	free(o->author);
	free(o->label);
	free(o->source);
	*o = (struct origin){ 0 };
}

void
origins_free(struct origins *o)
{
	for (size_t i = 0; i < o->count; i++)
		origin_clear(&o->items[i]);
	free(o->items);
	free(o->of);
	*o = (struct origins){ 0 };
}

void
origin_add(struct buf *buf, const struct origin *o)
{
	time_t time = (time_t)o->time;
	char day[32] = "";
	struct tm tm;

	if (gmtime_r(&time, &tm))
		strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	if (o->import)
		buf_addf(buf, "import #%" PRId64 " %s by %s, %s", o->import,
		    o->source, o->author, day);
	else
		buf_addf(buf, "by hand: %s, %s (%s)", o->author, day,
		    o->label);
}

/* --- refreshing ---------------------------------------------------------- */

/* The last import of each source of a target, newest first. */
struct last_import {
	int64_t id, series;
	char *source;
	enum import_mode mode;
};

struct last_imports {
	struct last_import *items;
	size_t count, cap;
};

static bool
is_known(const struct last_imports *l, const char *source)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->items[i].source, source))
			return true;
	return false;
}

/* The import of a step into this part, if it is one. */
static bool
add_last(struct db *db, const char *part, int64_t step,
    struct last_imports *l, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT id, series, source, mode FROM import WHERE step = ?"
	    " AND series IS NOT NULL AND (target LIKE '%/' || ?2"
	    " OR ?2 = 'entries' AND target LIKE 'list:%')");
	bool row, ok;

	bind_int(q, step);
	bind_text(q, part);
	ok = query_next(q, &row, err);
	if (ok && row && !is_known(l, column_text(q, 2))) {
		l->items = mem_grow(l->items, l->count, &l->cap,
		    sizeof(*l->items));
		l->items[l->count++] = (struct last_import){ column_int(q, 0),
			column_int(q, 1), mem_text(column_text(q, 2)),
			(enum import_mode)column_int(q, 3) };
	}
	query_end(q);
	return ok;
}

static bool
find_lasts(struct db *db, const struct target *target, struct last_imports *l,
    struct err *err)
{
	struct lineage lineage;
	bool ok = lineage_of(db, target_kind(target), target->name, &lineage,
	    err);

	for (size_t i = 0; ok && i < lineage.count; i++)
		ok = add_last(db, target_part(target), lineage.steps[i].step,
		    l, err);
	lineage_free(&lineage);
	return ok;
}

static const struct last_import *
last_of(const struct last_imports *l, const char *source)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->items[i].source, source) &&
		    l->items[i].mode != IMPORT_REMOVE)
			return &l->items[i];
	return NULL;
}

/* Entries that an import of the source brought. */
static void
take_brought(const struct origins *origins, const struct entries *entries,
    const char *source, struct entries *brought)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	for (size_t i = 0; entries_next(&walk, &entry); i++) {
		const struct origin *o = origins_find(origins, i);

		if (o && o->source && !strcmp(o->source, source))
			entries_append(brought, &entry);
	}
	entries_settle(brought);
}

/* What other sources said, too, the last time stays. */
static bool
drop_said_by_others(struct db *db, const struct last_imports *l,
    const char *source, struct entries *brought, struct err *err)
{
	for (size_t i = 0; i < l->count; i++) {
		struct entries said = { 0 }, left = { 0 };
		bool ok;

		if (l->items[i].mode == IMPORT_REMOVE ||
		    !strcmp(l->items[i].source, source))
			continue;
		ok = series_load_entries(db, l->items[i].series, &said, err);
		entries_subtract(&left, brought, &said);
		entries_free(brought);
		entries_free(&said);
		*brought = left;
		if (!ok)
			return false;
	}
	return true;
}

static bool
fail_unknown(const struct last_imports *l, const char *source,
    struct err *err)
{
	struct buf known = { 0 };

	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].mode != IMPORT_REMOVE)
			buf_addf(&known, "%s%s", known.len ? ", " : "",
			    l->items[i].source);
	if (known.len)
		fail_as(err, ERR_NO, "never had %.80s as a source; --source "
		    "names one of: %.300s", source, buf_text(&known));
	else
		fail_as(err, ERR_NO, "has no source that could be refreshed; "
		    "import %.80s first", source);
	buf_free(&known);
	return false;
}

static bool
refresh_make(struct db *db, const struct target *target,
    const struct entries *entries, const char *source, struct refresh *r,
    struct err *err)
{
	struct last_imports lasts = { 0 };
	struct origins origins = { 0 };
	const struct last_import *last;
	bool ok = find_lasts(db, target, &lasts, err);

	last = ok ? last_of(&lasts, source) : NULL;
	if (ok && !last)
		ok = fail_unknown(&lasts, source, err);
	ok = ok && origins_make(db, target, entries, &origins, err) &&
	    series_load_entries(db, last->series, &r->said, err);
	if (ok) {
		r->last = last->id;
		take_brought(&origins, entries, source, &r->brought);
		ok = drop_said_by_others(db, &lasts, source, &r->brought, err);
	}
	origins_free(&origins);
	for (size_t i = 0; i < lasts.count; i++)
		free(lasts.items[i].source);
	free(lasts.items);
	return ok;
}

bool
store_refresh(struct store *store, const struct target *target,
    const struct entries *entries, const char *source,
    struct refresh *refresh, struct err *err)
{
	bool ok;

	*refresh = (struct refresh){ 0 };
	if (!db_begin(store->db, false, err))
		return false;
	ok = refresh_make(store->db, target, entries, source, refresh, err);
	db_rollback(store->db);
	if (!ok)
		refresh_free(refresh);
	return ok;
}

void
refresh_free(struct refresh *r)
{
	entries_free(&r->said);
	entries_free(&r->brought);
	*r = (struct refresh){ 0 };
}
