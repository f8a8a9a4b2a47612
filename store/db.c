#include "config.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "place.h"
#include "policy/mem.h"

#define BUSY_MS 5000
#define HEAP_LIMIT (64 * 1024 * 1024)

struct query {
	struct db *db;
	const char *sql;
	sqlite3_stmt *stmt;
	int bound; /* parameters so far */
	int code;  /* the first failure of preparing or binding */
};

struct db {
	sqlite3 *handle;
	char *path;
	bool sealed, nested;
	db_asked *goes_on; /* NULL: nobody watches */
	void *context;
	size_t items; /* stored since it is watched */
	struct query **queries; /* every statement that was ever begun */
	size_t query_count, query_cap;
};

struct trouble {
	int code; /* primary */
	const char *text;
};

static const struct trouble troubles[] = {
	{ SQLITE_BUSY, "another program has kept it locked for 5 seconds; "
	               "nothing was changed, try again" },
	{ SQLITE_FULL, "the disk is full; nothing was changed, make room and "
	               "try again" },
	{ SQLITE_CORRUPT, "the database is damaged; restore a copy" },
	{ SQLITE_NOTADB, "not a relayadm database" },
	{ SQLITE_READONLY, "the database may not be written; nothing was "
	                   "changed" },
	{ SQLITE_PERM, "permission denied" },
	{ SQLITE_NOMEM, "out of memory; nothing was changed" },
	{ 0, NULL },
};

static bool
is_reading_in_vain(int code)
{
	return code == SQLITE_READONLY_CANTINIT ||
	    code == SQLITE_READONLY_DIRECTORY ||
	    code == SQLITE_READONLY_RECOVERY;
}

/* A failed write may still have reached the disk and be found there after a
 * crash, so nothing is said of what was stored. */
static bool
fail_io(struct db *db, struct err *err)
{
	int number = sqlite3_system_errno(db->handle);

	if (number == ENOSPC || number == EDQUOT)
		return fail_as(err, ERR_STORE, "%s: the disk is full; make "
		    "room and look whether it was stored", db->path);
	return fail_as(err, ERR_STORE,
	    "%s: cannot be read or written: %s; mend the disk and look "
	    "whether it was stored",
	    db->path, number ? strerror(number) : "I/O error");
}

static bool
db_fail(struct db *db, int code, struct err *err)
{
	int number = sqlite3_system_errno(db->handle);

	if (db->goes_on && (code & 0xff) == SQLITE_BUSY)
		return fail_as(err, ERR_NO, "stopped while another program "
		    "was writing; nothing was stored");
	if (is_reading_in_vain(code))
		return fail_as(err, ERR_STORE,
		    "%s: can be read only while a program that may write it "
		    "has it open",
		    db->path);
	for (const struct trouble *t = troubles; t->text; t++)
		if (t->code == (code & 0xff))
			return fail_as(err, ERR_STORE, "%s: %s", db->path,
			    t->text);
	if ((code & 0xff) == SQLITE_CANTOPEN)
		return fail_as(err, ERR_STORE, "%s: cannot be opened: %s",
		    db->path, number ? strerror(number) : "unknown reason");
	if ((code & 0xff) == SQLITE_IOERR)
		return fail_io(db, err);
	return fail_as(err, ERR_STORE, "%s: %s (SQLite %d)", db->path,
	    sqlite3_errmsg(db->handle), code);
}

/* As long as the header says: https://www.sqlite.org/fileformat2.html, 1.3.
 * Without a write-ahead log everything is in the file, which only grows: so
 * the header is read first, the size last, in case others are at work. */
static bool
check_size(struct db *db, sqlite3_file *file, const unsigned char *head,
    struct err *err)
{
	sqlite3_int64 size = 0, page = head[16] << 8 | head[17];
	sqlite3_int64 pages = (sqlite3_int64)head[28] << 24 | head[29] << 16 |
	    head[30] << 8 | head[31];

	if (place_has_wal(db->path))
		return true;
	if (file->pMethods->xFileSize(file, &size) != SQLITE_OK)
		return db_fail(db, SQLITE_IOERR, err);
	page = page == 1 ? 65536 : page;
	return size >= page * pages || fail_as(err, ERR_STORE,
	    "%s: cut short (%lld of %lld bytes); restore a copy", db->path,
	    (long long)size, (long long)(page * pages));
}

/* A file of another program, or of a careless copy, is told by its header. */
static bool
check_header(struct db *db, struct err *err)
{
	unsigned char head[100];
	sqlite3_file *file = NULL;
	sqlite3_int64 size = 0;

	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER,
	    &file);
	if (!file || !file->pMethods)
		return fail_as(err, ERR_STORE, "%s: cannot be opened",
		    db->path);
	if (file->pMethods->xFileSize(file, &size) != SQLITE_OK)
		return db_fail(db, SQLITE_IOERR, err);
	if (size < (sqlite3_int64)sizeof(head))
		return fail_as(err, ERR_STORE,
		    "%s: not a relayadm database (%lld bytes); remove it to "
		    "begin a new one",
		    db->path, (long long)size);
	if (file->pMethods->xRead(file, head, sizeof(head), 0) != SQLITE_OK)
		return db_fail(db, SQLITE_IOERR, err);
	if (memcmp(head, "SQLite format 3", 16) != 0)
		return fail_as(err, ERR_STORE, "%s: not a relayadm database",
		    db->path);
	return check_size(db, file, head, err);
}

/* After sealing only what reads and writes rows. */
static int
authorize(void *context, int action, const char *a, const char *b,
    const char *c, const char *d)
{
	const struct db *db = context;

	(void)a, (void)b, (void)c, (void)d;
	if (!db->sealed)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_FUNCTION:
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		return SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

static void
set_limits(sqlite3 *handle)
{
	static const int limits[][2] = {
		{ SQLITE_LIMIT_LENGTH, 4000000 },
		{ SQLITE_LIMIT_SQL_LENGTH, 100000 },
		{ SQLITE_LIMIT_COLUMN, 100 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 10 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 3 },
		{ SQLITE_LIMIT_VDBE_OP, 25000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 16 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 10 },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		sqlite3_limit(handle, limits[i][0], limits[i][1]);
}

/* A file that somebody prepared must not make SQLite do more than read and
 * write rows: https://www.sqlite.org/security.html. */
static bool
set_safeguards(struct db *db, struct err *err)
{
	static const int switches[][2] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	};

	for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++)
		if (sqlite3_db_config(db->handle, switches[i][0],
		        switches[i][1], (int *)NULL) != SQLITE_OK)
			return fail_as(err, ERR_STORE,
			    "%s: this SQLite lacks a safeguard (%d)", db->path,
			    switches[i][0]);
	set_limits(db->handle);
	sqlite3_set_authorizer(db->handle, authorize, db);
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	return true;
}

static int
take_answer(void *context, int count, char **values, char **names)
{
	char *text = context;

	(void)names;
	if (count > 0 && values[0])
		snprintf(text, 200, "%s", values[0]);
	return 0;
}

/* SQLite may answer with another mode, and that is no error to it. */
static bool
set_wal(struct db *db, struct err *err)
{
	char answer[200] = "none";
	int code = sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL",
	    take_answer, answer, NULL);

	if (code != SQLITE_OK)
		return db_fail(db, code, err);
	return !strcmp(answer, "wal") || fail_as(err, ERR_STORE,
	    "%s: no write-ahead log is possible there (%s)", db->path, answer);
}

/* WAL and FULL: what a call has reported as saved survives a power failure. */
static bool
set_pragmas(struct db *db, enum db_mode mode, struct err *err)
{
	if (!db_script(db,
	        "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
	        "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
	        "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;",
	        err))
		return false;
	if (mode == DB_WRITE || mode == DB_CREATE)
		return set_wal(db, err);
	if (mode == DB_READ)
		return db_script(db, "PRAGMA query_only = ON;", err);
	return true;
}

static bool
open_file(struct db *db, enum db_mode mode, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW |
	    SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_FULLMUTEX |
	    SQLITE_OPEN_PRIVATECACHE;
	int code;

	if (mode == DB_MEMORY) {
		code = sqlite3_open_v2(":memory:", &db->handle,
		    flags | SQLITE_OPEN_MEMORY, NULL);
		return code == SQLITE_OK || db_fail(db, code, err);
	}
	code = sqlite3_open_v2(db->path, &db->handle, flags, NULL);
	if (code == SQLITE_CANTOPEN_SYMLINK)
		return fail_as(err, ERR_STORE,
		    "%s: a symbolic link; name the file itself", db->path);
	if (code != SQLITE_OK)
		return db_fail(db, code, err);
	if (mode == DB_WRITE && sqlite3_db_readonly(db->handle, "main"))
		return fail_as(err, ERR_STORE,
		    "%s: you may only read this database", db->path);
	return mode == DB_CREATE || check_header(db, err);
}

bool
db_open(struct db **db, const char *path, enum db_mode mode, struct err *err)
{
	struct db *new = mem_new(1, sizeof(*new));

	sqlite3_hard_heap_limit64(HEAP_LIMIT);
	new->path = mem_text(path);
	if (!open_file(new, mode, err) || !set_safeguards(new, err) ||
	    !set_pragmas(new, mode, err)) {
		db_close(new);
		return false;
	}
	*db = new;
	return true;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->query_count; i++) {
		sqlite3_finalize(db->queries[i]->stmt);
		free(db->queries[i]);
	}
	free(db->queries);
	sqlite3_close(db->handle);
	free(db->path);
	free(db);
}

const char *
db_path(const struct db *db)
{
	return db->path;
}

bool
db_script(struct db *db, const char *sql, struct err *err)
{
	int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return code == SQLITE_OK || db_fail(db, code, err);
}

void
db_seal(struct db *db)
{
	db->sealed = true;
}

/* What no statement of the file's own may: for what the program itself asks. */
static int
unsealed(struct db *db, const char *sql, char *answer)
{
	bool sealed = db->sealed;
	int code;

	db->sealed = false;
	code = sqlite3_exec(db->handle, sql, answer ? take_answer : NULL,
	    answer, NULL);
	db->sealed = sealed;
	return code;
}

bool
db_widen(struct db *db, struct err *err)
{
	int code = unsealed(db, "PRAGMA cache_size = -16384", NULL);

	return code == SQLITE_OK || db_fail(db, code, err);
}

bool
db_check(struct db *db, struct err *err)
{
	char verdict[200] = "no answer";
	int code = unsealed(db, "PRAGMA integrity_check(1)", verdict);

	if (code != SQLITE_OK)
		return db_fail(db, code, err);
	if (strcmp(verdict, "ok") != 0)
		return fail_as(err, ERR_STORE,
		    "%s: the database is damaged (%s); restore a copy",
		    db->path, verdict);
	return true;
}

bool
db_copy(struct db *to, struct db *from, struct err *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main",
	    from->handle, "main");
	int code, tries = 0;

	if (!backup)
		return db_fail(to, sqlite3_errcode(to->handle), err);
	do
		code = sqlite3_backup_step(backup, -1);
	while ((code == SQLITE_BUSY || code == SQLITE_LOCKED) &&
	    tries++ < 100 && sqlite3_sleep(50));
	sqlite3_backup_finish(backup);
	return code == SQLITE_DONE || db_fail(to, code, err);
}

bool
db_begin(struct db *db, bool writing, struct err *err)
{
	const char *sql = writing ? "BEGIN IMMEDIATE" : "BEGIN";

	return query_run(query_begin(db, db->nested ? "SAVEPOINT part" : sql),
	    err);
}

bool
db_commit(struct db *db, struct err *err)
{
	return query_run(query_begin(db,
	    db->nested ? "RELEASE part" : "COMMIT"), err);
}

void
db_rollback(struct db *db)
{
	for (size_t i = 0; i < db->query_count; i++)
		sqlite3_reset(db->queries[i]->stmt);
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, db->nested
		        ? "ROLLBACK TO part; RELEASE part"
		        : "ROLLBACK", NULL, NULL, NULL);
}

void
db_nest(struct db *db, bool nested)
{
	db->nested = nested;
}

/* Another program writes. */
static int
on_busy(void *context, int times)
{
	struct db *db = context;

	(void)times;
	sqlite3_sleep(20);
	return db->goes_on(db->items, db->context);
}

void
db_watch(struct db *db, db_asked *goes_on, void *context)
{
	db->goes_on = goes_on;
	db->context = context;
	db->items = 0;
	if (goes_on)
		sqlite3_busy_handler(db->handle, on_busy, db);
	else
		sqlite3_busy_timeout(db->handle, BUSY_MS);
}

bool
db_goes_on(struct db *db, size_t items, struct err *err)
{
	db->items += items;
	return !db->goes_on || db->goes_on(db->items, db->context) ||
	    fail_as(err, ERR_NO, "stopped; nothing was stored");
}

struct query *
query_begin(struct db *db, const char *sql)
{
	struct query *q;

	for (size_t i = 0; i < db->query_count; i++) {
		q = db->queries[i];
		if (q->sql == sql || strcmp(q->sql, sql) == 0) {
			query_end(q);
			return q;
		}
	}
	q = mem_new(1, sizeof(*q));
	q->db = db;
	q->sql = sql;
	q->code = sqlite3_prepare_v3(db->handle, sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
	db->queries = mem_grow(db->queries, db->query_count, &db->query_cap,
	    sizeof(*db->queries));
	db->queries[db->query_count++] = q;
	return q;
}

static void
bound(struct query *q, int code)
{
	if (q->code == SQLITE_OK)
		q->code = code;
}

void
bind_int(struct query *q, int64_t value)
{
	bound(q, sqlite3_bind_int64(q->stmt, ++q->bound, value));
}

void
bind_text(struct query *q, const char *text)
{
	bound(q, sqlite3_bind_text(q->stmt, ++q->bound, text, -1,
	             SQLITE_STATIC));
}

void
bind_blob(struct query *q, const void *data, size_t len)
{
	bound(q, sqlite3_bind_blob64(q->stmt, ++q->bound, len ? data : "", len,
	             SQLITE_STATIC));
}

bool
query_next(struct query *q, bool *row, struct err *err)
{
	int code = q->code;

	if (code == SQLITE_OK)
		code = sqlite3_step(q->stmt);
	*row = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		db_fail(q->db, code, err);
	if (code != SQLITE_ROW)
		query_end(q);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* A statement that could not be prepared is tried anew the next time. */
void
query_end(struct query *q)
{
	sqlite3_reset(q->stmt);
	if (q->stmt)
		sqlite3_clear_bindings(q->stmt);
	q->bound = 0;
	q->code = SQLITE_OK;
	if (!q->stmt)
		q->code = sqlite3_prepare_v3(q->db->handle, q->sql, -1,
		    SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
}

bool
query_run(struct query *q, struct err *err)
{
	bool row = true;

	while (row)
		if (!query_next(q, &row, err))
			return false;
	return true;
}

int64_t
column_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

bool
column_null(struct query *q, int column)
{
	return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

const char *
column_text(struct query *q, int column)
{
	return (const char *)sqlite3_column_text(q->stmt, column);
}

const void *
column_blob(struct query *q, int column, size_t *len)
{
	const void *data = sqlite3_column_blob(q->stmt, column);

	*len = (size_t)sqlite3_column_bytes(q->stmt, column);
	return data;
}

int64_t
db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

bool
db_number(struct db *db, const char *sql, int64_t missing, int64_t *number,
    struct err *err)
{
	struct query *q = query_begin(db, sql);
	bool row;

	if (!query_next(q, &row, err))
		return false;
	*number = row && !column_null(q, 0) ? column_int(q, 0) : missing;
	query_end(q);
	return true;
}
