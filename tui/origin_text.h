/* Who put there what decided. */
#ifndef TUI_ORIGIN_TEXT_H
#define TUI_ORIGIN_TEXT_H

#include "policy/relay.h"
#include "store/store.h"

/* Adds where the entry that decides in the draft comes from, as origin_add()
 * does; nothing where none decides, or it is not known. */
bool origin_text_add(struct buf *out, struct store *store, const char *server,
    const struct decision *decision, struct err *err);

#endif
