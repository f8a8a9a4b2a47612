#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "series.h"
#include "shape.h"
#include "version.h"

#define PARTS_MOST 8

struct part {
	const char *slot;
	int64_t series;
	struct digest digest;
};

struct parts {
	struct part items[PARTS_MOST];
	size_t count;
};

/* A version as its rows have it. */
struct whole {
	enum object_kind kind;
	char *name, *body;
	struct digest digest;
	struct parts parts;
};

static void
whole_free(struct whole *w)
{
	free(w->name);
	free(w->body);
}

/* --- saving ------------------------------------------------------------ */

static bool
save_parts(struct db *db, const struct shape *shape, const void *object,
    struct parts *parts, struct err *err)
{
	for (const struct slot *s = shape->slots; s->name; s++) {
		struct part *p = &parts->items[parts->count++];

		p->slot = s->name;
		if (!series_save_entries(db, shape_entries(s, object),
		        &p->series, &p->digest, err))
			return false;
	}
	for (const struct row_array *a = shape->arrays; a->path; a++) {
		struct part *p = &parts->items[parts->count];

		if (!a->bulk)
			continue;
		parts->count++;
		p->slot = a->path;
		if (!series_save_rows(db, a, object, &p->series, &p->digest,
		        err))
			return false;
	}
	return true;
}

static struct digest
version_digest(enum object_kind kind, const char *body,
    const struct parts *parts)
{
	struct buf all = { 0 };
	struct digest digest;

	digest_add_number(&all, kind);
	digest_add_text(&all, body);
	for (size_t i = 0; i < parts->count; i++) {
		digest_add_text(&all, parts->items[i].slot);
		buf_addn(&all, parts->items[i].digest.bytes, DIGEST_LEN);
	}
	digest = digest_of_buf(&all);
	buf_free(&all);
	return digest;
}

static bool
find_version(struct db *db, const struct digest *digest, int64_t *id,
    struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT id FROM version WHERE digest = ?");
	bool row, ok;

	*id = 0;
	bind_blob(q, digest->bytes, DIGEST_LEN);
	ok = query_next(q, &row, err);
	if (ok && row)
		*id = column_int(q, 0);
	query_end(q);
	return ok;
}

static bool
insert_parts(struct db *db, int64_t version, const struct parts *parts,
    struct err *err)
{
	for (size_t i = 0; i < parts->count; i++) {
		struct query *q = query_begin(db,
		    "INSERT INTO part (version, slot, series)"
		    " VALUES (?, ?, ?)");

		bind_int(q, version);
		bind_text(q, parts->items[i].slot);
		bind_int(q, parts->items[i].series);
		if (!query_run(q, err))
			return false;
	}
	return true;
}

static bool
insert_version(struct db *db, const struct whole *w, int64_t *id,
    struct err *err)
{
	struct query *q = query_begin(db,
	    "INSERT INTO version (digest, kind, name, body)"
	    " VALUES (?, ?, ?, ?)");

	bind_blob(q, w->digest.bytes, DIGEST_LEN);
	bind_int(q, w->kind);
	bind_text(q, w->name);
	bind_text(q, w->body);
	if (!query_run(q, err))
		return false;
	*id = db_last_id(db);
	return insert_parts(db, *id, &w->parts, err);
}

static bool
save_whole(struct db *db, struct whole *w, int64_t *id, struct err *err)
{
	w->digest = version_digest(w->kind, w->body, &w->parts);
	return find_version(db, &w->digest, id, err) &&
	    (*id || insert_version(db, w, id, err));
}

bool
version_save(struct db *db, enum object_kind kind, const void *object,
    int64_t *id, struct err *err)
{
	const struct shape *shape = &shapes[kind];
	struct whole w = { .kind = kind };
	struct buf body = { 0 };
	bool ok;

	shape_add(&body, shape, object, 0, false);
	w.body = buf_take(&body);
	w.name = mem_text(shape_name(shape, object));
	ok = save_parts(db, shape, object, &w.parts, err) &&
	    save_whole(db, &w, id, err);
	whole_free(&w);
	return ok;
}

/* --- loading ----------------------------------------------------------- */

static bool
damaged(struct db *db, struct err *err)
{
	return fail_as(err, ERR_STORE,
	    "%s: the database is damaged (an object is not what was saved); "
	    "restore a copy", db_path(db));
}

static bool
load_row(struct db *db, int64_t id, struct whole *l, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT kind, body, digest, name FROM version WHERE id = ?");
	const void *blob;
	size_t len;
	bool row, ok;

	bind_int(q, id);
	ok = query_next(q, &row, err) && (row || damaged(db, err));
	if (ok) {
		l->kind = (enum object_kind)column_int(q, 0);
		l->body = mem_text(column_text(q, 1));
		l->name = mem_text(column_text(q, 3));
		blob = column_blob(q, 2, &len);
		ok = (l->kind < KIND_COUNT && l->body &&
		         len == DIGEST_LEN) || damaged(db, err);
		if (ok)
			memcpy(l->digest.bytes, blob, DIGEST_LEN);
	}
	query_end(q);
	return ok;
}

bool
version_part(struct db *db, int64_t version, const char *slot,
    int64_t *series, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT series FROM part WHERE version = ? AND slot = ?");
	bool row, ok;

	bind_int(q, version);
	bind_text(q, slot);
	ok = query_next(q, &row, err) && (row || damaged(db, err));
	if (ok)
		*series = column_int(q, 0);
	query_end(q);
	return ok;
}

static bool
add_part(struct db *db, int64_t id, struct whole *l, const char *slot,
    struct err *err)
{
	struct part *p = &l->parts.items[l->parts.count++];

	p->slot = slot;
	return version_part(db, id, slot, &p->series, err) &&
	    series_digest(db, p->series, &p->digest, err);
}

static bool
load_parts(struct db *db, int64_t id, struct whole *l, struct err *err)
{
	const struct shape *shape = &shapes[l->kind];
	struct digest digest;

	for (const struct slot *s = shape->slots; s->name; s++)
		if (!add_part(db, id, l, s->name, err))
			return false;
	for (const struct row_array *a = shape->arrays; a->path; a++)
		if (a->bulk && !add_part(db, id, l, a->path, err))
			return false;
	digest = version_digest(l->kind, l->body, &l->parts);
	return !memcmp(digest.bytes, l->digest.bytes, DIGEST_LEN) ||
	    damaged(db, err);
}

static bool
read_object(struct db *db, const struct whole *l, void *object,
    struct err *err)
{
	const struct shape *shape = &shapes[l->kind];
	struct reader json;
	size_t part = 0;
	bool ok;

	reader_open(&json, l->body, strlen(l->body), err);
	ok = (shape_read(&json, shape, object) && reader_end(&json) &&
	         l->name && !strcmp(l->name, shape_name(shape, object))) ||
	    damaged(db, err);
	reader_close(&json);
	for (const struct slot *s = shape->slots; ok && s->name; s++)
		ok = series_load_entries(db, l->parts.items[part++].series,
		    shape_entries(s, object), err);
	for (const struct row_array *a = shape->arrays; ok && a->path; a++)
		if (a->bulk)
			ok = series_load_rows(db,
			    l->parts.items[part++].series, a, object, err);
	return ok;
}

bool
version_load(struct db *db, int64_t id, enum object_kind *kind, void **object,
    struct err *err)
{
	struct whole l = { .body = NULL };
	bool ok = load_row(db, id, &l, err) && load_parts(db, id, &l, err);

	*object = NULL;
	if (ok) {
		*kind = l.kind;
		*object = shapes[l.kind].new();
		ok = read_object(db, &l, *object, err);
	}
	if (!ok && *object) {
		shapes[l.kind].free(*object);
		*object = NULL;
	}
	whole_free(&l);
	return ok;
}

bool
version_edit(struct db *db, const char *slot,
    const struct entry_edits *edits, int64_t *id, struct err *err)
{
	struct whole w = { .body = NULL };
	struct part *p = w.parts.items;
	bool ok = load_row(db, *id, &w, err) && load_parts(db, *id, &w, err);

	while (ok && strcmp(p->slot, slot) != 0)
		p++;
	ok = ok && series_edit(db, edits, &p->series, &p->digest, err) &&
	    save_whole(db, &w, id, err);
	whole_free(&w);
	return ok;
}

bool
version_name(struct db *db, int64_t id, enum object_kind *kind, char **name,
    struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT kind, name FROM version WHERE id = ?");
	bool row, ok;

	bind_int(q, id);
	ok = query_next(q, &row, err) && (row || damaged(db, err));
	if (ok) {
		*kind = (enum object_kind)column_int(q, 0);
		*name = mem_text(column_text(q, 1));
	}
	query_end(q);
	return ok;
}
