/* What first_match.c shares with the files that work on addresses and on
 * names.  A row's rank is its place: the lowest that matches decides. */
#ifndef STORE_MATCH_ROWS_H
#define STORE_MATCH_ROWS_H

#include "first_match.h"

struct kept; /* an item and its texts */

struct match_row {
	u128 first, last; /* of addresses */
	char *name;       /* a domain's; NULL: addresses */
	struct kept *kept; /* NULL: it has a line and nothing else */
	size_t line;
	size_t came; /* how many came before */
	uint8_t family;
	bool taken;
	bool cut; /* taken, and hidden by rows that are not, in part or whole */
};

/* Segments in order that never overlap, each with the lowest rank of the rows
 * that cover it. */
struct segment {
	u128 first, last;
	size_t rank;
};

struct layer {
	struct segment *segments;
	size_t count, cap;
};

/* Of the rows of a family that are cut (or, when cut is false, not taken). */
void layer_make(struct layer *layer, const struct first_match *match,
    uint8_t family, bool cut);
void layer_free(struct layer *layer);

/* Marks the rows of a family that rows before them hide in part. */
void match_mark_cut(struct first_match *match, const struct layer *denied,
    uint8_t family);

/* For each row of a domain that is taken: the row that hides it or a name
 * within it, or NULL.  *hidden: all of it. */
struct name_finder;
struct name_finder *name_finder_new(const struct first_match *match);
const struct match_row *name_finder_ask(const struct name_finder *finder,
    size_t rank, bool *hidden);
void name_finder_free(struct name_finder *finder);

#endif
