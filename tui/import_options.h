/* How an import was read, as it is remembered with it: options of relayadm(1),
 * then what DNS was asked. */
#ifndef TUI_IMPORT_OPTIONS_H
#define TUI_IMPORT_OPTIONS_H

#include "store/import.h"

/* Each of them: "--column" "IP address" as column, IP address. */
void import_options_each(const char *options,
    void (*take)(const char *name, const char *value, void *context),
    void *context);
/* "(asked DNS for TXT a.example)"; nothing when it was not. */
void import_add_asked(struct buf *out, const struct import *import);

#endif
