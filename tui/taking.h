/* Taking up what was set aside: what becomes of each object in the draft as it
 * is now. */
#ifndef TUI_TAKING_H
#define TUI_TAKING_H

#include "policy/buf.h"
#include "store/aside.h"

enum taking_way {
	TAKING_THERE,  /* the draft has it already */
	TAKING_CLEAN,  /* as it was set aside */
	TAKING_MERGED, /* others changed other settings of it since */
	TAKING_CLASH,  /* others changed the same ones */
};

struct taking_row {
	enum taking_way way;
	const struct aside_object *object;
	void *result; /* ours; NULL: it goes, or stays as it is */
	char *why;    /* of a clash, or NULL */
};

struct taking {
	struct aside_object *objects;
	struct taking_row *rows;
	struct change *changes; /* what taking it up edits */
	size_t count, change_count, clashes;
};

/* Takes over the objects.  over: where it clashes, what was set aside counts.
 * Without that a clash is no change. */
void taking_make(struct taking *taking, struct aside_object *objects,
    size_t count, const struct policy *draft, bool over);
void taking_free(struct taking *taking);

/* The draft after it. */
struct policy *taking_policy(const struct taking *taking,
    const struct policy *draft);

/* A line an object, "! server internet clashes: Comment: set aside ..."; before
 * it what was changed in it, if that is to be spelled out. */
void taking_add_all(struct buf *out, const struct taking *taking,
    bool spelled);
extern const char *const taking_words[]; /* for scripts, by enum taking_way */

#endif
