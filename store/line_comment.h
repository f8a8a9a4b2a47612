/* Lists with one entry a line and a comment behind it: plain ones, and those
 * that others publish so. */
#ifndef STORE_LINE_COMMENT_H
#define STORE_LINE_COMMENT_H

#include "intake.h"

/* Takes every line; a comment begins with # or ;. */
void line_comment_read(struct intake *intake);

#endif
