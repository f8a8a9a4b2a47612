/* For tests: which screens were opened and which rows of the key tables were
 * used.  If RELAYADM_TEST_USED names a file, each adds a line to it. */
#ifndef TUI_USED_H
#define TUI_USED_H

#include "dialog.h"

/* "dialog relay-restrictions" */
void used_dialog(const struct dialog_type *type);
/* "key relay-restrictions a"; title: of the table. */
void used_key(const char *title, const struct key_row *row);

#endif
