/* One object that two people changed: what each made of it, and the two put
 * together.  What only one of them changed is his; entries of lists come and go
 * as both wanted, and so do names; the rest is for a person to choose. */
#ifndef TUI_THREE_WAY_H
#define TUI_THREE_WAY_H

#include "store/shape.h"

enum three_side {
	SIDE_MINE,
	SIDE_THEIRS,
	SIDE_BOTH, /* of entries always; of other texts when it is chosen */
};

struct three_row {
	const char *label;
	char *mine, *theirs, *before;
	bool clash; /* both changed it, each in another way */
	enum three_side side;
	const struct field *field;     /* one of the three */
	const struct slot *slot;
	const struct row_array *array;
};

struct three_way {
	enum object_kind kind;
	const void *before, *mine, *theirs; /* borrowed */
	struct three_row *rows;
	size_t count, cap;
};

void three_way_make(struct three_way *three);
/* Mine, theirs, and where it can be: both. */
void three_way_turn(struct three_row *row);
void three_way_free(struct three_way *three);
/* The object as the rows say, ours by its kind; NULL when it cannot be. */
void *three_way_merged(const struct three_way *three, struct err *err);

#endif
