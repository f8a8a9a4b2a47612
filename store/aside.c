#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aside.h"
#include "editing.h"
#include "policy/mem.h"
#include "shape.h"

/* --- those that wait --------------------------------------------------- */

/* Taken up by a step that is in force, or dropped. */
#define ENDED \
	"WITH ended AS (SELECT e.aside FROM aside_end AS e" \
	" LEFT JOIN step AS t ON t.id = e.step" \
	" WHERE e.step IS NULL OR t.state = 0) "
/* Set aside by a step that is in force, and not ended. */
#define WAITING \
	" FROM aside AS a JOIN step AS s ON s.id = a.step" \
	" LEFT JOIN ended ON ended.aside = a.id" \
	" WHERE s.state = 0 AND ended.aside IS NULL"

bool
store_asides(struct store *store, struct aside **asides, size_t *count,
    struct err *err)
{
	struct query *q = query_begin(store->db,
	    ENDED "SELECT a.id, s.time, a.name, s.author, a.note,"
	    " (SELECT count(*) FROM change AS c WHERE c.step = a.step)" WAITING
	    " ORDER BY a.id");
	struct aside *all = NULL;
	size_t n = 0, cap = 0;
	bool row, ok;

	while ((ok = query_next(q, &row, err)) && row) {
		all = mem_grow(all, n, &cap, sizeof(*all));
		all[n++] = (struct aside){ column_int(q, 0), column_int(q, 1),
			mem_text(column_text(q, 2)),
			mem_text(column_text(q, 3)),
			mem_text(column_text(q, 4)),
			(size_t)column_int(q, 5) };
	}
	query_end(q);
	if (!ok) {
		asides_free(all, n);
		return false;
	}
	*asides = all;
	*count = n;
	return true;
}

void
asides_free(struct aside *asides, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(asides[i].name);
		free(asides[i].author);
		free(asides[i].note);
	}
	free(asides);
}

static bool
find_waiting(struct db *db, const char *name, int64_t *id, struct err *err)
{
	struct query *q = query_begin(db,
	    ENDED "SELECT a.id" WAITING " AND a.name = ?");
	bool row, ok;

	bind_text(q, name);
	ok = query_next(q, &row, err);
	*id = ok && row ? column_int(q, 0) : 0;
	query_end(q);
	return ok;
}

bool
store_aside_find(struct store *store, const char *name, int64_t *id,
    struct err *err)
{
	if (!find_waiting(store->db, name, id, err))
		return false;
	return *id || fail_as(err, ERR_NO,
	    "nothing is set aside as %.100s; relayadm draft lists what is",
	    name);
}

/* --- setting aside ----------------------------------------------------- */

/* How an object of the draft differs from the last revision: kind, name, its
 * version and place there, and in the revision; NULL where it is not. */
static struct query *
differing_rows(struct db *db)
{
	return query_begin(db,
	    "WITH base AS (SELECT m.kind, v.name, m.version, m.place"
	    " FROM member AS m JOIN version AS v ON v.id = m.version"
	    " WHERE m.revision = (SELECT max(number) FROM revision))"
	    " SELECT d.kind, d.name, d.version, d.place, b.version, b.place"
	    " FROM draft AS d LEFT JOIN base AS b"
	    " ON b.kind = d.kind AND b.name = d.name"
	    " WHERE b.version IS NOT d.version"
	    " UNION ALL"
	    " SELECT b.kind, b.name, NULL, NULL, b.version, b.place"
	    " FROM base AS b LEFT JOIN draft AS d"
	    " ON d.kind = b.kind AND d.name = b.name"
	    " WHERE d.version IS NULL"
	    " ORDER BY 1, 4, 6");
}

struct setting_aside {
	struct editing editing;
	const struct object_name *objects;
	size_t count;
	bool *met; /* by object */
};

static bool
is_asked(struct setting_aside *s, enum object_kind kind, const char *name)
{
	bool asked = s->count == 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->objects[i].kind == kind &&
		    !strcmp(s->objects[i].name, name))
			asked = s->met[i] = true;
	return asked;
}

/* It leaves the draft, comes back, or becomes what it was at the place where it
 * is. */
static bool
set_back(struct setting_aside *s, struct query *q)
{
	struct object_change c = { (enum object_kind)column_int(q, 0),
		{ column_int(q, 2), column_int(q, 3) },
		{ column_int(q, 4), column_int(q, 3) }, NULL };

	if (!is_asked(s, c.kind, column_text(q, 1)))
		return true;
	if (!c.old.version &&
	    !editing_next_place(&s->editing, c.kind, &c.new.place))
		return false;
	editing_add(&s->editing, &c);
	return true;
}

static bool
set_all_back(struct setting_aside *s)
{
	struct query *q = differing_rows(s->editing.store->db);
	struct err *err = s->editing.err;
	bool row, ok;

	while ((ok = query_next(q, &row, err)) && row)
		if (!set_back(s, q)) {
			ok = false;
			break;
		}
	query_end(q);
	for (size_t i = 0; ok && i < s->count; i++)
		if (!s->met[i])
			ok = fail_as(err, ERR_NO,
			    "%s %s does not differ from the last revision; "
			    "there is nothing of it to be set aside",
			    object_words[s->objects[i].kind],
			    s->objects[i].name);
	return ok && (s->editing.count || fail_as(err, ERR_NO,
	    "the draft changes nothing; there is nothing to be set aside"));
}

static bool
insert_aside(struct editing *e, const char *name, const char *note)
{
	struct query *q = query_begin(e->store->db,
	    "INSERT INTO aside (step, name, note) VALUES (?, ?, ?)");

	bind_int(q, e->step);
	bind_text(q, name);
	bind_text(q, note);
	return query_run(q, e->err);
}

static bool
is_free(struct db *db, const char *name, struct err *err)
{
	int64_t id;

	return find_waiting(db, name, &id, err) &&
	    (!id || fail_as(err, ERR_NO,
	        "something is set aside as %s already; take another name, or "
	        "take that up or drop it first", name));
}

static bool
has_moved(const struct editing *e, int64_t head)
{
	if (e->head - 1 == head)
		return false;
	fail_as(e->err, ERR_NO,
	    "the draft was changed in the meantime; nothing was stored, look "
	    "at it and do it again");
	return true;
}

static bool
end_editing(struct editing *e, bool ok, int64_t *head)
{
	ok = state_end(e->store, ok, e->err);
	if (ok)
		*head = e->head;
	free(e->changes);
	return ok;
}

bool
store_set_aside(struct store *store, const char *name, const char *note,
    const struct object_name *objects, size_t count, int64_t *head,
    struct err *err)
{
	char label[NAME_SIZE + 20];
	struct setting_aside s = { .editing = { .store = store,
		.label = label, .seen = *head, .err = err },
		.objects = objects, .count = count };
	bool ok;

	if (!name_check(name, strlen(name), err) ||
	    !name_check_comment(note, strlen(note), err) ||
	    !editing_begin(&s.editing))
		return false;
	snprintf(label, sizeof(label), "set aside as %s", name);
	s.met = mem_new(count + 1, sizeof(*s.met));
	ok = !has_moved(&s.editing, *head) && is_free(store->db, name, err) &&
	    set_all_back(&s) && editing_store(&s.editing) &&
	    insert_aside(&s.editing, name, note);
	free(s.met);
	return end_editing(&s.editing, ok, head);
}

/* --- looking at it ----------------------------------------------------- */

static bool
load(struct db *db, int64_t version, struct aside_object *object,
    void **value, struct err *err)
{
	return !version ||
	    version_load(db, version, &object->kind, value, err);
}

static bool
load_object(struct db *db, struct query *q, struct aside_object *object,
    struct err *err)
{
	const void *any;

	if (!load(db, column_int(q, 0), object, &object->mine, err) ||
	    !load(db, column_int(q, 1), object, &object->before, err))
		return false;
	any = object->mine ? object->mine : object->before;
	snprintf(object->name, sizeof(object->name), "%s",
	    shape_name(&shapes[object->kind], any));
	return true;
}

bool
store_aside_objects(struct store *store, int64_t id,
    struct aside_object **objects, size_t *count, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT c.old_version, c.new_version FROM change AS c"
	    " JOIN aside AS a ON a.step = c.step WHERE a.id = ?"
	    " ORDER BY c.number");
	struct aside_object *all = NULL;
	size_t n = 0, cap = 0;
	bool row, ok;

	bind_int(q, id);
	while ((ok = query_next(q, &row, err)) && row) {
		all = mem_grow(all, n, &cap, sizeof(*all));
		all[n] = (struct aside_object){ 0 };
		ok = load_object(store->db, q, &all[n++], err);
		if (!ok)
			break;
	}
	query_end(q);
	if (!ok) {
		aside_objects_free(all, n);
		return false;
	}
	*objects = all;
	*count = n;
	return true;
}

void
aside_objects_free(struct aside_object *objects, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct shape *shape = &shapes[objects[i].kind];

		if (objects[i].before)
			shape->free(objects[i].before);
		if (objects[i].mine)
			shape->free(objects[i].mine);
	}
	free(objects);
}

/* --- its end ----------------------------------------------------------- */

/* step 0: dropped. */
static bool
insert_end(struct store *store, int64_t id, int64_t step, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "INSERT INTO aside_end (aside, step, time, author)"
	    " VALUES (?, nullif(?, 0), ?, ?)");

	bind_int(q, id);
	bind_int(q, step);
	bind_int(q, store_now());
	bind_text(q, store_author());
	return query_run(q, err);
}

/* Somebody else may have ended it since it was looked at. */
static bool
still_waits(struct db *db, int64_t id, struct err *err)
{
	struct query *q = query_begin(db,
	    ENDED "SELECT a.id" WAITING " AND a.id = ?");
	bool row, ok;

	bind_int(q, id);
	ok = query_next(q, &row, err);
	query_end(q);
	return ok && (row || fail_as(err, ERR_NO, "that was taken up or "
	    "dropped in the meantime; look again"));
}

bool
store_take_aside(struct store *store, int64_t id, const char *label,
    const struct change *changes, size_t count, int64_t *head,
    struct err *err)
{
	struct editing e = { .store = store, .label = label, .seen = *head,
		.err = err };
	bool ok;

	if (!editing_begin(&e))
		return false;
	ok = still_waits(store->db, id, err);
	for (size_t i = 0; ok && i < count; i++)
		ok = editing_take(&e, &changes[i]);
	ok = ok && editing_check_names(&e);
	if (ok && e.count)
		ok = editing_store(&e);
	else
		e.head--;
	ok = ok && insert_end(store, id, e.step, err);
	return end_editing(&e, ok, head);
}

bool
store_drop_aside(struct store *store, int64_t id, struct err *err)
{
	if (!db_begin(store->db, true, err))
		return false;
	return state_end(store, still_waits(store->db, id, err) &&
	        insert_end(store, id, 0, err), err);
}
