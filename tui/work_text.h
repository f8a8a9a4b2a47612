/* What several screens say about a draft. */
#ifndef TUI_WORK_TEXT_H
#define TUI_WORK_TEXT_H

#include "policy/finding.h"

/* "1 error, 2 warnings, 0 notes: errors block a commit and a push" */
void add_finding_counts(struct buf *out, const struct findings *findings);

#endif
