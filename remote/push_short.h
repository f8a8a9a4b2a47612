/* What a push sends to a gateway that holds what was pushed before: of each
 * file nothing, its difference, or the whole. */
#ifndef REMOTE_PUSH_SHORT_H
#define REMOTE_PUSH_SHORT_H

#include "dialect.h"

/* Adds a line for each file ("same 0", "lines LENGTH", "whole LENGTH") to
 * forms, and what is sent of them to bodies. */
void short_add(struct buf *forms, struct buf *bodies,
    const struct rendering *rendering, const struct rendering *base);

#endif
