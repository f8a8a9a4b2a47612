/* Copies of the whole database, and whether one is what was committed. */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store.h"

struct verified {
	int64_t revisions;
	char chain[65]; /* hex, of the last one: it stands for all of them */
	size_t objects; /* of the draft */
	int64_t approvals; /* what was said of them */
	char approval_chain[65];
};

/* Reads everything: each page, each revision against its digest, the chain of
 * revisions, the draft.  ERR_STORE says what is not as it was committed. */
bool store_verify(struct store *store, struct verified *verified,
    struct err *err);

/* A new file with all of it, whole and durable, while others may work with the
 * database; refused where there is a file. */
bool store_backup(struct store *store, const char *path, struct err *err);

/* The database at this path becomes what the copy is, which is verified before
 * anything is changed.  Others may have it open.  *kept (the caller frees) is
 * where what was there is now, or NULL when there was nothing. */
bool store_restore(const char *path, const char *copy,
    struct verified *verified, char **kept, struct err *err);

#endif
