/* Lines and columns of places in a text that is read from its beginning on. */
#ifndef STORE_SPOT_H
#define STORE_SPOT_H

#include "intake.h"

struct spot {
	const struct source *source;
	size_t at, line, start; /* of the line; line counts from 0 */
};

/* The item of len bytes at a place; one on an earlier line than the last one
 * costs a count of all lines. */
struct item spot_item(struct spot *spot, size_t at, size_t len);

/* Refuses a text with a NUL in it: no value that is kept may end early. */
bool spot_check(const struct source *source, struct err *err);

/* Counts all lines for the import; the end of a format without lines. */
void spot_end(struct spot *spot, struct intake *intake);

#endif
