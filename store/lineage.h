/* The steps in force that made an object of the draft what it is. */
#ifndef STORE_LINEAGE_H
#define STORE_LINEAGE_H

#include "state.h"
#include "target.h"

struct lineage_step {
	int64_t step;
	int64_t old_version, new_version; /* old 0: it was made by this step */
};

struct lineage {
	struct lineage_step *steps; /* newest first */
	size_t count, cap;
};

/* Inside a transaction; under whatever names it had. */
bool lineage_of(struct db *db, enum object_kind kind, const char *name,
    struct lineage *lineage, struct err *err);
void lineage_free(struct lineage *lineage);

/* "entries", "relay": the part of a version where a target's entries are. */
const char *target_part(const struct target *target);
enum object_kind target_kind(const struct target *target);

#endif
