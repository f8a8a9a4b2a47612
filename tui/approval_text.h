/* Approvals in words, the same on the command line and in the console. */
#ifndef TUI_APPROVAL_TEXT_H
#define TUI_APPROVAL_TEXT_H

#include "store/approval.h"

/* "approved by ben (1 of 2)", "not approved: 1 more needed, not of ana" */
void approval_add_state(struct buf *out, const struct approvals *approvals,
    int64_t revision, const struct making *making);
/* How many a push needs, and who wants fewer; a line each. */
void approval_add_rule(struct buf *out, const struct approvals *approvals);
/* Does a push of it have all that it needs? */
bool approval_is_enough(const struct approvals *approvals, int64_t revision);

#endif
