/* An import on its way into the database, for the files of the store only. */
#ifndef STORE_ORIGIN_IMPORT_H
#define STORE_ORIGIN_IMPORT_H

#include "origin.h"
#include "state.h"

struct importing {
	const struct arrival *arrival;
	const struct import *import;
	const struct import_source *source;
	int64_t id; /* that it gets */
};

/* Inside the transaction of its step, which made this version. */
bool importing_save(struct db *db, struct importing *importing, int64_t step,
    int64_t version, struct err *err);

#endif
