/* The difference of two texts, as diff(1) -u prints it. */
#ifndef REMOTE_TEXTDIFF_H
#define REMOTE_TEXTDIFF_H

#include <stdbool.h>

#include "policy/buf.h"

/* NULL texts are files that are not there.  False when they are equal; then
 * nothing is added. */
bool textdiff_add(struct buf *buf, const char *path, const char *old_text,
    const char *new_text);

#endif
