/* Long lists as chunks of some 2,000 items.  A chunk ends behind an item whose
 * own bytes say so, not at a fixed place, so an edit in a list of a million
 * changes one or two chunks and the others are found again by their digests. */
#ifndef STORE_SERIES_H
#define STORE_SERIES_H

#include "db.h"
#include "digest.h"
#include "policy/entries.h"
#include "shape.h"

/* *id is the series of these items, new or found again. */
bool series_save_entries(struct db *db, const struct entries *entries,
    int64_t *id, struct digest *digest, struct err *err);
bool series_save_rows(struct db *db, const struct row_array *array,
    const void *object, int64_t *id, struct digest *digest, struct err *err);

/* *id becomes the series with these edits, in their order, in place of without.
 * Reads and writes only the chunks concerned; the outcome is that of saving
 * the edited entries, digest and all. */
bool series_edit(struct db *db, const struct entry_edits *edits, int64_t *id,
    struct digest *digest, struct err *err);

/* Appends to what is empty.  Every chunk is held against its digest. */
bool series_load_entries(struct db *db, int64_t id, struct entries *entries,
    struct err *err);
bool series_load_rows(struct db *db, int64_t id,
    const struct row_array *array, void *object, struct err *err);

/* Appends the entries that stand in one series and not in the other, which may
 * be 0 for nothing.  Costs what differs, not what there is. */
bool series_added(struct db *db, int64_t old, int64_t new,
    struct entries *added, struct err *err);

/* Costs the logarithm of what there is; 0 holds nothing. */
bool series_holds(struct db *db, int64_t id, const struct entry *entry,
    bool *holds, struct err *err);

/* The digest that a series is said to have; loading it holds it to that. */
bool series_digest(struct db *db, int64_t id, struct digest *digest,
    struct err *err);

#endif
