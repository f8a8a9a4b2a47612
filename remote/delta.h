/* A text as the difference from another one, by lines:
 *	=N	N lines of the old text
 *	-N	N lines of it are left out
 *	+TEXT	this line
 * The gate's script puts the new text together from that with awk. */
#ifndef REMOTE_DELTA_H
#define REMOTE_DELTA_H

#include <stdbool.h>

#include "policy/buf.h"

/* False, with nothing in it, when it would not be shorter than half of the new
 * text, or one of the texts does not end with a line end. */
bool delta_make(struct buf *delta, const struct buf *from,
    const struct buf *to);

#endif
