/* What several screens say about a draft. */
#ifndef TUI_WORK_TEXT_H
#define TUI_WORK_TEXT_H

#include "policy/finding.h"

/* "1 error, 2 warnings, 0 notes: errors block a commit and a push" */
void add_finding_counts(struct buf *out, const struct findings *findings);

/* Who gains and who loses, as lines of a view; from NULL: there was nothing.
 * The sums, the verdict first, are added to out; what they consist of, by
 * server, to details, which may be NULL or out. */
void add_effect(struct buf *out, struct buf *details,
    const struct compiled *from, const struct compiled *to);
/* What the later policy changes against the one before, or against nothing: who
 * gains and loses by it, and what was edited. */
void add_policy_change(struct buf *out, const struct policy *before,
    const struct policy *after);

#endif
