/* Changes of the draft that are set aside under a name, to be taken up again
 * later: all that the draft changes, or those of some objects.  Undoing the
 * step that set them aside, or that took them up, undoes that as well. */
#ifndef STORE_ASIDE_H
#define STORE_ASIDE_H

#include "policy/name.h"
#include "store.h"

struct aside {
	int64_t id, time; /* seconds since 1970 */
	char *name, *author, *note;
	size_t objects;
};

/* Those that wait, the oldest first. */
bool store_asides(struct store *store, struct aside **asides, size_t *count,
    struct err *err);
void asides_free(struct aside *asides, size_t count);
/* By its name; ERR_NO when none of that name waits. */
bool store_aside_find(struct store *store, const char *name, int64_t *id,
    struct err *err);

struct object_name {
	enum object_kind kind;
	const char *name;
};

/* As one step the objects (count 0: all that differ) become what they are in
 * the last revision; what they were in the draft is kept under the name.  A
 * name that waits already, an object that does not differ, a draft that has
 * moved on since *head: ERR_NO, and nothing is stored. */
bool store_set_aside(struct store *store, const char *name, const char *note,
    const struct object_name *objects, size_t count, int64_t *head,
    struct err *err);

/* What was set aside of one object: before is that of the revision, mine that
 * of the draft; one of them may be NULL. */
struct aside_object {
	enum object_kind kind;
	char name[NAME_SIZE];
	void *before, *mine;
};

bool store_aside_objects(struct store *store, int64_t id,
    struct aside_object **objects, size_t *count, struct err *err);
void aside_objects_free(struct aside_object *objects, size_t count);

/* store_edit() by which it is taken up; with count 0 it waits no more, and
 * there is no step. */
bool store_take_aside(struct store *store, int64_t id, const char *label,
    const struct change *changes, size_t count, int64_t *head,
    struct err *err);
bool store_drop_aside(struct store *store, int64_t id, struct err *err);

#endif
