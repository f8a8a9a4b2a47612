/* Lines that are kept for later sessions: what was typed in the palette; which
 * columns were chosen. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stddef.h>

struct history {
	char **lines; /* the oldest first */
	size_t count, cap;
	char *path; /* NULL: of this session alone */
};

/* Reads the state file of that name; none is no error. */
void history_load(struct history *history, const char *name);
/* Adds a line here and in the file (mode 0600); not one that begins with a
 * blank, nor the same twice in a row. */
void history_add(struct history *history, const char *line);
void history_free(struct history *history);

#endif
