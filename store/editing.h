/* An edit of the draft while it is made; for edit*.c only. */
#ifndef STORE_EDITING_H
#define STORE_EDITING_H

#include "state.h"

/* One side of a change: a version at a place, or version 0 for nothing. */
struct side {
	int64_t version, place;
};

struct object_change {
	enum object_kind kind;
	struct side old, new;
	const char *name; /* of the new object in an edit; borrowed */
};

struct editing {
	struct store *store;
	const char *label;
	int64_t head; /* that the step makes */
	int64_t seen; /* that the caller had read */
	int64_t step;
	struct object_change *changes;
	size_t count, cap;
	struct importing *importing; /* NULL: it is no import */
	struct err *err;
};

/* A writing transaction, and the head that the edit makes. */
bool editing_begin(struct editing *editing);
/* What the object was, unless somebody else has changed it since it was seen,
 * it is not there, or it is in the edit already. */
bool editing_old(struct editing *editing, const struct change *change,
    struct side *old);
/* A whole object; names are looked at when all changes are known. */
bool editing_take(struct editing *editing, const struct change *change);
bool editing_check_names(struct editing *editing);
/* Behind the last one of the kind. */
bool editing_next_place(struct editing *editing, enum object_kind kind,
    int64_t *place);
void editing_add(struct editing *editing, const struct object_change *change);
/* What was gathered, in the transaction; that there is some. */
bool editing_store(struct editing *editing);
/* Stores what was gathered when ok; an edit that changes nothing makes no
 * step. */
bool editing_finish(struct editing *editing, bool ok, int64_t *head);

#endif
