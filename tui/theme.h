/* How the roles of cells look.  Colours are the eight of ANSI, whose shades the
 * terminal chooses; no meaning hangs on one alone. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "grid.h"
#include "policy/err.h"

enum {
	LOOK_BOLD = 1,
	LOOK_UNDERLINE = 2,
	LOOK_REVERSE = 4,
};

/* In the order of ANSI. */
enum colour {
	COLOUR_OWN = -1, /* the terminal's */
	COLOUR_BLACK,
	COLOUR_RED,
	COLOUR_GREEN,
	COLOUR_YELLOW,
	COLOUR_BLUE,
	COLOUR_MAGENTA,
	COLOUR_CYAN,
	COLOUR_WHITE,
};

struct look {
	signed char fore, back; /* enum colour */
	unsigned char attrs;    /* LOOK_..., with colours */
};

struct theme {
	const char *name;
	const struct look *looks; /* of each role; NULL: without colours */
};

extern const struct theme themes[]; /* then name NULL; the first is usual */

const struct theme *theme_find(const char *name, struct err *err);
/* Attributes of a role where there are no colours. */
unsigned theme_plain(enum role role);

#endif
