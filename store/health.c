#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "health.h"
#include "place.h"
#include "schema.h"

static bool
read_text(struct db *db, const char *sql, char *text, size_t size,
    struct err *err)
{
	struct query *q = query_begin(db, sql);
	bool row, ok = query_next(q, &row, err);

	if (ok && row && column_text(q, 0))
		snprintf(text, size, "%s", column_text(q, 0));
	query_end(q);
	return ok;
}

static bool
look(struct db *db, struct health *h, struct err *err)
{
	h->newest = schema_newest();
	return db_number(db, "PRAGMA user_version", 0, &h->schema, err) &&
	    read_text(db, "PRAGMA journal_mode", h->journal,
	        sizeof(h->journal), err) &&
	    read_text(db, "SELECT sqlite_version()", h->library,
	        sizeof(h->library), err);
}

bool
store_health(const char *path, struct health *h, struct err *err)
{
	struct db *db = NULL;
	char *real = NULL;
	bool missing, ok = place_resolve(&real, path, &missing, err);

	memset(h, 0, sizeof(*h));
	if (ok && missing)
		ok = fail_as(err, ERR_STORE, "%s: there is no such file",
		    path);
	ok = ok && db_open(&db, real, DB_READ, err) && look(db, h, err);
	db_close(db);
	free(real);
	return ok;
}

bool
store_library(char library[24], struct err *err)
{
	struct db *db = NULL;
	bool ok;

	*library = '\0';
	ok = db_open(&db, ":memory:", DB_MEMORY, err) &&
	    read_text(db, "SELECT sqlite_version()", library, 24, err);
	db_close(db);
	return ok;
}
