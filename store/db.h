/* The door to SQLite: the only file that knows it is db.c.  Statements are
 * fixed texts, values are always bound.  Errors are ERR_STORE and begin with
 * the path of the file. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/err.h"

struct db;
struct query;

enum db_mode {
	DB_WRITE,
	DB_READ,
	DB_CREATE, /* the file is there and empty */
	DB_MEMORY, /* a scratch database; the path is only for messages */
};

/* An existing file.  Sets every safeguard, reads nothing but the header. */
bool db_open(struct db **db, const char *path, enum db_mode mode,
    struct err *err);
void db_close(struct db *db);
const char *db_path(const struct db *db);

/* Several statements without results; for the schema. */
bool db_script(struct db *db, const char *sql, struct err *err);

/* All of one database into another, which others may have open; what was in it
 * is gone.  Waits up to 5 seconds for its turn. */
bool db_copy(struct db *to, struct db *from, struct err *err);

/* From now on no statement may change the schema or a setting. */
void db_seal(struct db *db);

/* From now on 16 MB of pages are kept instead of SQLite's usual 2: for what
 * puts very many rows at random places of the indexes. */
bool db_widen(struct db *db, struct err *err);

/* SQLite's own look at every page and index. */
bool db_check(struct db *db, struct err *err);

/* A transaction; a writing one waits up to 5 seconds for its turn. */
bool db_begin(struct db *db, bool writing, struct err *err);
bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);
/* Within a transaction: those that follow are parts of it, until this is taken
 * back. */
void db_nest(struct db *db, bool nested);

/* While something long is stored: asked with what db_goes_on() has counted, and
 * every now and then while another program has its turn, which is then waited
 * for without an end; false stops it.  NULL: nobody asks. */
typedef bool db_asked(size_t items, void *context);
void db_watch(struct db *db, db_asked *goes_on, void *context);
/* So many items more are stored; ERR_NO when that is to stop. */
bool db_goes_on(struct db *db, size_t items, struct err *err);

/* sql must live as long as the database: it is prepared once.  Parameters are
 * bound in their order; texts and blobs are borrowed until query_end().  A
 * failure shows at the next query_next() or query_run(). */
struct query *query_begin(struct db *db, const char *sql);
void bind_int(struct query *query, int64_t value);
void bind_text(struct query *query, const char *text); /* NULL is NULL */
void bind_blob(struct query *query, const void *data, size_t len);
bool query_next(struct query *query, bool *row, struct err *err);
void query_end(struct query *query);
/* To the end; no row is wanted. */
bool query_run(struct query *query, struct err *err);

/* Columns of the present row, from 0.  Texts and blobs live until the next
 * query_next() or query_end(). */
int64_t column_int(struct query *query, int column);
bool column_null(struct query *query, int column);
const char *column_text(struct query *query, int column); /* NULL for NULL */
const void *column_blob(struct query *query, int column, size_t *len);

int64_t db_last_id(struct db *db);

/* The number in the first column of the first row, or missing without one. */
bool db_number(struct db *db, const char *sql, int64_t missing,
    int64_t *number, struct err *err);

#endif
