#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "approval.h"
#include "backup.h"
#include "place.h"
#include "policy/mem.h"
#include "shape.h"
#include "state.h"

/* --- verifying --------------------------------------------------------- */

static bool
read_approvals(struct store *store, struct verified *v, struct err *err)
{
	struct approvals approvals;

	if (!store_approvals(store, &approvals, err))
		return false;
	v->approvals = approvals.words;
	memcpy(v->approval_chain, approvals.chain, sizeof(v->approval_chain));
	approvals_clear(&approvals);
	return true;
}

static bool
read_draft(struct store *store, size_t *objects, struct err *err)
{
	struct policy *policy;
	int64_t head;

	if (!store_draft(store, &policy, &head, err))
		return false;
	*objects = 0;
	for (int kind = 0; kind < KIND_COUNT; kind++)
		*objects += shapes[kind].count(policy);
	policy_free(policy);
	return true;
}

bool
store_verify(struct store *store, struct verified *v, struct err *err)
{
	struct policy *policy;

	if (!db_check(store->db, err) ||
	    !store_last_revision(store, &v->revisions, err) ||
	    !store_chain(store, v->chain, err) ||
	    !read_approvals(store, v, err))
		return false;
	for (int64_t n = 1; n <= v->revisions; n++) {
		if (!store_revision(store, n, &policy, err))
			return false;
		policy_free(policy);
	}
	return read_draft(store, &v->objects, err);
}

/* --- a copy ------------------------------------------------------------ */

/* A file beside this one, with the end. */
static char *
beside(const char *real, const char *end)
{
	struct buf name = { 0 };

	buf_addf(&name, "%s.%s%ld", real, end, (long)getpid());
	return buf_take(&name);
}

static bool
copy_into(struct db *from, const char *path, struct err *err)
{
	struct db *to = NULL;
	bool ok = place_make(path, place_mode(path), err) &&
	    db_open(&to, path, DB_CREATE, err) && db_copy(to, from, err);

	db_close(to); /* all of it is in the file then */
	return ok;
}

/* Under its name only when it is whole. */
static bool
publish(const char *new, const char *real, struct err *err)
{
	if (link(new, real) != 0)
		return fail_as(err, ERR_STORE, "%s: %s", real,
		    errno == EEXIST ? "there is a file of that name; take "
		                      "another name"
		                    : strerror(errno));
	return place_sync_folder(real, err);
}

static bool
copy_to(struct db *from, const char *real, struct err *err)
{
	char *new = beside(real, "new");
	bool ok;

	place_remove(new);
	ok = copy_into(from, new, err) && publish(new, real, err);
	place_remove(new);
	free(new);
	return ok;
}

bool
store_backup(struct store *store, const char *path, struct err *err)
{
	char *real = NULL;
	bool missing, ok = place_resolve(&real, path, &missing, err);

	if (ok && !missing)
		ok = fail_as(err, ERR_STORE, "%s: there is a file of that "
		    "name; take another name", path);
	ok = ok && copy_to(store->db, real, err);
	free(real);
	return ok;
}

/* --- restoring --------------------------------------------------------- */

/* A copy of the copy that may be written: an older one is brought up to
 * date. */
static bool
take_copy(const char *copy, const char *path, struct store **store,
    struct verified *verified, struct err *err)
{
	struct db *from = NULL;
	char *real = NULL;
	bool missing, ok = place_resolve(&real, copy, &missing, err);

	if (ok && missing)
		ok = fail_as(err, ERR_STORE, "%s: there is no such file",
		    copy);
	ok = ok && db_open(&from, real, DB_READ, err) &&
	    copy_into(from, path, err);
	db_close(from);
	free(real);
	return ok && store_open(store, path, STORE_WRITE, err) &&
	    store_verify(*store, verified, err);
}

/* "policy.db.before-20261201T043105Z" */
static char *
kept_name(const char *real)
{
	time_t now = (time_t)store_now();
	struct buf name = { 0 };
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	buf_addf(&name, "%s.before-%s", real, when);
	return buf_take(&name);
}

/* What SQLite left beside it belongs to it. */
static bool
set_aside_file(const char *real, const char *kept, struct err *err)
{
	static const char *const ends[] = { "-wal", "-shm", "", NULL };
	bool ok = access(kept, F_OK) != 0 || fail_as(err, ERR_STORE,
	    "%s: there is a file of that name; move it away", kept);

	for (size_t i = 0; ok && ends[i]; i++) {
		struct buf from = { 0 }, to = { 0 };

		buf_addf(&from, "%s%s", real, ends[i]);
		buf_addf(&to, "%s%s", kept, ends[i]);
		if (rename(buf_text(&from), buf_text(&to)) != 0 &&
		    errno != ENOENT)
			ok = fail_as(err, ERR_STORE, "%s: %s",
			    buf_text(&from), strerror(errno));
		buf_free(&from);
		buf_free(&to);
	}
	return ok;
}

/* To whoever has read the database as it was before, everything has changed
 * since: a head above all those that he has seen. */
static bool
mark_restored(struct store *with, int64_t seen, struct err *err)
{
	struct db *db = with->db;
	int64_t head;
	struct query *q;

	if (!db_begin(db, true, err))
		return false;
	if (!state_head(db, &head, err))
		return state_end(with, false, err);
	head = (head > seen ? head : seen) + 1;
	q = query_begin(db, "INSERT INTO step (time, author, label, state)"
	    " VALUES (?, ?, 'restore a copy of the database', 2)");
	bind_int(q, store_now());
	bind_text(q, store_author());
	if (!query_run(q, err))
		return state_end(with, false, err);
	q = query_begin(db, "INSERT INTO move (head, time, author, step, way)"
	    " VALUES (?, ?, ?, last_insert_rowid(), 0)");
	bind_int(q, head);
	bind_int(q, store_now());
	bind_text(q, store_author());
	if (!query_run(q, err))
		return state_end(with, false, err);
	q = query_begin(db, "UPDATE draft SET head = ?");
	bind_int(q, head);
	return state_end(with, query_run(q, err), err);
}

/* One that can be opened is overwritten in place, so that others who have it
 * open see the new one; one that cannot gives up its name. */
static bool
replace(const char *real, struct store *with, const char *kept,
    struct err *err)
{
	struct store *there;
	struct err ignored;
	int64_t head;
	bool ok;

	if (store_open(&there, real, STORE_WRITE, &ignored)) {
		ok = copy_to(there->db, kept, err) &&
		    state_head(there->db, &head, err) &&
		    mark_restored(with, head, err) &&
		    db_copy(there->db, with->db, err);
		store_close(there);
		return ok;
	}
	return set_aside_file(real, kept, err) &&
	    copy_to(with->db, real, err);
}

bool
store_restore(const char *path, const char *copy, struct verified *verified,
    char **kept, struct err *err)
{
	struct store *with = NULL;
	char *real = NULL, *new;
	bool missing, ok = place_resolve(&real, path, &missing, err);

	*kept = NULL;
	if (!ok)
		return false;
	new = beside(real, "restore");
	place_remove(new);
	ok = take_copy(copy, new, &with, verified, err);
	if (ok && !missing)
		*kept = kept_name(real);
	ok = ok && (missing ? copy_to(with->db, real, err)
	                    : replace(real, with, *kept, err));
	store_close(with);
	place_remove(new);
	free(new);
	free(real);
	if (!ok)
		mem_drop(kept);
	return ok;
}
