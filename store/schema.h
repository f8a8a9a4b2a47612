/* The tables, as steps of plain SQL in store/sql, and whether a file has
 * exactly those. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "db.h"

/* Into an empty file, with the marks that tell it from others. */
bool schema_create(struct db *db, struct err *err);

/* Refuses what is not ours, what a newer relayadm wrote, and a schema that
 * differs in a single byte (a hidden trigger, say).  Where the mode allows it
 * an older schema is brought up to date. */
bool schema_check(struct db *db, enum db_mode mode, struct err *err);

/* The schema that this program writes. */
int64_t schema_newest(void);

#endif
