/* Which columns of the console's tables are shown, for this user: chosen in the
 * console, kept in $XDG_STATE_HOME/relayadm/columns.  A line of that file is a
 * 0 or 1 for each column, a blank and their titles with bars between; of the
 * same titles the last line counts. */
#ifndef TUI_COLUMN_CHOICE_H
#define TUI_COLUMN_CHOICE_H

#include <stdint.h>

struct column;

#define COLUMNS_MOST 8

void column_choice_load(void);
void column_choice_free(void);

/* A bit for each column that is hidden, the first one's is 1; never that. */
uint32_t column_choice(const struct column *columns);
/* From now on, also in later sessions. */
void column_choice_set(const struct column *columns, uint32_t hidden);

#endif
