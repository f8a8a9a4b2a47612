#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "place.h"
#include "policy/buf.h"
#include "policy/mem.h"
#include "here.h"
#include "push_lock.h"
#include "schema.h"
#include "shape.h"
#include "state.h"

/* --- opening ----------------------------------------------------------- */

static bool
fill_file(const char *path, struct err *err)
{
	struct db *db = NULL;
	bool ok = db_open(&db, path, DB_CREATE, err) &&
	    schema_create(db, err);

	db_close(db);
	return ok;
}

/* Made whole under another name, then linked: of two programs that begin at the
 * same time one wins and both go on with its file. */
static bool
create_database(const char *real, struct err *err)
{
	struct buf new = { 0 };
	bool ok;

	buf_addf(&new, "%s.new%ld", real, (long)getpid());
	place_remove(buf_text(&new));
	ok = place_make(buf_text(&new), place_mode(real), err) &&
	    fill_file(buf_text(&new), err);
	if (ok && link(buf_text(&new), real) != 0 && errno != EEXIST)
		ok = fail_as(err, ERR_STORE, "%s: cannot be created: %s", real,
		    strerror(errno));
	place_remove(buf_text(&new));
	buf_free(&new);
	return ok && place_sync_folder(real, err);
}

static bool
never(size_t items, void *context)
{
	(void)items;
	(void)context;
	return false;
}

static bool
open_database(struct store *store, const char *real, enum store_mode mode,
    struct err *err)
{
	enum db_mode how = mode == STORE_WRITE ? DB_WRITE : DB_READ;

	store->mode = how;
	if (!db_open(&store->db, real, how, err))
		return false;
	if (mode == STORE_GLANCE)
		db_watch(store->db, never, NULL);
	if (!schema_check(store->db, how, err) ||
	    (mode != STORE_GLANCE && !db_check(store->db, err)))
		return false;
	db_seal(store->db);
	return true;
}

bool
store_open(struct store **store, const char *path, enum store_mode mode,
    struct err *err)
{
	struct store *s = mem_new(1, sizeof(*s));
	char *real = NULL;
	bool missing, ok = place_resolve(&real, path, &missing, err);

	if (ok && missing)
		ok = mode == STORE_WRITE ? create_database(real, err)
		                         : fail_as(err, ERR_STORE,
		                               "%s: there is no such file",
		                               real);
	ok = ok && open_database(s, real, mode, err);
	free(real);
	*store = ok ? s : NULL;
	if (!ok)
		store_close(s);
	return ok;
}

bool
store_again(struct store **again, const struct store *store, struct err *err)
{
	struct store *s = mem_new(1, sizeof(*s));
	bool ok = db_open(&s->db, db_path(store->db), store->mode, err) &&
	    schema_check(s->db, store->mode, err);

	s->mode = store->mode;
	*again = ok ? s : NULL;
	if (ok)
		db_seal(s->db);
	else
		store_close(s);
	return ok;
}

void
store_watch(struct store *store, bool (*goes_on)(size_t items, void *context),
    void *context)
{
	db_watch(store->db, goes_on, context);
}

bool
store_gather(struct store *store, struct err *err)
{
	if (!db_begin(store->db, true, err))
		return false;
	db_nest(store->db, true);
	return true;
}

bool
store_gathered(struct store *store, bool ok, struct err *err)
{
	db_nest(store->db, false);
	return state_end(store, ok, err) || !ok;
}

void
store_close(struct store *store)
{
	if (!store)
		return;
	push_lock_close(store);
	here_close(store);
	db_close(store->db);
	buf_free(&store->dropped);
	free(store);
}

/* --- reading the draft ------------------------------------------------- */

bool
state_end(struct store *store, bool ok, struct err *err)
{
	if (ok && db_commit(store->db, err))
		return true;
	db_rollback(store->db);
	return false;
}

bool
state_head(struct db *db, int64_t *head, struct err *err)
{
	return db_number(db, "SELECT max(head) FROM move", 0, head, err);
}

struct query *
state_draft_rows(struct db *db)
{
	return query_begin(db,
	    "SELECT d.kind, d.version, v.digest,"
	    " v.kind = d.kind AND v.name = d.name FROM draft AS d"
	    " LEFT JOIN version AS v ON v.id = d.version"
	    " ORDER BY d.kind, d.place");
}

struct query *
state_revision_rows(struct db *db, int64_t number)
{
	struct query *q = query_begin(db,
	    "SELECT m.kind, m.version, v.digest, v.kind = m.kind"
	    " FROM member AS m LEFT JOIN version AS v ON v.id = m.version"
	    " WHERE m.revision = ? ORDER BY m.kind, m.place");

	bind_int(q, number);
	return q;
}

struct found {
	int64_t *versions;
	size_t count, cap;
};

static bool
read_rows(struct db *db, struct query *rows, struct found *found,
    struct digest *digest, struct err *err)
{
	struct buf all = { 0 };
	bool row, ok;

	while ((ok = query_next(rows, &row, err)) && row) {
		size_t len;
		const void *blob = column_blob(rows, 2, &len);

		if (column_int(rows, 3) != 1) {
			ok = fail_as(err, ERR_STORE,
			    "%s: the database is damaged (a name is not that "
			    "of its object); restore a copy", db_path(db));
			break;
		}
		digest_add_number(&all, (long long)column_int(rows, 0));
		buf_addn(&all, blob, len);
		found->versions = mem_grow(found->versions, found->count,
		    &found->cap, sizeof(*found->versions));
		found->versions[found->count++] = column_int(rows, 1);
	}
	query_end(rows);
	*digest = digest_of_buf(&all);
	buf_free(&all);
	return ok;
}

bool
state_digest(struct db *db, struct query *rows, struct digest *digest,
    struct err *err)
{
	struct found found = { 0 };
	bool ok = read_rows(db, rows, &found, digest, err);

	free(found.versions);
	return ok;
}

bool
state_policy(struct db *db, struct query *rows, struct policy **policy,
    struct digest *digest, struct err *err)
{
	struct found found = { 0 };
	struct policy *p = policy_new();
	bool ok = read_rows(db, rows, &found, digest, err);

	for (size_t i = 0; ok && i < found.count; i++) {
		enum object_kind kind;
		void *object;

		ok = version_load(db, found.versions[i], &kind, &object, err);
		if (ok)
			shapes[kind].put(p, object);
	}
	free(found.versions);
	if (!ok) {
		policy_free(p);
		return false;
	}
	*policy = p;
	return true;
}

bool
store_draft(struct store *store, struct policy **policy, int64_t *head,
    struct err *err)
{
	struct digest digest;
	bool ok;

	if (!db_begin(store->db, false, err))
		return false;
	ok = state_head(store->db, head, err) &&
	    state_policy(store->db, state_draft_rows(store->db), policy,
	        &digest, err);
	db_rollback(store->db);
	return ok;
}

bool
store_head(struct store *store, int64_t *head, struct err *err)
{
	return state_head(store->db, head, err);
}
