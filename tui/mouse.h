/* What a terminal tells of its mouse, read a character at a time: after
 * "ESC [ <" as SGR has it (xterm's mode 1006), after "ESC [ M" as the first
 * terminals do.  Anything else than a press of the left button or the wheel is
 * nothing. */
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

#include <stdbool.h>

#include "event.h"

enum mouse_kind {
	MOUSE_NONE,
	MOUSE_SGR,
	MOUSE_OLD,
};

struct mouse {
	enum mouse_kind kind; /* MOUSE_NONE: nothing is being read */
	int count;            /* numbers that are complete */
	int numbers[3];
};

/* What has begun is forgotten. */
void mouse_begin(struct mouse *mouse, enum mouse_kind kind);
/* The next character.  False: it belongs to no report, which is given up.  The
 * event's key is 0 until the report is complete and means something. */
bool mouse_take(struct mouse *mouse, uint32_t ch, struct event *event);

#endif
