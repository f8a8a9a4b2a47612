/* Most edits of a long list are of few entries: those the store and a compiled
 * policy take without going through the whole list. */
#ifndef TUI_FEW_EDITS_H
#define TUI_FEW_EDITS_H

#include "store/store.h"

#define FEW_EDITS 32

struct few_edits {
	struct entry_edit items[FEW_EDITS];
	struct entry_edits edits; /* borrows the change's names and comments */
};

/* Is the change nothing but a few edits in one entry list of an object of the
 * policy? */
bool few_edits_find(struct few_edits *few, const struct policy *policy,
    const struct change *change);

#endif
