/* What a user has set for the console, in
 * $XDG_CONFIG_HOME/relayadm/config: one setting a line, # begins a comment.
 *
 *   theme NAME
 *   ascii yes|no
 *   readonly yes|no
 *   mouse yes|no
 *   key SCREEN KEY NEW [NEW]     what KEY does on SCREEN is on NEW
 */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include <stdbool.h>

#include "policy/err.h"

struct theme;

struct settings {
	const struct theme *theme; /* NULL: not said */
	bool ascii, readonly, mouse;
};

/* Keys are changed at once, for the whole process.  No such file is no error; a
 * mistake fails and names the file and the line. */
bool settings_read(struct settings *settings, struct err *err);

#endif
