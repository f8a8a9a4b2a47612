/* How a database file is, apart from what stands in it. */
#ifndef STORE_HEALTH_H
#define STORE_HEALTH_H

#include "store.h"

struct health {
	int64_t schema; /* of the file */
	int64_t newest; /* that this program knows */
	char journal[20]; /* "wal" */
	char library[24]; /* SQLite's version, of the one that runs */
};

/* Of a file that is there; nothing is changed. */
bool store_health(const char *path, struct health *health, struct err *err);
/* SQLite's version where there is no file. */
bool store_library(char library[24], struct err *err);

#endif
