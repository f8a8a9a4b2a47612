/* What differs between two policies, object by object, in words.  Who gains
 * and who loses by it is for the semantic difference to say. */
#ifndef TUI_DIFFER_H
#define TUI_DIFFER_H

#include "store/store.h"

enum {
	DIFFER_ENTRIES_MOST = 200, /* lines of one list that are spelled out */
};

/* Lines "+ ...", "- ...", "~ ..." under headings; returns how many objects
 * differ.  from may be NULL: there was nothing. */
size_t differ_add(struct buf *out, const struct policy *from,
    const struct policy *to);

/* Each object of the two, those that are gone first; either may be NULL.  Most
 * do not differ. */
typedef void differ_pair(void *context, enum object_kind kind,
    const void *from, const void *to);
void differ_walk(const struct policy *from, const struct policy *to,
    differ_pair *pair, void *context);

/* The lines of one object under its heading; either may be NULL.  Says whether
 * they differ. */
bool differ_add_object(struct buf *out, enum object_kind kind,
    const void *from, const void *to);

/* Do the two objects differ?  Cheap even for long lists. */
bool differ_objects(enum object_kind kind, const void *a, const void *b);

#endif
