#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/buf.h"
#include "schema.h"

/* "RADM", in the header of the file at offset 68. */
#define APPLICATION_ID 0x5241444d

struct migration {
	int64_t version; /* PRAGMA user_version after it */
	const char *sql;
};

/* store/migrations.c is made from store/sql by make. */
extern const char sql_001_begin[];
extern const char sql_002_invariants[];
extern const char sql_003_imports[];
extern const char sql_004_asides[];
extern const char sql_005_rounds[];
extern const char sql_006_approvals[];
extern const char sql_007_tickets[];

static const struct migration migrations[] = {
	{ 1, sql_001_begin },
	{ 2, sql_002_invariants },
	{ 3, sql_003_imports },
	{ 4, sql_004_asides },
	{ 5, sql_005_rounds },
	{ 6, sql_006_approvals },
	{ 7, sql_007_tickets },
	{ 0, NULL },
};

int64_t
schema_newest(void)
{
	const struct migration *m = migrations;

	while (m[1].sql)
		m++;
	return m->version;
}

static bool
run_migrations(struct db *db, int64_t from, int64_t to, struct err *err)
{
	char mark[60];

	for (const struct migration *m = migrations; m->sql; m++) {
		if (m->version <= from || m->version > to)
			continue;
		snprintf(mark, sizeof(mark), "PRAGMA user_version = %" PRId64,
		    m->version);
		if (!db_script(db, m->sql, err) || !db_script(db, mark, err))
			return false;
	}
	return true;
}

bool
schema_create(struct db *db, struct err *err)
{
	char mark[60];

	snprintf(mark, sizeof(mark), "PRAGMA application_id = %d",
	    APPLICATION_ID);
	if (!db_begin(db, true, err))
		return false;
	if (db_script(db, mark, err) &&
	    run_migrations(db, 0, schema_newest(), err) &&
	    db_commit(db, err))
		return true;
	db_rollback(db);
	return false;
}

/* The whole schema as one text. */
static bool
read_schema(struct db *db, struct buf *buf, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"
	    " ORDER BY type, name");
	bool row = true;

	while (row) {
		if (!query_next(q, &row, err))
			return false;
		for (int i = 0; row && i < 4; i++) {
			const char *text = column_text(q, i);

			buf_add(buf, text ? text : "");
			buf_addc(buf, '\n');
		}
	}
	return true;
}

/* What the migrations up to this version make of an empty database is what
 * must be there. */
static bool
compare_schema(struct db *db, int64_t version, struct err *err)
{
	struct db *model = NULL;
	struct buf want = { 0 }, have = { 0 };
	bool ok = db_open(&model, db_path(db), DB_MEMORY, err) &&
	    run_migrations(model, 0, version, err) &&
	    read_schema(model, &want, err) && read_schema(db, &have, err);

	if (ok && strcmp(buf_text(&want), buf_text(&have)) != 0)
		ok = fail_as(err, ERR_STORE,
		    "%s: the tables are not those of relayadm; somebody "
		    "changed them, restore a copy",
		    db_path(db));
	buf_free(&want);
	buf_free(&have);
	db_close(model);
	return ok;
}

static bool
upgrade(struct db *db, struct err *err)
{
	int64_t version;

	if (!db_begin(db, true, err))
		return false;
	/* Another process may have been faster.  What somebody hid in the old
	 * tables must not run while they are changed. */
	if (db_number(db, "PRAGMA user_version", 0, &version, err) &&
	    compare_schema(db, version, err) &&
	    run_migrations(db, version, schema_newest(), err) &&
	    db_commit(db, err))
		return true;
	db_rollback(db);
	return false;
}

static bool
check_version(struct db *db, enum db_mode mode, int64_t version,
    struct err *err)
{
	if (version > schema_newest())
		return fail_as(err, ERR_STORE,
		    "%s: written by a newer relayadm (schema %" PRId64
		    ", this program knows %" PRId64 "); upgrade relayadm",
		    db_path(db), version, schema_newest());
	if (version < 1)
		return fail_as(err, ERR_STORE,
		    "%s: a database of no known schema (%" PRId64 ")",
		    db_path(db), version);
	if (version == schema_newest())
		return true;
	if (mode != DB_WRITE)
		return fail_as(err, ERR_STORE,
		    "%s: written by an older relayadm (schema %" PRId64
		    "); run a command that writes to bring it up to date",
		    db_path(db), version);
	return upgrade(db, err);
}

bool
schema_check(struct db *db, enum db_mode mode, struct err *err)
{
	int64_t application, version;

	if (!db_number(db, "PRAGMA application_id", 0, &application, err) ||
	    !db_number(db, "PRAGMA user_version", 0, &version, err))
		return false;
	if (application != APPLICATION_ID)
		return fail_as(err, ERR_STORE,
		    "%s: an SQLite database of another program", db_path(db));
	return check_version(db, mode, version, err) &&
	    compare_schema(db, schema_newest(), err);
}
