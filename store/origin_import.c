#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "editing.h"
#include "lineage.h"
#include "origin_import.h"
#include "policy/mem.h"
#include "series.h"
#include "shape.h"

/* --- storing ----------------------------------------------------------- */

static void
bind_number(struct query *q, int64_t id)
{
	if (id)
		bind_int(q, id);
	else
		bind_text(q, NULL);
}

/* Into an empty list the entries of the source are those of the list, whose
 * series is known by now. */
static bool
save_entries(struct db *db, const struct importing *i, int64_t version,
    int64_t *series, struct err *err)
{
	const struct arrival *a = i->arrival;
	struct digest digest;

	*series = 0;
	if (a->target->is_routing)
		return true;
	if (entries_equal(arrival_entries(a), &i->import->entries))
		return version_part(db, version, target_part(a->target),
		    series, err);
	return series_save_entries(db, &i->import->entries, series, &digest,
	    err);
}

bool
importing_save(struct db *db, struct importing *i, int64_t step,
    int64_t version, struct err *err)
{
	const struct arrival *a = i->arrival;
	struct digest digest = digest_of(i->source->bytes, i->source->size);
	struct buf target = { 0 };
	struct query *q;
	int64_t series;
	bool ok;

	if (!save_entries(db, i, version, &series, err))
		return false;
	target_add(&target, a->target);
	q = query_begin(db,
	    "INSERT INTO import (step, target, source, size, digest, lines,"
	    " format, options, mode, came, went, series)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	bind_int(q, step);
	bind_text(q, buf_text(&target));
	bind_text(q, i->source->name);
	bind_int(q, (int64_t)i->source->size);
	bind_blob(q, digest.bytes, DIGEST_LEN);
	bind_int(q, (int64_t)i->import->lines);
	bind_text(q, i->import->format);
	bind_text(q, i->source->options);
	bind_int(q, a->mode);
	bind_int(q, (int64_t)a->came);
	bind_int(q, (int64_t)a->went);
	bind_number(q, series);
	ok = query_run(q, err);
	buf_free(&target);
	i->id = db_last_id(db);
	return ok;
}

bool
store_import(struct store *store, const char *label,
    const struct arrival *arrival, const struct import *import,
    const struct import_source *source, int64_t *head, int64_t *id,
    struct err *err)
{
	struct importing importing = { arrival, import, source, 0 };
	struct editing e = { .store = store, .label = label, .seen = *head,
		.importing = &importing, .err = err };
	struct change change = arrival_change(arrival);
	bool ok;

	*id = 0;
	if (!editing_begin(&e))
		return false;
	ok = editing_take(&e, &change) && editing_check_names(&e);
	if (!editing_finish(&e, ok, head))
		return false;
	*id = importing.id;
	return true;
}

size_t
store_import_items(const struct arrival *a, const struct import *import)
{
	const struct shape *shape = &shapes[arrival_change(a).kind];
	size_t items = 0;

	for (const struct slot *s = shape->slots; s->name; s++)
		items += entries_count(shape_entries(s, a->object));
	for (const struct row_array *r = shape->arrays; r->path; r++)
		items += r->bulk ? r->count(a->object) : 0;
	if (!a->target->is_routing &&
	    !entries_equal(arrival_entries(a), &import->entries))
		items += entries_count(&import->entries);
	return items;
}

/* --- the record -------------------------------------------------------- */

static void
add_hex(char *hex, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*hex++ = digits[bytes[i] >> 4];
		*hex++ = digits[bytes[i] & 15];
	}
	*hex = '\0';
}

static struct import_record
take_record(struct query *q)
{
	struct import_record r = { .id = column_int(q, 0),
		.time = column_int(q, 1),
		.author = mem_text(column_text(q, 2)),
		.undone = column_int(q, 3) != 0,
		.target = mem_text(column_text(q, 4)),
		.source = mem_text(column_text(q, 5)),
		.size = column_int(q, 6),
		.lines = column_int(q, 8),
		.format = mem_text(column_text(q, 9)),
		.options = mem_text(column_text(q, 10)),
		.mode = (enum import_mode)column_int(q, 11),
		.came = column_int(q, 12), .went = column_int(q, 13) };
	size_t len;
	const void *digest = column_blob(q, 7, &len);

	if (len == DIGEST_LEN)
		add_hex(r.digest, digest, len);
	return r;
}

bool
import_record_fits(const struct import_record *record, const void *bytes,
    size_t size)
{
	char hex[2 * DIGEST_LEN + 1];
	struct digest digest;

	if (record->size != (int64_t)size)
		return false;
	digest = digest_of(bytes, size);
	add_hex(hex, digest.bytes, DIGEST_LEN);
	return !strcmp(hex, record->digest);
}

void
import_records_free(struct import_record *records, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(records[i].author);
		free(records[i].target);
		free(records[i].source);
		free(records[i].format);
		free(records[i].options);
	}
	free(records);
}

/* Has the lineage this step?  Both go down. */
static bool
in_lineage(const struct lineage *l, size_t *at, int64_t step)
{
	while (*at < l->count && l->steps[*at].step > step)
		++*at;
	return *at < l->count && l->steps[*at].step == step;
}

/* The part of a target's name behind its object's, which may have had another
 * name: "" or "/relay". */
static bool
same_part(const struct target *target, const char *text)
{
	const char *slash = strchr(text, '/');

	if (target->is_list)
		return !slash;
	return slash && !strcmp(slash + 1, target->slot
	    ? target->slot->name : "routing");
}

static bool
read_records(struct db *db, const struct target *target,
    const struct lineage *lineage, struct import_record **records,
    size_t *count, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT i.id, s.time, s.author, s.state, i.target, i.source,"
	    " i.size, i.digest, i.lines, i.format, i.options, i.mode, i.came,"
	    " i.went, i.step FROM import AS i JOIN step AS s ON s.id = i.step"
	    " ORDER BY i.id DESC");
	size_t cap = 0, at = 0;
	bool row, ok;

	*records = NULL;
	*count = 0;
	while ((ok = query_next(q, &row, err)) && row) {
		if (target && (!same_part(target, column_text(q, 4)) ||
		    !in_lineage(lineage, &at, column_int(q, 14))))
			continue;
		*records = mem_grow(*records, *count, &cap, sizeof(**records));
		(*records)[(*count)++] = take_record(q);
	}
	query_end(q);
	return ok;
}

bool
store_imports(struct store *store, const struct target *target,
    struct import_record **records, size_t *count, struct err *err)
{
	struct lineage lineage = { 0 };
	bool ok;

	*records = NULL;
	*count = 0;
	if (!db_begin(store->db, false, err))
		return false;
	ok = (!target || lineage_of(store->db, target_kind(target),
	         target->name, &lineage, err)) &&
	    read_records(store->db, target, &lineage, records, count, err);
	db_rollback(store->db);
	lineage_free(&lineage);
	if (!ok)
		import_records_free(*records, *count);
	return ok;
}
