/* Many questions, a line each, answered a line each. */
#ifndef TUI_DECIDE_BATCH_H
#define TUI_DECIDE_BATCH_H

#include "policy/relay.h"

/* Server, client, name or "-", 0 or 1, local or "-", recipient, with tabs
 * between, from the file or "-" for standard input; on standard output the
 * decision, the row, what decided.  A line that cannot be read is answered
 * "error" and why. */
bool decide_batch(const struct compiled *compiled, const char *path,
    struct err *err);

#endif
