#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "editing.h"
#include "names.h"
#include "origin_import.h"
#include "policy/mem.h"
#include "shape.h"
#include "state.h"

enum step_state {
	STEP_DONE,
	STEP_UNDONE,
	STEP_LEFT, /* undone, then another edit was made */
};

enum way {
	WAY_EDIT,
	WAY_UNDO,
	WAY_REDO,
};

void
editing_add(struct editing *e, const struct object_change *change)
{
	e->changes = mem_grow(e->changes, e->count, &e->cap,
	    sizeof(*e->changes));
	e->changes[e->count++] = *change;
}

/* --- the rows of the draft --------------------------------------------- */

struct draft_row {
	bool there;
	struct side side;
	int64_t head; /* at which it came to be as it is */
};

static bool
find_row(struct editing *e, enum object_kind kind, const char *name,
    struct draft_row *row)
{
	struct query *q = query_begin(e->store->db,
	    "SELECT version, place, head FROM draft"
	    " WHERE kind = ? AND name = ?");
	bool ok;

	*row = (struct draft_row){ false, { 0, 0 }, 0 };
	bind_int(q, kind);
	bind_text(q, name);
	ok = query_next(q, &row->there, e->err);
	if (ok && row->there) {
		row->side.version = column_int(q, 0);
		row->side.place = column_int(q, 1);
		row->head = column_int(q, 2);
	}
	query_end(q);
	return ok;
}

static bool
remove_row(struct editing *e, enum object_kind kind, const struct side *side)
{
	struct query *q = query_begin(e->store->db,
	    "DELETE FROM draft WHERE kind = ? AND place = ?");

	bind_int(q, kind);
	bind_int(q, side->place);
	return query_run(q, e->err);
}

static bool
insert_row(struct editing *e, enum object_kind kind, const struct side *side)
{
	struct query *q = query_begin(e->store->db,
	    "INSERT INTO draft (kind, name, place, version, head)"
	    " SELECT kind, name, ?, id, ? FROM version WHERE id = ?"
	    " AND kind = ?");

	bind_int(q, side->place);
	bind_int(q, e->head);
	bind_int(q, side->version);
	bind_int(q, kind);
	return query_run(q, e->err);
}

/* First everything leaves its place, then everything takes its new one. */
static bool
apply(struct editing *e, bool back)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct object_change *c = &e->changes[i];
		const struct side *from = back ? &c->new : &c->old;

		if (from->version && !remove_row(e, c->kind, from))
			return false;
	}
	for (size_t i = 0; i < e->count; i++) {
		const struct object_change *c = &e->changes[i];
		const struct side *to = back ? &c->old : &c->new;

		if (to->version && !insert_row(e, c->kind, to))
			return false;
	}
	return true;
}

/* --- steps and moves --------------------------------------------------- */

static bool
insert_move(struct editing *e, enum way way)
{
	struct query *q = query_begin(e->store->db,
	    "INSERT INTO move (head, time, author, step, way)"
	    " VALUES (?, ?, ?, ?, ?)");

	bind_int(q, e->head);
	bind_int(q, store_now());
	bind_text(q, store_author());
	bind_int(q, e->step);
	bind_int(q, way);
	return query_run(q, e->err);
}

static void
bind_side(struct query *q, const struct side *side)
{
	if (side->version) {
		bind_int(q, side->version);
		bind_int(q, side->place);
	} else {
		bind_text(q, NULL);
		bind_text(q, NULL);
	}
}

static bool
insert_changes(struct editing *e)
{
	for (size_t i = 0; i < e->count; i++) {
		struct query *q = query_begin(e->store->db,
		    "INSERT INTO change (step, number, kind, old_version,"
		    " old_place, new_version, new_place)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?)");

		bind_int(q, e->step);
		bind_int(q, (int64_t)i);
		bind_int(q, e->changes[i].kind);
		bind_side(q, &e->changes[i].old);
		bind_side(q, &e->changes[i].new);
		if (!query_run(q, e->err))
			return false;
	}
	return true;
}

static bool
insert_step(struct editing *e)
{
	struct db *db = e->store->db;
	struct query *q;

	q = query_begin(db, "UPDATE step SET state = 2 WHERE state = 1");
	if (!query_run(q, e->err))
		return false;
	q = query_begin(db,
	    "INSERT INTO step (time, author, label, state)"
	    " VALUES (?, ?, ?, 0)");
	bind_int(q, store_now());
	bind_text(q, store_author());
	bind_text(q, e->label);
	if (!query_run(q, e->err))
		return false;
	e->step = db_last_id(db);
	return insert_changes(e);
}

static bool
set_step(struct editing *e, enum step_state state)
{
	struct query *q = query_begin(e->store->db,
	    "UPDATE step SET state = ? WHERE id = ?");

	bind_int(q, state);
	bind_int(q, e->step);
	return query_run(q, e->err);
}

/* --- edits ------------------------------------------------------------- */

/* Somebody else was faster: the row says who, when and by what step. */
static bool
fail_conflict(struct editing *e, struct query *q, enum object_kind kind,
    const char *name, const char *what)
{
	time_t time = (time_t)column_int(q, 1);
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&time, &tm))
		strftime(when, sizeof(when), "%H:%M:%S UTC", &tm);
	return fail_as(e->err, ERR_NO,
	    "%s %s was %s in the meantime by %s at %s (%s); nothing was "
	    "stored, look at it and do it again",
	    object_words[kind], name, what, column_text(q, 0), when,
	    column_text(q, 2));
}

static bool
conflict(struct editing *e, enum object_kind kind, const char *name,
    int64_t head)
{
	struct query *q = query_begin(e->store->db,
	    "SELECT m.author, m.time, s.label FROM move AS m"
	    " JOIN step AS s ON s.id = m.step WHERE m.head = ?");
	bool row;

	bind_int(q, head);
	if (!query_next(q, &row, e->err))
		return false;
	if (row)
		fail_conflict(e, q, kind, name, "changed");
	else
		fail_as(e->err, ERR_STORE,
		    "%s: the database is damaged (move %lld is missing); "
		    "restore a copy",
		    db_path(e->store->db), (long long)head);
	query_end(q);
	return false;
}

/* An object that is not there any more: the last move that touched it since
 * took it away, or gave it another name. */
static bool
gone(struct editing *e, enum object_kind kind, const char *name)
{
	struct query *q = query_begin(e->store->db,
	    "SELECT m.author, m.time, s.label FROM move AS m"
	    " JOIN step AS s ON s.id = m.step"
	    " JOIN change AS c ON c.step = s.id"
	    " JOIN version AS v ON v.id IN (c.old_version, c.new_version)"
	    " WHERE m.head > ? AND v.kind = ? AND v.name = ?"
	    " ORDER BY m.head DESC LIMIT 1");
	bool row;

	bind_int(q, e->seen);
	bind_int(q, kind);
	bind_text(q, name);
	if (!query_next(q, &row, e->err))
		return false;
	if (row)
		fail_conflict(e, q, kind, name, "removed");
	else
		fail_as(e->err, ERR_NO, "there is no %s %s",
		    object_words[kind], name);
	query_end(q);
	return false;
}

bool
editing_next_place(struct editing *e, enum object_kind kind, int64_t *place)
{
	struct query *q = query_begin(e->store->db,
	    "SELECT max(place) FROM draft WHERE kind = ?");
	bool row, ok;

	bind_int(q, kind);
	ok = query_next(q, &row, e->err);
	*place = ok && row && !column_null(q, 0) ? column_int(q, 0) + 1 : 0;
	query_end(q);
	for (size_t i = 0; i < e->count; i++)
		if (e->changes[i].kind == kind &&
		    e->changes[i].new.version &&
		    e->changes[i].new.place >= *place)
			*place = e->changes[i].new.place + 1;
	return ok;
}

bool
editing_old(struct editing *e, const struct change *change, struct side *old)
{
	struct draft_row row;

	if (!find_row(e, change->kind, change->old_name, &row))
		return false;
	if (!row.there)
		return gone(e, change->kind, change->old_name);
	if (row.head > e->seen)
		return conflict(e, change->kind, change->old_name, row.head);
	for (size_t i = 0; i < e->count; i++)
		if (e->changes[i].kind == change->kind &&
		    e->changes[i].old.version &&
		    e->changes[i].old.place == row.side.place)
			return fail_as(e->err, ERR_NO,
			    "%s %s is changed twice in one edit",
			    object_words[change->kind], change->old_name);
	*old = row.side;
	return true;
}

bool
editing_take(struct editing *e, const struct change *change)
{
	struct object_change c = { .kind = change->kind };

	if (change->object)
		c.name = shape_name(&shapes[c.kind], change->object);
	if (change->old_name && !editing_old(e, change, &c.old))
		return false;
	if (c.name && !version_save(e->store->db, c.kind, change->object,
	        &c.new.version, e->err))
		return false;
	c.new.place = c.old.place;
	if (c.name && !change->old_name &&
	    !editing_next_place(e, c.kind, &c.new.place))
		return false;
	if (c.old.version != c.new.version)
		editing_add(e, &c);
	return true;
}

/* Does this edit move the object away from its place? */
static bool
leaves(const struct editing *e, enum object_kind kind, int64_t place)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->changes[i].kind == kind && e->changes[i].old.version &&
		    e->changes[i].old.place == place)
			return true;
	return false;
}

/* Names are looked at when all changes are known, so that one can take the name
 * that another gives up. */
bool
editing_check_names(struct editing *e)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct object_change *c = &e->changes[i];
		struct draft_row row;
		bool taken = false;

		if (!c->name)
			continue;
		if (!find_row(e, c->kind, c->name, &row))
			return false;
		for (size_t k = 0; k < i; k++)
			taken = taken || (e->changes[k].kind == c->kind &&
			    e->changes[k].name &&
			    !strcmp(e->changes[k].name, c->name));
		if (taken ||
		    (row.there && !leaves(e, c->kind, row.side.place)))
			return fail_as(e->err, ERR_NO,
			    "there is a %s %s already", object_words[c->kind],
			    c->name);
	}
	return true;
}

bool
editing_begin(struct editing *e)
{
	if (!db_begin(e->store->db, true, e->err))
		return false;
	if (!state_head(e->store->db, &e->head, e->err)) {
		db_rollback(e->store->db);
		return false;
	}
	e->head++;
	return true;
}

static bool
save_origin(struct editing *e)
{
	return !e->importing || importing_save(e->store->db, e->importing,
	    e->step, e->changes[0].new.version, e->err);
}

bool
editing_store(struct editing *e)
{
	return insert_step(e) && apply(e, false) && insert_move(e, WAY_EDIT) &&
	    save_origin(e);
}

bool
editing_finish(struct editing *e, bool ok, int64_t *head)
{
	if (ok && e->count)
		ok = editing_store(e);
	else if (ok)
		e->head--;
	ok = state_end(e->store, ok, e->err);
	if (ok)
		*head = e->head;
	free(e->changes);
	return ok;
}

bool
store_edit(struct store *store, const char *label,
    const struct change *changes, size_t count, int64_t *head,
    struct err *err)
{
	struct editing e = { .store = store, .label = label, .seen = *head,
		.err = err };
	bool ok = true;

	if (!editing_begin(&e))
		return false;
	for (size_t i = 0; ok && i < count; i++)
		ok = editing_take(&e, &changes[i]);
	return editing_finish(&e, ok && editing_check_names(&e), head);
}

/* --- replacing everything ---------------------------------------------- */

static bool
replace_object(struct editing *e, enum object_kind kind, const void *object,
    int64_t place)
{
	struct object_change c = { .kind = kind };
	struct draft_row row;

	if (!find_row(e, kind, shape_name(&shapes[kind], object), &row) ||
	    !version_save(e->store->db, kind, object, &c.new.version, e->err))
		return false;
	c.old = row.side;
	c.new.place = place;
	if (c.old.version != c.new.version || c.old.place != c.new.place)
		editing_add(e, &c);
	return true;
}

/* What the new policy has no object of that name for goes. */
static bool
remove_others(struct editing *e, enum object_kind kind,
    const struct policy *policy)
{
	struct query *q = query_begin(e->store->db,
	    "SELECT name, version, place FROM draft WHERE kind = ?");
	struct names names;
	bool row, ok;

	names_of(&names, &shapes[kind], policy);
	bind_int(q, kind);
	while ((ok = query_next(q, &row, e->err)) && row) {
		struct object_change c = {
			.kind = kind,
			.old = { column_int(q, 1), column_int(q, 2) },
		};

		if (names_find(&names, column_text(q, 0)) == NAMES_NOWHERE)
			editing_add(e, &c);
	}
	query_end(q);
	names_free(&names);
	return ok;
}

static bool
replace_kind(struct editing *e, enum object_kind kind,
    const struct policy *policy)
{
	bool ok = remove_others(e, kind, policy);

	for (size_t i = 0; ok && i < shapes[kind].count(policy); i++)
		ok = replace_object(e, kind, shapes[kind].at(policy, i),
		    (int64_t)i);
	return ok;
}

bool
store_replace(struct store *store, const char *label,
    const struct policy *policy, int64_t *head, struct err *err)
{
	struct editing e = { .store = store, .label = label, .err = err };
	bool ok;

	if (!db_widen(store->db, err) || !editing_begin(&e))
		return false;
	ok = e.head - 1 == *head || fail_as(err, ERR_NO,
	    "the draft was changed in the meantime; nothing was stored, look "
	    "at it and do it again");
	for (int kind = 0; ok && kind < KIND_COUNT; kind++)
		ok = replace_kind(&e, (enum object_kind)kind, policy);
	return editing_finish(&e, ok, head);
}

/* --- undo, redo -------------------------------------------------------- */

static struct side
column_side(struct query *q, int column)
{
	return (struct side){ column_int(q, column),
		column_int(q, column + 1) };
}

static bool
load_changes(struct editing *e)
{
	struct query *q = query_begin(e->store->db,
	    "SELECT kind, old_version, old_place, new_version, new_place"
	    " FROM change WHERE step = ? ORDER BY number");
	bool row, ok;

	bind_int(q, e->step);
	while ((ok = query_next(q, &row, e->err)) && row) {
		struct object_change c = {
			(enum object_kind)column_int(q, 0),
			column_side(q, 1), column_side(q, 3), NULL,
		};

		editing_add(e, &c);
	}
	query_end(q);
	return ok;
}

static bool
find_step(struct editing *e, const char *sql, const char *nothing,
    char **label)
{
	struct query *q = query_begin(e->store->db, sql);
	bool row, ok = query_next(q, &row, e->err);

	if (ok && row) {
		e->step = column_int(q, 0);
		*label = mem_text(column_text(q, 1));
	}
	query_end(q);
	if (ok && !row)
		ok = fail_as(e->err, ERR_NO, "%s", nothing);
	return ok;
}

static bool
go(struct editing *e, bool back, char **label, int64_t *head)
{
	bool ok;

	*label = NULL;
	if (!editing_begin(e))
		return false;
	ok = back
	    ? find_step(e,
	          "SELECT id, label FROM step WHERE state = 0"
	          " ORDER BY id DESC LIMIT 1",
	          "there is nothing to undo", label)
	    : find_step(e,
	          "SELECT id, label FROM step WHERE state = 1"
	          " ORDER BY id LIMIT 1",
	          "there is nothing to redo", label);
	ok = ok && load_changes(e) && apply(e, back) &&
	    set_step(e, back ? STEP_UNDONE : STEP_DONE) &&
	    insert_move(e, back ? WAY_UNDO : WAY_REDO);
	ok = state_end(e->store, ok, e->err);
	if (ok)
		*head = e->head;
	else
		mem_drop(label);
	free(e->changes);
	return ok;
}

bool
store_undo(struct store *store, char **label, int64_t *head, struct err *err)
{
	struct editing e = { .store = store, .err = err };

	return go(&e, true, label, head);
}

bool
store_redo(struct store *store, char **label, int64_t *head, struct err *err)
{
	struct editing e = { .store = store, .err = err };

	return go(&e, false, label, head);
}
