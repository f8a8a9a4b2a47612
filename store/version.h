/* Objects as they were at some time.  A version is never changed: an edit makes
 * a new one, history keeps the old. */
#ifndef STORE_VERSION_H
#define STORE_VERSION_H

#include "db.h"
#include "digest.h"
#include "store.h"

/* *id is the version of this object, new or found again. */
bool version_save(struct db *db, enum object_kind kind, const void *object,
    int64_t *id, struct err *err);

/* *id, a version, becomes that with these edits of its entries in the slot. */
bool version_edit(struct db *db, const char *slot,
    const struct entry_edits *edits, int64_t *id, struct err *err);

/* The object; the caller frees it by its kind.  Held against its digest. */
bool version_load(struct db *db, int64_t id, enum object_kind *kind,
    void **object, struct err *err);

/* The series of a part: "entries" of a list, "relay" of a server. */
bool version_part(struct db *db, int64_t version, const char *slot,
    int64_t *series, struct err *err);

/* Kind, name and digest of one; the caller frees the name. */
bool version_name(struct db *db, int64_t id, enum object_kind *kind,
    char **name, struct err *err);

#endif
