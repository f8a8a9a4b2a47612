/* Lists with one entry a line and a comment behind it: plain ones, and those
 * that others publish so. */
#ifndef STORE_LINE_COMMENT_H
#define STORE_LINE_COMMENT_H

#include "intake.h"

/* Takes every line; a comment begins with # or ;.  Notes may follow it:
 * "# scanner [owner print-team] [ticket CHG12] [expires 2026-12-31]". */
void line_comment_read(struct intake *intake);

/* The notes of an entry as they are read back: where the comment itself looks
 * like notes or begins with a mark, "[]" stands between. */
void line_comment_add(struct buf *buf, const struct entry *entry);

#endif
