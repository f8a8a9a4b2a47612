/* Where the entries of the draft come from: which step brought each, and what
 * an import was read from.  A step that was undone brought nothing. */
#ifndef STORE_ORIGIN_H
#define STORE_ORIGIN_H

#include "arrival.h"

/* --- imports ---------------------------------------------------------------- */

/* What an import was read from. */
struct import_source {
	const char *name;  /* of the file without folders, or another name */
	const void *bytes; /* as they were read */
	size_t size;
	const char *options; /* that say how it was read, or "" */
};

/* Stores what an import makes of its target, as one step, together with where
 * it comes from; see store_edit().  *id is its number, 0 when it changes
 * nothing and nothing was stored. */
bool store_import(struct store *store, const char *label,
    const struct arrival *arrival, const struct import *import,
    const struct import_source *source, int64_t *head, int64_t *id,
    struct err *err);

/* About so many entries and rows are stored by that, for store_watch(). */
size_t store_import_items(const struct arrival *arrival,
    const struct import *import);

struct import_record {
	int64_t id; /* 1, 2, ... */
	int64_t time;
	char *author;
	char *target; /* as it was called then */
	char *source;
	char digest[65]; /* SHA-256 of the bytes, hex */
	int64_t size, lines;
	char *format, *options;
	enum import_mode mode;
	int64_t came, went;
	bool undone;
};

/* Newest first: those of a target, that are in force, under whatever name it
 * had; or with NULL all there were.  Free by import_records_free(). */
bool store_imports(struct store *store, const struct target *target,
    struct import_record **records, size_t *count, struct err *err);
/* Are these the bytes that it was read from? */
bool import_record_fits(const struct import_record *record, const void *bytes,
    size_t size);
void import_records_free(struct import_record *records, size_t count);

/* --- entries ---------------------------------------------------------------- */

struct origin {
	int64_t step;
	int64_t time;
	char *author;
	char *label;    /* of the step */
	int64_t import; /* its number; 0: by hand, or by a document */
	char *source;   /* of the import, or NULL */
};

struct origins {
	struct origin *items; /* newest first */
	size_t count, cap;
	uint32_t *of; /* for each entry the place in items plus 1; 0: unknown */
	size_t entry_count;
};

/* Of entries, which are those of the target in the draft. */
bool store_origins(struct store *store, const struct target *target,
    const struct entries *entries, struct origins *origins, struct err *err);
/* Of one entry alone, at a small cost; *found says whether it is known.  The
 * caller frees it by origin_clear(). */
bool store_origin(struct store *store, const struct target *target,
    const struct entry *entry, struct origin *origin, bool *found,
    struct err *err);
void origin_clear(struct origin *origin);
/* NULL when it is not known. */
const struct origin *origins_find(const struct origins *origins, size_t place);
void origins_free(struct origins *origins);

/* "import #9 partners.csv by ana, 2026-11-24" or "by hand: ana, 2026-11-24
 * (set list x)". */
void origin_add(struct buf *buf, const struct origin *origin);

/* --- refreshing ------------------------------------------------------------- */

/* What a source brought before, for IMPORT_REFRESH. */
struct refresh {
	int64_t last; /* the number of its last import */
	struct entries said;    /* what it held then */
	struct entries brought; /* of the target: by it alone */
};

/* ERR_NO when the target never had this source. */
bool store_refresh(struct store *store, const struct target *target,
    const struct entries *entries, const char *source,
    struct refresh *refresh, struct err *err);
void refresh_free(struct refresh *refresh);

#endif
