/* Times as the console shows them, in the time zone of who looks. */
#ifndef TUI_CLOCK_TEXT_H
#define TUI_CLOCK_TEXT_H

#include <stdint.h>

#include "policy/buf.h"

/* "2026-11-20 09:31", "09:31:07"; seconds since 1970, UTC. */
void add_minute(struct buf *out, int64_t seconds);
void add_second(struct buf *out, int64_t seconds);

#endif
