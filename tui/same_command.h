/* The command line that does the same as an edit in the console. */
#ifndef TUI_SAME_COMMAND_H
#define TUI_SAME_COMMAND_H

#include "store/store.h"

/* Adds a line for each change of the policy, as it was before; where an object
 * changes in a way that no short command can say, how its document is loaded. */
void same_command_add(struct buf *out, const struct policy *policy,
    const struct change *changes, size_t count);

#endif
