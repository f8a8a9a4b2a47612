/* A revision as a person names it: by its number, or by a time. */
#ifndef TUI_MOMENT_H
#define TUI_MOMENT_H

#include "store/store.h"

/* "7"; "2026-03-14", the last one of that day; "2026-03-14T09:30".  Times are
 * UTC.  Fails when there was none by then. */
bool moment_revision(struct store *store, const char *text, int64_t *number,
    struct err *err);

#endif
