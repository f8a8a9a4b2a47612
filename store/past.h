/* What was done to one object, and which revision was the last at a time. */
#ifndef STORE_PAST_H
#define STORE_PAST_H

#include "store.h"

/* One step that is in force and touched the object. */
struct past {
	struct step step;
	int64_t revision; /* the first that holds it; 0: none yet */
	char *message;    /* of that revision, or NULL */
	int64_t before, after; /* versions; 0: it was not there */
};

/* The newest first; the object's former names are followed.  One that never was
 * has none. */
bool store_past(struct store *store, enum object_kind kind, const char *name,
    struct past **past, size_t *count, struct err *err);
void past_free(struct past *past, size_t count);

/* What it was before the step and after; each may be NULL.  The caller frees
 * them by their kind. */
bool store_past_objects(struct store *store, const struct past *past,
    void **before, void **after, struct err *err);

/* The last revision committed until then, seconds since 1970; 0: none yet. */
bool store_revision_at(struct store *store, int64_t seconds, int64_t *number,
    struct err *err);

#endif
