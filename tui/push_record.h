/* What the record of a push means. */
#ifndef TUI_PUSH_RECORD_H
#define TUI_PUSH_RECORD_H

#include "store/store.h"

/* Did the push bring its files, or find them there? */
bool record_is_good(const struct push_record *record);

#endif
